"""Makes calls between two engines, as the signalling server would introduce them."""

import itertools

import numpy as np
import numpy.typing as npt

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import Stream
from signaling_server.protocol.messages import DescriptionKind, Exchange, Mode, Role
from tests.desktop_app.engine.engine_driver import EngineDriver

ANN_HZ = 523.0
BOB_HZ = 701.0
_numbers = itertools.count(1)


def new_call() -> str:
    return f"call-{next(_numbers)}"


def open_devices(engine: EngineDriver, voice_hz: float) -> None:
    """Stand-in camera and voice, speaker, and both views shown."""
    engine.send(messages.OpenCamera(stand_in=True, width=640, height=480))
    engine.send(messages.OpenMicrophone(stand_in_hz=voice_hz))
    engine.send(messages.OpenSpeaker())
    for stream in Stream:
        engine.send(messages.SetView(stream, 640, 480))


def prepare(engine: EngineDriver, mode: Mode = Mode.VIDEO) -> messages.ConnectionReady:
    """Have a connection made ready; an earlier one of another mode is thrown away."""
    engine.drain()
    engine.send(messages.PrepareConnection(mode))
    return engine.wait(messages.ConnectionReady, lambda ready: ready.mode is mode)


def call_paired(
    offerer: EngineDriver,
    offerer_ready: messages.ConnectionReady,
    answerer: EngineDriver,
    answerer_ready: messages.ConnectionReady,
) -> str:
    """Start a call with both descriptions in hand, and wait until it stands on both sides."""
    call = new_call()
    start_paired(call, offerer, Role.OFFERER, offerer_ready, answerer_ready)
    start_paired(call, answerer, Role.ANSWERER, answerer_ready, offerer_ready)
    wait_connected(call, offerer, answerer)
    return call


def start_paired(
    call: str,
    engine: EngineDriver,
    role: Role,
    own: messages.ConnectionReady,
    other: messages.ConnectionReady,
) -> None:
    """Start one side of a call with both descriptions in hand."""
    engine.send(
        messages.StartCall(
            call,
            own.mode,
            role,
            Exchange.PAIRED,
            own.connection,
            other.description,
            replaceable=True,
        )
    )


def call_classical(offerer: EngineDriver, answerer: EngineDriver, mode: Mode = Mode.VIDEO) -> str:
    """Start a call in which nothing was parked: offer and answer are carried between the two."""
    call = new_call()
    offerer.send(messages.StartCall(call, mode, Role.OFFERER, Exchange.CLASSICAL))
    answerer.send(messages.StartCall(call, mode, Role.ANSWERER, Exchange.CLASSICAL))
    carry_description(call, offerer, answerer, DescriptionKind.OFFER)
    carry_description(call, answerer, offerer, DescriptionKind.ANSWER)
    wait_connected(call, offerer, answerer)
    return call


def carry_description(
    call: str, source: EngineDriver, target: EngineDriver, kind: DescriptionKind
) -> None:
    said = source.wait(messages.LocalDescription, lambda event: event.call == call)
    assert said.kind is kind
    target.send(messages.RemoteDescription(call, kind, said.sdp))


def replace_connection(call: str, one: EngineDriver, other: EngineDriver, number: int) -> None:
    """Have one offer another connection and the other answer it, and carry what they say."""
    one.send(messages.ReplaceConnection(call, number))
    for teller, hearer in ((one, other), (other, one)):
        made = teller.wait(messages.LocalDescription, lambda said: said.replacement == number)
        hearer.send(messages.RemoteDescription(call, made.kind, made.sdp, number))


def wait_replaced(call: str, number: int, *engines: EngineDriver) -> None:
    for engine in engines:
        replaced = engine.wait(messages.ConnectionReplaced)
        assert replaced == messages.ConnectionReplaced(call, number)


def wait_connected(call: str, *engines: EngineDriver) -> None:
    for engine in engines:
        engine.wait(messages.CallConnected, lambda event: event.call == call)


def wait_tone(engine: EngineDriver, heard_hz: float, silent_hz: float) -> None:
    """Wait until a tone is in what the engine plays and another is not."""
    for _ in range(40):
        engine.send(messages.MeasurePlayback([heard_hz, silent_hz]))
        heard, silent = engine.wait(messages.PlaybackMeasured).levels
        if heard > 0.05 and silent < heard / 20:
            return
        engine.wait(messages.Statistics, deadline_s=5)
    raise AssertionError(f"{heard_hz} Hz was not heard: {heard:.4f}, {silent_hz} Hz: {silent:.4f}")


def background(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the mean colour of a picture's corner, which tells one test picture from another."""
    corner = picture[: picture.shape[0] // 8, : picture.shape[1] // 8, :3]
    return np.asarray(corner.reshape(-1, 3).mean(axis=0))


def same_colour(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> bool:
    return bool(np.abs(one - other).max() < 16)


def mirrored(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return picture[:, ::-1]
