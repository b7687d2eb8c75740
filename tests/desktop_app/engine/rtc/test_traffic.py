"""Silence and its end, with the clock passed in."""

from desktop_app.engine.rtc import traffic
from desktop_app.engine.rtc.traffic import LOST_AFTER_S, SILENT_AFTER_S, Traffic
from desktop_app.engine_messages import MediaHealth


async def test_silence_is_told_once_and_so_is_its_end(monkeypatch) -> None:  # type: ignore[no-untyped-def]  # a fixture
    monkeypatch.setattr(traffic, "LOOK_S", 0.0)
    now = 100.0
    seen = Traffic(lambda: now)
    changes = seen.changes()

    now += SILENT_AFTER_S
    assert await anext(changes) is MediaHealth.SILENT
    seen.received(100)
    assert await anext(changes) is MediaHealth.CONNECTED
    now += LOST_AFTER_S
    assert [change async for change in changes] == []
