"""What holds for every test: servers keep their things apart from those of this machine."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_lasting_traces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers that tests start keep nothing at home, and take free ports for their figures."""
    with pytest.MonkeyPatch.context() as patch:
        state_dir = tmp_path_factory.mktemp("server-state")
        patch.setitem(os.environ, "PASSERBY_SERVER_STATE_DIR", str(state_dir))
        patch.setitem(os.environ, "PASSERBY_SERVER_METRICS_PORT", "0")
        yield
