"""News of a newer version: signed, at most daily, and never more than a link."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from build_scripts.packaging.update_file import public_key, sign_update
from desktop_app.session.updates import (
    EVERY_S,
    NotGenuine,
    Release,
    Update,
    Updates,
    is_due,
    is_newer,
    read_update,
)
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.proxy import no_proxy
from tests.desktop_app.signaling.test_client import let_read

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PAGE = "https://example.org/releases/0.3.0"


def test_a_signed_file_is_read():
    assert read_update(sign_update("0.3.0", PAGE, KEY), public_key(KEY)) == Update("0.3.0", PAGE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n{}",
        b"not base64\n" + json.dumps({"version": "9", "url": PAGE}).encode(),
        sign_update("0.3.0", PAGE, Ed25519PrivateKey.generate()),
        sign_update("0.3.0", PAGE, KEY).replace(b"0.3.0", b"0.4.0"),
        sign_update("0.3.0", "http://example.org", KEY),
        sign_update("0.3.0", "javascript:alert(1)", KEY),
        base64.b64encode(KEY.sign(b"[]")) + b"\n[]",
    ],
)
def test_anything_else_is_not_genuine(content: bytes):
    with pytest.raises(NotGenuine):
        read_update(content, public_key(KEY))


@pytest.mark.parametrize(
    ("offered", "running", "newer"),
    [
        ("0.2.0", "0.1.9", True),
        ("0.10.0", "0.9.0", True),
        ("0.2.0", "0.2.0", False),
        ("0.2", "0.2.0", False),
        ("0.2.0", "0.2.0.post3+g12", False),
        ("0.2.0", "0.2.0.dev3+g12", True),
        ("0.1.0", "0.2.0", False),
        ("nonsense", "0.2.0", False),
    ],
)
def test_versions_are_compared_by_their_numbers(offered: str, running: str, newer: bool):
    assert is_newer(offered, running) is newer


def test_it_is_asked_once_a_day_while_it_is_wanted():
    now = 1_000_000.0
    assert is_due(True, 0.0, now)
    assert not is_due(True, now - EVERY_S + 1, now)
    assert is_due(True, now - EVERY_S, now)
    assert is_due(True, now + 500.0, now)  # the clock was set back
    assert not is_due(False, 0.0, now)


@asynccontextmanager
async def news(*pieces: bytes) -> AsyncIterator[str]:
    """Serve a file that comes in pieces, or an error where there are none; yield its address."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=200 if pieces else 500)
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            await let_read()
        return response

    served = web.Application()
    served.router.add_get("/update", answer)
    runner = web.AppRunner(served)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/update"
    await runner.cleanup()


SIGNED = sign_update("0.3.0", PAGE, KEY)


@pytest.mark.parametrize("said", [[SIGNED], [SIGNED[:50], SIGNED[50:]], [b"rubbish"], []])
async def test_a_look_is_remembered_whatever_it_finds(tmp_path: Path, said: list[bytes]):
    store = SettingsStore(tmp_path / "settings.json")
    found: list[Update] = []
    async with news(*said) as url:
        release = Release(url, public_key(KEY))
        updates = Updates(release, "0.2.0", store, no_proxy, wall_clock=lambda: 5.0)
        updates.found.connect(found.append)

        await updates.look()

    assert found == ([Update("0.3.0", PAGE)] if b"".join(said) == SIGNED else [])
    assert store.value.updates_seen == 5.0
    store.close()
