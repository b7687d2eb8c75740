"""What the environment says of a proxy, and what a real desktop portal does where it says nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.host.proxy import system_proxy

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
PORTAL = Path("/usr/libexec/xdg-desktop-portal")
IN_GNOME = """
[system/proxy]
mode='manual'
ignore-hosts=['inside.example']
[system/proxy/https]
host='p.example'
port=3128
[system/proxy/socks]
host='s.example'
port=1080
"""
WAKE = (
    "dbus-send --session --print-reply --dest=org.freedesktop.portal.Desktop"
    " /org/freedesktop/portal/desktop"
    " org.freedesktop.portal.ProxyResolver.Lookup string:https://example.org/"
)
"""A desktop's portal runs already; one that a slow machine has to start first may take too long."""
WITHOUT_SERVICES = """<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
ASK = (
    "import sys; from desktop_app.host.proxy import system_proxy; print(system_proxy(sys.argv[1]))"
)

needs_portal = pytest.mark.skipif(
    not PORTAL.exists() or shutil.which("dbus-run-session") is None,
    reason="needs xdg-desktop-portal",
)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, *map(str.upper, VARIABLES)):
        monkeypatch.delenv(name, raising=False)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def gnome(tmp_path: Path) -> dict[str, str]:
    """The environment of a desktop whose settings name proxies."""
    settings = tmp_path / "config/glib-2.0/settings"
    settings.mkdir(parents=True)
    (settings / "keyfile").write_text(IN_GNOME)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    return {
        **os.environ,
        "GSETTINGS_BACKEND": "keyfile",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CURRENT_DESKTOP": "GNOME",
        "XDG_RUNTIME_DIR": str(runtime),
    }


def proxy_on(desktop: dict[str, str], url: str, *bus: str) -> str:
    """Ask on a bus of its own, which ends with its services."""
    on_a_bus = ("dbus-run-session", *bus, "--", "sh", "-c", f'{WAKE}; exec "$@"', "sh")
    asked = subprocess.run(
        [*on_a_bus, sys.executable, "-c", ASK, url],
        env=desktop,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.splitlines()[-1]


@needs_portal
@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.org/healthz", "http://p.example:3128"),
        ("http://example.org/healthz", "socks5://s.example:1080"),
        ("https://inside.example/", "None"),
    ],
)
def test_the_desktops_own_settings_name_the_proxy(gnome: dict[str, str], url: str, found: str):
    assert proxy_on(gnome, url) == found


@needs_portal
def test_the_environment_goes_before_the_desktop(gnome: dict[str, str]):
    gnome["https_proxy"] = "http://e.example:8080"
    assert proxy_on(gnome, "https://example.org/") == "http://e.example:8080"
    assert proxy_on(gnome, "http://example.org/") == "None"


@needs_portal
@pytest.mark.parametrize("name", ["no_proxy", "ftp_proxy"])
def test_an_environment_without_a_proxy_for_servers_leaves_it_to_the_desktop(
    gnome: dict[str, str], name: str
):
    gnome[name] = "elsewhere.example"
    assert proxy_on(gnome, "https://example.org/") == "http://p.example:3128"


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="needs dbus-daemon")
def test_a_desktop_without_a_portal_names_none(gnome: dict[str, str], tmp_path: Path):
    settings = tmp_path / "bus.conf"
    settings.write_text(WITHOUT_SERVICES)
    assert proxy_on(gnome, "https://example.org/", f"--config-file={settings}") == "None"


@pytest.mark.parametrize(
    ("variables", "url", "found"),
    [
        ({}, "https://example.org/healthz", None),
        (
            {"https_proxy": "http://p.example:3128"},
            "https://example.org/",
            "http://p.example:3128",
        ),
        ({"https_proxy": "p.example:3128"}, "https://example.org/", "http://p.example:3128"),
        ({"all_proxy": "socks5h://p.example:1080"}, "http://x.org/", "socks5://p.example:1080"),
        ({"http_proxy": "http://p.example:3128"}, "https://example.org/", None),
        (
            {"https_proxy": "http://p.example:1", "no_proxy": "example.org"},
            "https://example.org/",
            None,
        ),
        ({"http_proxy": "http://p.example:3128"}, "http://localhost:8765/healthz", None),
        ({"http_proxy": "http://p.example:3128"}, "http://127.0.0.1:8765/healthz", None),
    ],
)
def test_the_environment_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, found: str | None
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert system_proxy(url) == found
