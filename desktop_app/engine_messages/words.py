"""What commands and events speak of: devices, problems, streams and their pictures."""

from enum import StrEnum

import msgspec

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
    """Why a device does not work; ui/device_messages.py has a sentence for each."""

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
    """Why there is no way through the relay, the more telling last; ui/server_messages.py has a sentence."""

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
    """Nothing for 1 s, not even an answer to a check: said as reconnecting."""
    BROKEN = "broken"
    """Nothing for 2.5 s, or the connection has closed: another one is worth its cost."""


class Message(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Immutable, tagged with its class name."""


class Device(msgspec.Struct, frozen=True):
    """id is stable across restarts and replugging as far as the system allows."""

    kind: DeviceKind
    id: str
    name: str
