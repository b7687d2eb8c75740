"""What is said over a call's data channel: text with delivery, typing, state, signs of life."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from desktop_app import engine_messages as messages
from signaling_server.protocol import channel as wire
from signaling_server.protocol.codec import decode_channel, encode
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import Message

UNSENT_MAX = 100
"""Texts kept until the channel opens."""


class Channel(Protocol):
    """The part of RTCDataChannel that is used."""

    @property
    def readyState(self) -> str: ...  # noqa: N802 (the name of the WebRTC interface)

    def send(self, data: str) -> None: ...


class Allowance:
    """A bucket of messages that refills at a steady rate."""

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._left = float(burst)
        self._at = clock()

    def take(self) -> bool:
        """Count one message; False when there were too many."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        self._left -= 1.0
        return self._left >= 0.0


class Conversation:
    """One call's side of the channel. Belongs to the loop.

    send_event takes what the interface should know; on_hostile is called once at most.
    """

    def __init__(
        self,
        call: str,
        channel: Channel,
        send_event: Callable[[messages.Message], None],
        on_hostile: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._call = call
        self._channel = channel
        self._send_event = send_event
        self._on_hostile = on_hostile
        self._allowance = Allowance(wire.CHANNEL_MESSAGES_PER_S, wire.CHANNEL_MESSAGES_BURST, clock)
        self._unsent: deque[wire.ChatText] = deque(maxlen=UNSENT_MAX)
        self._state: wire.PeerState | None = None
        self._state_sent: wire.PeerState | None = None
        self._handlers: dict[type[Message], Callable[[wire.ChannelMessage], None]] = {
            wire.ChatText: self._text_came,
            wire.ChatReceived: self._text_delivered,
            wire.ChatTyping: self._typing_came,
            wire.PeerState: self._state_came,
            wire.PeerAlive: lambda _message: None,
        }

    def say_state(self, *, camera: bool, microphone: bool) -> None:
        """Tell the stranger what is on, now or when the channel opens; repeats are not sent."""
        self._state = wire.PeerState(camera=camera, microphone=microphone)
        self.flush()

    def send_text(self, number: int, text: str) -> None:
        if 0 < len(text) <= wire.TEXT_MAX_CHARACTERS:
            self._unsent.append(wire.ChatText(number=number, text=text))
            self.flush()

    def send_typing(self, typing: bool) -> None:
        self._say(wire.ChatTyping(typing=typing))

    async def stay_alive(self) -> None:
        """Say so every second while the channel is open."""
        while True:
            self.flush()
            self._say(wire.PeerAlive())
            await asyncio.sleep(wire.ALIVE_INTERVAL_S)

    def flush(self) -> None:
        """Send what has waited for the channel to open."""
        if self._channel.readyState != "open":
            return
        if self._state is not None and self._state != self._state_sent:
            self._say(self._state)
            self._state_sent = self._state
        while self._unsent:
            self._say(self._unsent.popleft())

    def take(self, data: bytes) -> None:
        """Handle one message of the stranger."""
        if not self._allowance.take():
            self._on_hostile()
            return
        try:
            message = decode_channel(data)
        except ProtocolError as error:
            if error.code is not ErrorCode.UNKNOWN_TYPE:
                self._on_hostile()
            return
        self._handlers[type(message)](message)

    def _say(self, message: Message) -> None:
        if self._channel.readyState == "open":
            self._channel.send(encode(message))

    def _text_came(self, message: wire.ChannelMessage) -> None:
        assert isinstance(message, wire.ChatText)
        self._say(wire.ChatReceived(number=message.number))
        self._send_event(messages.TextReceived(call=self._call, text=message.text))

    def _text_delivered(self, message: wire.ChannelMessage) -> None:
        assert isinstance(message, wire.ChatReceived)
        self._send_event(messages.TextDelivered(call=self._call, number=message.number))

    def _typing_came(self, message: wire.ChannelMessage) -> None:
        assert isinstance(message, wire.ChatTyping)
        self._send_event(messages.TypingReceived(call=self._call, typing=message.typing))

    def _state_came(self, message: wire.ChannelMessage) -> None:
        assert isinstance(message, wire.PeerState)
        self._send_event(
            messages.StrangerState(
                call=self._call, camera=message.camera, microphone=message.microphone
            )
        )
