"""Carries the descriptions and candidates of a call between the server and the engine."""

from desktop_app.engine_messages import (
    ConnectionReady,
    EndCall,
    LocalDescription,
    RemoteCandidate,
    RemoteDescription,
    StartCall,
)
from desktop_app.media.engine import Engine
from desktop_app.signaling.client import SignalingClient
from signaling_server.protocol.messages import (
    CallCandidate,
    CallDescription,
    Exchange,
    Mode,
    QueueMatched,
    Role,
)


class MediaExchange:
    """Begins, renews and ends the media of one call at a time."""

    def __init__(self, engine: Engine, link: SignalingClient) -> None:
        self._engine = engine
        self._link = link
        self.expects_offer = False
        """Whether the first offer of the call is still to come from the stranger."""
        self._replaceable = False

    def begin(self, match: QueueMatched, mode: Mode, ready: ConnectionReady | None) -> None:
        """Start the media of a match; ready is the connection that was parked with its search."""
        self.expects_offer = match.role is Role.ANSWERER and match.description is None
        self._engine.send(
            StartCall(
                call=match.call,
                mode=mode,
                role=match.role,
                exchange=match.exchange,
                connection=ready.connection if ready else None,
                description=match.description,
                replaceable=match.replaceable,
            )
        )

        self._replaceable = match.replaceable

    def renew(self, call: str, mode: Mode, offer: str | None = None) -> None:
        """Set the media of a running call up anew, after an engine was started again.

        Without an offer we make it; with the stranger's we answer it.
        """
        self.expects_offer = False
        self._engine.send(
            StartCall(
                call=call,
                mode=mode,
                role=Role.OFFERER if offer is None else Role.ANSWERER,
                exchange=Exchange.CLASSICAL,
                description=offer,
                replaceable=self._replaceable,
            )
        )

    def end(self, call: str) -> None:
        self._engine.send(EndCall(call=call))

    def pass_description(self, message: CallDescription) -> None:
        """From the stranger to the engine."""
        self.expects_offer = False
        self._engine.send(RemoteDescription(call=message.call, kind=message.kind, sdp=message.sdp))

    def pass_candidate(self, message: CallCandidate) -> None:
        """From the stranger to the engine."""
        self._engine.send(
            RemoteCandidate(
                call=message.call,
                candidate=message.candidate,
                sdp_mid=message.sdp_mid,
                sdp_mline_index=message.sdp_mline_index,
                replacement=message.replacement,
            )
        )

    def relay(self, event: LocalDescription) -> None:
        """From the engine to the stranger."""
        self._link.send(CallDescription(call=event.call, kind=event.kind, sdp=event.sdp))
