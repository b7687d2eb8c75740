"""Who is here: the sessions, the tokens they come back with, and who has a socket."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signaling_server.domain.pairing import secret_of
from signaling_server.domain.peer import Peer
from signaling_server.protocol.messages import SessionId
from signaling_server.protocol.versions import Feature

_TOKEN_BYTES = 24
_ID_BYTES = 12
_GONE_MAX = 10_000
"""People who are gone, whose last partners are remembered; who went longest ago is forgotten."""


@dataclass(frozen=True, slots=True)
class Grace:
    """How long, in seconds, a session waits for its peer to come back."""

    waiting_s: float
    in_call_s: float


def may_take_up(peer: Peer, person: str, received: int | None) -> bool:
    """Whether this person may go on with a session, after so many counted messages of it.

    A token that was stolen is worth nothing to who cannot sign with the key as well.
    """
    if peer.person != person:
        return False
    return not peer.acknowledges or received is None or peer.unheard.may_be_heard(received)


class Sessions:
    """Every session by its id and by its tokens."""

    def __init__(self) -> None:
        self.token_prefix = ""
        """What its tokens begin with, where they tell which server has the session."""
        self.ended: Callable[[Peer], None] = lambda peer: None  # noqa: ARG005 - nobody asks
        """Called with each peer whose session ends, here or by moving to another server."""
        self._peers: dict[SessionId, Peer] = {}
        self._tokens: dict[str, Peer] = {}
        self.online = 0
        """How many have their socket."""
        self._partners_of_gone: OrderedDict[bytes, deque[bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._peers)

    def holds(self, peer: Peer) -> bool:
        """Whether the session has not ended."""
        return peer.session in self._peers

    def away(self) -> list[Peer]:
        """Return those whose socket is away."""
        return [peer for peer in self._peers.values() if not peer.connected]

    def with_id(self, session: SessionId) -> Peer | None:
        return self._peers.get(session)

    def begin(self, identity: str | None, features: Iterable[Feature]) -> Peer:
        """Begin a session; who has an identity remembers the last partners of the one before."""
        session = SessionId(secrets.token_urlsafe(_ID_BYTES))
        peer = Peer(session, secret_of(identity), frozenset(features))
        peer.recent.extend(self._partners_of_gone.pop(peer.secret, ()))
        self._peers[session] = peer
        self.online += 1
        return peer

    def adopt(self, peer: Peer, token: str) -> None:
        """Take a session in that another server had, with the token that it comes back with."""
        self._peers[peer.session] = self._tokens[token] = peer
        peer.token = token
        self.online += peer.connected

    def end(self, peer: Peer) -> bool:
        """Forget a session; False when it has ended before."""
        if self._peers.pop(peer.session, None) is None:
            return False
        if peer.person and peer.recent:
            self._partners_of_gone[peer.secret] = peer.recent
            if len(self._partners_of_gone) > _GONE_MAX:
                self._partners_of_gone.popitem(last=False)
        for token in (peer.token, peer.used_token):
            self._tokens.pop(token, None)
        self.online -= peer.connected
        self.ended(peer)
        return True

    def set_connected(self, peer: Peer, connected: bool) -> None:
        """Note that the socket of a peer is gone, or back."""
        self.online += connected - peer.connected
        peer.connected = connected

    def with_token(self, token: str) -> Peer | None:
        """Return the session that this resume token stands for."""
        return self._tokens.get(token)

    def renew_token(self, peer: Peer, used: str = "") -> str:
        """Return the session's new resume token; of the older ones only `used` stays good."""
        for token in {peer.token, peer.used_token} - {used}:
            self._tokens.pop(token, None)
        token = self.token_prefix + secrets.token_urlsafe(_TOKEN_BYTES)
        peer.token, peer.used_token = token, used
        self._tokens[peer.token] = peer
        return peer.token

    def hear(self, peer: Peer) -> None:
        """The peer has its newest token, for it speaks over the socket that brought it."""
        if peer.used_token:
            self._tokens.pop(peer.used_token, None)
            peer.used_token = ""
