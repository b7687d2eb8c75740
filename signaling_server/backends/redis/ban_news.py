"""Word among servers that a ban was made or lifted, so that none waits for its next look."""

import asyncio
import logging
from collections.abc import Callable

import redis.asyncio as redis
from redis.exceptions import RedisError

from signaling_server.backends.redis.channels import Channels

ANSWER_WITHIN_S = 2.0
TRY_AGAIN_AFTER_S = 1.0

log = logging.getLogger(__name__)


async def announce(url: str) -> bool:
    """Tell every server; False where Redis is away, and they find out by themselves."""
    link = redis.from_url(
        url, socket_timeout=ANSWER_WITHIN_S, socket_connect_timeout=ANSWER_WITHIN_S
    )
    try:
        await link.publish(Channels(link).bans, b"")
    except (RedisError, OSError):
        return False
    finally:
        await link.aclose()
    return True


async def follow(url: str, on_news: Callable[[], None]) -> None:
    """Call on_news for every word, and on each new connection, until cancelled."""
    link = redis.from_url(url, socket_connect_timeout=ANSWER_WITHIN_S)
    try:
        while True:
            try:
                async with link.pubsub() as channel:
                    await channel.subscribe(Channels(link).bans)
                    async for _ in channel.listen():
                        on_news()
            except (RedisError, OSError):
                log.debug("no word of bans: redis is away")
            await asyncio.sleep(TRY_AGAIN_AFTER_S)
    finally:
        await link.aclose()
