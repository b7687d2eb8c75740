"""Engine processes in miniature, each with one way to behave. Spawned by test_engine.py."""

import os
import time
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory

from desktop_app.engine_messages import (
    SLOT_BYTES,
    DeviceKind,
    EngineStarted,
    Event,
    Level,
    Picture,
    Ping,
    Pong,
    Quit,
    SetView,
    Stream,
    decode_command,
    encode,
)


def obeys(pipe: Connection, _blocks: dict[str, str]) -> None:
    """Answers pings, reports each view it is told as a level, and quits when asked."""
    _say(pipe, EngineStarted(versions={}))
    while True:
        match decode_command(pipe.recv_bytes()):
            case Ping(number=number):
                _say(pipe, Pong(number=number))
            case SetView(width=width):
                _say(pipe, Level(kind=DeviceKind.MICROPHONE, level=float(width)))
            case Quit():
                return


def paints(pipe: Connection, blocks: dict[str, str]) -> None:
    """Writes one picture, then obeys."""
    block = SharedMemory(blocks[Stream.SELF])
    assert block.buf is not None
    block.buf[SLOT_BYTES : SLOT_BYTES + 16] = b"\x07" * 16
    picture = Picture(
        stream=Stream.SELF, slot=1, width=2, height=2, number=1, call="", captured_ns=0
    )
    _say(pipe, picture)
    obeys(pipe, blocks)
    block.close()


def dies_at_once(_pipe: Connection, _blocks: dict[str, str]) -> None:
    os._exit(3)


def never_starts(_pipe: Connection, _blocks: dict[str, str]) -> None:
    _hang()


def starts_and_hangs(pipe: Connection, _blocks: dict[str, str]) -> None:
    _say(pipe, EngineStarted(versions={}))
    _hang()


def floods(pipe: Connection, _blocks: dict[str, str]) -> None:
    """Says the same for ever, as fast as the pipe takes it."""
    _say(pipe, EngineStarted(versions={}))
    while True:
        _say(pipe, Level(kind=DeviceKind.MICROPHONE, level=0.5))


def talks_nonsense(pipe: Connection, blocks: dict[str, str]) -> None:
    pipe.send_bytes(b"\xc1 no message")
    obeys(pipe, blocks)


def _say(pipe: Connection, event: Event) -> None:
    pipe.send_bytes(encode(event))


def _hang() -> None:
    while True:
        time.sleep(60)
