"""What the interface tells the engine."""

from msgspec import field

from desktop_app.engine_messages.words import Message, Stream
from signaling_server.protocol.messages import DescriptionKind, Exchange, IceServer, Mode, Role


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
    """What is done to the microphone's sound before it goes out, from now on.

    music: nothing is, and it goes out in stereo at 128 kbit/s, whatever the rest says.
    """

    echo_cancellation: bool = True
    noise_suppression: bool = True
    automatic_gain: bool = True
    music: bool = False


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


class SetBlur(Message, frozen=True):
    """From the next picture on, show a stream so blurred that nothing in it can be read, or no longer.

    Once it is on, the picture that is shown is taken back at once with PictureCleared.
    """

    stream: Stream
    on: bool


class ReleasePicture(Message, frozen=True):
    """The interface no longer paints this slot."""

    stream: Stream
    slot: int


class PrepareConnection(Message, frozen=True):
    """Keep a connection ready, with all candidates gathered, for this mode.

    Answered by ConnectionReady, and again each time a fresh one replaces a used or aged one.
    Repeating the command with other values throws away what is ready, but for other
    credentials alone. relay_only: none of our addresses is used or stands in any description;
    without a relay in ice_servers nothing is made ready. music: the description asks for stereo. When the relay cannot be used,
    RelayFailed comes, and ConnectionReady once it can.
    """

    mode: Mode
    ice_servers: list[IceServer] = field(default_factory=list)
    relay_only: bool = False
    music: bool = False


class StartCall(Message, frozen=True):
    """Begin the media of a call; any call before it is ended first.

    connection is the ready connection whose description was parked, None when none was.
    replaceable: a connection that dies ends the call only once nothing has replaced it for long.
    """

    call: str
    mode: Mode
    role: Role
    exchange: Exchange
    connection: str | None = None
    description: str | None = None
    replaceable: bool = False


class ReplaceConnection(Message, frozen=True):
    """Offer the stranger another connection with this number; one under way is given up.

    The one in use stays until the new one carries something: then ConnectionReplaced comes,
    else ReplacementFailed. Ignored before the call is connected.
    """

    call: str
    replacement: int


class RemoteDescription(Message, frozen=True):
    """An offer with a replacement is answered as ReplaceConnection is carried out."""

    call: str
    kind: DescriptionKind
    sdp: str
    replacement: int = 0


class RemoteCandidate(Message, frozen=True):
    """candidate is a candidate-attribute of SDP; empty at the end of candidates."""

    call: str
    candidate: str
    sdp_mid: str | None = None
    sdp_mline_index: int | None = None
    replacement: int = 0


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
    | SetBlur
    | ReleasePicture
    | PrepareConnection
    | StartCall
    | ReplaceConnection
    | RemoteDescription
    | RemoteCandidate
    | EndCall
    | SendText
    | SendTyping
    | MeasurePlayback
    | Ping
    | Quit
)
