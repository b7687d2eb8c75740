"""A microphone or a speaker that cannot be opened at first; what stands in for Qt is a fake."""

from types import SimpleNamespace
from typing import Any

import pytest

from desktop_app.engine import sound_end
from desktop_app.engine.sound_choice import choose
from desktop_app.engine.sound_end import RETRY_S, SoundEnd
from desktop_app.engine_messages import DeviceKind, DeviceProblem


class Named:
    """As much of a QAudioDevice as is looked at."""

    def __init__(self, name: str) -> None:
        self._name = name

    def id(self) -> Any:
        return type("Id", (), {"data": lambda _self: self._name.encode()})()

    def description(self) -> str:
        return self._name

    def isFormatSupported(self, _format: object) -> bool:  # noqa: N802 (the name of Qt)
        return True


class Listed:
    """As much of SoundDevices as is asked."""

    any_sound = True

    def __init__(self, *names: str) -> None:
        self._names = names

    def found(self, _kind: DeviceKind) -> list[Any]:
        return [Named(name) for name in self._names]

    def default(self, _kind: DeviceKind) -> Any:
        return Named("mic")


class Taken:
    """Microphones that other programs have for themselves, but for those that are free."""

    kind = DeviceKind.MICROPHONE
    proof = 1
    channels = 1

    def __init__(self, *free: str) -> None:
        self.free = set(free)
        self._works = False

    def start(self, device: Any, _format: object) -> bool:
        self._works = device.description() in self.free
        return self._works

    def move(self) -> bool:
        return self._works

    def stop(self) -> None:
        """Nothing is held."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Goes on when now is set."""
    clock = SimpleNamespace(now=100.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(sound_end, "time", clock)
    monkeypatch.setattr(sound_end, "sound_server_answers", lambda: True)
    return clock


Told = list[tuple[str | DeviceProblem | None, bool]]


def end_of(stream: Taken, devices: Listed) -> tuple[SoundEnd, Told]:
    told: Told = []

    def note(_kind: object, device: Any, missing: bool, problem: DeviceProblem | None) -> None:
        told.append((device.id if device is not None else problem, missing))

    return SoundEnd(stream, devices, note), told  # type: ignore[arg-type]  # fakes


def test_a_device_that_another_program_has_is_tried_again(clock: SimpleNamespace) -> None:
    stream = Taken()
    end, told = end_of(stream, Listed("mic"))
    end.open(None)
    end.tick()
    stream.free.add("mic")
    end.tick()
    assert told == [(DeviceProblem.FAILED, False)]

    clock.now += RETRY_S + 0.1
    end.tick()
    end.tick()
    assert told[1:] == [("mic", False)]


@pytest.mark.usefixtures("clock")
def test_the_next_best_takes_the_place_of_a_device_that_another_program_has() -> None:
    end, told = end_of(Taken("other"), Listed("mic", "headset", "other"))
    end.open("headset")
    end.tick()
    assert told == [("other", True)]


@pytest.mark.parametrize(
    ("wanted", "first"), [("headset", "headset"), (None, "mic"), ("gone", "mic")]
)
def test_the_chosen_device_goes_first_and_then_the_systems_own(
    wanted: str | None, first: str
) -> None:
    found: Any = [Named("other"), Named("headset"), Named("mic")]
    default: Any = Named("mic")
    assert choose(wanted, found, default)[0].description() == first
    assert len(choose(wanted, found, default)) == 3
