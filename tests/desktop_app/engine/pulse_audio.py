"""A PulseAudio of the tests' own, with pipes as microphones and speakers."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

SPOKEN_HZ = 1_000.0
FORMAT = "format=s16le rate=48000 channels=1"
CLOCK = "use_system_clock_for_timing=yes"


class SoundServer:
    """Starts with one microphone, "mic", into which a tone is spoken, and one speaker."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "HOME": str(home),
            "PULSE_RUNTIME_PATH": str(home / "pulse"),
            "PULSE_SERVER": f"unix:{home}/pulse/native",
            "PULSE_STATE_PATH": str(home),
        }
        self._stop = threading.Event()
        self._modules: dict[str, str] = {}
        self._threads: list[threading.Thread] = []
        self.heard = np.zeros(SAMPLE_RATE // 2, dtype=np.int16)

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
                *("--log-target=stderr", "--log-level=error", "--disallow-exit"),
                *("-L", f"module-native-protocol-unix socket={self.home}/pulse/native"),
            ],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        while subprocess.run(
            ["pactl", "info"], env=self.environment, capture_output=True
        ).returncode:
            assert self._process.poll() is None, "PulseAudio does not start"
        self.plug_in_microphone("mic")
        self.plug_in_speaker("speaker")

    def stop(self) -> None:
        if self._stop.is_set():
            return
        self._stop.set()
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(2)

    def plug_in_microphone(self, name: str, spoken_hz: float = SPOKEN_HZ) -> None:
        self._load(name, f"module-pipe-source source_name={name} file={self.home / name} {FORMAT}")
        self._begin(lambda: self._speak(self.home / name, spoken_hz))

    def plug_in_speaker(self, name: str) -> None:
        pipe = f"file={self.home / name} {FORMAT} {CLOCK}"
        self._load(name, f"module-pipe-sink sink_name={name} {pipe}")
        self._begin(lambda: self._listen(self.home / name))

    def pull_out(self, name: str) -> None:
        self.ask("unload-module", self._modules.pop(name))

    def ask(self, *command: str) -> str:
        """Give the server a command of pactl, and return its answer."""
        return subprocess.run(
            ["pactl", *command], env=self.environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    def _load(self, name: str, module: str) -> None:
        self._modules[name] = self.ask("load-module", *module.split())

    def _begin(self, work: "Callable[[], None]") -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _speak(self, path: Path, hz: float) -> None:
        """Fill a microphone's pipe at the true rate with one tone."""
        position, due = 0, time.monotonic()
        with path.open("wb", buffering=0) as pipe:
            while not self._stop.wait(max(0.0, due - time.monotonic())):
                due += 0.02
                times = (np.arange(960) + position) / SAMPLE_RATE
                position += 960
                tone = np.sin(2 * np.pi * hz * times) * 9_000
                try:
                    pipe.write(tone.astype(np.int16).tobytes())
                except BrokenPipeError:
                    return

    def _listen(self, path: Path) -> None:
        with path.open("rb", buffering=0) as pipe:
            while data := pipe.read(1_920):
                samples = np.frombuffer(data[: len(data) // 2 * 2], dtype=np.int16)
                self.heard = np.concatenate((self.heard, samples))[-SAMPLE_RATE // 2 :]
