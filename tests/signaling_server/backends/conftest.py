"""Three servers on one Redis."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import redis.asyncio as redis_asyncio

from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config
from tests.redis_process import RedisProcess, running_redis
from tests.signaling_server.backends.acquaintance import until_acquainted

SECRET = "one secret that all servers of the pool have"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def redis(stack: AsyncExitStack) -> RedisProcess:
    return await stack.enter_async_context(running_redis())


@pytest.fixture
def config(redis: RedisProcess) -> Config:
    return Config(host=["127.0.0.1"], port=0, metrics_port=0, secret=SECRET, backend=redis.url)


@pytest.fixture
async def link(stack: AsyncExitStack, redis: RedisProcess) -> "redis_asyncio.Redis[bytes]":
    return await stack.enter_async_context(redis_asyncio.from_url(redis.url))


@pytest.fixture
async def servers(
    stack: AsyncExitStack, config: Config, link: "redis_asyncio.Redis[bytes]"
) -> list[Server]:
    servers = [await stack.enter_async_context(running_server(config)) for _ in range(3)]
    await until_acquainted(link, servers)
    return servers
