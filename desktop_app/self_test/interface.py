"""Checks that the window opens and that the engine process of this very program starts."""

import asyncio
import os

from PySide6.QtGui import QImage

from desktop_app.bootstrap import Interface
from desktop_app.engine.entry import run as run_engine
from desktop_app.engine_messages import EngineStarted
from desktop_app.host.paths import Paths
from desktop_app.media.engine import Engine
from desktop_app.options import Options
from desktop_app.self_test.report import Missing, Report
from desktop_app.settings.store import SettingsStore

ENGINE_WITHIN_S = 60.0


async def check_interface(report: Report, options: Options) -> None:
    """Open the window of a first start, with the engine that belongs to it."""
    engine = Engine(run_engine)
    started: asyncio.Future[EngineStarted] = asyncio.get_running_loop().create_future()
    engine.started.connect(started.set_result)
    engine.start()
    store = SettingsStore(Paths(options.profile).settings_file)
    async with report.check("interface") as check:
        interface = Interface(engine, store, options)
        interface.window.show()
        shown = interface.window.grab().toImage()
        if _colours(shown) < 3:
            raise Missing("the window is empty")
        check.detail = f"{shown.width()} x {shown.height()}"
    async with report.check("engine") as check:
        async with asyncio.timeout(ENGINE_WITHIN_S):
            versions = (await started).versions
        if engine.pid in (None, os.getpid()):
            raise Missing("the engine has no process of its own")
        unknown = [name for name, version in versions.items() if version == "unknown"]
        if unknown:
            raise Missing(f"no version of {', '.join(unknown)}")
        check.detail = versions
    interface.window.hide()
    await asyncio.gather(interface.close(), engine.close())
    store.close()


def _colours(image: QImage) -> int:
    """Count the colours on a grid over the picture."""
    steps = range(1, 40)
    return len(
        {
            image.pixel(image.width() * x // 40, image.height() * y // 40)
            for x in steps
            for y in steps
        }
    )
