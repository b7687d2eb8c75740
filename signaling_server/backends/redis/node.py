"""This server among the others that share its Redis."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from signaling_server.backends.redis.line import SharedLine, place_of
from signaling_server.backends.redis.link import Link
from signaling_server.backends.redis.others import Others
from signaling_server.domain.afar import Afar
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.moving import Moving
from signaling_server.domain.node_messages import (
    Alive,
    Begun,
    Claim,
    Handover,
    LookAgain,
    Moved,
    NodeMessage,
    NotHere,
    Offer,
    PassedOn,
    Refused,
    Rejoined,
    Relayed,
    Returned,
    Searched,
    Shared,
)
from signaling_server.domain.peer import Delivery
from signaling_server.observability.tasks import lasting_task

ALIVE_EVERY_S = 1.0
COMPARE_EVERY_S = 2.0
TELL_WORDS_EVERY_S = 10.0

Deliver = Callable[[list[Delivery]], None]

log = logging.getLogger(__name__)


class Node:
    """Hands what comes from Redis to the lobby, and what follows from it to `deliver`."""

    def __init__(
        self,
        lobby: Lobby,
        afar: Afar,
        moving: Moving,
        line: SharedLine,
        link: Link,
        others: Others,
        deliver: Deliver,
    ) -> None:
        self._lobby = lobby
        self._afar = afar
        self._moving = moving
        self._line = line
        self._link = link
        self._others = others
        self._deliver = deliver

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Be one of the servers while the context lasts."""
        async with self._link.running(self):
            beating = lasting_task(self._beat())
            try:
                yield
            finally:
                beating.cancel()
                self._link.post(None, self._alive(leaving=True))

    def pairs_proposed(self, pairs: Iterable[tuple[str, str]]) -> None:
        proposed = list(pairs)
        self._line.take(itertools.chain.from_iterable(proposed))
        for one, other in proposed:
            self._deliver(self._afar.propose(place_of(one), place_of(other)))
        self._line.take(())

    def undelivered(self, message: NodeMessage) -> None:
        self._moving.undelivered(message)
        self._deliver(self._afar.undelivered(message))

    def heard(self, message: NodeMessage) -> None:
        self._deliver(self._heard(message))

    def came(self) -> None:
        self._others.hear_nobody()
        self._link.post(None, self._alive())
        self._line.tell_again()

    def went(self) -> None:
        self._deliver(self._lobby.look_for_all())

    def _heard(self, message: NodeMessage) -> list[Delivery]:
        if self._moving.passes_on(message):
            return []
        match message:
            case Offer():
                return self._afar.offered(message)
            case Refused():
                return self._afar.refused(message)
            case Begun():
                return self._afar.begun(message)
            case LookAgain():
                return self._afar.look_again(message)
            case Relayed():
                return self._afar.relayed(message)
            case Returned():
                return self._afar.returned(message)
            case Rejoined():
                return self._afar.rejoined(message)
            case Moved():
                return self._afar.moved(message)
            case Claim():
                return self._moving.claimed(message)
            case NotHere():
                return self._moving.not_here(message)
            case Handover():
                return self._moving.handed_over(message)
            case PassedOn():
                return self._moving.passed_on(message)
            case Shared():
                return self._others.compare(message)
            case Alive():
                self._greet(message)
                return self._others.hear(message)
            case Searched():
                if message.node != self._afar.node:
                    self._lobby.hear_words(message.uses)
                return []

    def _greet(self, message: Alive) -> None:
        """Tell a server that has just come that this one is there, before its next word to all."""
        is_new = message.node != self._afar.node and not self._others.hears(message.node)
        if is_new and not message.leaving:
            self._link.post(message.node, self._alive())

    async def _beat(self) -> None:
        """Beat as long as the server is there; a fault costs one beat, for the others need the next."""
        for beats in itertools.count(1):
            await asyncio.sleep(ALIVE_EVERY_S)
            try:
                self._say_and_notice(beats)
            except Exception:
                log.exception("a server's beat could not be finished")

    def _say_and_notice(self, beats: int) -> None:
        """Say that this server is there, compare shared calls, and notice who is not there."""
        if self._link.is_there:
            self._link.post(None, self._alive())
            for returned in self._afar.announce():
                self._link.post(None, returned)
            if beats * ALIVE_EVERY_S % COMPARE_EVERY_S == 0:
                for other, report in self._others.reports():
                    self._link.post(other, report)
            if beats * ALIVE_EVERY_S % TELL_WORDS_EVERY_S == 0 and (
                words := self._lobby.take_words()
            ):
                self._link.post(None, Searched(self._afar.node, words))
            self._deliver(self._others.pass_time())
        else:
            self._others.hear_nobody()
        self._lobby.hear_of_others(self._others.online, self._others.people)
        self._deliver(self._afar.pass_time())
        self._deliver(self._moving.pass_time())

    def _alive(self, *, leaving: bool = False) -> Alive:
        return Alive(self._afar.node, self._lobby.online_here, self._lobby.people(), leaving)
