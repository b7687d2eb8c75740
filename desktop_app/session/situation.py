"""What a screen needs to know of the conversation, as immutable values."""

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.engine_messages import (
    CallFailure,
    Device,
    DeviceKind,
    DeviceProblem,
    RelayProblem,
)
from desktop_app.media.engine import EngineState
from desktop_app.session.phases import Phase
from desktop_app.signaling.link import Link, LinkProblem
from signaling_server.protocol.messages import Ban, CallEnd, Mode, Pool

__all__ = [
    "ENDING_OF_FAILURE",
    "ENDING_OF_REASON",
    "DeviceSituation",
    "Ending",
    "EngineState",
    "Link",
    "LinkProblem",
    "Situation",
    "Stranger",
    "TranscriptLine",
]


class Ending(StrEnum):
    """Why the last call or search ended, where that is worth a sentence; ui/messages.py has them."""

    LEFT = "left"
    NEXT = "next"
    LOST = "lost"
    NO_PATH = "no_path"
    NO_RELAY = "no_relay"
    BAD_DESCRIPTION = "bad_description"
    HOSTILE_PICTURE = "hostile_picture"
    HOSTILE_DATA = "hostile_data"
    SEARCH_REFUSED = "search_refused"
    """The server has refused the search, and would refuse it again."""
    BLOCKED = "blocked"
    """The person has blocked the stranger."""
    BANNED = "banned"
    """The server has turned the person out; Situation.ban says why."""
    ENGINE_LOST = "engine_lost"
    """The own engine died; with a server at hand the next search starts by itself."""


ENDING_OF_REASON = {
    CallEnd.LEFT: Ending.LEFT,
    CallEnd.NEXT: Ending.NEXT,
    CallEnd.LOST: Ending.LOST,
}
"""What the server's reason means."""

ENDING_OF_FAILURE = {
    CallFailure.NO_PATH: Ending.NO_PATH,
    CallFailure.NO_RELAY: Ending.NO_RELAY,
    CallFailure.MEDIA_LOST: Ending.LOST,
    CallFailure.BAD_DESCRIPTION: Ending.BAD_DESCRIPTION,
    CallFailure.HOSTILE_PICTURE: Ending.HOSTILE_PICTURE,
    CallFailure.HOSTILE_DATA: Ending.HOSTILE_DATA,
    CallFailure.ENDED_BY_STRANGER: Ending.LEFT,
}
"""What the engine's failure means."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """The other person of the call."""

    id: str
    has_camera: bool
    camera_on: bool = True
    microphone_on: bool = True
    typing: bool = False
    shared_interests: tuple[str, ...] = ()
    shared_languages: tuple[str, ...] = ()
    """Tags of BCP 47 that both have named."""
    away: bool = False
    """Its connection to the server has dropped."""
    direct: bool | None = None
    """Whether media goes directly between the two; None while unknown."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The conversation at one moment. Times are time.monotonic() seconds."""

    mode: Mode
    phase: Phase = Phase.IDLE
    phase_since: float = 0.0
    call: str | None = None
    stranger: Stranger | None = None
    ending: Ending | None = None
    """Set from the end of a call, or of a search that was refused, until the next call begins or the
    person stops."""
    media_silent: bool = False
    """In a call: no sign of life has come for 1 s; said as reconnecting."""
    link: Link = Link.NONE
    link_problem: LinkProblem | None = None
    retry_at: float | None = None
    ban: Ban | None = None
    """With LinkProblem.BANNED."""
    online: int | None = None
    likely_wait_s: float | None = None
    """About how long people have waited for a stranger lately, as the server says."""
    pools: tuple[Pool, ...] = ()
    """What the server lets one choose from; none stands for one alone."""
    too_fast_until: float | None = None
    """The server asked to slow down; the search goes on by itself then."""
    engine: EngineState = EngineState.STARTING
    auto_next: bool = False
    offers_relay: bool = False
    """The server in use has a relay, so calls need not be direct."""
    relay_problem: RelayProblem | None = None
    """Why calls through the relay, the only ones wanted, cannot be made; the search waits."""


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """A line of chat. mine tells whose; number names it within its call."""

    call: str
    number: int
    mine: bool
    text: str
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class DeviceSituation:
    """One kind of device: what there is, what is wanted, what works."""

    kind: DeviceKind
    found: tuple[Device, ...] = ()
    wanted: str = ""
    """Device.id the person chose, empty for the first that works."""
    opened: Device | None = None
    stand_in: bool = False
    wanted_missing: bool = False
    """`opened` is the next best in the place of the chosen device."""
    wanted_problem: DeviceProblem | None = None
    """Why the chosen device is not used although it is there."""
    problem: DeviceProblem | None = None
    problem_name: str = ""
    on: bool = True
    """The person's switch: camera off releases the camera, microphone off sends silence."""
    width: int = 0
    height: int = 0
    fps: float = 0.0
