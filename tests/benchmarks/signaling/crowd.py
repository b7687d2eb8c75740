"""People of one load process: they come, search, exchange a few messages and press next."""

import random
import select
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from signaling_server.protocol import limits
from tests.benchmarks.signaling.dialects import Dialect
from tests.benchmarks.signaling.sockets import Poller, Wire

RELAYED = 3
"""Messages each side sends the other in a call."""
CONNECTING_MAX = 256
"""Clients that connect at the same time, where they need not all come at once."""
ATTEMPT_S = 3.0
"""A client that is not in by then, or was refused, tries again ..."""
PAUSE_S = (0.1, 0.5)
"""... after such a pause."""
DEADLINE_S = 120.0


class Stuck(Exception):
    """The server did not do the job in time; the text says how far it came."""


@dataclass(eq=False, slots=True)
class Person:
    """One client. resume, ticket and call are what the server gave it."""

    wire: Wire
    welcomed: bool = False
    search: int = 0
    searching: bool = False
    searched_at: float = 0.0
    call: bytes = b""
    relayed: int = 0
    heard: int = 0
    """Messages heard since the session began, as far as they are counted."""
    resume: str = ""
    ticket: str = ""
    resumed: bool = False
    resumed_call: bool = False

    @property
    def is_here(self) -> bool:
        return self.welcomed and self.wire.sock is not None


@dataclass
class Crowd:
    """What happens is told to on_match and on_done, which a job sets."""

    dialect: Dialect
    port: int
    size: int
    on_match: Callable[[Person, float], None] = lambda person, wait_s: None
    on_done: Callable[[Person], None] = lambda person: None
    people: list[Person] = field(init=False)
    refused: int = 0

    def __post_init__(self) -> None:
        self.people = [Person(Wire(number)) for number in range(self.size)]
        self._poller = Poller()

    # --- coming in -----------------------------------------------------------------------

    def come(self, at_once: int = CONNECTING_MAX) -> float:
        """Connect everybody, so many at a time; return how long it took in seconds."""
        return self.come_again(self.people, at_once)

    def come_again(self, people: Sequence[Person], at_once: int = CONNECTING_MAX) -> float:
        """Connect these, as come does."""
        began = time.monotonic()
        waiting = list(reversed(people))
        due = [0.0] * self.size
        trying: dict[int, Person] = {}
        while waiting or trying:
            now = time.monotonic()
            if now - began > DEADLINE_S:
                came = sum(person.welcomed for person in people)
                raise Stuck(f"{came} of {len(people)} came in within {DEADLINE_S:.0f} s")
            while waiting and len(trying) < at_once:
                person = waiting.pop()
                trying[person.wire.number] = person
                due[person.wire.number] = now + ATTEMPT_S
                self._connect(person)
            self.run_for(0.01)
            now = time.monotonic()
            for number, person in list(trying.items()):
                if person.welcomed:
                    del trying[number]
                elif person.wire.sock is None and due[number] > now + PAUSE_S[1]:
                    due[number] = now + random.uniform(*PAUSE_S)
                elif now > due[number]:
                    person.wire.close()
                    due[number] = now + ATTEMPT_S
                    self._connect(person)
        return time.monotonic() - began

    def go(self) -> None:
        """Close every socket without a word."""
        for person in self.people:
            person.wire.close()
            person.welcomed = False

    def _connect(self, person: Person) -> None:
        try:
            sock = person.wire.connect(self.port)
        except OSError:
            person.wire.close()
            return
        self._poller.watch(sock, select.EPOLLOUT, lambda _: self._upgrade(person, sock))

    def _upgrade(self, person: Person, sock: socket.socket) -> None:
        if person.wire.sock is not sock:
            return
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.refused += 1
            person.wire.close()
            return
        person.wire.upgrade(self.dialect.path(person.wire.number))
        self._poller.watch_instead(sock, select.EPOLLIN, lambda _: self._read(person, sock))

    def _read(self, person: Person, sock: socket.socket) -> None:
        if person.wire.sock is not sock:
            return
        try:
            for frame in person.wire.frames():
                if person.welcomed:
                    self._take(person, self.dialect.unwrap(frame))
                else:
                    self._greet(person, frame)
        except ConnectionError:
            person.wire.close()
            self.refused += not person.welcomed
            person.welcomed = False

    def _greet(self, person: Person, frame: bytes) -> None:
        dialect = self.dialect
        if frame == b"":
            hello = dialect.greeting(person.wire.number, person.resume, person.ticket, person.heard)
            if hello is not None:
                person.wire.send(hello)
            person.welcomed = dialect.in_at_once()
        elif (answer := dialect.answer(frame)) is not None:
            person.wire.send(answer)
        elif dialect.welcomes(frame):
            person.welcomed = True
            person.resumed = b'"resumed":true' in frame
            if not person.resumed:
                person.heard = 0
            person.resume = _text_of(frame, b'"resume":"')
            person.resumed_call = b'"call":"' in frame

    # --- searching and talking -----------------------------------------------------------

    def press_next(self, person: Person) -> None:
        person.search += 1
        person.searching = True
        person.relayed = 0
        person.searched_at = time.monotonic()
        person.wire.send(self.dialect.search(person.search))

    def talk(self, person: Person) -> None:
        """Send this side's messages in one write."""
        person.wire.send(self.dialect.relayed(person.call), RELAYED)

    def run_for(self, seconds: float) -> None:
        """Handle what comes for at least this long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._poller.run_once(left)

    def poll(self) -> None:
        """Handle what has come."""
        self._poller.run_once(0)

    def _take(self, person: Person, message: bytes) -> None:
        kind = message[9:18]
        if kind == b"call.cand" or kind == b"CANDIDATE":
            person.relayed += 1
            if person.relayed == RELAYED:
                self.on_done(person)
        elif kind == b"queue.mat":
            person.searching = False
            person.call = _text_of(message, b'"call":"').encode()
            person.ticket = _text_of(message, b'"ticket":"')
            self.on_match(person, time.monotonic() - person.searched_at)
            self.talk(person)
        elif kind == b"call.ende":
            person.call, person.ticket = b"", ""
        elif (answer := self.dialect.answer(message)) is not None:
            person.wire.send(answer)
        if self.dialect.acknowledges and kind[:7] != b"session":
            person.heard += 1
            if person.heard % limits.ACKNOWLEDGE_EVERY == 0:
                person.wire.send(b'{"type":"session.received","count":%d}' % person.heard)


def _text_of(frame: bytes, key: bytes) -> str:
    start = frame.find(key)
    if start < 0:
        return ""
    start += len(key)
    return frame[start : frame.index(b'"', start)].decode()


def talk_in_pairs(crowd: Crowd, people: Iterable[Person]) -> None:
    """Where the server pairs nobody: let neighbours know each other."""
    both = list(people)
    for one, other in zip(both[::2], both[1::2], strict=True):
        one.call = f"client-{other.wire.number}".encode()
        other.call = f"client-{one.wire.number}".encode()
