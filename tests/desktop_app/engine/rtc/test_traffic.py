"""Signs of life and their absence, with the clock passed in."""

from desktop_app.engine.rtc.traffic import (
    ASK_AFTER_S,
    ASK_EVERY_S,
    BROKEN_AFTER_S,
    DATA_BYTE,
    RTCP_GOODBYE,
    SILENT_AFTER_S,
    Traffic,
)
from desktop_app.engine_messages import MediaHealth

PICTURE = bytes([128, 96])
HANDSHAKE = bytes([22, 254])


class Watched:
    def __init__(self) -> None:
        self.now = 100.0
        self.carried = 0
        self.traffic = Traffic(lambda: self.now, self._count)

    def _count(self) -> None:
        self.carried += 1


def test_silence_grows_and_ends_with_any_sign_of_life() -> None:
    watched = Watched()
    for end_silence in (lambda: watched.traffic.received(HANDSHAKE), watched.traffic.live):
        assert watched.traffic.health is MediaHealth.CONNECTED
        watched.now += SILENT_AFTER_S
        assert watched.traffic.health is MediaHealth.SILENT
        watched.now += BROKEN_AFTER_S - SILENT_AFTER_S
        assert watched.traffic.health is MediaHealth.BROKEN
        end_silence()


def test_who_is_quiet_is_asked_again_and_again_though_the_answers_come() -> None:
    watched = Watched()
    assert not watched.traffic.is_to_ask()
    watched.now += ASK_AFTER_S
    assert watched.traffic.is_to_ask()
    assert not watched.traffic.is_to_ask()
    watched.traffic.live()
    watched.now += ASK_EVERY_S
    assert watched.traffic.is_to_ask()
    watched.traffic.received(PICTURE)
    assert not watched.traffic.is_to_ask()


def test_a_connection_carries_from_its_first_media_or_message_on() -> None:
    watched = Watched()
    for nothing in (HANDSHAKE, bytes([128, RTCP_GOODBYE])):
        watched.traffic.received(nothing)
        assert watched.carried == 0
    watched.traffic.received(bytes([DATA_BYTE]))
    watched.traffic.received(PICTURE)
    assert watched.carried == 1


def test_counts_go_on_over_a_replaced_connection() -> None:
    older, newer = Watched().traffic, Watched().traffic
    older.received(PICTURE)
    older.sent(10)
    newer.sent(5)
    newer.go_on_from(older)

    assert (newer.received_bytes, newer.sent_bytes) == (2, 15)
