"""How each measured server is spoken to: its path, its greeting, its frames."""

import json
from collections.abc import Callable

CANDIDATE = "candidate:842163049 1 udp 1677729535 192.0.2.77 50000 typ srflx raddr 0.0.0.0 rport 0"


class Dialect:
    """The job in plain JSON messages, as Node's ws gets it; a message begins with its type."""

    pairs = True
    """Whether the server pairs; otherwise the clients know each other beforehand."""
    acknowledges = False
    """Whether messages of the server are acknowledged."""

    def path(self, number: int) -> str:
        return "/"

    def greeting(self, number: int, resume: str, ticket: str, heard: int) -> bytes | None:
        """Return what is said once the socket stands; None when the server speaks first."""
        return None

    def in_at_once(self) -> bool:
        """Whether a client is in as soon as its socket stands."""
        return True

    def answer(self, frame: bytes) -> bytes | None:
        """Return what a frame of the transport itself is answered with."""
        return None

    def welcomes(self, frame: bytes) -> bool:
        """Whether this frame says that the client is in."""
        return False

    def search(self, number: int) -> bytes:
        """Return the frame that leaves a call and searches."""
        return b'{"type":"call.next","search":%d,"mode":"video"}' % number

    def relayed(self, call: bytes) -> bytes:
        """Return the frame of one message for the stranger of a call."""
        return b'{"type":"call.candidate","call":"%b","candidate":"%b"}' % (
            call,
            CANDIDATE.encode(),
        )

    def unwrap(self, frame: bytes) -> bytes:
        """Return the message in a frame."""
        return frame


class Passerby(Dialect):
    """Ours, as the desktop speaks."""

    acknowledges = True

    def path(self, number: int) -> str:
        return "/v1/ws"

    def greeting(self, number: int, resume: str, ticket: str, heard: int) -> bytes:
        hello: dict[str, object] = {
            "type": "session.hello",
            "versions": [1],
            "features": ["paired-descriptions", "acknowledged"],
            "identity": f"benchmark-identity-{number:08}",
        }
        if resume:
            hello |= {"resume": resume, "received": heard}
        if ticket:
            hello["ticket"] = ticket
        return json.dumps(hello).encode()

    def in_at_once(self) -> bool:
        return False

    def welcomes(self, frame: bytes) -> bool:
        return frame.startswith(b'{"type":"session.welcome"')


class SocketIo(Dialect):
    """Messages as events named m, over Engine.IO 4 on a WebSocket."""

    def path(self, number: int) -> str:
        return "/socket.io/?EIO=4&transport=websocket"

    def in_at_once(self) -> bool:
        return False

    def answer(self, frame: bytes) -> bytes | None:
        if frame.startswith(b"0"):
            return b"40"
        return b"3" if frame == b"2" else None

    def welcomes(self, frame: bytes) -> bool:
        return frame.startswith(b"40")

    def search(self, number: int) -> bytes:
        return b'42["m",%b]' % super().search(number)

    def relayed(self, call: bytes) -> bytes:
        return b'42["m",%b]' % super().relayed(call)

    def unwrap(self, frame: bytes) -> bytes:
        return frame[7:-1] if frame.startswith(b"42") else frame


class PeerJs(Dialect):
    """Relays by the id of the other side; client n meets the one beside it."""

    pairs = False

    def path(self, number: int) -> str:
        return f"/peerjs?key=peerjs&id=client-{number}&token=benchmark&version=1.5.5"

    def in_at_once(self) -> bool:
        return False

    def welcomes(self, frame: bytes) -> bool:
        return frame.startswith(b'{"type":"OPEN"')

    def relayed(self, call: bytes) -> bytes:
        return (
            b'{"type":"CANDIDATE","payload":{"candidate":"%b","type":"data",'
            b'"connectionId":"dc_benchmark"},"dst":"%b"}' % (CANDIDATE.encode(), call)
        )


DIALECTS: dict[str, Callable[[], Dialect]] = {
    "passerby": Passerby,
    "ws": Dialect,
    "socketio": SocketIo,
    "peerjs": PeerJs,
}
