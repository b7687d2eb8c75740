import asyncio
import logging

import pytest

from signaling_server.observability.tasks import lasting_task


async def test_a_task_that_fails_is_said_at_once_and_one_that_is_cancelled_is_not(
    caplog: pytest.LogCaptureFixture,
):
    async def fail() -> None:
        raise ValueError("what somebody has said")

    async def last() -> None:
        await asyncio.Event().wait()

    failing, lasting = lasting_task(fail()), lasting_task(last())
    await asyncio.wait([failing])
    lasting.cancel()
    await asyncio.wait([lasting])

    (record,) = caplog.records
    assert record.levelno == logging.CRITICAL
    assert "ValueError" in str(record.msg)
    assert "somebody" not in str(record.msg)
