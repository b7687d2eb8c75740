"""What a call is given by the engine around it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from desktop_app import engine_messages as messages
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.conversation import Conversation
from desktop_app.engine.rtc.receiving import Sink
from desktop_app.engine.rtc.relay import Relay


class CallMedia(Protocol):
    """The engine's side of a call's media. video_sink and sound_sink make fresh ones.

    Pictures are shown of the sink made last that has any; a voice is heard once hear is told.
    """

    @property
    def music(self) -> bool:
        """Whether what goes out is music."""
        ...

    @property
    def has_picture(self) -> bool:
        """Whether a picture of the stranger has come; from any thread."""
        ...

    def video_sink(self, call: str, on_hostile: Callable[[], None], lips: LipSync) -> Sink: ...

    def sound_sink(self, lips: LipSync) -> VoiceStream: ...

    def hear(self, voice: VoiceStream) -> None: ...

    def use_codec(self, name: str) -> None: ...

    def request_key_frame(self) -> None: ...

    def use_bitrate(self, bitrate_bps: int) -> None: ...

    def say_state(self, conversation: Conversation) -> None: ...

    def show_stranger(self, camera: bool) -> None: ...


@dataclass(frozen=True)
class CallParts:
    """What a call is given by the engine.

    on_connected is called once when it first stands, on_over once when it ended by itself.
    """

    send: Callable[[messages.Message], None]
    media: CallMedia
    closing: Closing
    relay: Relay
    on_connected: Callable[[], None]
    on_over: Callable[[str], None]
