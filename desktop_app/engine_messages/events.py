"""What the engine tells the interface."""

from desktop_app.engine_messages.words import (
    CallFailure,
    Device,
    DeviceKind,
    DeviceProblem,
    MediaHealth,
    Message,
    RelayProblem,
    Stream,
)
from signaling_server.protocol.messages import DescriptionKind, Mode


class EngineStarted(Message, frozen=True):
    """The engine's loop runs and takes commands. versions: library name to version."""

    versions: dict[str, str]


class DevicesFound(Message, frozen=True):
    devices: list[Device]


class DeviceOpened(Message, frozen=True):
    """device works now. wanted_missing: it is the next best in the place of the chosen one.

    wanted_problem: why the chosen one is not used although it is there, None where it is not.
    For a camera width, height and fps are what it delivers. stand_in: it is no real device.
    """

    device: Device
    wanted_missing: bool = False
    wanted_problem: DeviceProblem | None = None
    stand_in: bool = False
    width: int = 0
    height: int = 0
    fps: float = 0.0


class DeviceClosed(Message, frozen=True):
    kind: DeviceKind


class DeviceFailed(Message, frozen=True):
    """The device does not work (any more). The engine keeps watching and reopens what returns."""

    kind: DeviceKind
    problem: DeviceProblem
    name: str = ""


class Level(Message, frozen=True):
    """level from 0 to 1: the peak of the last interval on a scale of -60 to 0 dBFS."""

    kind: DeviceKind
    level: float


class Picture(Message, frozen=True):
    """A picture lies ready in a slot: width by height pixels of BGRX, rows without padding.

    captured_ns and number identify the captured picture of SELF; for STRANGER number counts
    the pictures decoded in this call and captured_ns is 0. call is the call it belongs to.
    """

    stream: Stream
    slot: int
    width: int
    height: int
    number: int
    call: str = ""
    captured_ns: int = 0


class PictureCleared(Message, frozen=True):
    """There is nothing to paint in this stream any more (camera off, call over)."""

    stream: Stream


class ConnectionReady(Message, frozen=True):
    """A connection whose description, an offer with all its candidates, may be parked.

    relay_only: it was prepared so, and none of our addresses stands in the description.
    """

    connection: str
    mode: Mode
    description: str
    relay_only: bool = False


class RelayFailed(Message, frozen=True):
    """No connection can be made ready, for the relay alone was to be used; tried again soon."""

    problem: RelayProblem


class LocalDescription(Message, frozen=True):
    """To be relayed to the stranger. replacement numbers the connections of a call, from 0."""

    call: str
    kind: DescriptionKind
    sdp: str
    replacement: int = 0


class CallConnected(Message, frozen=True):
    """ICE and DTLS stand: sound, picture and text can flow."""

    call: str


class CallHealth(Message, frozen=True):
    call: str
    health: MediaHealth


class AddressesChanged(Message, frozen=True):
    """This machine has other network addresses than before, or has one again.

    reachable: there is any at all, apart from that of the machine itself.
    """

    reachable: bool


class ConnectionReplaced(Message, frozen=True):
    """The replacing connection with this number carries the call now."""

    call: str
    replacement: int


class ReplacementFailed(Message, frozen=True):
    """The replacing connection with this number could not be set up; the older one stays."""

    call: str
    replacement: int


class CallFailed(Message, frozen=True):
    """The engine has ended this call by itself."""

    call: str
    failure: CallFailure


class StrangerState(Message, frozen=True):
    """What the stranger's application says about itself over the data channel."""

    call: str
    camera: bool
    microphone: bool


class TextReceived(Message, frozen=True):
    call: str
    text: str


class TextDelivered(Message, frozen=True):
    """The stranger's application has the text with this number."""

    call: str
    number: int


class TypingReceived(Message, frozen=True):
    call: str
    typing: bool


class Statistics(Message, frozen=True):
    """Once a second in a call. Bitrates in bit/s, times in ms, loss in percent.

    width, height and fps are of the pictures that come, sent_... of those that go, which are
    strained where this machine is too busy for larger ones; the codec is theirs. loss_percent is
    of what goes, as the stranger reports it, received_loss_percent of what comes. freezes counts
    the times in the call that no new picture came for 200 ms, freeze_s how long that was in all.
    voice_percent: how much of the voice since the call began was received or repaired, not
    made up; None in a call without sound. voice_gaps: how often more than 60 ms of it were
    made up at a time, since then. path_bps: what the path to the stranger is thought to carry.
    """

    call: str
    width: int = 0
    height: int = 0
    fps: float = 0.0
    sent_width: int = 0
    sent_height: int = 0
    sent_fps: float = 0.0
    strained: bool = False
    codec: str = ""
    received_bps: int = 0
    sent_bps: int = 0
    round_trip_ms: float | None = None
    loss_percent: float | None = None
    received_loss_percent: float | None = None
    jitter_ms: float | None = None
    freezes: int = 0
    freeze_s: float = 0.0
    voice_percent: float | None = None
    voice_real_s: float = 0.0
    voice_made_up_s: float = 0.0
    voice_gaps: int = 0
    path_bps: int | None = None
    direct: bool | None = None


class PlaybackMeasured(Message, frozen=True):
    """level of each asked frequency in what was played out, 0 to 1 of full scale."""

    levels: list[float]


class Pong(Message, frozen=True):
    number: int


Event = (
    EngineStarted
    | DevicesFound
    | DeviceOpened
    | DeviceClosed
    | DeviceFailed
    | Level
    | Picture
    | PictureCleared
    | ConnectionReady
    | RelayFailed
    | LocalDescription
    | CallConnected
    | CallHealth
    | AddressesChanged
    | ConnectionReplaced
    | ReplacementFailed
    | CallFailed
    | StrangerState
    | TextReceived
    | TextDelivered
    | TypingReceived
    | Statistics
    | PlaybackMeasured
    | Pong
)
