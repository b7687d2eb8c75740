"""How strangers are reached on the server in use: directly, or through its relay alone."""

import msgspec

from desktop_app.core import Signal
from desktop_app.engine_messages import ConnectionReady, PrepareConnection, RelayProblem
from desktop_app.media.engine import Engine
from desktop_app.session.timers import Timers
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol import limits
from signaling_server.protocol.messages import IceServer, Mode, SessionRelay, Welcome
from signaling_server.protocol.versions import Feature

EXPIRES_EARLY_S = 0.05
"""The part of its time by which access to a relay is given up early: clocks differ."""
VALID_MIN_S = 2.0
"""Access is taken to hold at least so long: each expiry has the server asked for more."""


class Reach:
    """What the server offers, what the person wants, and whether it works.

    Interface thread only. The server gives access to its relay with a search, and to nobody who is
    idle.
    """

    def __init__(self, engine: Engine, store: SettingsStore) -> None:
        self.expired: Signal[None] = Signal()
        """The access to the relay is over."""
        self._engine = engine
        self._store = store
        self._timers = Timers()
        self._servers: list[IceServer] = []
        self._access: IceServer | None = None
        self._prepared = (False, False)
        """Relay only, and music."""
        self.offers_relay: bool | None = None
        """None until the server in use has said."""
        self.problem: RelayProblem | None = None
        """Why the relay cannot be used just now."""

    @property
    def relay_only(self) -> bool:
        """Strangers must not learn the network address; the relay is the default."""
        server = self._store.value.server_in_use
        return bool(self.offers_relay) and not (server is not None and server.prefers_direct)

    @property
    def needs_direct_consent(self) -> bool:
        """There is no relay, and the person has not agreed to show strangers the address."""
        server = self._store.value.server_in_use
        return server is not None and self.offers_relay is False and not server.direct_accepted

    @property
    def may_search(self) -> bool:
        """Whether a stranger who is found could be called."""
        return not self.needs_direct_consent and not (self.relay_only and self.problem)

    def accept_direct(self) -> None:
        """The person agrees that strangers on the server in use see the network address."""
        self._change_server(direct_accepted=True)

    def set_prefers_direct(self, on: bool) -> None:
        """Allow direct calls on the server in use although it has a relay, or no longer."""
        self._change_server(prefers_direct=on)

    def _change_server(self, **fields: bool) -> None:
        if (server := self._store.value.server_in_use) is not None:
            changed = msgspec.structs.replace(server, **fields)
            self._store.change(servers=self._store.value.servers_with(changed))

    def forget(self) -> None:
        """Another server is gone to."""
        self._timers.cancel_all()
        self._servers, self._access = [], None
        self.offers_relay = self.problem = None

    def greet(self, welcome: Welcome) -> None:
        self._servers = welcome.ice_servers
        listed = any(map(_has_relay, self._servers))
        self.offers_relay = listed or Feature.RELAY in welcome.features
        if not self.offers_relay or not welcome.resumed:
            # A new session gets new access, which may work where the older one did not.
            self._timers.cancel_all()
            self._access = self.problem = None

    def take_access(self, message: SessionRelay) -> None:
        """Use these credentials from now on, as long as they hold."""
        self._access = IceServer(message.urls, message.username, message.credential)
        # Qt's timers have an end.
        valid_s = min(max(message.valid_s, VALID_MIN_S), limits.DELAY_MAX_S)
        self._timers.start("expiry", valid_s * (1 - EXPIRES_EARLY_S), self._expire)

    @property
    def has_changed(self) -> bool:
        """Whether connections are to be made otherwise than they were prepared last."""
        only, music = self._prepared
        return only is not self.relay_only or music is not self._store.value.music

    def prepare(self, mode: Mode) -> bool:
        """Tell the engine what to keep ready; True when what it had ready must not be used."""
        access = [] if self._access is None else [self._access]
        servers = [*self._servers, *access]
        music = self._store.value.music
        self._engine.send(PrepareConnection(mode, servers, relay_only=self.relay_only, music=music))
        lost_access = self.relay_only and not any(map(_has_relay, servers))
        changed, self._prepared = self.has_changed, (self.relay_only, music)
        return changed or lost_access

    def fits(self, ready: ConnectionReady) -> bool:
        """Whether this was prepared as it has to be now; one on its way may not be."""
        return ready.relay_only is self.relay_only

    def close(self) -> None:
        self._timers.cancel_all()

    def _expire(self) -> None:
        # Whether the relay works is asked with the next access.
        self._access = self.problem = None
        self.expired.emit(None)


def _has_relay(server: IceServer) -> bool:
    return any(url.startswith(("turn:", "turns:")) for url in server.urls)
