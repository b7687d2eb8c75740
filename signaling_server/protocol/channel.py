"""What two clients say to each other over the data channel of a call; the server never sees it.

One channel, negotiated beforehand: id 0, label "passerby", ordered and reliable. Every
message is one JSON text, tagged like the frames of the server.
"""

from typing import Annotated

from msgspec import Meta

from signaling_server.protocol.messages import Message

CHANNEL_ID = 0
"""The stream id that both sides create the channel with."""
CHANNEL_LABEL = "passerby"
"""Its label."""
CHANNEL_MESSAGE_MAX_BYTES = 16_384
"""A longer message ends the call."""
CHANNEL_MESSAGES_PER_S = 20.0
"""Sustained rate; a client that keeps above it for long ends the call of the other side."""
CHANNEL_MESSAGES_BURST = 100
"""Messages that may come at once before the sustained rate holds."""
TEXT_MAX_CHARACTERS = 2_000
"""Longest chat text, in Unicode code points."""
ALIVE_INTERVAL_S = 1.0
"""How often peer.alive is sent."""

Number = Annotated[int, Meta(ge=0, lt=2**53)]


class ChatText(Message, frozen=True, tag="chat.text"):
    """A line of chat. number counts up within the call; nothing in text is markup."""

    number: Number
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX_CHARACTERS)]


class ChatReceived(Message, frozen=True, tag="chat.received"):
    """The other side's chat.text with this number has arrived."""

    number: Number


class ChatTyping(Message, frozen=True, tag="chat.typing"):
    """The person has begun to type, or has stopped without sending."""

    typing: bool


class PeerState(Message, frozen=True, tag="peer.state"):
    """Whether camera and microphone are on; sent when the channel opens and at each change."""

    camera: bool
    microphone: bool


class PeerAlive(Message, frozen=True, tag="peer.alive"):
    """Sent every ALIVE_INTERVAL_S, so that a silent call can be told from a dead one."""


ChannelMessage = ChatText | ChatReceived | ChatTyping | PeerState | PeerAlive
