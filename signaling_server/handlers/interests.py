"""interests.suggest: words that others use."""

from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.protocol.messages import InterestsSuggest


def suggest(lobby: Lobby, peer: Peer, message: InterestsSuggest) -> list[Delivery]:
    return lobby.suggest(peer, message.prefix, message.pool)
