"""The settings file: what is kept, what survives, what is put aside."""

import json
import stat
import sys
import threading
from pathlib import Path

import pytest

from desktop_app.settings.migrations import SchemaUnknown, migrate
from desktop_app.settings.model import SCHEMA_VERSION, Block, Server, Settings
from desktop_app.settings.store import SettingsStore, StoreProblem
from signaling_server.protocol import limits

DEADLINE_S = 10.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "settings.json"


def test_a_first_start_has_the_defaults_and_no_problem(path: Path):
    store = SettingsStore(path)

    assert store.value == Settings()
    assert store.problem is None


def test_a_change_is_there_after_a_restart(path: Path):
    store = SettingsStore(path)
    servers = (Server("ws://localhost:8765", direct_accepted=True),)
    store.change(volume=0.3, servers=servers)
    store.close()

    assert SettingsStore(path).value == Settings(volume=0.3, servers=servers)


def test_what_has_a_form_of_this_schema_is_there_after_a_restart(path: Path):
    store = SettingsStore(path)
    store.change(rules_accepted=1, blocked=(Block("a", at=7),))
    store.close()
    again = SettingsStore(path)

    assert again.problem is None
    assert again.value == Settings(rules_accepted=1, blocked=(Block("a", at=7),))
    assert json.loads(path.read_text())["schema"] == SCHEMA_VERSION


def test_blocks_written_without_the_number_of_their_schema_are_kept(path: Path):
    path.parent.mkdir()
    path.write_text('{"blocked": [{"stranger": "a", "at": 7}]}')

    assert SettingsStore(path).value.blocked == (Block("a", at=7),)


def test_blocks_of_the_first_schema_are_kept(path: Path):
    path.parent.mkdir()
    path.write_text('{"schema": 1, "blocked": ["a", "b"]}')

    assert SettingsStore(path).value.blocked == (Block("a"), Block("b"))


def test_the_last_of_many_quick_changes_is_the_one_that_is_kept(path: Path):
    store = SettingsStore(path)
    for step in range(200):
        store.change(volume=step / 200)
    store.close()

    assert SettingsStore(path).value.volume == 199 / 200
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def test_listeners_hear_of_changes_only(path: Path):
    store = SettingsStore(path)
    heard: list[Settings] = []
    store.changed.connect(heard.append)
    store.change(volume=0.8)
    store.change(theme="dark")

    assert [settings.theme for settings in heard] == ["dark"]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"\xff\xfe", b"[]", b'{"schema": 99}', b'{"schema": "x"}'),
        *(b'{"volume": "loud"}', b'{"volume": 1e308}', b'{"volume": -1}', b'{"fps": 0}'),
        *(b'{"width": 100000000000000000000}', b'{"moon": ' + b"[" * 100_000),
    ],
)
def test_a_broken_file_is_put_aside_and_the_defaults_hold(path: Path, content: bytes):
    path.parent.mkdir()
    path.write_bytes(content)

    store = SettingsStore(path)

    assert store.value == Settings()
    assert store.problem is StoreProblem.BROKEN
    assert path.with_name("settings.broken.json").read_bytes() == content
    store.change(volume=0.1)
    store.close()
    assert SettingsStore(path).problem is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"interests": ["x" * (limits.INTEREST_MAX_CHARACTERS + 1)]},
        {"interests": [" "]},
        {"interests": [str(number) for number in range(limits.INTERESTS_MAX + 1)]},
        {"languages": ["x"]},
        {"languages": ["en"] * (limits.LANGUAGES_MAX + 1)},
        {"blocked": [{"stranger": ""}]},
        {"blocked": [{"stranger": "x" * (limits.STRANGER_ID_MAX_CHARACTERS + 1)}]},
        {"blocked": [{"stranger": "x", "at": 10**20}]},
        {"servers": [{"url": "x", "pool": "x" * (limits.POOL_MAX_CHARACTERS + 1)}]},
    ],
)
def test_what_a_search_cannot_carry_or_a_page_cannot_show_is_a_broken_file(
    path: Path, wrong: dict[str, object]
):
    path.parent.mkdir()
    path.write_text(json.dumps({"schema": SCHEMA_VERSION, **wrong}))

    store = SettingsStore(path)

    assert store.value == Settings()
    assert store.problem is StoreProblem.BROKEN


def test_a_place_that_cannot_be_written_is_a_problem_and_no_crash(tmp_path: Path):
    (tmp_path / "profile").write_text("a file where the folder should be")
    store = SettingsStore(tmp_path / "profile" / "settings.json")
    found: list[StoreProblem] = []
    store.problem_changed.connect(found.append)
    store.change(volume=0.1)
    store.close()

    assert store.value.volume == 0.1
    assert store.problem is StoreProblem.UNWRITABLE
    assert found == [StoreProblem.UNWRITABLE]


def test_a_place_that_can_be_written_again_is_no_problem_any_more(tmp_path: Path):
    place = tmp_path / "profile"
    place.write_text("a file where the folder should be")
    store = SettingsStore(place / "settings.json")
    told = threading.Event()
    store.problem_changed.connect(lambda _: told.set())
    store.change(volume=0.1)
    assert told.wait(DEADLINE_S)
    place.unlink()
    store.change(volume=0.2)
    store.close()

    assert store.problem is None
    assert SettingsStore(place / "settings.json").value.volume == 0.2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_only_the_person_may_read_the_file(path: Path):
    store = SettingsStore(path)
    store.change(volume=0.3)
    store.close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_unknown_keys_are_ignored(path: Path):
    path.parent.mkdir()
    path.write_text(json.dumps({"schema": 1, "volume": 0.2, "moon": "full"}))

    assert SettingsStore(path).value.volume == 0.2


def test_an_old_file_goes_through_every_step():
    steps = {
        1: lambda old: {"loudness": old["volume"]},
        2: lambda old: {"loudness": old["loudness"] * 100},
    }

    assert migrate({"schema": 1, "volume": 0.5}, steps, 3) == {"schema": 3, "loudness": 50}


def test_a_newer_file_is_refused():
    with pytest.raises(SchemaUnknown):
        migrate({"schema": 4}, {}, 3)
