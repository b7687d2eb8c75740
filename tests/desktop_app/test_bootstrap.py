"""What the composition root adds to the parts it puts together."""

import os
from pathlib import Path

import pytest

from desktop_app.bootstrap import is_kept
from desktop_app.signaling.client_key import KeyRing


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

    assert is_kept(keys, file) is can_be_saved
