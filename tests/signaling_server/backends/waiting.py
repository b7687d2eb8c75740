"""Peers who wait, as a waiting line sees them."""

from collections import Counter
from collections.abc import Iterable
from itertools import count
from typing import Any

from signaling_server.domain.criteria import criteria_of
from signaling_server.domain.pairing import secret_of
from signaling_server.domain.peer import Peer
from signaling_server.domain.widening import Stage
from signaling_server.domain.wishes import wishes_of
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Mode, QueueJoin, SessionId

_numbers = count()


def peer(stage: Stage = Stage.NARROW, mode: Mode = Mode.VIDEO, **search: Any) -> Peer:
    """Make a peer that has begun to search and widened to a stage."""
    made = Peer(SessionId(f"session {next(_numbers)}"), secret_of(None), frozenset())
    made.search = QueueJoin(search=1, mode=mode, **search)
    made.wishes, made.stage = wishes_of(made.search, made.search.pool), stage
    made.criteria = criteria_of(made.wishes, stage)
    return made


def windows(number: int, **search: Any) -> list[Peer]:
    """Make so many peers of one person, who may not meet each other, in the last stage."""
    made = [peer(Stage.REPEATS, **search) for _ in range(number)]
    for window in made:
        window.secret = made[0].secret
    return made


def flood() -> list[Peer]:
    """Make one person's windows, as many as an address may have, with all there is to wish for."""
    interests = [f"interest {number}" for number in range(limits.INTERESTS_MAX)]
    return windows(200, interests=interests, languages=["de", "en", "es", "fi", "fr"])


def is_even(found: Counter[Peer | None], among: Iterable[Peer]) -> bool:
    """Whether each was found, and none much more often than another."""
    peers = set(among)
    share = found.total() / len(peers)
    return found.keys() == peers and all(0.75 * share < n < 1.25 * share for n in found.values())
