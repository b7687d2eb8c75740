"""A PulseAudio of one's own, whose microphone and speaker are pipes that a test holds.

What is spoken and what is heard is kept with the time of each sample, so that the delay from a
microphone to a speaker can be measured outside of whoever carries the sound.
"""

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 48_000
BLOCK = SAMPLE_RATE // 100
"""Samples that are spoken at a time, as a sound card would give them."""
FORMAT = f"format=s16le rate={SAMPLE_RATE} channels=1"
CLOCK = "use_system_clock_for_timing=yes"
START_TIMEOUT_S = 10.0

Samples = npt.NDArray[np.int16]
Speech = Callable[[int, int], Samples]
"""Returns count samples from a position on."""


@dataclass(frozen=True)
class Block:
    """at_s is when its first sample was spoken, or was read from the speaker (time.monotonic)."""

    at_s: float
    samples: Samples


class SoundPipes:
    """One side's sound: environment makes a program use it. Threads speak and listen."""

    def __init__(self, home: Path, speech: Speech) -> None:
        self.environment = {
            "PULSE_RUNTIME_PATH": str(home / "pulse"),
            "PULSE_SERVER": f"unix:{home}/pulse/native",
            "PULSE_STATE_PATH": str(home),
        }
        self.spoken: list[Block] = []
        self.heard: list[Block] = []
        self._home = home
        self._speech = speech
        self._ended = threading.Event()

    def start(self) -> None:
        """Raises RuntimeError when PulseAudio does not come up."""
        home = self._home
        self._server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
                *("--log-target=stderr", "--log-level=error", "--disallow-exit"),
                *("-L", f"module-native-protocol-unix socket={home}/pulse/native"),
                *("-L", f"module-pipe-source source_name=mic file={home}/mic {FORMAT}"),
                *("-L", f"module-pipe-sink sink_name=speaker file={home}/speaker {FORMAT} {CLOCK}"),
            ],
            env={**os.environ, **self.environment, "HOME": str(home)},
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError("PulseAudio does not answer")
            time.sleep(0.05)
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._speak, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._server.kill()
        self._server.wait()
        for thread in self._threads:
            thread.join(2)

    def forget(self) -> None:
        """Keep only what is spoken and heard from now on."""
        self.spoken, self.heard = [], []

    def _answers(self) -> bool:
        asked = subprocess.run(
            ["pactl", "info"], env={**os.environ, **self.environment}, capture_output=True
        )
        pipes = (self._home / "mic", self._home / "speaker")
        return asked.returncode == 0 and all(pipe.exists() for pipe in pipes)

    def _speak(self) -> None:
        position, due = 0, time.monotonic()
        with (self._home / "mic").open("wb", buffering=0) as pipe:
            while not self._ended.wait(max(0.0, due - time.monotonic())):
                samples = self._speech(position, BLOCK)
                self.spoken.append(Block(due - BLOCK / SAMPLE_RATE, samples))
                try:
                    pipe.write(samples.tobytes())
                except BrokenPipeError:
                    return
                position += BLOCK
                due += BLOCK / SAMPLE_RATE

    def _listen(self) -> None:
        with (self._home / "speaker").open("rb", buffering=0) as pipe:
            while data := pipe.read(SAMPLE_RATE // 10 * 2):
                samples: Samples = np.frombuffer(data[: len(data) // 2 * 2], dtype=np.int16)
                self.heard.append(Block(time.monotonic(), samples))


def played_evenly(blocks: list[Block]) -> list[Block]:
    """Return blocks as a sound card plays them: at the true rate, without the jitter of a pipe.

    PulseAudio paces the pipe by its clock and catches up after a pause of the machine.
    """
    if not blocks:
        return []
    positions = np.cumsum([0, *(len(block.samples) for block in blocks[:-1])]) / SAMPLE_RATE
    begins_s = float(np.median([block.at_s for block in blocks] - positions))
    return [
        Block(begins_s + position, block.samples)
        for position, block in zip(positions.tolist(), blocks, strict=True)
    ]


def can_pipe_sound() -> bool:
    return shutil.which("pulseaudio") is not None and shutil.which("pactl") is not None


@contextlib.contextmanager
def sound_pipes(home: Path, speech: Speech) -> Iterator[SoundPipes]:
    """Run a PulseAudio in home, which must not be in use, and speak into its microphone."""
    home.mkdir(parents=True, exist_ok=True)
    pipes = SoundPipes(home, speech)
    pipes.start()
    try:
        yield pipes
    finally:
        pipes.stop()
