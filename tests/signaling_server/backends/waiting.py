"""Peers who wait, as a waiting line sees them."""

from itertools import count
from typing import Any

from signaling_server.domain.criteria import criteria_of
from signaling_server.domain.pairing import secret_of
from signaling_server.domain.peer import Peer
from signaling_server.domain.widening import Stage
from signaling_server.domain.wishes import wishes_of
from signaling_server.protocol.messages import Mode, QueueJoin, SessionId

_numbers = count()


def peer(stage: Stage = Stage.NARROW, mode: Mode = Mode.VIDEO, **search: Any) -> Peer:
    """Make a peer that has begun to search and widened to a stage."""
    made = Peer(SessionId(f"session {next(_numbers)}"), secret_of(None), frozenset())
    made.search = QueueJoin(search=1, mode=mode, **search)
    made.wishes, made.stage = wishes_of(made.search, made.search.pool), stage
    made.criteria = criteria_of(made.wishes, stage)
    return made
