"""What the conversation relies on, kept by the real engine process and by the fake one."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest

from desktop_app.engine.process import run as run_engine
from desktop_app.engine_messages import (
    CallConnected,
    CallFailed,
    CallFailure,
    ConnectionReady,
    ConnectionReplaced,
    EndCall,
    Event,
    LocalDescription,
    PrepareConnection,
    RemoteDescription,
    ReplaceConnection,
    SendText,
    SendTyping,
    StartCall,
    TextDelivered,
    TextReceived,
    TypingReceived,
)
from desktop_app.media.engine import Engine
from signaling_server.protocol.messages import DescriptionKind, Exchange, Mode, Role
from tests.desktop_app.session.fake_engine import FakeEngine, FakeNetwork

DEADLINE_S = 20.0
CALL = "a-call"

E = TypeVar("E", bound=Event)


class Side:
    """One engine, and what it has said."""

    def __init__(self, engine: Engine | FakeEngine) -> None:
        self.engine = engine
        self._started = asyncio.Event()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        engine.started.connect(lambda _: self._started.set())
        engine.received.connect(self._events.put_nowait)
        engine.start()

    async def is_up(self) -> None:
        async with asyncio.timeout(DEADLINE_S):
            await self._started.wait()

    async def says(self, kind: type[E]) -> E:
        """Wait for the next event of this kind; others are passed over."""
        async with asyncio.timeout(DEADLINE_S):
            while not isinstance(event := await self._events.get(), kind):
                pass
        return event

    async def gets_ready(self, mode: Mode = Mode.TEXT) -> ConnectionReady:
        self.engine.send(PrepareConnection(mode=mode))
        return await self.says(ConnectionReady)

    def starts(
        self,
        role: Role,
        exchange: Exchange,
        *,
        ready: ConnectionReady | None = None,
        description: str | None = None,
    ) -> None:
        self.engine.send(
            StartCall(
                call=CALL,
                mode=Mode.TEXT,
                role=role,
                exchange=exchange,
                connection=ready.connection if ready else None,
                description=description,
            )
        )

    async def passes_on(self, other: "Side") -> LocalDescription:
        """Carry the next description of this side to the other, as the server would."""
        made = await self.says(LocalDescription)
        other.engine.send(RemoteDescription(made.call, made.kind, made.sdp, made.replacement))
        return made


async def both_connect(ann: Side, bob: Side) -> None:
    assert (await ann.says(CallConnected)).call == CALL
    assert (await bob.says(CallConnected)).call == CALL


async def talk(ann: Side, bob: Side) -> None:
    """Bring both into a paired call."""
    hers, his = await ann.gets_ready(), await bob.gets_ready()
    ann.starts(Role.OFFERER, Exchange.PAIRED, ready=hers, description=his.description)
    bob.starts(Role.ANSWERER, Exchange.PAIRED, ready=his, description=hers.description)
    await both_connect(ann, bob)


class EngineContract:
    """Subclassed below, each giving an `ann` and a `bob`."""

    async def test_a_connection_is_made_ready_for_the_mode(self, ann: Side):
        assert (await ann.gets_ready(Mode.TEXT)).mode is Mode.TEXT

    async def test_parked_descriptions_connect_both(self, ann: Side, bob: Side):
        await talk(ann, bob)

    async def test_an_answer_to_a_parked_offer_connects_both(self, ann: Side, bob: Side):
        ready = await ann.gets_ready()
        ann.starts(Role.OFFERER, Exchange.CLASSICAL, ready=ready)
        bob.starts(Role.ANSWERER, Exchange.CLASSICAL, description=ready.description)
        assert (await bob.passes_on(ann)).kind is DescriptionKind.ANSWER
        await both_connect(ann, bob)

    async def test_offer_and_answer_connect_both(self, ann: Side, bob: Side):
        bob.starts(Role.ANSWERER, Exchange.CLASSICAL)
        ann.starts(Role.OFFERER, Exchange.CLASSICAL)
        assert (await ann.passes_on(bob)).kind is DescriptionKind.OFFER
        assert (await bob.passes_on(ann)).kind is DescriptionKind.ANSWER
        await both_connect(ann, bob)

    async def test_text_arrives_and_is_acknowledged(self, ann: Side, bob: Side):
        await talk(ann, bob)
        ann.engine.send(SendText(call=CALL, number=7, text="hello"))
        assert (await bob.says(TextReceived)).text == "hello"
        assert (await ann.says(TextDelivered)).number == 7

    async def test_typing_arrives(self, ann: Side, bob: Side):
        await talk(ann, bob)
        bob.engine.send(SendText(call=CALL, number=1, text="the channel is open"))
        await bob.says(TextDelivered)
        bob.engine.send(SendTyping(call=CALL, typing=True))
        assert (await ann.says(TypingReceived)).typing

    async def test_the_end_on_one_side_is_told_on_the_other(self, ann: Side, bob: Side):
        await talk(ann, bob)
        ann.engine.send(EndCall(call=CALL))
        failed = await bob.says(CallFailed)
        assert (failed.call, failed.failure) == (CALL, CallFailure.ENDED_BY_STRANGER)

    async def test_a_description_that_is_none_ends_the_call(self, ann: Side):
        ann.starts(Role.ANSWERER, Exchange.CLASSICAL, description="no description at all")
        assert (await ann.says(CallFailed)).failure is CallFailure.BAD_DESCRIPTION

    async def test_a_running_call_is_set_up_anew_by_an_offer(self, ann: Side, bob: Side):
        await talk(ann, bob)
        ann.starts(Role.OFFERER, Exchange.CLASSICAL)
        offer = await ann.says(LocalDescription)
        bob.starts(Role.ANSWERER, Exchange.CLASSICAL, description=offer.sdp)
        await bob.passes_on(ann)
        await both_connect(ann, bob)

    async def test_a_connection_is_replaced_in_a_running_call(self, ann: Side, bob: Side):
        await talk(ann, bob)
        ann.engine.send(ReplaceConnection(call=CALL, replacement=3))
        for teller, hearer in ((ann, bob), (bob, ann)):
            made = await teller.passes_on(hearer)
            assert made.replacement == 3
        for side in (ann, bob):
            assert await side.says(ConnectionReplaced) == ConnectionReplaced(CALL, 3)
        bob.engine.send(SendText(call=CALL, number=1, text="still here"))
        assert (await ann.says(TextReceived)).text == "still here"


class TestFakeEngine(EngineContract):
    @pytest.fixture
    async def network(self) -> FakeNetwork:
        return FakeNetwork()

    @pytest.fixture
    async def ann(self, network: FakeNetwork) -> Side:
        return Side(FakeEngine(network))

    @pytest.fixture
    async def bob(self, network: FakeNetwork) -> Side:
        return Side(FakeEngine(network))


async def real_side() -> AsyncIterator[Side]:
    engine = Engine(run_engine)
    side = Side(engine)
    await side.is_up()
    yield side
    await engine.close()


class TestEngineProcess(EngineContract):
    @pytest.fixture
    async def ann(self) -> AsyncIterator[Side]:
        async for side in real_side():
            yield side

    @pytest.fixture
    async def bob(self) -> AsyncIterator[Side]:
        async for side in real_side():
            yield side
