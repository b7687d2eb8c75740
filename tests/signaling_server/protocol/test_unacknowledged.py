"""What is kept of what was told, and counted."""

from signaling_server.protocol import limits
from signaling_server.protocol.unacknowledged import Unacknowledged


def test_what_is_acknowledged_is_forgotten_and_what_follows_kept():
    unheard = Unacknowledged()
    for frame in (b"one", b"two", b"three"):
        assert unheard.add(frame)

    assert unheard.acknowledge(2)

    assert (unheard.frames, unheard.told, unheard.size_bytes) == ((b"three",), 3, len(b"three"))


def test_a_count_that_cannot_be_changes_nothing():
    unheard = Unacknowledged()
    unheard.add(b"one")
    unheard.add(b"two")
    assert unheard.acknowledge(1)

    assert not unheard.acknowledge(0)
    assert not unheard.acknowledge(3)

    assert (unheard.frames, unheard.told) == ((b"two",), 2)


def test_what_was_cleared_takes_no_room_from_what_comes_later():
    unheard = Unacknowledged()
    half = bytes(limits.UNACKNOWLEDGED_MAX_BYTES // 2)
    for told in range(1, 4):
        assert unheard.add(half)
        unheard.clear()

        assert (unheard.frames, unheard.told) == ((), told)
