"""A microphone or a speaker that cannot be opened at first; what stands in for Qt is a fake."""

from types import SimpleNamespace
from typing import Any

import pytest

from desktop_app.engine import sound_end
from desktop_app.engine.sound_end import RETRY_S, SoundEnd
from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem


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


class OneDevice:
    """As much of SoundDevices as is asked."""

    any_sound = True

    def found(self, _kind: DeviceKind) -> list[Any]:
        return [Named("mic")]

    def default(self, _kind: DeviceKind) -> Any:
        return Named("mic")


class TakenStream:
    """A microphone that another program has for itself until free is set."""

    kind = DeviceKind.MICROPHONE
    proof = 1
    channels = 1
    free = False

    def start(self, _device: object, _format: object) -> bool:
        return self.free

    def move(self) -> bool:
        return self.free

    def stop(self) -> None:
        """Nothing is held."""


def test_a_device_that_another_program_has_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(sound_end, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(sound_end, "sound_server_answers", lambda: True)
    told: list[Device | DeviceProblem | None] = []
    stream, devices = TakenStream(), OneDevice()
    end = SoundEnd(stream, devices, lambda _kind, device, _, why: told.append(device or why))  # type: ignore[arg-type]  # a fake
    end.open(None)
    end.tick()
    assert told == [DeviceProblem.FAILED]

    stream.free = True
    end.tick()
    assert told == [DeviceProblem.FAILED]
    now += RETRY_S + 0.1
    end.tick()
    end.tick()
    assert told[1:] == [Device(kind=DeviceKind.MICROPHONE, id="mic", name="mic")]
