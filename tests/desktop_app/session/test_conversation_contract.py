"""What screens rely on: the real conversation and the fake of the interface's tests agree."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from desktop_app.session.conversation import Conversation
from desktop_app.session.phases import Phase
from desktop_app.settings.model import Block, Server
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.channel import TEXT_MAX_CHARACTERS
from signaling_server.protocol.messages import Mode
from tests.desktop_app.fakes import FakeConversation
from tests.desktop_app.session.person import Person


class Side:
    """A conversation under test, and how to bring it to somebody."""

    def __init__(
        self,
        conversation: Conversation | FakeConversation,
        store: SettingsStore,
        talk: Callable[[], Awaitable[None]],
    ) -> None:
        self.conversation = conversation
        self.store = store
        self.talk = talk

    @property
    def phase(self) -> Phase:
        return self.conversation.situation.phase


class ConversationContract:
    """Subclassed for the real one and the fake, each giving a `side` that is online and idle."""

    async def test_next_searches_once_and_stop_ends_it(self, side: Side):
        phases: list[Phase] = []
        side.conversation.changed.connect(lambda situation: phases.append(situation.phase))
        side.conversation.next()
        side.conversation.next()
        assert side.phase is Phase.SEARCHING
        side.conversation.stop()
        side.conversation.stop()

        assert side.phase is Phase.IDLE
        assert phases[0] is Phase.SEARCHING
        assert phases[-1] is Phase.IDLE

    async def test_without_consent_next_only_asks(self, side: Side):
        asked: list[None] = []
        side.conversation.consent_needed.connect(asked.append)
        servers = tuple(Server(known.url) for known in side.store.value.servers)
        side.store.change(servers=servers)
        assert side.conversation.needs_direct_consent
        side.conversation.next()
        assert (side.phase, len(asked)) == (Phase.IDLE, 1)
        side.conversation.accept_direct()

        assert not side.conversation.needs_direct_consent
        side.conversation.next()
        assert side.phase is Phase.SEARCHING

    async def test_a_call_has_a_stranger_and_an_empty_transcript(self, side: Side):
        await side.talk()
        situation = side.conversation.situation

        assert situation.call is not None
        assert situation.stranger is not None
        assert situation.ending is None
        assert side.conversation.transcript == ()

    async def test_only_texts_within_the_limits_are_said(self, side: Side):
        assert not side.conversation.say("too early")
        await side.talk()
        added: list[str] = []
        side.conversation.line_added.connect(lambda line: added.append(line.text))

        assert not side.conversation.say("  \n ")
        assert not side.conversation.say("x" * (TEXT_MAX_CHARACTERS + 1))
        assert side.conversation.say(" hello ")
        assert added == ["hello"]
        (line,) = side.conversation.transcript
        assert line.mine
        assert line.call == side.conversation.situation.call

    async def test_the_transcript_stays_after_the_end(self, side: Side):
        await side.talk()
        side.conversation.say("hello")
        side.conversation.stop()

        assert [line.text for line in side.conversation.transcript] == ["hello"]
        assert not side.conversation.say("anybody?")

    async def test_blocking_remembers_the_stranger_and_stops(self, side: Side):
        await side.talk()
        stranger = side.conversation.situation.stranger
        assert stranger is not None
        side.conversation.block(stranger.id)

        [block] = side.store.value.blocked
        assert (block.stranger, block.at > 0) == (stranger.id, True)
        assert side.phase is Phase.IDLE

    async def test_a_block_can_be_taken_back(self, side: Side):
        side.store.change(blocked=(Block("a"), Block("b"), Block("c")))
        side.conversation.unblock(Block("b"))

        assert side.store.value.blocked == (Block("a"), Block("c"))
        side.conversation.unblock_all()
        assert side.store.value.blocked == ()

    async def test_blocking_somebody_who_has_left_keeps_the_call(self, side: Side):
        await side.talk()
        side.conversation.block("somebody-before")

        assert side.phase is Phase.TALKING
        assert [block.stranger for block in side.store.value.blocked] == ["somebody-before"]

    async def test_choices_are_kept_and_shown(self, side: Side):
        side.conversation.set_auto_next(True)
        side.conversation.set_mode(Mode.TEXT)
        side.conversation.wishes.set_wants_camera(True)
        settings = side.store.value

        assert side.conversation.situation.auto_next
        assert side.conversation.situation.mode is Mode.TEXT
        assert (settings.auto_next, settings.mode, settings.wants_camera) == (True, Mode.TEXT, True)

    async def test_another_server_is_put_on_the_list_and_used(self, side: Side):
        side.conversation.next()
        side.conversation.use_server(Server("ws://localhost:1"))

        assert side.store.value.server == "ws://localhost:1"
        assert Server("ws://localhost:1") in side.store.value.servers
        assert side.phase is Phase.IDLE


class TestTheFake(ConversationContract):
    @pytest.fixture
    def side(self, tmp_path: Path) -> Side:
        store = SettingsStore(tmp_path / "settings.json")
        server = Server("ws://localhost:8765", direct_accepted=True)
        store.change(servers=(server,), server=server.url)
        conversation = FakeConversation(store)

        async def talk() -> None:
            conversation.talk()

        return Side(conversation, store, talk)


class TestTheReal(ConversationContract):
    @pytest.fixture
    async def side(self, invite: Callable[..., Awaitable[Person]]) -> AsyncIterator[Side]:
        me = await invite()

        async def talk() -> None:
            other = await invite()
            other.conversation.next()
            me.conversation.next()
            await me.talks()

        yield Side(me.conversation, me.store, talk)
