"""Packets of sound that carry the one before them."""

import random
from fractions import Fraction

import av

from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.playback.voice_stream import VoicePacket
from desktop_app.engine.rtc.redundancy import RedundantPacker, unpack

OPUS = 111


def packet(data: bytes, pts: int) -> EncodedPacket:
    made = av.Packet(data)
    made.pts, made.time_base = pts, Fraction(1, 48_000)
    return made


def sent(*packets: EncodedPacket) -> list[tuple[bytes, int]]:
    packer = RedundantPacker(OPUS)
    payloads = []
    for each in packets:
        (payload,), timestamp = packer.pack(each)
        payloads.append((payload, timestamp))
    return payloads


def test_the_first_packet_stands_alone() -> None:
    ((payload, timestamp),) = sent(packet(b"one", 0))
    assert payload == bytes((OPUS,)) + b"one"
    assert list(unpack(7, timestamp, payload)) == [VoicePacket(7, 0, b"one")]


def test_each_further_packet_repeats_the_one_before() -> None:
    (_, (payload, timestamp)) = sent(packet(b"one", 0), packet(b"two", 960))
    assert list(unpack(0, timestamp, payload)) == [
        VoicePacket(0xFFFF, 0, b"one", repeated=True),
        VoicePacket(0, 960, b"two"),
    ]


def test_nothing_is_repeated_over_a_pause_or_when_it_is_too_long() -> None:
    for first, then in (
        (packet(b"one", 0), packet(b"two", 48_000)),
        (packet(bytes(1_024), 0), packet(b"two", 960)),
    ):
        payload, _ = sent(first, then)[1]
        assert payload == bytes((OPUS,)) + b"two"


def test_a_browsers_two_repeated_packets_are_read() -> None:
    payload = (
        (0x80 | OPUS).to_bytes(1, "big")
        + (1_920 << 10 | 3).to_bytes(3, "big")
        + (0x80 | OPUS).to_bytes(1, "big")
        + (960 << 10 | 3).to_bytes(3, "big")
        + bytes((OPUS,))
        + b"onetwothree"
    )
    assert [(p.sequence, p.timestamp, p.data) for p in unpack(9, 5_000, payload)] == [
        (7, 3_080, b"one"),
        (8, 4_040, b"two"),
        (9, 5_000, b"three"),
    ]


def test_broken_packets_are_read_without_harm() -> None:
    dice = random.Random(3)
    for _ in range(2_000):
        data = dice.randbytes(dice.randrange(60))
        assert len(list(unpack(0, 0, data))) <= 5
    assert list(unpack(0, 0, bytes(b"\xff" * 400))) == []
