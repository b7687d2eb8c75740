"""Tells everybody how many people are online."""

import asyncio

from signaling_server.domain.lobby import Lobby
from signaling_server.protocol.messages import SessionOnline
from signaling_server.transport.switchboard import Switchboard

AT_ONCE = 50
"""Sockets written to before the loop may do something else."""
SPREAD = 0.25
"""Of the interval, over which the news goes out; all at once it would hold up everybody's search."""


async def tell_how_many(lobby: Lobby, switchboard: Switchboard, interval_s: float) -> None:
    """Say session.online to whom it tells something new; runs until cancelled.

    No connection hears it again in less than interval_s.
    """
    told = None
    while True:
        await asyncio.sleep(interval_s)
        news = SessionOnline(lobby.online, lobby.likely_wait_s)
        newcomers = switchboard.take_newcomers()
        connections = switchboard.connections
        if news == told:
            # Somebody may have been welcomed while it was different.
            connections = tuple([each for each, said in newcomers.items() if said != news])
        told = news
        pause_s = SPREAD * interval_s * AT_ONCE / max(1, len(connections))
        for number, connection in enumerate(connections, start=1):
            switchboard.say(connection, news)
            if number % AT_ONCE == 0:
                await asyncio.sleep(pause_s)
