import os
import stat
import sys
from pathlib import Path

import pytest

from desktop_app.signaling.client_key import KeyRing


def test_a_key_is_made_once_and_kept(tmp_path: Path):
    path = tmp_path / "profile" / "identity.key"

    assert KeyRing(path).key.public == KeyRing(path).key.public


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_only_the_person_may_read_the_key(tmp_path: Path):
    path = tmp_path / "identity.key"
    assert KeyRing(path).key.public

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_can_be_thrown_away(tmp_path: Path):
    ring = KeyRing(tmp_path / "identity.key")
    old = ring.key.public
    ring.renew()

    assert ring.key.public != old
    assert KeyRing(tmp_path / "identity.key").key.public == ring.key.public


@pytest.mark.parametrize("content", [b"", b"x" * 31])
def test_a_broken_key_is_replaced(tmp_path: Path, content: bytes):
    path = tmp_path / "identity.key"
    path.write_bytes(content)

    assert KeyRing(path).key.public == KeyRing(path).key.public


def test_a_folder_that_takes_no_key_costs_only_the_lasting_name(tmp_path: Path):
    (tmp_path / "file").touch()

    assert KeyRing(tmp_path / "file" / "identity.key").key.public


@pytest.mark.parametrize("can_be_saved", [True, False])
def test_a_new_key_is_kept_when_it_takes_the_place_of_the_old_one(
    tmp_path: Path, can_be_saved: bool
):
    file = tmp_path / "identity.key"
    keys = KeyRing(file)
    assert keys.key.public
    if not can_be_saved:
        (tmp_path / f"identity.key.{os.getpid()}.new").mkdir()

    keys.renew()

    assert keys.is_kept is can_be_saved
    assert (KeyRing(file).key.public == keys.key.public) is can_be_saved
