"""What screens rely on: the real equipment and the fake of the interface's tests agree."""

from pathlib import Path
from typing import cast

import pytest

from desktop_app.engine_messages import DeviceKind
from desktop_app.host.permissions import ask_permission
from desktop_app.media.engine import Engine
from desktop_app.session.equipment import Equipment, StandIns
from desktop_app.session.situation import DeviceSituation
from desktop_app.settings.store import SettingsStore
from tests.desktop_app.fakes import FakeEquipment
from tests.desktop_app.session.fake_engine import FakeEngine, FakeNetwork


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.json")


class EquipmentContract:
    """Subclassed for the real one and the fake, each giving an `equipment`."""

    @pytest.mark.parametrize("kind", list(DeviceKind))
    async def test_a_choice_is_kept_and_told(self, equipment, store: SettingsStore, kind):
        told: list[DeviceSituation] = []
        equipment.changed.connect(told.append)
        equipment.choose(kind, "some-id")

        assert getattr(store.value, kind) == "some-id"
        assert equipment.situation(kind).wanted == "some-id"
        assert [situation.kind for situation in told] == [kind]

    @pytest.mark.parametrize("kind", [DeviceKind.CAMERA, DeviceKind.MICROPHONE])
    async def test_a_switch_is_kept_and_told(self, equipment, store: SettingsStore, kind):
        told: list[DeviceSituation] = []
        equipment.changed.connect(told.append)
        equipment.set_on(kind, False)

        assert not equipment.situation(kind).on
        assert [situation.on for situation in told] == [False]
        assert not getattr(store.value, f"{kind}_on")

    async def test_format_and_volume_are_kept_within_their_range(self, equipment, store):
        equipment.set_format(640, 480, 15)
        equipment.set_volume(7.0)
        assert (store.value.width, store.value.height, store.value.fps) == (640, 480, 15)
        assert equipment.volume == store.value.volume == 1.0
        equipment.set_volume(-1.0)

        assert equipment.volume == 0.0

    async def test_each_part_of_the_voice_processing_is_kept(self, equipment, store):
        equipment.set_voice_processing(
            echo_cancellation=True, noise_suppression=False, automatic_gain=False
        )
        kept = store.value

        assert (kept.echo_cancellation, kept.noise_suppression, kept.automatic_gain) == (
            True,
            False,
            False,
        )

    async def test_music_is_kept(self, equipment, store):
        equipment.set_music(True)

        assert store.value.music

    async def test_previews_trials_and_sounds_may_be_asked_for_at_any_time(self, equipment):
        for on in (True, True, False, False):
            equipment.set_previewing(on)
            equipment.try_out(on)
        equipment.play_test_sound()
        equipment.refresh()


class TestTheFake(EquipmentContract):
    @pytest.fixture
    def equipment(self, store: SettingsStore) -> FakeEquipment:
        return FakeEquipment(store)


class TestTheReal(EquipmentContract):
    @pytest.fixture
    async def equipment(self, store: SettingsStore) -> Equipment:
        engine = cast(Engine, FakeEngine(FakeNetwork()))
        return Equipment(engine, store, StandIns(), ask_permission=ask_permission)
