"""Which devices are open when: no more than the mode needs, and what the system allows."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from desktop_app.engine_messages import (
    CloseCamera,
    CloseMicrophone,
    Command,
    DeviceClosed,
    DeviceKind,
    DeviceProblem,
    OpenCamera,
    OpenMicrophone,
)
from desktop_app.media.engine import Engine
from desktop_app.session.equipment import Equipment, StandIns
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Situation
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.messages import Mode
from tests.desktop_app.session.fake_engine import FakeEngine, FakeNetwork


class Person:
    """The system's question and who answers it; everything is allowed as long as nobody is asked."""

    def __init__(self) -> None:
        self.is_asked = False
        self._open: list[tuple[DeviceKind, Callable[[bool], None]]] = []

    @property
    def questions(self) -> list[DeviceKind]:
        """What has no answer yet."""
        return [kind for kind, _ in self._open]

    def ask(self, kind: DeviceKind, answer: Callable[[bool], None]) -> None:
        if self.is_asked:
            self._open.append((kind, answer))
        else:
            answer(True)

    def say(self, allowed: bool) -> None:
        """Answer all that is open."""
        questions, self._open = self._open, []
        for _, answer in questions:
            answer(allowed)


class Devices:
    """Equipment over an engine that only takes notes."""

    def __init__(self, store: SettingsStore) -> None:
        self.engine = FakeEngine(FakeNetwork())
        self._told: list[Command] = []
        self.engine.send = self._told.append  # type: ignore[method-assign]  # taken down, not played
        self.person = Person()
        self.equipment = Equipment(
            cast(Engine, self.engine), store, StandIns(), ask_permission=self.person.ask
        )

    @property
    def camera_open(self) -> bool:
        return isinstance(self._last(OpenCamera, CloseCamera), OpenCamera)

    @property
    def microphone_open(self) -> bool:
        return isinstance(self._last(OpenMicrophone, CloseMicrophone), OpenMicrophone)

    def _last(self, *kinds: type[Command]) -> Command | None:
        told = [command for command in self._told if isinstance(command, kinds)]
        return told[-1] if told else None


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.json")


@pytest.fixture
async def devices(store: SettingsStore) -> Devices:
    return Devices(store)


@pytest.mark.parametrize(
    ("mode", "camera", "microphone"),
    [(Mode.VIDEO, True, True), (Mode.VOICE, False, True), (Mode.TEXT, False, False)],
)
async def test_a_preview_opens_what_its_mode_needs(devices, store, mode, camera, microphone):
    store.change(mode=mode)
    devices.equipment.set_previewing(True)

    assert (devices.camera_open, devices.microphone_open) == (camera, microphone)


async def test_a_preview_follows_the_mode(devices: Devices, store: SettingsStore):
    devices.equipment.set_previewing(True)
    store.change(mode=Mode.TEXT)

    assert not devices.camera_open
    assert not devices.microphone_open


async def test_every_device_can_be_tried_out_in_any_mode(devices: Devices, store: SettingsStore):
    store.change(mode=Mode.TEXT)
    devices.equipment.try_out(True)
    assert devices.camera_open
    assert devices.microphone_open
    devices.equipment.try_out(False)

    assert not devices.camera_open
    assert not devices.microphone_open


async def test_a_running_call_keeps_its_devices_when_the_next_mode_is_chosen(devices, store):
    devices.equipment.follow(Situation(mode=Mode.VIDEO, phase=Phase.TALKING))
    store.change(mode=Mode.TEXT)

    assert devices.camera_open
    assert devices.microphone_open


@pytest.fixture
def asked(devices: Devices) -> Person:
    """Of a system that asks before anything is opened."""
    devices.person.is_asked = True
    return devices.person


async def test_nothing_is_asked_before_a_device_is_needed(devices: Devices, store, asked: Person):
    store.change(mode=Mode.TEXT)
    devices.equipment.set_previewing(True)
    assert asked.questions == []
    store.change(mode=Mode.VOICE)

    assert asked.questions == [DeviceKind.MICROPHONE]


async def test_a_device_is_opened_once_the_system_agrees(devices: Devices, asked: Person):
    devices.equipment.set_previewing(True)
    devices.equipment.follow(Situation(mode=Mode.VIDEO, phase=Phase.SEARCHING))
    assert asked.questions == [DeviceKind.CAMERA, DeviceKind.MICROPHONE]
    assert not devices.camera_open and not devices.microphone_open
    asked.say(True)

    assert devices.camera_open and devices.microphone_open
    assert asked.questions == []


async def test_a_refused_device_stays_closed_and_says_why(devices: Devices, asked: Person):
    devices.equipment.set_previewing(True)
    asked.say(False)
    devices.engine.received.emit(DeviceClosed(kind=DeviceKind.CAMERA))

    assert not devices.camera_open and not devices.microphone_open
    for kind in (DeviceKind.CAMERA, DeviceKind.MICROPHONE):
        assert devices.equipment.situation(kind).problem is DeviceProblem.DENIED
    devices.equipment.set_on(DeviceKind.CAMERA, False)
    assert devices.equipment.situation(DeviceKind.CAMERA).problem is None


async def test_a_refusal_that_is_taken_back_opens_the_device(devices: Devices, asked: Person):
    devices.equipment.set_previewing(True)
    asked.say(False)
    devices.equipment.set_on(DeviceKind.CAMERA, False)
    devices.equipment.set_on(DeviceKind.CAMERA, True)
    asked.say(True)

    assert devices.camera_open
    assert devices.equipment.situation(DeviceKind.CAMERA).problem is None
