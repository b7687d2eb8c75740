"""Microphones and speakers that are pulled out and come back, at a real PulseAudio."""

import shutil
import time
from collections.abc import Callable

import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import DeviceKind, DeviceProblem
from tests.desktop_app.engine.engine_driver import EngineDriver
from tests.desktop_app.engine.pulse_audio import SoundServer

pytestmark = pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="no PulseAudio here")

DEADLINE_S = 20.0


@pytest.fixture
def engine(sound_server: SoundServer, start_engine: Callable[[], EngineDriver]) -> EngineDriver:
    engine = start_engine()
    # A steady tone is noise, which the processing would take out.
    engine.send(messages.ProcessVoice(False, False, False))
    engine.send(messages.WatchLevels(True))
    return engine


def opened(engine: EngineDriver, kind: DeviceKind) -> tuple[str, bool]:
    event = engine.wait(messages.DeviceOpened, lambda e: e.device.kind is kind)
    return event.device.id, event.wanted_missing


def failed(engine: EngineDriver, kind: DeviceKind) -> DeviceProblem:
    return engine.wait(messages.DeviceFailed, lambda e: e.kind is kind).problem


def wait_listed(engine: EngineDriver, kind: DeviceKind, *ids: str) -> None:
    engine.wait(
        messages.DevicesFound, lambda e: [d.id for d in e.devices if d.kind is kind] == list(ids)
    )


def wait_gone(engine: EngineDriver, kind: DeviceKind) -> None:
    """Wait until none is listed and the loss is told: a look at the list may fall between the two."""
    told = set()

    def is_gone(event: messages.Message) -> bool:
        if isinstance(event, messages.DevicesFound) and kind not in {d.kind for d in event.devices}:
            told.add(messages.DevicesFound)
        if isinstance(event, messages.DeviceFailed) and event.kind is kind:
            assert event.problem is DeviceProblem.GONE
            told.add(messages.DeviceFailed)
        return len(told) == 2

    engine.wait(messages.Message, is_gone)


def wait_until_nothing_is_recorded(sound_server: SoundServer) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while sound_server.ask("list", "short", "source-outputs"):
        assert time.monotonic() < deadline, "something is still recorded"


def test_the_only_microphone_is_pulled_out_and_nothing_else_is_recorded(
    sound_server: SoundServer, engine: EngineDriver
) -> None:
    engine.send(messages.OpenMicrophone(device="mic"))
    assert opened(engine, DeviceKind.MICROPHONE) == ("mic", False)
    engine.wait(messages.Level, lambda level: level.level > 0.5)

    sound_server.pull_out("mic")
    wait_gone(engine, DeviceKind.MICROPHONE)
    # PulseAudio would record the speaker's own sound for us.
    wait_until_nothing_is_recorded(sound_server)
    engine.wait(messages.Level, lambda level: level.level == 0.0)

    sound_server.plug_in_microphone("mic")
    assert opened(engine, DeviceKind.MICROPHONE) == ("mic", False)
    engine.wait(messages.Level, lambda level: level.level > 0.5)


def test_the_next_best_microphone_is_taken_until_the_chosen_one_is_back(
    sound_server: SoundServer, engine: EngineDriver
) -> None:
    sound_server.plug_in_microphone("headset")
    wait_listed(engine, DeviceKind.MICROPHONE, "mic", "headset")
    engine.send(messages.OpenMicrophone(device="headset"))
    assert opened(engine, DeviceKind.MICROPHONE) == ("headset", False)

    sound_server.pull_out("headset")
    assert failed(engine, DeviceKind.MICROPHONE) is DeviceProblem.GONE
    assert opened(engine, DeviceKind.MICROPHONE) == ("mic", True)

    sound_server.plug_in_microphone("headset")
    assert opened(engine, DeviceKind.MICROPHONE) == ("headset", False)


def test_a_microphone_that_nobody_chose_is_taken_again_too(
    sound_server: SoundServer, engine: EngineDriver
) -> None:
    sound_server.plug_in_microphone("other")
    wait_listed(engine, DeviceKind.MICROPHONE, "mic", "other")
    engine.send(messages.OpenMicrophone())
    assert opened(engine, DeviceKind.MICROPHONE) == ("mic", False)

    sound_server.pull_out("mic")
    assert failed(engine, DeviceKind.MICROPHONE) is DeviceProblem.GONE
    assert opened(engine, DeviceKind.MICROPHONE) == ("other", False)

    sound_server.plug_in_microphone("mic")
    assert opened(engine, DeviceKind.MICROPHONE) == ("mic", False)


def test_the_only_speaker_is_pulled_out_and_comes_back(
    sound_server: SoundServer, engine: EngineDriver
) -> None:
    # As on every desktop: it puts a speaker that nobody hears in the place of the last one.
    sound_server.ask("load-module", "module-always-sink")
    engine.send(messages.OpenSpeaker())
    assert opened(engine, DeviceKind.SPEAKER) == ("speaker", False)

    sound_server.pull_out("speaker")
    wait_gone(engine, DeviceKind.SPEAKER)

    sound_server.plug_in_speaker("speaker")
    assert opened(engine, DeviceKind.SPEAKER) == ("speaker", False)
    engine.send(messages.PlayTestSound())
    deadline = time.monotonic() + DEADLINE_S
    while not sound_server.heard.any():
        assert time.monotonic() < deadline, "nothing is heard"
        engine.wait(messages.Level)
