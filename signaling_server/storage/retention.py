"""Deletes reports and evidence once they have been kept long enough."""

import asyncio
from collections.abc import Callable

from signaling_server.domain.reports import ModerationStore, StoreFailed
from signaling_server.observability.logs import logger

_LOOK_EVERY_MAX_S = 3_600.0
_LOOK_EVERY_MIN_S = 10.0

log = logger(__name__)


def look_every_s(kept_s: float) -> float:
    """Return how often to look, so that nothing is kept much longer than this time."""
    return max(_LOOK_EVERY_MIN_S, min(_LOOK_EVERY_MAX_S, kept_s / 10))


async def delete_expired(
    store: ModerationStore, reports_kept_s: float, evidence_kept_s: float, now: float
) -> int:
    """Delete what is older than these times at this unix time; returns how much that was."""
    gone = await store.delete_older(now - reports_kept_s, now - evidence_kept_s)
    if gone:
        log.info("reports and evidence deleted after their time", count=gone)
    return gone


async def keep_no_longer(
    store: ModerationStore,
    reports_kept_s: float,
    evidence_kept_s: float,
    wall_clock: Callable[[], float],
) -> None:
    """Delete again and again until cancelled."""
    every_s = look_every_s(min(reports_kept_s, evidence_kept_s))
    while True:
        try:
            await delete_expired(store, reports_kept_s, evidence_kept_s, wall_clock())
        except StoreFailed as error:
            log.warning("old reports cannot be deleted", cause=str(error))
        await asyncio.sleep(every_s)
