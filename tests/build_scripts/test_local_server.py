"""The server that build_scripts/run starts beside the application."""

import pytest

from build_scripts.local_server import local_server


def test_a_proxy_in_the_environment_is_not_asked_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    with local_server(["--log-level", "warning"]) as url:
        assert url.startswith("ws://127.0.0.1:")
