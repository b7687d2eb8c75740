"""Tells everybody how many people are online."""

import asyncio

from signaling_server.domain.lobby import Lobby
from signaling_server.protocol.messages import SessionOnline
from signaling_server.transport.switchboard import Switchboard

AT_ONCE = 200
"""Sockets written to before the loop may do something else."""


async def tell_how_many(lobby: Lobby, switchboard: Switchboard, interval_s: float) -> None:
    """Say session.online to every connection when the number has changed; runs until cancelled."""
    told = 0
    while True:
        await asyncio.sleep(interval_s)
        if lobby.online == told:
            continue
        told = lobby.online
        for number, connection in enumerate(switchboard.connections):
            switchboard.say(connection, SessionOnline(told))
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
