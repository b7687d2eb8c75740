"""Real sound: PulseAudio with a pipe as microphone and a pipe as speaker."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.levels import tone_levels
from desktop_app.engine_messages import DeviceKind, DeviceProblem
from tests.desktop_app.engine import calls
from tests.desktop_app.engine.engine_driver import EngineDriver

DEADLINE_S = 20.0

SPOKEN_HZ = 1_000.0
FORMAT = "format=s16le rate=48000 channels=1"
CLOCK = "use_system_clock_for_timing=yes"

pytestmark = pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="no PulseAudio here")


class SoundServer:
    """A PulseAudio of our own with a fake microphone and a fake speaker."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "HOME": str(home),
            "PULSE_RUNTIME_PATH": str(home / "pulse"),
            "PULSE_SERVER": f"unix:{home}/pulse/native",
            "PULSE_STATE_PATH": str(home),
        }
        self.microphone = home / "microphone"
        self.speaker = home / "speaker"
        self._stop = threading.Event()
        self.heard = np.zeros(SAMPLE_RATE // 2, dtype=np.int16)

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
                *("--log-target=stderr", "--log-level=error", "--disallow-exit"),
                *("-L", f"module-native-protocol-unix socket={self.home}/pulse/native"),
                *("-L", f"module-pipe-source source_name=mic file={self.microphone} {FORMAT}"),
                *("-L", f"module-pipe-sink sink_name=speaker file={self.speaker} {FORMAT} {CLOCK}"),
            ],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100):
            ready = subprocess.run(["pactl", "info"], env=self.environment, capture_output=True)
            if ready.returncode == 0 and self.microphone.exists() and self.speaker.exists():
                break
            self._process.poll()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._speak, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        if self._stop.is_set():
            return
        self._stop.set()
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(2)

    def _speak(self) -> None:
        """Fill the microphone's pipe at the true rate with one tone."""
        position, due = 0, time.monotonic()
        with self.microphone.open("wb", buffering=0) as pipe:
            while not self._stop.wait(max(0.0, due - time.monotonic())):
                due += 0.02
                times = (np.arange(960) + position) / SAMPLE_RATE
                position += 960
                tone = np.sin(2 * np.pi * SPOKEN_HZ * times) * 9_000
                try:
                    pipe.write(tone.astype(np.int16).tobytes())
                except BrokenPipeError:
                    return

    def _listen(self) -> None:
        with self.speaker.open("rb", buffering=0) as pipe:
            while data := pipe.read(1_920):
                samples = np.frombuffer(data[: len(data) // 2 * 2], dtype=np.int16)
                self.heard = np.concatenate((self.heard, samples))[-SAMPLE_RATE // 2 :]


@pytest.fixture
def sound_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    server = SoundServer(tmp_path)
    server.start()
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, server.environment[name])
    yield server
    server.stop()


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
    for _ in range(40):
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
