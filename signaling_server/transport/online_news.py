"""Tells everybody how many people are online."""

import asyncio

from signaling_server.domain.lobby import Lobby
from signaling_server.protocol.messages import SessionOnline
from signaling_server.transport.switchboard import Switchboard

AT_ONCE = 200
"""Sockets written to before the loop may do something else."""


async def tell_how_many(lobby: Lobby, switchboard: Switchboard, interval_s: float) -> None:
    """Say session.online to every connection when it has changed; runs until cancelled."""
    told = None
    while True:
        await asyncio.sleep(interval_s)
        news = SessionOnline(lobby.online, lobby.likely_wait_s)
        if news == told:
            continue
        told = news
        for number, connection in enumerate(switchboard.connections):
            switchboard.say(connection, news)
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
