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
