"""What waits for a connection, and what for the sender."""

import asyncio
import time

import av
import pytest

from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.rtc.tracks import HELD_MAX, NTP_SECOND, WAITING_MAX, PacketTrack

HOUR_S = 3_600.0


def packet(number: int, age_s: float | None = None) -> EncodedPacket:
    made = av.Packet(b"x")
    made.pts = number
    if age_s is not None:
        made.opaque = time.monotonic_ns() - round(age_s * 1e9)
    return made


async def numbers(track: PacketTrack, count: int) -> list[int | None]:
    """Return the next packets that a sender gets, and see that no more wait."""
    async with asyncio.timeout(5):
        got = [(await track.recv()).pts for _ in range(count)]
        track.offer(packet(99), starts_anew=True)
        assert (await track.recv()).pts == 99
    return got


async def test_pictures_held_for_the_connection_begin_with_a_key_frame() -> None:
    track = PacketTrack("video")
    track.hold(packet(0), starts_anew=False)
    assert not track.is_whole
    track.hold(packet(1), starts_anew=True)
    track.hold(packet(2), starts_anew=False)
    assert track.is_whole
    track.hold(packet(3), starts_anew=True)
    track.hold(packet(4), starts_anew=False)
    assert await numbers(track, 2) == [3, 4]


async def test_pictures_held_too_long_are_not_shown_late() -> None:
    track = PacketTrack("video")
    for number in range(HELD_MAX + 2):
        track.hold(packet(number), starts_anew=number == 0)
    assert not track.is_whole
    assert await numbers(track, 0) == []


async def test_nothing_that_waits_is_sent_once_the_camera_is_off() -> None:
    track = PacketTrack("video")
    track.hold(packet(0), starts_anew=True)
    track.hold(packet(1), starts_anew=False)
    track.forget()
    assert not track.is_whole
    assert not track.offer(packet(2), starts_anew=False)
    assert await numbers(track, 0) == []


@pytest.mark.parametrize("kind", ["audio", "video"])
async def test_a_sender_that_falls_behind_goes_on_with_a_key_frame(kind: str) -> None:
    track = PacketTrack(kind)
    for number in range(WAITING_MAX[kind]):
        assert track.offer(packet(number), starts_anew=number == 0)
    assert not track.offer(packet(99), starts_anew=False)
    async with asyncio.timeout(5):
        await track.recv()
    assert not track.offer(packet(100), starts_anew=False)
    assert track.offer(packet(101), starts_anew=True)


async def test_what_was_only_handed_out_is_not_taken_for_what_was_sent_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    track = PacketTrack("video")
    assert track.age_s(0) == 0.0
    track.offer(packet(0, age_s=HOUR_S), starts_anew=True)
    track.offer(packet(1, age_s=3 * HOUR_S), starts_anew=False)
    times = iter((1_000 * NTP_SECOND, 1_010 * NTP_SECOND))
    monkeypatch.setattr("aiortc.clock.current_ntp_time", lambda: next(times))
    async with asyncio.timeout(5):
        await track.recv()
        await track.recv()
    assert track.age_s(1_009 * NTP_SECOND) == pytest.approx(HOUR_S + 9, abs=5)
    assert track.age_s(1_010 * NTP_SECOND) == pytest.approx(3 * HOUR_S, abs=5)
