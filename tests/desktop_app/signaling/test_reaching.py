"""What the system says about a socket whose network is cut after it was connected."""

import sys

import pytest

from desktop_app.signaling.reaching import is_answered
from tests.link import network as links

pytestmark = [
    pytest.mark.skipif(not links.can_run, reason="needs root, a C compiler and iproute2"),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux is asked"),
]
DEADLINE_S = 20.0


def test_a_connected_socket_whose_words_are_lost_is_not_answered_until_they_arrive() -> None:
    with links.running_network(1) as network:
        person = network.people[0]
        with network.server.open_socket() as listener, person.open_socket() as ours:
            listener.bind((network.server.address, 0))
            listener.listen()
            assert not is_answered(ours)
            for waits in (listener, ours):
                waits.settimeout(DEADLINE_S)
            ours.connect(listener.getsockname())
            assert is_answered(ours)

            network.cut(person)
            ours.send(b"hello")
            assert not is_answered(ours)

            network.join(person)
            theirs, _ = listener.accept()
            with theirs:
                theirs.settimeout(DEADLINE_S)
                assert theirs.recv(5) == b"hello"
                theirs.send(b"yes")
                assert ours.recv(3) == b"yes"
                assert is_answered(ours)
