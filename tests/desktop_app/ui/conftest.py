"""A window over fakes for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from build_scripts.compile_resources import TRANSLATIONS, compile_newer
from desktop_app.settings.model import Settings
from desktop_app.ui.application import prepare_application
from desktop_app.ui.settings.dialog import SettingsDialog
from tests.desktop_app.ui.stage_set import SETTLED, StageSet


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    list(compile_newer(TRANSLATIONS))


@pytest.fixture
def app(application: QApplication) -> Iterator[QApplication]:
    """In English and dark, whatever the test before has left."""
    prepare_application(application, Settings(language="en", theme="dark"))
    yield application
    application.processEvents()


@pytest.fixture
async def make_stage(app: QApplication, tmp_path: Path) -> Callable[..., StageSet]:
    made: list[StageSet] = []

    def make(**settings: object) -> StageSet:
        stage = StageSet(tmp_path / str(len(made)), language="en", theme="dark", **settings)
        made.append(stage)
        stage.window.show()
        stage.window.activateWindow()
        app.processEvents()
        return stage

    yield make
    for stage in made:
        await stage.close()


@pytest.fixture
def stage(make_stage: Callable[..., StageSet]) -> StageSet:
    """Somebody who has been through the welcome, in the lobby."""
    return make_stage(**SETTLED)


@pytest.fixture
def call(stage: StageSet, app: QApplication) -> StageSet:
    """In a call with a stranger."""
    stage.welcome.enter()
    stage.conversation.talk()
    app.processEvents()
    return stage


@pytest.fixture
def dialog(call: StageSet, app: QApplication) -> SettingsDialog:
    """The settings, open beside the call."""
    call.window.screen_of_call.settings_asked.emit()
    app.processEvents()
    assert call.window.settings_dialog is not None
    return call.window.settings_dialog
