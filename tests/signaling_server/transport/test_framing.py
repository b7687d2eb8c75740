"""What a client may write into its socket, byte by byte."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode
from signaling_server.transport.framing import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    FrameReader,
    FramingFault,
    close_answer,
    framed,
)
from tests.signaling_server.transport.streams import frames_in

MAX_BYTES = 70_000


def masked(opcode: int, payload: bytes, mask: bytes = b"\x01\x82\x03\xff", *, final: bool = True):
    """Return a frame as clients send it."""
    head, length = bytearray(framed(opcode, payload)), len(payload)
    head = head[: len(head) - length]
    head[0] &= 0xFF if final else 0x7F
    head[1] |= 0x80
    body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return bytes(head) + mask + body


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


frames = st.lists(
    st.one_of(
        st.tuples(st.sampled_from((TEXT, BINARY)), st.binary(max_size=400)),
        st.tuples(st.sampled_from((PING, CLOSE)), st.binary(max_size=125)),
    ),
    max_size=5,
)


@given(frames, st.binary(min_size=4, max_size=4), st.lists(st.integers(0), max_size=8))
def test_frames_are_read_however_the_stream_is_cut(
    sent: list[tuple[int, bytes]], mask: bytes, cuts: list[int]
):
    stream = b"".join(masked(opcode, payload, mask) for opcode, payload in sent)
    reader = FrameReader(MAX_BYTES)

    read = [frame for piece in in_pieces(stream, cuts) for frame in reader.feed(piece)]

    assert read == sent


@given(frames, st.binary(min_size=1, max_size=40), st.lists(st.integers(0), max_size=8))
def test_what_comes_before_a_fault_is_read_however_the_stream_is_cut(
    sent: list[tuple[int, bytes]], junk: bytes, cuts: list[int]
):
    stream = b"".join(masked(opcode, payload) for opcode, payload in sent) + junk

    read, code = frames_in([stream])

    assert read[: len(sent)] == sent
    assert frames_in(in_pieces(stream, cuts)) == (read, code)


@given(st.lists(st.binary(max_size=200), min_size=2, max_size=5))
def test_fragments_are_put_together_and_control_frames_come_between(parts: list[bytes]):
    stream = b""
    for number, part in enumerate(parts):
        opcode = CONTINUATION if number else TEXT
        stream += masked(opcode, part, final=number == len(parts) - 1)
        if number < len(parts) - 1:
            stream += masked(PING, b"there?")

    read = FrameReader(MAX_BYTES).feed(stream)

    assert [payload for opcode, payload in read if opcode == TEXT] == [b"".join(parts)]
    assert len([opcode for opcode, _ in read if opcode == PING]) == len(parts) - 1


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536, MAX_BYTES])
def test_every_way_to_write_a_length_is_read(length: int):
    payload = bytes(length)
    assert FrameReader(MAX_BYTES).feed(masked(TEXT, payload)) == [(TEXT, payload)]


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (framed(TEXT, b"not masked"), CloseCode.PROTOCOL_FAULT),
        (framed(PING, b""), CloseCode.PROTOCOL_FAULT),
        (masked(TEXT, b"masked") + framed(PING, b""), CloseCode.PROTOCOL_FAULT),
        (bytes([0xC1, 0x80, 0, 0, 0, 0]), CloseCode.PROTOCOL_FAULT),
        (masked(0x3, b""), CloseCode.PROTOCOL_FAULT),
        (masked(PING, b"", final=False), CloseCode.PROTOCOL_FAULT),
        (masked(PING, bytes(126)), CloseCode.PROTOCOL_FAULT),
        (masked(CONTINUATION, b"of nothing"), CloseCode.PROTOCOL_FAULT),
        (masked(TEXT, b"one", final=False) + masked(TEXT, b"two"), CloseCode.PROTOCOL_FAULT),
        (masked(TEXT, bytes(MAX_BYTES + 1)), CloseCode.TOO_LARGE),
        (
            masked(TEXT, bytes(MAX_BYTES), final=False) + masked(CONTINUATION, b"x"),
            CloseCode.TOO_LARGE,
        ),
        (bytes([0x81, 0xFF]) + (2**63).to_bytes(8, "big"), CloseCode.TOO_LARGE),
    ],
)
def test_what_may_not_be_sent_is_refused(stream: bytes, code: int):
    with pytest.raises(FramingFault) as fault:
        FrameReader(MAX_BYTES).feed(stream)
    assert fault.value.code == code


def test_a_message_may_come_in_so_many_fragments_and_no_more():
    allowed = masked(TEXT, b"x", final=False)
    allowed += masked(CONTINUATION, b"", final=False) * (limits.FRAGMENTS_MAX - 2)
    assert FrameReader(MAX_BYTES).feed(allowed + masked(CONTINUATION, b"y")) == [(TEXT, b"xy")]

    with pytest.raises(FramingFault) as fault:
        FrameReader(MAX_BYTES).feed(allowed + masked(CONTINUATION, b"", final=False))
    assert fault.value.code == CloseCode.PROTOCOL_FAULT


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (b"", None),
        (b"\x03\xe8", 1000),
        (b"\x0f\xa0bye", 4000),
        (b"\x03", 1002),
        (b"\x03\xed", 1002),
    ],
)
def test_a_close_is_answered_with_a_code_that_may_be_sent(said: bytes, answered: int | None):
    code = close_answer(said)

    assert code == (b"" if answered is None else answered.to_bytes(2, "big"))
