"""The first start: rules, server, a look at oneself."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_app.engine_messages import DeviceKind, DeviceProblem
from desktop_app.presenters.welcome import LOCAL_SERVER
from desktop_app.session.server_check import ServerCheck
from desktop_app.settings.model import RULES_VERSION
from desktop_app.ui.call.screen import CallScreen
from desktop_app.ui.welcome.lobby_page import LobbyPage
from desktop_app.ui.welcome.rules_page import RulesPage
from desktop_app.ui.welcome.server_page import ServerPage
from signaling_server.protocol.messages import Mode
from tests.desktop_app.ui.stage_set import SETTLED, StageSet, answered

Make = Callable[..., StageSet]


def server_page(stage: StageSet) -> ServerPage:
    page = stage.window.page
    assert isinstance(page, ServerPage)
    return page


async def test_the_rules_need_both_boxes(make_stage: Make):
    stage = make_stage()
    page = stage.window.page
    assert isinstance(page, RulesPage)
    page.adult.setChecked(True)
    assert not page.go_on.isEnabled()
    page.agreed.setChecked(True)
    page.go_on.click()

    assert stage.store.value.rules_accepted == RULES_VERSION
    assert isinstance(stage.window.page, ServerPage)


async def test_a_server_on_this_machine_is_offered(make_stage: Make):
    stage = make_stage(rules_accepted=RULES_VERSION)
    stage.answers[LOCAL_SERVER] = ServerCheck(LOCAL_SERVER, ok=True, online=3)
    await answered()
    form = server_page(stage).form

    assert form.address.text() == LOCAL_SERVER
    assert form.answer.text() == "Reachable, 3 people online."


async def test_nothing_is_offered_where_nothing_answers(make_stage: Make):
    stage = make_stage(rules_accepted=RULES_VERSION)
    await answered()
    page = server_page(stage)

    assert page.form.address.text() == ""
    assert not page.go_on.isEnabled()


async def test_a_checked_server_leads_to_the_lobby(make_stage: Make):
    stage = make_stage(rules_accepted=RULES_VERSION)
    stage.answers["wss://there.example"] = ServerCheck("wss://there.example", ok=True, online=12)
    page = server_page(stage)
    QTest.keyClicks(page.form.address, "wss://there.example")
    page.form.check.click()
    await answered()
    assert page.form.answer.text() == "Reachable, 12 people online."
    page.go_on.click()

    assert stage.store.value.server == "wss://there.example"
    assert isinstance(stage.window.page, LobbyPage)


async def test_a_server_that_does_not_answer_is_said_and_not_taken(make_stage: Make):
    stage = make_stage(rules_accepted=RULES_VERSION)
    page = server_page(stage)
    QTest.keyClicks(page.form.address, "wss://nowhere.example")
    page.form.check.click()
    await answered()

    assert "cannot be reached" in page.form.answer.text()
    assert not page.go_on.isEnabled()


async def test_an_address_changed_after_its_check_is_checked_again(make_stage: Make):
    stage = make_stage(rules_accepted=RULES_VERSION)
    stage.answers["wss://there.example"] = ServerCheck("wss://there.example", ok=True, online=12)
    page = server_page(stage)
    QTest.keyClicks(page.form.address, "wss://there.example")
    page.form.check.click()
    await answered()
    assert page.go_on.isEnabled()
    QTest.keyClicks(page.form.address, "x")

    assert not page.go_on.isEnabled()


async def test_an_answer_about_the_address_before_is_not_taken_for_this_one(make_stage: Make):
    stage = make_stage(rules_accepted=RULES_VERSION)
    before, now = "wss://before.example", "wss://now.example"
    form = server_page(stage).form
    for url in (before, now):
        stage.answers[url] = ServerCheck(url, ok=True, online=12)
        stage.held[url] = asyncio.Event()
        form.address.clear()
        QTest.keyClicks(form.address, url)
        QTest.keyClick(form.address, Qt.Key.Key_Return)
        await answered()
    stage.held[before].set()
    await answered()
    assert form.good is None
    assert form.answer.text() == "Checking…"
    stage.held[now].set()
    await answered()

    assert form.good is not None
    assert form.good.url == now


async def check_plain_address(stage: StageSet) -> ServerPage:
    url = "ws://plain.example"
    stage.answers[url] = ServerCheck(url, ok=True, online=1)
    page = server_page(stage)
    QTest.keyClicks(page.form.address, url)
    page.form.check.click()
    await answered()
    return page


async def test_a_plain_public_address_needs_the_explicit_box(make_stage: Make):
    stage = make_stage(rules_accepted=RULES_VERSION)
    page = await check_plain_address(stage)
    assert page.form.plain.isVisible()
    assert not page.go_on.isEnabled()
    page.form.plain.setChecked(True)
    await answered()
    page.go_on.click()

    assert [known.plain_accepted for known in stage.store.value.servers] == [True]


async def test_a_consent_that_is_taken_back_leads_nowhere(make_stage: Make):
    page = await check_plain_address(make_stage(rules_accepted=RULES_VERSION))
    page.form.plain.setChecked(True)
    await answered()
    assert page.go_on.isEnabled()

    page.form.plain.setChecked(False)

    assert not page.go_on.isEnabled()


def test_the_camera_is_open_in_the_lobby_and_not_after_it(stage: StageSet):
    assert stage.equipment.previewing
    stage.window.next_action.trigger()

    assert isinstance(stage.window.page, CallScreen)
    assert not stage.equipment.previewing


def test_the_lobby_keeps_its_camera_when_the_settings_are_closed(
    stage: StageSet, app: QApplication
):
    page = stage.window.page
    assert isinstance(page, LobbyPage)
    page.settings.click()
    dialog = stage.window.settings_dialog
    assert dialog is not None
    dialog.close()

    assert stage.equipment.previewing
    assert not stage.equipment.trying_out


def test_a_broken_camera_is_said_and_one_may_go_on(stage: StageSet):
    page = stage.window.page
    assert isinstance(page, LobbyPage)
    stage.equipment.show(
        DeviceKind.CAMERA, opened=None, problem=DeviceProblem.BUSY, problem_name="Logitech C920"
    )

    assert page.notes.text().startswith("Logitech C920 is used by another program.")
    assert page.meet.isEnabled()


def test_somebody_who_has_been_here_begins_in_the_lobby(stage: StageSet):
    assert isinstance(stage.window.page, LobbyPage)


def test_the_lobby_shows_the_mode_and_lets_it_be_changed(stage: StageSet):
    page = stage.window.page
    assert isinstance(page, LobbyPage)
    assert page.mode.buttons[Mode.VIDEO].isChecked()
    assert page.camera.isVisible()
    page.mode.buttons[Mode.TEXT].click()

    assert stage.store.value.mode is Mode.TEXT
    assert not page.camera.isVisible()
    assert not page.microphone.isVisible()


def test_the_lobby_says_once_what_is_left_without_any_device(stage: StageSet):
    page = stage.window.page
    assert isinstance(page, LobbyPage)
    stage.equipment.show(DeviceKind.CAMERA, opened=None, problem=DeviceProblem.NONE_FOUND)
    for kind in (DeviceKind.MICROPHONE, DeviceKind.SPEAKER):
        stage.equipment.show(kind, opened=None, problem=DeviceProblem.NO_SOUND_SERVER)

    assert page.notes.text().splitlines() == [
        "No camera was found.",
        "This computer's sound system is not running.",
        "You can still watch and write.",
    ]


def test_settings_that_cannot_be_kept_are_said_once_in_the_window(
    make_stage: Make, app: QApplication, tmp_path: Path
):
    (tmp_path / "0").write_text("where the folder should be")
    stage = make_stage(**SETTLED)
    notice = stage.window.notice
    deadline = QDeadlineTimer(5_000)
    while "cannot be saved" not in notice.text and not deadline.hasExpired():
        app.processEvents()
    assert notice.isVisible()
    assert notice.text == "Your settings cannot be saved; changes hold until you quit."
    notice.close_button.click()
    stage.settings.store_problem_changed.emit()
    app.processEvents()

    assert not notice.isVisible()


async def test_every_line_of_a_house_rule_begins_beside_its_bullet(make_stage: Make):
    page = make_stage().window.page
    assert isinstance(page, RulesPage)
    bullets = [found for found in page.findChildren(QLabel) if found.text() == "•"]

    for line, bullet in zip(page.rules, bullets, strict=True):
        assert line.x() > bullet.geometry().right()
