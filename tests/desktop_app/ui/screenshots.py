"""Takes a picture of every screen, to be looked at: python -m tests.desktop_app.ui.screenshots DIR."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop_app.settings.model import Settings
from desktop_app.ui.application import prepare_application
from tests.desktop_app.ui.scenes import SCREENS
from tests.desktop_app.ui.stage_set import StageSet

LARGE, SMALL = QSize(1280, 800), QSize(720, 480)


@asynccontextmanager
async def staged(app: QApplication, name: str, **extra: object) -> AsyncIterator[StageSet]:
    """The window on this screen, shown."""
    show, fields = SCREENS[name]
    size = extra.pop("size", LARGE)
    with tempfile.TemporaryDirectory() as folder:
        prepared = {**fields, **extra}
        prepare_application(app, Settings(**prepared))  # type: ignore[arg-type]  # fields by name
        stage = StageSet(Path(folder), **prepared)
        assert isinstance(size, QSize)
        stage.window.resize(size)
        stage.window.show()
        app.processEvents()
        show(stage)
        for _ in range(5):
            app.processEvents()
        yield stage
        await stage.close()


def _dialog_of(stage: StageSet) -> QWidget | None:
    shown = (dialog for dialog in stage.window.findChildren(QDialog) if dialog.isVisible())
    return next(shown, None)


async def main(folder: Path, wanted: list[str]) -> None:
    app = QApplication(sys.argv[:1])
    looks = {
        "dark-en": {"theme": "dark", "language": "en", "size": LARGE},
        "light-fr": {"theme": "light", "language": "fr", "size": LARGE},
        "small-dark-fr": {"theme": "dark", "language": "fr", "size": SMALL},
        "small-light-en": {"theme": "light", "language": "en", "size": SMALL},
    }
    for name in SCREENS:
        for look, extra in looks.items():
            title = f"{name}-{look}"
            if wanted and not any(part in title for part in wanted):
                continue
            async with staged(app, name, **extra) as stage:
                dialog = app.activeModalWidget() or _dialog_of(stage) or stage.window
                dialog.grab().save(str(folder / f"{title}.png"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take a picture of every screen.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("names", nargs="*", help="parts of names; without any all are taken")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given.folder, given.names))
