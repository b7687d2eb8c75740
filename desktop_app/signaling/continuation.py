"""What a session goes on with over its next socket: token, ticket, and what has been said and heard."""

from signaling_server.protocol import limits
from signaling_server.protocol.codec import encode
from signaling_server.protocol.messages import (
    CallCandidate,
    CallDescription,
    CallEnded,
    CallNext,
    Message,
    QueueLeave,
    QueueMatched,
    Received,
    ServerMessage,
    Welcome,
)
from signaling_server.protocol.unacknowledged import COUNTED, Unacknowledged
from signaling_server.protocol.versions import Feature


class Continuation:
    """Keeps what the server may not have, so that nothing is lost or said twice across sockets."""

    def __init__(self) -> None:
        self.resume: str | None = None
        self.ticket: str | None = None
        self._counts = False
        self._unheard = Unacknowledged()
        self._heard = 0
        self._acknowledged = 0

    @property
    def received(self) -> int | None:
        """How many counted messages have come in the session to take up; None where none counts."""
        return self._heard if self.resume and self._counts else None

    @property
    def owed(self) -> int:
        """How many messages have come that the server does not know of."""
        return self._heard - self._acknowledged if self._counts else 0

    def welcome(self, welcome: Welcome) -> list[str]:
        """Take the server's word for how far it is; return the frames to say again, in order."""
        counts = Feature.ACKNOWLEDGED in welcome.features
        goes_on = welcome.resumed and counts and self._counts
        if not goes_on or not self._unheard.acknowledge(welcome.received):
            self._unheard, self._heard, self._counts = Unacknowledged(), 0, counts
        self._acknowledged = self._heard
        self.resume = welcome.resume
        if welcome.call is None:
            self.ticket = None
        return [frame.decode() for frame in self._unheard.frames]

    def say(self, message: Message) -> str:
        """Return the frame of a message that a socket takes now."""
        frame = encode(message)
        if isinstance(message, QueueLeave | CallNext):
            self.ticket = None
        if self._counts and type(message) in COUNTED:
            self._unheard.add(frame.encode())
            # A server acknowledges by number: how many bytes those are is our affair.
            if len(self._unheard) > limits.UNACKNOWLEDGED_MAX:
                # One that never does cannot be told the rest: the session ends with this socket.
                self.resume, self._unheard = None, Unacknowledged()
        return frame

    def keep(self, message: Message) -> bool:
        """Keep what belongs to a call for the next socket; False for what is not kept.

        What a person wants may be another thing by then: whoever knows it says it again.
        """
        if isinstance(message, CallNext | QueueLeave):
            self.ticket = None
        keeps = isinstance(message, CallDescription | CallCandidate) and self.received is not None
        if not keeps or len(self._unheard) >= limits.UNACKNOWLEDGED_MAX:
            return False
        self.say(message)
        return True

    def hear(self, message: ServerMessage) -> None:
        """Count a message, and note what it is for the session."""
        if isinstance(message, Received):
            self._unheard.acknowledge(message.count)
        elif isinstance(message, QueueMatched):
            self.ticket = message.ticket or None
        elif isinstance(message, CallEnded):
            self.ticket = None
        if type(message) in COUNTED:
            self.count()

    def count(self) -> None:
        """Count a message of a type that only newer servers know."""
        self._heard += 1

    def acknowledgement(self) -> Received:
        """Return what tells the server how much has come."""
        self._acknowledged = self._heard
        return Received(self._heard)
