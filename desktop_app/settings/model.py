"""The choices of one person, as values; the store reads and writes them.

A file with a value outside of the bounds here is refused as a whole when it is read.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from signaling_server.protocol import limits
from signaling_server.protocol.messages import Id, Interest, LanguageTag, Mode, PoolName, Scope

SCHEMA_VERSION = 2
"""Stands in every file beside the settings, whose defaults are left out; a file without is of 1."""

RULES_VERSION = 1
"""Raise when the house rules change in substance: everybody is asked again."""

Pixels = Annotated[int, Meta(ge=1, le=10_000)]
PicturesPerSecond = Annotated[int, Meta(ge=1, le=1_000)]
Seconds = Annotated[int, Meta(ge=0, le=int(limits.UNIX_TIME_MAX_S))]


class Server(msgspec.Struct, frozen=True, omit_defaults=True):
    """A server the person knows. url is the base, such as ws://localhost:8765."""

    url: str
    plain_accepted: bool = False
    """The person has agreed to an unencrypted connection to this one."""
    direct_accepted: bool = False
    """The person has agreed that strangers on this one see the network address: it has no relay."""
    prefers_direct: bool = False
    """The person wants direct calls although this one has a relay; strangers see the address."""
    pool: PoolName = ""
    """Pool.name chosen there, empty for the server's first."""


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person never to be met again. stranger is a StrangerId, at in seconds of Unix time."""

    stranger: Id
    at: Seconds = 0
    """0 where the time is not known."""


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """Immutable; a change makes a new value (msgspec.structs.replace)."""

    rules_accepted: int = 0
    """RULES_VERSION that the person has agreed to, 0 for none."""

    language: str = ""
    """"en", "fr", or empty to follow the system."""
    theme: str = ""
    """"light", "dark", or empty to follow the system."""

    servers: tuple[Server, ...] = ()
    server: str = ""
    """url of the server in use, empty before the first choice."""

    mode: Mode = Mode.VIDEO
    wants_camera: bool = False
    interests: Annotated[tuple[Interest, ...], Meta(max_length=limits.INTERESTS_MAX)] = ()
    """Free words, as the person wrote them."""
    scope: Scope = Scope.PREFER
    languages: Annotated[tuple[LanguageTag, ...], Meta(max_length=limits.LANGUAGES_MAX)] = ()
    """Tags of BCP 47 that the person speaks; none says nothing about it."""
    auto_next: bool = False

    camera: str = ""
    """Device.id, empty for the first that works; likewise microphone and speaker."""
    microphone: str = ""
    speaker: str = ""
    camera_on: bool = True
    microphone_on: bool = True
    volume: Annotated[float, Meta(ge=0, le=1)] = 0.8
    echo_cancellation: bool = True
    noise_suppression: bool = True
    automatic_gain: bool = True
    music: bool = False
    """Send what the microphone hears as it is, in stereo."""
    width: Pixels = 1280
    height: Pixels = 720
    fps: PicturesPerSecond = 30
    self_view_shown: bool = True
    veil_strangers: bool = False
    """Each stranger's picture is blurred until the person unveils it."""

    update_check: bool = True
    """Ask once a day whether there is a newer version; only a released program does."""
    updates_seen: float = 0.0
    """When that was asked last, in seconds since 1970."""

    next_key: str = "F9"
    """QKeySequence in portable text; likewise the keys below."""
    second_next_key: str = "Ctrl+Return"
    stop_key: str = "Esc"
    report_key: str = "F7"
    unveil_key: str = "F8"

    blocked: tuple[Block, ...] = ()
    """Newest last."""

    @property
    def server_in_use(self) -> Server | None:
        return next((known for known in self.servers if known.url == self.server), None)

    def servers_with(self, server: Server) -> tuple[Server, ...]:
        """The known servers with this one in the place of its older self, or last."""
        if all(known.url != server.url for known in self.servers):
            return (*self.servers, server)
        return tuple(server if known.url == server.url else known for known in self.servers)

    @property
    def blocked_in_force(self) -> tuple[Block, ...]:
        """The newest ones: a search carries no more."""
        return self.blocked[-limits.BLOCKED_MAX :]

    def blocked_with(self, block: Block) -> tuple[Block, ...]:
        return (*self.blocked_without(block.stranger), block)

    def blocked_without(self, stranger: str) -> tuple[Block, ...]:
        return tuple(block for block in self.blocked if block.stranger != stranger)
