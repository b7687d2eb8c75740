"""What the interface process and the engine process say to each other.

Msgpack over one pipe, a message a frame. Commands go to the engine, events come back.
Pictures do not travel here: they lie in shared memory, in slots that `Picture` hands over and
`ReleasePicture` hands back, so that nobody paints a slot while it is written.
"""

from enum import StrEnum
from typing import TypeVar

import msgspec

from signaling_server.protocol.messages import DescriptionKind, Exchange, IceServer, Mode, Role

PICTURE_MAX_WIDTH = 1920
PICTURE_MAX_HEIGHT = 1080
PICTURE_BYTES_PER_PIXEL = 4
SLOT_BYTES = PICTURE_MAX_WIDTH * PICTURE_MAX_HEIGHT * PICTURE_BYTES_PER_PIXEL
SLOTS_PER_STREAM = 3
"""One painted, one ready, one being written."""


class Stream(StrEnum):
    """Whose picture it is."""

    SELF = "self"
    STRANGER = "stranger"


class DeviceKind(StrEnum):
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"


class DeviceProblem(StrEnum):
    """Why a device does not work; ui/messages.py has a sentence for each."""

    NONE_FOUND = "none_found"
    """There is no such device on this machine."""
    BUSY = "busy"
    """Another program uses it."""
    DENIED = "denied"
    """The operating system forbids it."""
    GONE = "gone"
    """It was pulled out while in use."""
    NO_SOUND_SERVER = "no_sound_server"
    """There is nothing to play sound through or take it from."""
    FAILED = "failed"
    """It was found but does not deliver."""


class CallFailure(StrEnum):
    """Why the engine ended a call; ui/messages.py has a sentence for each."""

    NO_PATH = "no_path"
    """No way through the network between the two was found in time."""
    NO_RELAY = "no_relay"
    """The relay, which alone was to be used, cannot be."""
    MEDIA_LOST = "media_lost"
    """Nothing has come from the stranger for too long."""
    BAD_DESCRIPTION = "bad_description"
    """The stranger's description could not be used."""
    HOSTILE_PICTURE = "hostile_picture"
    """Pictures too large, or of ever changing size."""
    HOSTILE_DATA = "hostile_data"
    """Data-channel messages too long, too many or of no known form."""
    ENDED_BY_STRANGER = "ended_by_stranger"
    """The stranger closed the connection itself."""


class RelayProblem(StrEnum):
    """Why there is no way through the relay, the more telling last; ui/messages.py has a sentence."""

    UNREACHABLE = "unreachable"
    """It does not answer."""
    UNTRUSTED = "untrusted"
    """Its certificate is not valid for its name."""
    FULL = "full"
    """It has no room, or this session has used up its share."""
    REFUSED = "refused"
    """It does not take the credentials."""


class MediaHealth(StrEnum):
    """Signs of life from the stranger's engine."""

    CONNECTED = "connected"
    SILENT = "silent"
    """No packet of any kind for 2 s: said as reconnecting."""


class Message(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Immutable, tagged with its class name."""


class Device(msgspec.Struct, frozen=True):
    """id is stable across restarts and replugging as far as the system allows."""

    kind: DeviceKind
    id: str
    name: str


# --- commands: interface to engine -------------------------------------------------------


class RefreshDevices(Message, frozen=True):
    """Look for devices again; answered by DevicesFound. The engine also sends that unasked."""


class OpenCamera(Message, frozen=True):
    """Open a camera, or change to another one or another size while open.

    device is a Device.id, or None for the first that works. A device that is gone falls back
    to the next best, and CameraOpened says which. stand_in: use the moving test picture when
    no camera is found or opens.
    """

    device: str | None = None
    width: int = 1280
    height: int = 720
    fps: int = 30
    stand_in: bool = False


class CloseCamera(Message, frozen=True):
    """Release the camera (its light goes out); the stranger is told."""


class OpenMicrophone(Message, frozen=True):
    """Like OpenCamera. stand_in: a generated voice with this fundamental in Hz, 0 for none."""

    device: str | None = None
    stand_in_hz: float = 0.0


class CloseMicrophone(Message, frozen=True):
    """Release the microphone."""


class MuteMicrophone(Message, frozen=True):
    """Send silence (the device stays open, the level meter goes on); the stranger is told."""

    muted: bool


class ProcessVoice(Message, frozen=True):
    """What is done to the microphone's sound before it goes out, from now on."""

    echo_cancellation: bool = True
    noise_suppression: bool = True
    automatic_gain: bool = True


class OpenSpeaker(Message, frozen=True):
    """device as in OpenCamera. Without any speaker sound is consumed silently."""

    device: str | None = None


class SetVolume(Message, frozen=True):
    """volume from 0 to 1, linear in amplitude."""

    volume: float


class PlayTestSound(Message, frozen=True):
    """Play a short chime through the speaker."""


class WatchLevels(Message, frozen=True):
    """While on, Level events come about 15 times a second."""

    on: bool


class SetView(Message, frozen=True):
    """The size, in device pixels, at which a stream is painted; 0 by 0 when it is hidden.

    The engine scales so that pictures cover at most this size, keeping their aspect: fill
    crops to cover the view, otherwise the picture is fitted into it. SELF is mirrored.
    """

    stream: Stream
    width: int
    height: int
    fill: bool = False


class ReleasePicture(Message, frozen=True):
    """The interface no longer paints this slot."""

    stream: Stream
    slot: int


class PrepareConnection(Message, frozen=True):
    """Keep a connection ready, with all candidates gathered, for this mode.

    Answered by ConnectionReady, and again each time a fresh one replaces a used or aged one.
    Repeating the command with other values throws away what is ready, but for other
    credentials alone. relay_only: none of our addresses is used or stands in any description;
    without a relay in ice_servers nothing is made ready. When the relay cannot be used,
    RelayFailed comes, and ConnectionReady once it can.
    """

    mode: Mode
    ice_servers: list[IceServer] = []
    relay_only: bool = False


class StartCall(Message, frozen=True):
    """Begin the media of a call; any call before it is ended first.

    connection is the ready connection whose description was parked, None when none was.
    """

    call: str
    mode: Mode
    role: Role
    exchange: Exchange
    connection: str | None = None
    description: str | None = None


class RemoteDescription(Message, frozen=True):
    call: str
    kind: DescriptionKind
    sdp: str


class RemoteCandidate(Message, frozen=True):
    """candidate is a candidate-attribute of SDP; empty at the end of candidates."""

    call: str
    candidate: str
    sdp_mid: str | None = None
    sdp_mline_index: int | None = None


class EndCall(Message, frozen=True):
    """End the media of a call; unknown or ended calls are ignored."""

    call: str


class SendText(Message, frozen=True):
    """Send a chat text of 1 to TEXT_MAX_CHARACTERS; answered by TextDelivered.

    number counts up within a call and names the text. Kept and sent once the channel opens.
    """

    call: str
    number: int
    text: str


class SendTyping(Message, frozen=True):
    call: str
    typing: bool


class MeasurePlayback(Message, frozen=True):
    """Answered by PlaybackMeasured: what was played out in the last half second."""

    frequencies_hz: list[float]


class Ping(Message, frozen=True):
    """The interface is alive; answered by Pong from the engine's loop."""

    number: int


class Quit(Message, frozen=True):
    """Close everything and end the process."""


Command = (
    RefreshDevices
    | OpenCamera
    | CloseCamera
    | OpenMicrophone
    | CloseMicrophone
    | MuteMicrophone
    | ProcessVoice
    | OpenSpeaker
    | SetVolume
    | PlayTestSound
    | WatchLevels
    | SetView
    | ReleasePicture
    | PrepareConnection
    | StartCall
    | RemoteDescription
    | RemoteCandidate
    | EndCall
    | SendText
    | SendTyping
    | MeasurePlayback
    | Ping
    | Quit
)


# --- events: engine to interface ---------------------------------------------------------


class EngineStarted(Message, frozen=True):
    """The engine's loop runs and takes commands. versions: library name to version."""

    versions: dict[str, str]


class DevicesFound(Message, frozen=True):
    devices: list[Device]


class DeviceOpened(Message, frozen=True):
    """device works now. wanted_missing: the chosen one is gone and this is the next best.

    For a camera width, height and fps are what it delivers. stand_in: it is no real device.
    """

    device: Device
    wanted_missing: bool = False
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
    """To be relayed to the stranger."""

    call: str
    kind: DescriptionKind
    sdp: str


class CallConnected(Message, frozen=True):
    """ICE and DTLS stand: sound, picture and text can flow."""

    call: str


class CallHealth(Message, frozen=True):
    call: str
    health: MediaHealth


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
    """Once a second in a call. Bitrates in bit/s, round trip in ms, loss in percent.

    voice_percent: how much of the voice since the call began was received or repaired, not
    made up; None in a call without sound.
    """

    call: str
    width: int = 0
    height: int = 0
    fps: float = 0.0
    codec: str = ""
    received_bps: int = 0
    sent_bps: int = 0
    round_trip_ms: float | None = None
    loss_percent: float | None = None
    voice_percent: float | None = None
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
    | CallFailed
    | StrangerState
    | TextReceived
    | TextDelivered
    | TypingReceived
    | Statistics
    | PlaybackMeasured
    | Pong
)

_M = TypeVar("_M", bound=Message)
_encoder = msgspec.msgpack.Encoder()
_command_decoder: msgspec.msgpack.Decoder[Command] = msgspec.msgpack.Decoder(Command)
_event_decoder: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def decode_command(frame: bytes) -> Command:
    return _command_decoder.decode(frame)


def decode_event(frame: bytes) -> Event:
    return _event_decoder.decode(frame)
