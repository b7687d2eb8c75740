"""Whether there is a newer version: one signed file, asked for at most once a day.

The file's address and the key that must have signed it are stamped into a release; a program
that was not released asks nobody. What comes of it is a link and nothing more.
"""

import asyncio
import base64
import importlib
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop_app.core import Signal
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.proxy import FindProxy

EVERY_S = 24 * 3600.0
LOOK_EVERY_S = 3600.0
"""How often the clock is looked at; a machine may have slept for a day."""
ANSWER_MAX_BYTES = 16_384
TIMEOUT_S = 20.0
PARTS_COMPARED = 4

log = logging.getLogger(__name__)


class Release(msgspec.Struct, frozen=True):
    """What is stamped into a release: where news of the next one lies, and whose they must be."""

    update_url: str
    update_key: str
    """Ed25519, base64."""


class Update(msgspec.Struct, frozen=True):
    """A newer version and the page that tells of it."""

    version: str
    url: str


class NotGenuine(ValueError):
    """The file is not signed by the key, or says nothing that can be used."""


@dataclass
class Updates:
    """Looks for a newer version while the person wants it. Interface thread only."""

    release: Release
    version: str
    store: SettingsStore
    find_proxy: FindProxy
    wall_clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.found: Signal[Update] = Signal()

    async def watch(self) -> None:
        """Emit found for each newer version; runs until cancelled."""
        while True:
            if is_due(
                self.store.value.update_check, self.store.value.updates_seen, self.wall_clock()
            ):
                await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Ask now, and remember when; a failure is logged and asked again a day later."""
        # Half a second where it is the first that needs them.
        await asyncio.to_thread(importlib.import_module, "desktop_app.signaling.http")
        import aiohttp

        from desktop_app.signaling.http import PROXY_FAILURES

        self.store.change(updates_seen=self.wall_clock())
        try:
            update = read_update(await self._fetch(), self.release.update_key)
        except (aiohttp.ClientError, *PROXY_FAILURES, OSError, TimeoutError, NotGenuine) as error:
            log.warning("no news of updates: %s", type(error).__name__)
            return
        if is_newer(update.version, self.version):
            self.found.emit(update)

    async def _fetch(self) -> bytes:
        import aiohttp

        from desktop_app.signaling.http import open_http_to, read_body
        from desktop_app.trust import tls_context

        times = aiohttp.ClientTimeout(total=TIMEOUT_S)
        url = self.release.update_url
        async with (
            await open_http_to(url, self.find_proxy, times) as http,
            http.get(url, ssl=tls_context()) as answer,
        ):
            answer.raise_for_status()
            return await read_body(answer, ANSWER_MAX_BYTES)


def load_release(resources: Path) -> Release | None:
    """Return what was stamped into this program; None in one that was not released."""
    try:
        return msgspec.json.decode((resources / "release.json").read_bytes(), type=Release)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def is_due(wanted: bool, seen: float, now: float) -> bool:
    """Whether to ask: once a day, and after a clock that was set back."""
    return wanted and not 0 <= now - seen < EVERY_S


def read_update(content: bytes, key: str) -> Update:
    """Read the file: a line with the signature in base64, then the JSON it signs.

    Raises NotGenuine. The link must be https.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signature, _, body = content.partition(b"\n")
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature.strip(), validate=True), body)
        update = msgspec.json.decode(body, type=Update)
    except (InvalidSignature, ValueError) as error:
        raise NotGenuine from error
    if not update.url.startswith("https://"):
        raise NotGenuine
    return update


def is_newer(offered: str, running: str) -> bool:
    """Compare the numbers of two versions; what is built after a release is not older than it."""
    return _numbers(offered) > _numbers(running)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(number) for number in found.group().split(".")] if found else []
    # What is built before a release is older than it: 0.2.0.dev3 before 0.2.0.
    released = re.search(r"dev|a\d|b\d|rc\d", version) is None
    padding = [0] * (PARTS_COMPARED - len(numbers))
    return (*(numbers + padding)[:PARTS_COMPARED], int(released))
