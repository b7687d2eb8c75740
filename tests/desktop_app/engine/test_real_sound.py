"""Real sound: PulseAudio with a pipe as microphone and a pipe as speaker."""

import shutil
import time
from collections.abc import Callable

import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.levels import tone_levels
from desktop_app.engine_messages import DeviceKind, DeviceProblem
from tests.desktop_app.engine import calls
from tests.desktop_app.engine.engine_driver import EngineDriver
from tests.desktop_app.engine.pulse_audio import SPOKEN_HZ, SoundServer

DEADLINE_S = 20.0

pytestmark = pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="no PulseAudio here")


def test_a_tone_goes_from_microphone_to_speaker(
    sound_server: SoundServer, start_engine: Callable[[], EngineDriver]
) -> None:
    ann, bob = start_engine(), start_engine()
    found = ann.wait(messages.DevicesFound, lambda e: len(e.devices) >= 2).devices
    assert {device.kind for device in found} == {DeviceKind.MICROPHONE, DeviceKind.SPEAKER}
    # A steady tone is noise, which the processing would take out.
    ann.send(messages.ProcessVoice(False, False, False))
    ann.send(messages.OpenMicrophone())
    ann.wait(messages.DeviceOpened, lambda e: e.device.kind is DeviceKind.MICROPHONE)
    bob.send(messages.OpenSpeaker())
    bob.wait(messages.DeviceOpened, lambda e: e.device.kind is DeviceKind.SPEAKER)
    ann.send(messages.WatchLevels(True))
    ann.wait(messages.Level, lambda level: level.level > 0.5)

    calls.call_classical(ann, bob)
    for _ in range(10):
        bob.wait(messages.Statistics)
        level, other = tone_levels(sound_server.heard, SAMPLE_RATE, [SPOKEN_HZ, 1_300.0])
        if level > 0.1 and other < level / 50:
            return
    raise AssertionError(f"not heard: {level:.4f} against {other:.4f}")


def test_the_test_sound_is_heard_and_obeys_the_volume(
    sound_server: SoundServer, start_engine: Callable[[], EngineDriver]
) -> None:
    engine = start_engine()
    engine.send(messages.OpenSpeaker())
    engine.wait(messages.DeviceOpened)
    engine.send(messages.WatchLevels(True))
    engine.send(messages.PlayTestSound())
    for _ in range(200):
        engine.wait(messages.Level)
        if tone_levels(sound_server.heard, SAMPLE_RATE, [880.0])[0] > 0.03:
            break
    else:
        raise AssertionError("the test sound was not heard")

    engine.send(messages.SetVolume(0.0))
    for _ in range(60):
        engine.wait(messages.Level)
    engine.send(messages.PlayTestSound())
    for _ in range(15):
        engine.wait(messages.Level)
        assert tone_levels(sound_server.heard, SAMPLE_RATE, [880.0])[0] < 0.001


def test_a_sound_server_that_dies_is_told_and_sound_is_consumed_on(
    sound_server: SoundServer, start_engine: Callable[[], EngineDriver]
) -> None:
    engine = start_engine()
    engine.send(messages.OpenMicrophone())
    engine.send(messages.OpenSpeaker())
    kinds = {engine.wait(messages.DeviceOpened).device.kind for _ in range(2)}
    assert kinds == {DeviceKind.MICROPHONE, DeviceKind.SPEAKER}

    sound_server.stop()
    kinds = {engine.wait(messages.DeviceFailed).kind for _ in range(2)}
    assert kinds == {DeviceKind.MICROPHONE, DeviceKind.SPEAKER}
    engine.send(messages.PlayTestSound())
    deadline = time.monotonic() + DEADLINE_S
    level = 0.0
    while level < 0.03:
        assert time.monotonic() < deadline, "nothing is consumed"
        engine.send(messages.MeasurePlayback([880.0]))
        level = engine.wait(messages.PlaybackMeasured).levels[0]


def test_without_a_sound_server_this_is_told_and_the_rest_goes_on(
    start_engine: Callable[[], EngineDriver],
) -> None:
    engine = start_engine()
    engine.send(messages.OpenMicrophone())
    engine.send(messages.OpenSpeaker())
    for _ in range(2):
        assert engine.wait(messages.DeviceFailed).problem is DeviceProblem.NO_SOUND_SERVER
    engine.send(messages.SetView(messages.Stream.SELF, 320, 240))
    engine.send(messages.OpenCamera(stand_in=True))
    engine.wait_picture(messages.Stream.SELF)
