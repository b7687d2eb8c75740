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
        self.conversation = Conversation("c", self.events.append, self._count, lambda: self.now)

    def _count(self) -> None:
        self.hostile += 1

    def open(self) -> None:
        self.channel.readyState = "open"
        self.conversation.use(self.channel, 0)

    def replace(self, number: int) -> RecordingChannel:
        """The channel of another connection opens."""
        channel = RecordingChannel()
        channel.readyState = "open"
        self.conversation.use(channel, number)
        return channel

    def hear(
        self, *, over: RecordingChannel | None = None, number: int = 0, **said: object
    ) -> None:
        """Take a message over the channel of this connection."""
        self.take(said, over or self.channel, number)

    def hear_text(
        self, text_number: int, text: str, *, over: RecordingChannel | None = None, number: int = 0
    ) -> None:
        said = {"type": "chat.text", "number": text_number, "text": text}
        self.take(said, over or self.channel, number)

    def take(self, said: dict[str, object], over: RecordingChannel, number: int) -> None:
        self.conversation.take(json.dumps(said).encode(), over, number)


def texts(channel: RecordingChannel) -> list[object]:
    return [said["number"] for said in channel.sent if said["type"] == "chat.text"]


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
    talk.hear_text(4, "hello")
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


def test_whoever_says_much_at_once_is_not_taken_for_hostile() -> None:
    talk, other = Talk(), Talk()
    for one in (talk, other):
        one.open()
    for number in range(300):
        talk.conversation.send_text(number, f"line {number}")
        talk.conversation.say_state(camera=bool(number % 2), microphone=True)
    for _ in range(60):
        for said in talk.channel.sent:
            other.take(said, other.channel, 0)
        talk.channel.sent.clear()
        for said in other.channel.sent:
            talk.take(said, talk.channel, 0)
        other.channel.sent.clear()
        talk.now, other.now = talk.now + 1.0, other.now + 1.0
        talk.conversation.say_alive()

    assert other.hostile == talk.hostile == 0
    came = [event.text for event in other.events if isinstance(event, messages.TextReceived)]
    assert came == [f"line {number}" for number in range(300)]
    assert len([event for event in talk.events if isinstance(event, messages.TextDelivered)]) == 300
    states = [event for event in other.events if isinstance(event, messages.StrangerState)]
    assert states[-1] == messages.StrangerState("c", camera=True, microphone=True)


def test_what_an_older_channel_confirmed_is_not_said_over_the_new_one() -> None:
    talk = Talk()
    talk.open()
    for number in range(100):
        talk.conversation.send_text(number, "line")
    newer = talk.replace(1)
    talk.take({"type": "chat.received", "number": 90}, talk.channel, 0)
    for _ in range(30):
        talk.now += 1.0
        talk.conversation.say_alive()

    assert texts(newer) == [*range(90), *range(91, 100)]


def test_over_a_new_channel_the_stranger_is_told_what_it_may_not_have() -> None:
    talk = Talk()
    talk.open()
    talk.conversation.say_state(camera=True, microphone=False)
    talk.conversation.send_typing(True)
    for number in range(4):
        talk.conversation.send_text(number, f"line {number}")
    talk.take({"type": "chat.received", "number": 0}, talk.channel, 0)
    newer = talk.replace(1)
    talk.conversation.send_text(4, "line 4")

    assert [said["type"] for said in newer.sent[:2]] == ["peer.state", "chat.typing"]
    assert texts(newer) == [1, 2, 3, 4]
    assert texts(talk.channel) == [0, 1, 2, 3]


def test_a_repeated_text_is_confirmed_where_it_came_and_shown_once() -> None:
    talk = Talk()
    talk.open()
    newer = talk.replace(1)
    talk.hear_text(4, "hello")
    talk.hear_text(4, "hello", over=newer, number=1)
    talk.hear_text(5, "world", over=newer, number=1)

    assert talk.events == [messages.TextReceived("c", "hello"), messages.TextReceived("c", "world")]
    assert [said["number"] for said in newer.sent] == [4, 5]
    assert [said["number"] for said in talk.channel.sent] == [4]


def test_a_text_confirmed_twice_is_delivered_once() -> None:
    talk = Talk()
    talk.open()
    talk.conversation.send_text(3, "hello")
    for _ in range(2):
        talk.take({"type": "chat.received", "number": 3}, talk.channel, 0)
    assert talk.events == [messages.TextDelivered("c", 3)]


def test_once_the_newer_channel_is_heard_the_older_is_history() -> None:
    talk = Talk()
    talk.open()
    newer = talk.replace(2)
    talk.hear(type="peer.state", camera=True, microphone=True)
    talk.hear(over=newer, number=2, type="peer.state", camera=True, microphone=False)
    talk.hear(type="peer.state", camera=False, microphone=False)

    assert talk.events[-1] == messages.StrangerState("c", camera=True, microphone=False)
