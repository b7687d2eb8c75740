"""The settings dialog: every change takes effect at once."""

import asyncio

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QKeySequence, QPalette, Qt, QTextDocumentFragment, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QSlider, QWidget

from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem, Level
from desktop_app.presenters.settings import Key
from desktop_app.session.phases import Phase
from desktop_app.session.server_check import ServerCheck
from desktop_app.settings.model import Block, Server
from desktop_app.ui.parts.question import Question
from desktop_app.ui.settings.dialog import SettingsDialog
from signaling_server.protocol import limits
from tests.desktop_app.ui.stage_set import SERVER, StageSet


@pytest.fixture
def dialog(call: StageSet, app: QApplication) -> SettingsDialog:
    call.window.screen_of_call.settings_asked.emit()
    app.processEvents()
    assert call.window.settings_dialog is not None
    return call.window.settings_dialog


def test_a_device_is_chosen_by_name_during_a_call(call: StageSet, dialog: SettingsDialog):
    choice = dialog.devices.device_rows[DeviceKind.CAMERA].choice
    names = [choice.itemText(index) for index in range(choice.count())]
    assert names == ["Automatic (Logitech C920)", "Logitech C920", "Integrated camera"]
    choice.activated.emit(2)

    assert call.store.value.camera == "camera-Integrated camera"


def test_a_device_pulled_out_stays_in_the_list_as_not_there(call: StageSet, dialog: SettingsDialog):
    row = dialog.devices.device_rows[DeviceKind.CAMERA]
    logitech, integrated = call.equipment.situation(DeviceKind.CAMERA).found
    call.store.change(camera=logitech.id)
    call.equipment.show(
        DeviceKind.CAMERA, found=(integrated,), opened=integrated, wanted_missing=True
    )

    assert row.choice.currentText() == "Logitech C920 (not there)"
    assert row.note.text() == "Your Logitech C920 is not there; using Integrated camera."


def test_a_device_plugged_in_appears(call: StageSet, dialog: SettingsDialog):
    choice = dialog.devices.device_rows[DeviceKind.SPEAKER].choice
    new = Device(DeviceKind.SPEAKER, "hdmi", "Television")
    found = (*call.equipment.situation(DeviceKind.SPEAKER).found, new)
    call.equipment.show(DeviceKind.SPEAKER, found=found)

    assert choice.findText("Television") > 0


def test_resolution_and_frame_rate_take_effect_at_once(call: StageSet, dialog: SettingsDialog):
    dialog.devices.resolution.setCurrentIndex(2)
    dialog.devices.resolution.activated.emit(2)
    dialog.devices.rate.setCurrentIndex(0)
    dialog.devices.rate.activated.emit(0)
    settings = call.store.value

    assert (settings.width, settings.height, settings.fps) == (1920, 1080, 15)


def test_the_level_of_the_microphone_is_shown_only_while_open(
    call: StageSet, dialog: SettingsDialog
):
    assert call.equipment.trying_out
    call.equipment.level.emit(Level(DeviceKind.MICROPHONE, 0.5))
    assert dialog.devices.meter.level == 0.5
    dialog.close()

    assert not call.equipment.trying_out


def test_the_test_sound_and_the_volume(call: StageSet, dialog: SettingsDialog):
    dialog.devices.test.click()
    dialog.devices.volume.setValue(35)

    assert call.equipment.test_sounds == 1
    assert call.store.value.volume == 0.35


def test_each_part_of_the_voice_processing_can_be_switched_off(
    call: StageSet, dialog: SettingsDialog
):
    switches = dialog.devices.voice
    fields = {
        "echo_cancellation": switches.echo,
        "noise_suppression": switches.noise,
        "automatic_gain": switches.gain,
    }
    for field, switch in fields.items():
        assert getattr(call.store.value, field)
        switch.click()
        assert not getattr(call.store.value, field)
        switch.click()
    assert all(getattr(call.store.value, field) for field in fields)


def test_music_goes_out_as_it_is(call: StageSet, dialog: SettingsDialog):
    switches = dialog.devices.voice
    switches.music.click()
    assert call.store.value.music
    assert not any(one.isEnabled() for one in (switches.echo, switches.noise, switches.gain))
    switches.music.click()

    assert not call.store.value.music
    assert switches.echo.isEnabled()


def test_the_language_changes_every_word_and_back(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    header = call.window.screen_of_call.header
    call.settings.set_language("fr")
    app.processEvents()
    assert header.state_text == "En conversation"
    assert dialog.windowTitle() == "Réglages"
    assert call.window.screen_of_call.controls.next.text().startswith("Suivant")
    call.settings.set_language("en")
    app.processEvents()

    assert header.state_text == "Talking with a stranger"
    assert dialog.windowTitle() == "Settings"


def test_the_theme_changes_at_once(call: StageSet, dialog: SettingsDialog, app: QApplication):
    def brightness() -> int:
        return call.window.palette().color(QPalette.ColorRole.Window).lightness()

    assert brightness() < 60
    call.settings.set_theme("light")
    assert brightness() > 200


def test_a_key_is_recorded(call: StageSet, dialog: SettingsDialog):
    edit = dialog.keys.edits[Key.NEXT]
    edit.setKeySequence(QKeySequence("F6"))
    edit.editingFinished.emit()

    assert call.store.value.next_key == "F6"
    QTest.keyClick(call.window, Qt.Key.Key_F6)
    assert call.conversation.situation.stranger is None


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("Esc", "Esc is already used for: Stop."),
        ("Ctrl+Return", "Ctrl+Enter is already used for: Next person, second key."),
        ("Ctrl+Enter", "Ctrl+Enter is already used for: Next person, second key."),
        ("N", "N is needed for writing."),
        ("Shift+Space", "Shift+Space is needed for writing."),
        ("Return", "Enter is needed for writing."),
        ("Ctrl+V", "Ctrl+V is needed for writing."),
        ("", "This needs a key."),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_a_sentence(call, dialog, keys, sentence):
    edit = dialog.keys.edits[Key.NEXT]
    edit.setKeySequence(QKeySequence(keys))
    edit.editingFinished.emit()

    assert dialog.keys.refusal.text() == sentence
    assert call.store.value.next_key == "F9"
    assert edit.keySequence() == QKeySequence("F9")


def test_the_second_key_may_be_none(call: StageSet, dialog: SettingsDialog):
    edit = dialog.keys.edits[Key.SECOND_NEXT]
    edit.setKeySequence(QKeySequence())
    edit.editingFinished.emit()

    assert call.store.value.second_next_key == ""


def test_default_keys_come_back(call: StageSet, dialog: SettingsDialog):
    call.store.change(next_key="F2", second_next_key="", stop_key="F3")
    dialog.keys.defaults.click()
    settings = call.store.value

    assert (settings.next_key, settings.second_next_key) == ("F9", "Ctrl+Return")
    assert settings.stop_key == "Esc"


async def test_a_server_is_checked_added_chosen_and_removed(call: StageSet, dialog: SettingsDialog):
    page = dialog.servers
    url = "wss://other.example"
    call.answers[url] = ServerCheck(url, ok=True, online=2)
    page.form.address.setText(url)
    page.form.check.click()
    for _ in range(5):
        await asyncio.sleep(0)
    page.add.click()
    assert [known.url for known in call.store.value.servers] == [SERVER.url, url]
    assert len(page.server_rows) == 2
    call.settings.choose_server(Server(url))
    assert call.store.value.server == url
    call.settings.remove_server(SERVER)

    assert [known.url for known in call.store.value.servers] == [url]


def test_the_server_in_use_pressed_once_more_leaves_the_call_alone(
    call: StageSet, dialog: SettingsDialog
):
    (row,) = dialog.servers.server_rows
    row.choice.click()

    assert call.conversation.situation.phase is Phase.TALKING


def test_a_long_address_leaves_the_rest_of_its_row_in_sight(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    url = f"wss://example.org/{'x' * 2_000}"
    call.store.change(servers=(SERVER, Server(url)))
    dialog.show_page(dialog.servers)
    app.processEvents()

    page = dialog.servers
    assert page.column.width() <= page.viewport().width()
    choice = page.server_rows[-1].choice
    assert choice.text().startswith("wss://example.org/x")
    assert "…" in choice.text()
    assert choice.toolTip() == url


def test_the_server_in_use_is_not_removed(call: StageSet, dialog: SettingsDialog):
    call.settings.remove_server(SERVER)

    assert call.store.value.servers == (SERVER,)


def test_people_are_unblocked(call: StageSet, dialog: SettingsDialog):
    call.store.change(blocked=(Block("a", at=1_700_000_000), Block("b"), Block("c")))
    newest = dialog.blocked.block_rows[0]
    newest.unblock.click()

    assert [block.stranger for block in call.store.value.blocked] == ["a", "b"]
    dialog.blocked.unblock_all.click()
    assert call.store.value.blocked == ()
    assert not dialog.blocked.block_rows


def test_every_block_can_be_taken_back_and_only_those_in_force_are_said_to_hold(
    call: StageSet, dialog: SettingsDialog
):
    page, extra = dialog.blocked, 3
    count = limits.BLOCKED_MAX + extra
    call.store.change(blocked=tuple(Block(str(number), at=1) for number in range(count)))
    assert page.note.startswith(f"{count} people blocked. A search carries the newest 500:")
    while page.show_older.isVisibleTo(page):
        page.show_older.click()
    said = [row.unblock.accessibleName() for row in page.block_rows]
    assert ["not in force" in name for name in said] == [False] * (count - extra) + [True] * extra
    for _ in range(extra):
        page.block_rows[-1].unblock.click()

    assert call.store.value.blocked[0].stranger == str(extra)
    assert page.note == "500 people blocked: you will not meet them again."


def test_the_switches_of_the_preferences(call: StageSet, dialog: SettingsDialog):
    dialog.preferences.auto_next.click()
    dialog.preferences.self_view.click()
    dialog.wishes.with_camera.click()

    assert call.store.value.wants_camera
    assert call.store.value.auto_next
    assert not call.store.value.self_view_shown


async def test_a_known_server_can_be_checked(call: StageSet, dialog: SettingsDialog):
    call.answers[SERVER.url] = ServerCheck(SERVER.url, ok=True, online=12)
    (row,) = dialog.servers.server_rows
    row.check.click()
    assert row.answer.text() == "Checking…"
    for _ in range(5):
        await asyncio.sleep(0)

    assert row.answer.text() == "Reachable, 12 people online."
    assert dialog.servers.form.answer.text() == ""


async def test_the_answer_about_a_known_server_is_not_taken_for_the_new_one(
    call: StageSet, dialog: SettingsDialog
):
    call.held["wss://other.example"] = asyncio.Event()
    form = dialog.servers.form
    form.address.setText("wss://other.example")
    form.check.click()
    (row,) = dialog.servers.server_rows
    row.check.click()
    for _ in range(5):
        await asyncio.sleep(0)

    assert "cannot be reached" in row.answer.text()
    assert form.answer.text() == "Checking…"


def test_direct_calls_are_a_choice_only_where_the_server_has_a_relay(
    call: StageSet, dialog: SettingsDialog
):
    page = dialog.servers
    assert not page.direct.isVisibleTo(page)
    call.conversation.show(offers_relay=True)
    assert page.direct.isVisibleTo(page)
    assert not page.direct.isChecked()

    page.direct.click()

    assert call.store.value.server_in_use is not None
    assert call.store.value.server_in_use.prefers_direct
    assert page.direct.isChecked()


def test_devices_are_open_on_their_page_only(call: StageSet, dialog: SettingsDialog):
    assert call.equipment.trying_out
    dialog.names.setCurrentRow(2)
    assert not call.equipment.trying_out
    dialog.names.setCurrentRow(0)

    assert call.equipment.trying_out


def test_a_test_sound_that_cannot_be_heard_is_not_offered(call: StageSet, dialog: SettingsDialog):
    call.equipment.show(DeviceKind.SPEAKER, opened=None, problem=DeviceProblem.NO_SOUND_SERVER)

    assert not dialog.devices.test.isEnabled()
    assert dialog.devices.test.toolTip() == "This computer's sound system is not running."
    call.equipment.show(DeviceKind.SPEAKER, problem=None)
    assert dialog.devices.test.isEnabled()


def test_a_name_that_looks_like_markup_is_shown_as_it_is(call: StageSet, dialog: SettingsDialog):
    call.equipment.show(DeviceKind.SPEAKER, problem=DeviceProblem.BUSY, problem_name="<b>R&B</b>")

    tip = dialog.devices.test.toolTip()
    assert Qt.mightBeRichText(tip)
    shown = QTextDocumentFragment.fromHtml(tip).toPlainText()
    assert shown.startswith("<b>R&B</b> is used by another program.")


def test_what_stands_in_for_a_device_is_named_in_the_language(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    call.settings.set_language("fr")
    app.processEvents()
    call.equipment.show(
        DeviceKind.MICROPHONE,
        opened=Device(DeviceKind.MICROPHONE, "", "Generated voice"),
        stand_in=True,
    )

    shown = dialog.devices.device_rows[DeviceKind.MICROPHONE].choice.itemText(0)
    assert shown == "Automatique (voix de synthèse)"


def test_the_wheel_changes_only_what_has_the_focus(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    def turn(widget: QWidget) -> None:
        middle = QPointF(widget.rect().center())
        wheel = QWheelEvent(
            middle,
            widget.mapToGlobal(middle),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        app.sendEvent(widget, wheel)

    before = call.store.value
    dialog.names.setFocus()
    for page in range(dialog.names.count()):
        dialog.names.setCurrentRow(page)
        app.processEvents()
        for widget in dialog.findChildren(QComboBox) + dialog.findChildren(QSlider):
            if widget.isVisible():
                turn(widget)
    assert call.store.value == before
    dialog.names.setCurrentRow(0)
    dialog.activateWindow()
    dialog.devices.resolution.setFocus()
    app.processEvents()
    turn(dialog.devices.resolution)

    assert call.store.value.height == 1080


def test_the_folder_of_the_log_is_told(call: StageSet, dialog: SettingsDialog):
    assert dialog.about.log.text() == f"Log files: {call.settings.log_dir}"


def test_a_key_is_thrown_away_only_after_a_question(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    for answer, renewed in (("no", 0), ("yes", 1)):
        dialog.preferences.renew_key.click()
        app.processEvents()
        question = dialog.preferences.findChild(Question)
        getattr(question, answer).click()
        app.processEvents()
        assert call.conversation.keys_renewed == renewed
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_new_key_that_cannot_be_saved_is_said(call: StageSet, dialog: SettingsDialog):
    call.key_is_kept = False
    dialog.preferences.renew_key.click()
    dialog.preferences.findChild(Question).yes.click()

    said = dialog.preferences.key_problem
    assert said.isVisibleTo(dialog.preferences)
    assert said.text().startswith("The new key could not be saved.")
