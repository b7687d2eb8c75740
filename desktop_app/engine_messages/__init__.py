"""What the interface process and the engine process say to each other.

Msgpack over one pipe, a message a frame. Commands go to the engine, events come back.
Pictures do not travel here: they lie in shared memory, in slots that `Picture` hands over and
`ReleasePicture` hands back, so that nobody paints a slot while it is written.
"""

import msgspec

from desktop_app.engine_messages.commands import (
    CloseCamera,
    CloseMicrophone,
    Command,
    EndCall,
    MeasurePlayback,
    MuteMicrophone,
    OpenCamera,
    OpenMicrophone,
    OpenSpeaker,
    Ping,
    PlayTestSound,
    PrepareConnection,
    ProcessVoice,
    Quit,
    RefreshDevices,
    ReleasePicture,
    RemoteCandidate,
    RemoteDescription,
    ReplaceConnection,
    SendText,
    SendTyping,
    SetBlur,
    SetView,
    SetVolume,
    StartCall,
    WatchLevels,
)
from desktop_app.engine_messages.events import (
    AddressesChanged,
    CallConnected,
    CallFailed,
    CallHealth,
    ConnectionReady,
    ConnectionReplaced,
    DeviceClosed,
    DeviceFailed,
    DeviceOpened,
    DevicesFound,
    EngineStarted,
    Event,
    Level,
    LocalDescription,
    Picture,
    PictureCleared,
    PlaybackMeasured,
    Pong,
    RelayFailed,
    ReplacementFailed,
    Statistics,
    StrangerState,
    TextDelivered,
    TextReceived,
    TypingReceived,
)
from desktop_app.engine_messages.words import (
    PICTURE_BYTES_PER_PIXEL,
    PICTURE_MAX_HEIGHT,
    PICTURE_MAX_WIDTH,
    SLOT_BYTES,
    SLOTS_PER_STREAM,
    CallFailure,
    Device,
    DeviceKind,
    DeviceProblem,
    MediaHealth,
    Message,
    RelayProblem,
    Stream,
)

_encoder = msgspec.msgpack.Encoder()
_command_decoder: msgspec.msgpack.Decoder[Command] = msgspec.msgpack.Decoder(Command)
_event_decoder: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)


def encode(message: Message) -> bytes:
    return _encoder.encode(message)


def decode_command(frame: bytes) -> Command:
    return _command_decoder.decode(frame)


def decode_event(frame: bytes) -> Event:
    return _event_decoder.decode(frame)
