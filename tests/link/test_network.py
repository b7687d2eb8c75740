"""What goes through the link, and when."""

import socket
import time
from collections.abc import Iterator

import pytest

from tests.link import network as links
from tests.link.network import Network, Node

pytestmark = pytest.mark.skipif(not links.can_run, reason="needs root, a C compiler and iproute2")

DELAY_MS = 20.0
LONG_S = 10.0


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with links.running_network(2, delay_ms=DELAY_MS) as network:
        yield network


@pytest.fixture
def ends(network: Network) -> Iterator[tuple[socket.socket, socket.socket]]:
    with mailbox(network.people[0]) as one, mailbox(network.people[1]) as other:
        yield one, other


def mailbox(node: Node) -> socket.socket:
    opened = node.open_socket(socket.SOCK_DGRAM)
    opened.bind((node.address, 0))
    opened.settimeout(LONG_S)
    return opened


Ends = tuple[socket.socket, socket.socket]


def test_a_packet_comes_after_the_delay(ends: Ends) -> None:
    sent_at = time.monotonic()
    ends[0].sendto(b"hello", ends[1].getsockname())
    assert ends[1].recv(100) == b"hello"
    assert time.monotonic() - sent_at >= DELAY_MS / 1000


def test_nothing_passes_while_everything_is_lost(network: Network, ends: Ends) -> None:
    network.change(loss_percent=100)
    ends[0].sendto(b"lost", ends[1].getsockname())
    network.change(loss_percent=0)
    ends[0].sendto(b"found", ends[1].getsockname())
    assert ends[1].recv(100) == b"found"


def test_two_who_are_parted_one_way_are_reached_the_other_way(network: Network, ends: Ends) -> None:
    one, other = network.people
    network.part(one, other, both_ways=False)
    ends[0].sendto(b"lost", ends[1].getsockname())
    ends[1].sendto(b"back", ends[0].getsockname())
    assert ends[0].recv(100) == b"back"
    network.rejoin(one, other)
    ends[0].sendto(b"found", ends[1].getsockname())
    assert ends[1].recv(100) == b"found"


def test_a_slow_line_drops_what_its_queue_cannot_hold(network: Network, ends: Ends) -> None:
    network.change(rate_kbps=100, queue_ms=1000)
    sent = [bytes([number]) * 1000 for number in range(100)]
    for packet in sent:
        ends[0].sendto(packet, ends[1].getsockname())
    network.change(rate_kbps=0)
    ends[0].sendto(b"end", ends[1].getsockname())
    came = []
    while (packet := ends[1].recv(2000)) != b"end":
        came.append(packet)
    assert came == [packet for packet in sent if packet in came], "out of order"
    assert 10 <= len(came) < 50


def test_a_cut_node_is_reached_again_at_another_address(network: Network) -> None:
    mover, other = network.people
    with mailbox(other) as far:
        network.cut(mover)
        before = mover.address
        assert mover.move() != before
        with mailbox(mover) as near:
            near.sendto(b"lost", far.getsockname())
            network.join(mover)
            near.sendto(b"found", far.getsockname())
            text, sender = far.recvfrom(100)
    assert (text, sender[0]) == (b"found", mover.address)


def test_the_server_is_reached_whatever_is_between_two_people(network: Network) -> None:
    network.change(loss_percent=100)
    with mailbox(network.server) as server, mailbox(network.people[1]) as person:
        person.sendto(b"hello", server.getsockname())
        assert server.recv(100) == b"hello"
    network.change(loss_percent=0)
