"""Three servers whose messages a test carries one by one."""

from collections import deque
from collections.abc import Iterable
from random import Random

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.backends.redis.others import Others
from signaling_server.domain.calls import Observers
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.node_messages import (
    Claim,
    Handover,
    Moved,
    NodeMessage,
    NotHere,
    PassedOn,
    Rejoined,
    Relayed,
    Returned,
    Shared,
)
from signaling_server.domain.peer import Delivery, NodeId, Peer
from signaling_server.domain.sessions import Grace
from signaling_server.protocol.messages import (
    CallCandidate,
    Mode,
    QueueJoin,
    ServerMessage,
)
from tests.signaling_server.conftest import ManualClock

GRACE = Grace(waiting_s=60.0, in_call_s=90.0)
SEARCH = QueueJoin(search=1, mode=Mode.VIDEO)
ROUNDS_MAX = 20
"""Far more than any message is passed on."""


class Network:
    """Keeps the order from one server to another, and nothing else, until a test carries it."""

    def __init__(self) -> None:
        self.servers: dict[NodeId, Server] = {}
        self.on_its_way: dict[tuple[NodeId, NodeId], deque[NodeMessage]] = {}

    def carry(self, sender: "Server", receiver: "Server") -> None:
        """Hand over what is on its way from one server to another."""
        waiting = self.on_its_way.get((sender.node, receiver.node), deque())
        for _ in range(len(waiting)):
            receiver.hear(waiting.popleft())

    def carry_all(self) -> None:
        """Carry until nothing is on its way, which has to be soon."""
        for _ in range(ROUNDS_MAX):
            for sender, receiver in list(self.on_its_way):
                self.carry(self.servers[sender], self.servers[receiver])
        assert not any(self.on_its_way.values()), "messages circle"


class Server:
    """A lobby, and what its peers have been told, by session."""

    def __init__(self, name: str, network: Network, clock: ManualClock) -> None:
        self.node = NodeId(name)
        self._network = network
        network.servers[self.node] = self
        self.lobby = Lobby(clock, Random(7), MemoryLine(Random(7)), GRACE, Observers())
        self.afar = self.lobby.afar(self.node, self._post)
        self.moving = self.lobby.move_with(self.afar, self._post, self._let_go, lambda node: True)
        self.others = Others(self.afar, clock, GRACE.in_call_s)
        self.told: dict[str, list[ServerMessage]] = {}
        self.let_go: list[Peer] = []

    def arrive(self) -> Peer:
        peer = self.lobby.enter(None, ())
        self.lobby.renew_token(peer)
        return peer

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        for to, message in deliveries:
            if to.node is not None or to.is_settling:
                self.moving.tell(to, message)
            else:
                self.told.setdefault(to.session, []).append(message)

    def said_to(self, peer: Peer) -> list[str]:
        """Return the candidates that a session was told here."""
        told = self.told.get(peer.session, [])
        return [message.candidate for message in told if isinstance(message, CallCandidate)]

    def say(self, peer: Peer, text: str) -> None:
        assert peer.call is not None
        self.deliver(self.lobby.relay(peer, CallCandidate(peer.call.id, text)))

    def hear(self, message: NodeMessage) -> None:
        if self.moving.passes_on(message):
            return
        steps = {
            Relayed: self.afar.relayed,
            Returned: self.afar.returned,
            Rejoined: self.afar.rejoined,
            Moved: self.afar.moved,
            Claim: self.moving.claimed,
            NotHere: self.moving.not_here,
            Handover: self.moving.handed_over,
            PassedOn: self.moving.passed_on,
            Shared: self.others.compare,
        }
        if step := steps.get(type(message)):
            self.deliver(step(message))

    def announce(self) -> None:
        """Tell all others of calls brought back that lack a peer, as is done every second."""
        for returned in self.afar.announce():
            for node in self._network.servers.keys() - {self.node}:
                self._post(node, returned)

    def compare(self, other: "Server") -> None:
        """Tell another server which calls seem to be shared with it, as is done every two seconds."""
        calls = [call.id for call in self.afar.calls_with(other.node)]
        self._post(other.node, Shared(self.node, list(calls)))

    def claim(self, peer: Peer) -> list[Peer | None]:
        """Ask for a session; the answer will be in the list."""
        answers: list[Peer | None] = []
        self.moving.claim(peer.token, peer.person, None, answers.append)
        return answers

    def _post(self, node: NodeId | None, message: NodeMessage) -> None:
        assert node is not None
        self._network.on_its_way.setdefault((self.node, node), deque()).append(message)

    def _let_go(self, peer: Peer) -> None:
        self.let_go.append(peer)


def moved(network: Network, peer: Peer, to: Server) -> Peer:
    answers = to.claim(peer)
    network.carry_all()
    [here] = answers
    assert here is not None
    return here


def in_a_call(server: Server) -> tuple[Peer, Peer]:
    """Bring two together at a server."""
    ann, bob = server.arrive(), server.arrive()
    for peer in (ann, bob):
        server.deliver(server.lobby.join(peer, SEARCH))
    assert ann.call is bob.call is not None
    return ann, bob


def in_a_shared_call(network: Network, anns: Server, bobs: Server) -> tuple[Peer, Peer]:
    """Bring two together, of whom the second one's server gets to know by the move of the second."""
    ann, bob = in_a_call(anns)
    return ann, moved(network, bob, bobs)


def half_moved(network: Network, ann: Peer, places: list[Server]) -> Peer:
    """Move a peer from the first server to the second, before the third's answer has come."""
    one, two, three = places
    answers = two.claim(ann)
    for sender, receiver in ((two, one), (one, two), (one, three)):
        network.carry(sender, receiver)
    [here] = answers
    assert here is not None
    return here
