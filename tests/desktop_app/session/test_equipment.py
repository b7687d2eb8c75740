"""Which devices are open when: no more than the mode needs."""

from pathlib import Path
from typing import cast

import pytest

from desktop_app.engine_messages import (
    CloseCamera,
    CloseMicrophone,
    Command,
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


class Devices:
    """Equipment over an engine that only takes notes."""

    def __init__(self, store: SettingsStore) -> None:
        engine = FakeEngine(FakeNetwork())
        self._told: list[Command] = []
        engine.send = self._told.append  # type: ignore[method-assign]  # taken down, not played
        self.equipment = Equipment(cast(Engine, engine), store, StandIns())

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
