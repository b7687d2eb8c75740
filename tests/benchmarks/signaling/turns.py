"""Several servers that are pressed in turns, a second each: a busy host is as busy for all of them."""

import contextlib
import json
import random
import signal
from collections.abc import AsyncIterator, Mapping, Sequence

from tests.benchmarks.figures import median
from tests.benchmarks.signaling import orders, servers

TURNS = 8
TURN_S = 1.0
"""Turns of each server, and how long each counts."""


class Turns:
    """A server with its load, which stands still except in its turns."""

    def __init__(self, server: servers.Measured, load: orders.Load) -> None:
        self._server = server
        self._load = load

    async def take(self) -> orders.Result:
        """Let the server run, and return what the load has counted."""
        self._server.send_signal(signal.SIGCONT)
        await self._load.say("go on")
        counted = json.loads(await self._load.line())
        self._server.send_signal(signal.SIGSTOP)
        return dict(counted)


@contextlib.asynccontextmanager
async def pressed_in_turns(
    server: servers.Measured, connections: int, active: int, **order: object
) -> AsyncIterator[Turns]:
    """Connect people, some of whom press next, and stop the server until its first turn."""
    async with orders.load(
        "saturate",
        server,
        connections=connections,
        active=active,
        seconds=TURN_S,
        **order,
    ) as load:
        await load.line()
        server.send_signal(signal.SIGSTOP)
        yield Turns(server, load)


def told(turns: Sequence[orders.Result]) -> str:
    """Return what the turns of one server came to, in words."""
    rates = [turn["pairings_per_s"] for turn in turns]
    return (
        f"{median(rates):.0f} pairings/s ({min(rates):.0f} to {max(rates):.0f} in "
        f"{len(rates)} turns)"
    )


async def take_turns(pressed: Mapping[str, Turns]) -> dict[str, list[orders.Result]]:
    """Let each take its turns, and return what they came to, round by round."""
    names = list(pressed)
    results: dict[str, list[orders.Result]] = {name: [] for name in names}
    for _ in range(TURNS):
        # Nobody's turn is always the one after a certain other's.
        random.shuffle(names)
        for name in names:
            results[name].append(await pressed[name].take())
    return results
