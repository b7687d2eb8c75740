"""Makes every check, one after the other, with a profile that is thrown away."""

import asyncio
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop_app import event_loop
from desktop_app.options import Options
from desktop_app.self_test import libraries, pictures_and_words, trust
from desktop_app.self_test.interface import check_interface
from desktop_app.self_test.loopback_call import check_call
from desktop_app.self_test.report import Report
from desktop_app.settings.model import Settings
from desktop_app.ui.application import prepare_application


def run(options: Options) -> int:
    """Print the report and return 0 when nothing is missing, 1 otherwise."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    report = Report()
    application = QApplication(sys.argv[:1])
    prepare_application(application, Settings())

    async def make_checks(_quit_asked: asyncio.Event) -> None:
        with tempfile.TemporaryDirectory(prefix="passerby-self-test-") as profile:
            await _make_checks(report, replace(options, profile=Path(profile)))

    event_loop.run(application, make_checks)
    if sys.stdout is not None:
        print(report.as_json() if options.json else report.as_text(), flush=True)  # noqa: T201 - this is what it is asked for
    return 0 if report.passed else 1


async def _make_checks(report: Report, options: Options) -> None:
    async with report.check("icons") as check:
        check.detail = pictures_and_words.icons()
    async with report.check("translations") as check:
        check.detail = pictures_and_words.translations()
    async with report.check("fonts") as check:
        check.detail = pictures_and_words.fonts()
    await check_interface(report, options)
    await check_call(report)
    async with report.check("codecs") as check:
        check.detail = libraries.codecs()
    async with report.check("camera back-ends") as check:
        check.detail = libraries.camera_back_ends()
    async with report.check("sound back-end") as check:
        check.detail = libraries.sound_back_end()
    async with report.check("voice processing") as check:
        check.detail = libraries.voice_processing()
    async with report.check("desktop bus") as check:
        check.detail = libraries.desktop_bus()
    async with report.check("authorities") as check:
        check.detail = trust.authorities()
    async with report.check("tls") as check:
        check.detail = await trust.handshakes()
