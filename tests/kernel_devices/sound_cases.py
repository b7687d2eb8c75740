"""Microphone and speaker on two ALSA loopback cards, under a PulseAudio as a desktop runs it."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from desktop_app.engine_messages import (
    CloseMicrophone,
    DeviceClosed,
    DeviceProblem,
    OpenMicrophone,
    OpenSpeaker,
)
from tests.kernel_devices.look import DEADLINE_S, Look, say
from tests.kernel_devices.person import HOME, ID, group_ids

DRIVER = Path("/sys/bus/platform/drivers/snd_aloop")
FIRST, SECOND = 0, 1
TWO_CARDS = ("enable=1,1", "index=0,1", "pcm_substreams=1,1")


def microphone(card: int) -> str:
    return f"alsa_input.{card}.analog-stereo"


def speaker(card: int) -> str:
    return f"alsa_output.{card}.analog-stereo"


@contextlib.contextmanager
def sound_server() -> Iterator[None]:
    """Load the driver of both cards and run PulseAudio as the person, with its own settings."""
    subprocess.run(["modprobe", "snd-aloop", *TWO_CARDS], check=True)
    subprocess.run(["udevadm", "settle"], check=True)
    run = HOME / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    os.chown(run, ID, ID)
    os.environ["XDG_RUNTIME_DIR"] = str(run)
    server = subprocess.Popen(
        ["pulseaudio", "--daemonize=no", "--exit-idle-time=-1"],
        user=ID,
        group=ID,
        extra_groups=group_ids("audio"),
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_cards()
        yield
    finally:
        server.terminate()
        server.wait()


def the_chosen_microphone_is_pulled_out(look: Look) -> None:
    look.found(microphone(FIRST), microphone(SECOND))
    look.send(OpenMicrophone(microphone(FIRST)))
    look.opened(microphone(FIRST))
    with pulled_out(FIRST):
        look.failed(DeviceProblem.GONE)
        look.opened(microphone(SECOND), missing=True)
    look.opened_again(microphone(FIRST))
    close(look)


def the_only_microphone_is_pulled_out(look: Look) -> None:
    with pulled_out(SECOND):
        look.found(microphone(FIRST))
        look.send(OpenMicrophone())
        look.opened(microphone(FIRST))
        with pulled_out(FIRST):
            look.failed(DeviceProblem.GONE)
            look.found()
            _wait_until_nothing_is_recorded()
            say("    nothing else is recorded instead")
        look.opened_again(microphone(FIRST))
    close(look)


def the_chosen_speaker_is_pulled_out(look: Look) -> None:
    look.send(OpenSpeaker(speaker(FIRST)))
    look.opened(speaker(FIRST))
    with pulled_out(FIRST):
        look.failed(DeviceProblem.GONE)
        look.opened(speaker(SECOND), missing=True)
    look.opened_again(speaker(FIRST))


def close(look: Look) -> None:
    look.send(CloseMicrophone())
    look.engine.wait(DeviceClosed, deadline_s=DEADLINE_S)


@contextlib.contextmanager
def pulled_out(card: int) -> Iterator[None]:
    (DRIVER / "unbind").write_text(f"snd_aloop.{card}")
    say(f"  card {card} was pulled out")
    yield
    (DRIVER / "bind").write_text(f"snd_aloop.{card}")
    say(f"  card {card} is plugged in again")


def _wait_for_cards() -> None:
    wanted = [microphone(FIRST), microphone(SECOND), speaker(FIRST), speaker(SECOND)]
    until = time.monotonic() + DEADLINE_S
    while not all(name in _listed("sources") + _listed("sinks") for name in wanted):
        assert time.monotonic() < until, f"only {_listed('sources')} {_listed('sinks')}"


def _wait_until_nothing_is_recorded() -> None:
    until = time.monotonic() + DEADLINE_S
    while recorded := _listed("source-outputs"):
        assert time.monotonic() < until, f"still recorded: {recorded}"


def _listed(what: str) -> str:
    return subprocess.run(
        ["pactl", "list", "short", what], user=ID, group=ID, capture_output=True, text=True
    ).stdout
