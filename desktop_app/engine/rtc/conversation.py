"""What is said over a call's data channel: text with delivery, typing, state, signs of life."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from desktop_app import engine_messages as messages
from desktop_app.core import TokenBucket
from signaling_server.protocol import channel as wire
from signaling_server.protocol.codec import decode_channel, encode
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import Message

UNCONFIRMED_MAX = 500
"""Texts kept until they are confirmed; the oldest go first."""
SAID_PER_S, SAID_BURST = 8.0, 40
"""Less than half of what the other side bears: it gets a confirmation of each of its texts besides."""


class Channel(Protocol):
    """The part of RTCDataChannel that is used."""

    @property
    def readyState(self) -> str: ...  # noqa: N802 (the name of the WebRTC interface)

    def send(self, data: str) -> None: ...


class Conversation:
    """What is said in one call, over the channels of its connections. Belongs to the loop.

    Each connection has a number: what comes over an older one than the newest that was heard is
    history. send_event takes what the interface should know.
    """

    def __init__(
        self,
        call: str,
        send_event: Callable[[messages.Message], None],
        on_hostile: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._call = call
        self._channel: Channel | None = None
        self._number = -1
        """Of the connection that is talked over."""
        self._heard = -1
        """Of the newest connection over which something came."""
        self._send_event = send_event
        self._on_hostile = on_hostile
        self._allowance = TokenBucket(
            wire.CHANNEL_MESSAGES_PER_S, wire.CHANNEL_MESSAGES_BURST, clock
        )
        self._own_allowance = TokenBucket(SAID_PER_S, SAID_BURST, clock)
        self._unsaid: dict[str | int, Message] = {}
        """What waits for the allowance: texts by their number, of the rest only the newest."""
        self._unconfirmed: dict[int, wire.ChatText] = {}
        self._last_taken = -1
        self._typing: wire.ChatTyping | None = None
        self._state: wire.PeerState | None = None
        self._handlers: dict[type[Message], Callable[[Any], None]] = {
            wire.ChatReceived: self._text_delivered,
            wire.ChatTyping: self._typing_came,
            wire.PeerState: self._state_came,
            wire.PeerAlive: lambda _message: None,
        }

    def use(self, channel: Channel, number: int) -> None:
        """Talk over this channel, which has opened; the stranger is told what it may not have."""
        if number <= self._number:
            return
        self._channel, self._number = channel, number
        self._unsaid = {}
        if self._state is not None:
            self._unsaid["state"] = self._state
        if self._typing is not None:
            self._unsaid["typing"] = self._typing
        self._unsaid.update(self._unconfirmed.items())
        self._say_what_waits()

    def say_state(self, *, camera: bool, microphone: bool) -> None:
        """Tell the stranger what is on, now or when the channel opens; repeats are not sent."""
        state = wire.PeerState(camera=camera, microphone=microphone)
        if state != self._state:
            self._state = state
            self._say_in_turn("state", state)

    def send_text(self, number: int, text: str) -> None:
        """Send a text, now or when the channel opens, and again until it is confirmed."""
        if 0 < len(text) <= wire.TEXT_MAX_CHARACTERS:
            message = self._unconfirmed[number] = wire.ChatText(number=number, text=text)
            if len(self._unconfirmed) > UNCONFIRMED_MAX:
                oldest = min(self._unconfirmed)
                del self._unconfirmed[oldest]
                self._unsaid.pop(oldest, None)
            self._say_in_turn(number, message)

    def send_typing(self, typing: bool) -> None:
        self._typing = wire.ChatTyping(typing=typing)
        self._say_in_turn("typing", self._typing)

    def say_alive(self) -> None:
        """Say that this side lives, and what has had to wait until now."""
        if self._channel is not None:
            _send(self._channel, wire.PeerAlive())
        self._say_what_waits()

    async def stay_alive(self) -> None:
        """Say so every second while the channel is open."""
        while True:
            self.say_alive()
            await asyncio.sleep(wire.ALIVE_INTERVAL_S)

    def take(self, data: bytes, channel: Channel, number: int) -> None:
        """Handle one message of the stranger, which came over the channel of this connection."""
        if number < self._heard:
            return
        self._heard = number
        if not self._allowance.take():
            self._on_hostile()
            return
        try:
            message = decode_channel(data)
        except ProtocolError as error:
            if error.code is not ErrorCode.UNKNOWN_TYPE:
                self._on_hostile()
            return
        if isinstance(message, wire.ChatText):
            self._take_text(message, channel)
        else:
            self._handlers[type(message)](message)

    def _say_in_turn(self, name: str | int, message: Message) -> None:
        self._unsaid[name] = message
        self._say_what_waits()

    def _say_what_waits(self) -> None:
        """Say it in its order, and no faster than the other side bears."""
        channel = self._channel
        if channel is None or channel.readyState != "open":
            return
        while self._unsaid and self._own_allowance.take():
            _send(channel, self._unsaid.pop(next(iter(self._unsaid))))

    def _take_text(self, message: wire.ChatText, channel: Channel) -> None:
        """Confirm where it came from; the stranger repeats what it has not seen confirmed."""
        _send(channel, wire.ChatReceived(number=message.number))
        if message.number > self._last_taken:
            self._last_taken = message.number
            self._send_event(messages.TextReceived(call=self._call, text=message.text))

    def _text_delivered(self, message: wire.ChatReceived) -> None:
        self._unsaid.pop(message.number, None)
        if self._unconfirmed.pop(message.number, None) is not None:
            self._send_event(messages.TextDelivered(call=self._call, number=message.number))

    def _typing_came(self, message: wire.ChatTyping) -> None:
        self._send_event(messages.TypingReceived(call=self._call, typing=message.typing))

    def _state_came(self, message: wire.PeerState) -> None:
        self._send_event(
            messages.StrangerState(
                call=self._call, camera=message.camera, microphone=message.microphone
            )
        )


def _send(channel: Channel, message: Message) -> None:
    if channel.readyState == "open":
        channel.send(encode(message))
