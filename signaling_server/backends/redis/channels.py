"""The channels on which the servers of one pool hear each other."""

import redis.asyncio as redis

from signaling_server.domain.peer import NodeId


class Channels:
    """Of one database of a Redis, which publishes to all of its databases alike."""

    def __init__(self, link: redis.Redis) -> None:
        self._prefix = f"passerby:{link.connection_pool.connection_kwargs.get('db', 0)}"
        self.all = f"{self._prefix}:all"
        self.bans = f"{self._prefix}:bans"

    def of(self, node: NodeId) -> str:
        """Return the channel of one server."""
        return f"{self._prefix}:node:{node}"
