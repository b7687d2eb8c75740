"""Deletes reports and evidence once they have been kept long enough."""

import asyncio
import logging
from collections.abc import Callable

from signaling_server.domain.reports import ModerationStore, StoreFailed

LOOK_EVERY_S = 3_600.0

log = logging.getLogger(__name__)


async def delete_expired(
    store: ModerationStore, reports_kept_s: float, evidence_kept_s: float, now: float
) -> int:
    """Delete what is older than these times at this unix time; returns how much that was."""
    gone = await store.delete_older(now - reports_kept_s, now - evidence_kept_s)
    if gone:
        log.info("deleted %d reports or pieces of evidence after their time", gone)
    return gone


async def keep_no_longer(
    store: ModerationStore,
    reports_kept_s: float,
    evidence_kept_s: float,
    wall_clock: Callable[[], float],
) -> None:
    """Delete again and again until cancelled."""
    while True:
        try:
            await delete_expired(store, reports_kept_s, evidence_kept_s, wall_clock())
        except StoreFailed as error:
            log.warning("old reports cannot be deleted: %s", error)
        await asyncio.sleep(LOOK_EVERY_S)
