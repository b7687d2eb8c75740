"""Changes of the machine's addresses, which the test brings about."""

import asyncio

from desktop_app.engine.rtc.address_watch import AddressWatch


async def test_each_change_is_told_once() -> None:
    coming = [("a",), ("a",), ("a", "b"), (), (), ("b",)]
    told: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()
    watch = AddressWatch(
        told.put_nowait, lambda: coming.pop(0) if len(coming) > 1 else coming[0], every_s=0.0
    )
    async with asyncio.timeout(10):
        assert [await told.get() for _ in range(3)] == [("a", "b"), (), ("b",)]
    await watch.close()
    assert told.empty()


async def test_what_the_system_cannot_tell_is_no_change_and_the_watch_goes_on() -> None:
    coming = [None, ("a",), None, ("a",), None, ("b",)]
    told: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()
    watch = AddressWatch(
        told.put_nowait, lambda: coming.pop(0) if len(coming) > 1 else coming[0], every_s=0.0
    )
    async with asyncio.timeout(10):
        assert await told.get() == ("b",)
    await watch.close()
    assert told.empty()
