"""Every message has a frame in golden/, written once and never changed after the first release.

A new message or field gets a new file; an old file that no longer reads the same means that
older clients break.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from signaling_server.protocol import codec

GOLDEN = Path(__file__).parent / "golden"
DECODERS: dict[str, tuple[Callable[[str], Any], frozenset[str]]] = {
    "client": (codec.decode_client, codec.CLIENT_TYPES),
    "server": (codec.decode_server, codec.SERVER_TYPES),
    "channel": (codec.decode_channel, codec.CHANNEL_TYPES),
}
FRAMES = sorted(GOLDEN.glob("*/*.json"))


@pytest.mark.parametrize("file", FRAMES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_golden_frame_reads_and_writes_as_ever(file: Path):
    decode, _ = DECODERS[file.parent.name]
    frame = file.read_text(encoding="utf-8").strip()
    message = decode(frame)

    assert codec.encode(message) == frame
    assert decode(codec.encode(message)) == message


@pytest.mark.parametrize("direction", DECODERS)
def test_every_message_has_a_golden_frame(direction: str):
    _, types = DECODERS[direction]
    files = (GOLDEN / direction).glob("*.json")
    covered = {msgspec.json.decode(file.read_bytes())["type"] for file in files}

    assert covered == types


@pytest.mark.parametrize("direction", DECODERS)
def test_every_field_stands_in_some_golden_frame(direction: str):
    decode, _ = DECODERS[direction]
    written: dict[type, set[str]] = {}
    for file in (GOLDEN / direction).glob("*.json"):
        frame = msgspec.json.decode(file.read_bytes())
        written.setdefault(type(decode(file.read_text(encoding="utf-8"))), set()).update(frame)

    for message, keys in written.items():
        assert set(message.__struct_fields__) <= keys, message
