"""What holds for every test: servers keep their things apart from those of this machine, and cases
that are made up are the same each time and may take any time, but in a long run always others.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

_examples = os.environ.get("PASSERBY_FUZZ_EXAMPLES")
settings.register_profile(
    "passerby",
    max_examples=int(_examples or 100),
    derandomize=_examples is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("passerby")


@pytest.fixture(scope="session", autouse=True)
def no_lasting_traces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers that tests start keep nothing at home, and take free ports for their figures."""
    with pytest.MonkeyPatch.context() as patch:
        state_dir = tmp_path_factory.mktemp("server-state")
        patch.setitem(os.environ, "PASSERBY_SERVER_STATE_DIR", str(state_dir))
        patch.setitem(os.environ, "PASSERBY_SERVER_METRICS_PORT", "0")
        yield
