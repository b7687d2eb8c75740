"""The data channel's conversation, with the clock passed in."""

import json

from desktop_app import engine_messages as messages
from desktop_app.engine.rtc.conversation import Conversation
from signaling_server.protocol.channel import CHANNEL_MESSAGES_BURST, CHANNEL_MESSAGES_PER_S


class RecordingChannel:
    readyState = "connecting"  # noqa: N815 (the name of the WebRTC interface)

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []

    def send(self, data: str) -> None:
        self.sent.append(json.loads(data))


class Talk:
    """A conversation with everything around it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.channel = RecordingChannel()
        self.events: list[messages.Message] = []
        self.hostile = 0
        self.conversation = Conversation(
            "c", self.channel, self.events.append, self._count, lambda: self.now
        )

    def _count(self) -> None:
        self.hostile += 1

    def open(self) -> None:
        self.channel.readyState = "open"
        self.conversation.flush()

    def hear(self, **message: object) -> None:
        self.conversation.take(json.dumps(message).encode())


def test_state_and_texts_wait_for_the_channel_to_open() -> None:
    talk = Talk()
    talk.conversation.say_state(camera=True, microphone=False)
    talk.conversation.say_state(camera=False, microphone=False)
    talk.conversation.send_text(1, "first")
    talk.conversation.send_text(2, "second")
    assert talk.channel.sent == []

    talk.open()
    assert [message["type"] for message in talk.channel.sent] == [
        "peer.state",
        "chat.text",
        "chat.text",
    ]
    assert talk.channel.sent[0]["camera"] is False


def test_an_unchanged_state_is_not_said_again() -> None:
    talk = Talk()
    talk.open()
    for _ in range(3):
        talk.conversation.say_state(camera=True, microphone=True)
    assert len(talk.channel.sent) == 1


def test_a_text_is_confirmed() -> None:
    talk = Talk()
    talk.open()
    talk.hear(type="chat.text", number=4, text="hello")
    assert talk.channel.sent == [{"type": "chat.received", "number": 4}]
    assert talk.events == [messages.TextReceived("c", "hello")]


def test_an_overlong_text_is_not_sent() -> None:
    talk = Talk()
    talk.open()
    talk.conversation.send_text(1, "x" * 2_001)
    talk.conversation.send_text(2, "")
    assert talk.channel.sent == []


def test_the_allowed_rate_is_never_hostile() -> None:
    talk = Talk()
    for _ in range(int(CHANNEL_MESSAGES_PER_S) * 60):
        talk.hear(type="peer.alive")
        talk.now += 1.0 / CHANNEL_MESSAGES_PER_S
    assert talk.hostile == 0


def test_more_than_the_burst_at_once_is_hostile() -> None:
    talk = Talk()
    for _ in range(CHANNEL_MESSAGES_BURST):
        talk.hear(type="peer.alive")
    assert talk.hostile == 0
    talk.hear(type="peer.alive")
    assert talk.hostile == 1
