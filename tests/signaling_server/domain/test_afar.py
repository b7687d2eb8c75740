"""One server's part in calls that it shares with others, and in calls that it has forgotten."""

from random import Random

import pytest

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.domain import calls
from signaling_server.domain.afar import Afar
from signaling_server.domain.calls import Observers
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.node_messages import (
    Begun,
    Guest,
    Moved,
    NodeMessage,
    Offer,
    Place,
    Refused,
    Relayed,
    Stranger,
)
from signaling_server.domain.peer import Delivery, NodeId, Peer
from signaling_server.domain.sessions import Grace
from signaling_server.domain.tickets import VALID_S, Ticket
from signaling_server.domain.widening import Stage
from signaling_server.protocol import limits
from signaling_server.protocol.messages import (
    CallEnd,
    CallEnded,
    CallId,
    Exchange,
    Mode,
    QueueJoin,
    QueueMatched,
    Role,
    SessionId,
)
from tests.signaling_server.conftest import ManualClock

OTHER = NodeId("other")
GUEST = Place(OTHER, SessionId("guest"), 1)
SEARCH = QueueJoin(search=1, mode=Mode.VIDEO)
TICKET = Ticket(CallId("call"), 0)


@pytest.fixture
def lobby(clock: ManualClock) -> Lobby:
    grace = Grace(waiting_s=60.0, in_call_s=90.0)
    return Lobby(clock, Random(7), MemoryLine(Random(7)), grace, Observers())


@pytest.fixture
def posted() -> list[tuple[NodeId, NodeMessage]]:
    return []


@pytest.fixture
def afar(lobby: Lobby, posted: list[tuple[NodeId, NodeMessage]]) -> Afar:
    return lobby.afar(NodeId("here"), lambda node, message: posted.append((node, message)))


def shared_call(lobby: Lobby, afar: Afar) -> tuple[Peer, list[Delivery]]:
    """Let a peer of this server meet one of the other; returns it, and what is to be told."""
    peer = lobby.enter(None, ())
    lobby.join(peer, SEARCH)
    guest = Guest(
        place=GUEST,
        secret=b"guest",
        person="",
        network="",
        features=[],
        pool="",
        search=SEARCH,
        stage=Stage.NARROW,
        waited_s=0.0,
        recent=[],
    )
    return peer, afar.offered(Offer(guest, Place(afar.node, peer.session, peer.wait)))


def test_who_moved_to_another_server_is_forgotten_here(
    lobby: Lobby, afar: Afar, clock: ManualClock
):
    peer, _ = shared_call(lobby, afar)
    assert peer.call is not None
    assert lobby.people() == {"": 1}
    lobby.socket_lost(peer)

    elsewhere = SessionId("of the same person")
    afar.moved(Moved(peer.call.id, peer.call.peers.index(peer), elsewhere))

    assert (lobby.sessions, lobby.calls, lobby.people()) == (0, 0, {})


def test_a_guest_whose_call_ended_before_it_was_told_of_it_is_refused(
    lobby: Lobby, afar: Afar, posted: list[tuple[NodeId, NodeMessage]]
):
    peer, deliveries = shared_call(lobby, afar)
    lobby.depart(peer, CallEnd.LOST)

    for to, message in deliveries:
        if to.node is not None:
            afar.tell(to, message)

    assert posted == [(OTHER, Refused(GUEST))]


@pytest.mark.parametrize("heard", [True, False])
def test_a_match_with_a_parked_offer_is_declined_by_who_has_much_to_hear(
    lobby: Lobby, afar: Afar, posted: list[tuple[NodeId, NodeMessage]], heard: bool
):
    peer = lobby.enter(None, ())
    lobby.join(peer, SEARCH)
    here = Place(afar.node, peer.session, peer.wait)
    afar.propose(here, GUEST)
    if not heard:
        peer.unheard.add(bytes(limits.RELAYED_MAX_BYTES))
    match = QueueMatched(1, "call", "stranger", Role.ANSWERER, Exchange.CLASSICAL, True, "offer")

    afar.begun(Begun(here, Stranger(GUEST, b"guest", "", ""), match))

    assert (peer.call is not None, peer.search is None) == (heard, heard)
    lost = Relayed(afar.node, CallEnded("call", CallEnd.LOST), None)
    assert ((OTHER, lost) in posted) is not heard


def test_a_ticket_leads_to_its_place_once_at_a_time_and_no_more_when_the_call_is_over(lobby: Lobby):
    assert lobby.has_place(TICKET)
    back = lobby.enter_call(TICKET, "ann", "")
    assert back is not None
    assert not lobby.has_place(TICKET)
    lobby.socket_lost(back.peer)
    assert lobby.has_place(TICKET)

    lobby.depart(back.peer, CallEnd.LEFT)

    assert not lobby.has_place(TICKET)
    assert lobby.enter_call(TICKET, "ann", "") is None


def test_a_call_that_is_over_is_remembered_as_long_as_its_tickets_are_valid(
    lobby: Lobby, clock: ManualClock
):
    for number in range(2):
        back = lobby.enter_call(Ticket(CallId(f"call {number}"), 0), "", "")
        assert back is not None
        lobby.depart(back.peer, CallEnd.LEFT)
        clock.advance(VALID_S + 1)

    assert lobby.has_place(Ticket(CallId("call 0"), 0))
    assert not lobby.has_place(Ticket(CallId("call 1"), 0))


def test_no_more_than_so_many_calls_that_are_over_are_remembered(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calls, "_NOTED_MAX", 1)
    for number in range(2):
        back = lobby.enter_call(Ticket(CallId(f"call {number}"), 0), "", "")
        assert back is not None
        lobby.depart(back.peer, CallEnd.LEFT)

    assert lobby.has_place(Ticket(CallId("call 0"), 0))
    assert not lobby.has_place(Ticket(CallId("call 1"), 0))
