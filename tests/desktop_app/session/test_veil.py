"""Each stranger is veiled anew before a picture can come, and unveiled when the person wants."""

from pathlib import Path

import pytest

from desktop_app.engine_messages import Stream
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Situation
from desktop_app.session.veil import Veil
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.messages import Mode

SEARCHING = Situation(mode=Mode.VIDEO, phase=Phase.SEARCHING)
TALKING = Situation(mode=Mode.VIDEO, phase=Phase.TALKING, call="call-1")


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.json")


def test_nobody_is_veiled_unless_the_person_wants_it(store: SettingsStore) -> None:
    said: list[tuple[Stream, bool]] = []
    veil = Veil(lambda *blur: said.append(blur), store)
    for situation in (SEARCHING, TALKING, SEARCHING):
        veil.follow(situation)
    assert said == []
    assert not veil.lies


def test_the_next_stranger_is_veiled_before_a_call_begins(store: SettingsStore) -> None:
    store.change(veil_strangers=True)
    said: list[tuple[Stream, bool]] = []
    veil = Veil(lambda *blur: said.append(blur), store)
    veil.follow(SEARCHING)
    assert said == [(Stream.STRANGER, True)]
    veil.follow(TALKING)
    veil.lift()
    veil.follow(TALKING)
    assert said[1:] == [(Stream.STRANGER, False)]
    veil.follow(SEARCHING)
    assert said[2:] == [(Stream.STRANGER, True)]


def test_the_setting_counts_at_once(store: SettingsStore) -> None:
    said: list[tuple[Stream, bool]] = []
    veil = Veil(lambda *blur: said.append(blur), store)
    veil.follow(TALKING)
    store.change(veil_strangers=True)
    store.change(veil_strangers=False)
    assert said == [(Stream.STRANGER, True), (Stream.STRANGER, False)]
