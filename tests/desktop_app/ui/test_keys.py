"""Keys that work wherever the focus is."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.presenters.settings import Key
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending
from desktop_app.ui.call.screen import CallScreen
from desktop_app.ui.welcome.lobby_page import LobbyPage
from desktop_app.ui.welcome.server_page import ServerPage
from tests.desktop_app.ui.stage_set import StageSet

NOTHING, CONTROL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def phase(stage: StageSet) -> Phase:
    return stage.conversation.situation.phase


def test_f9_in_the_lobby_begins_the_first_search(stage: StageSet):
    assert isinstance(stage.window.page, LobbyPage)

    QTest.keyClick(stage.window, Qt.Key.Key_F9)

    assert phase(stage) is Phase.SEARCHING
    assert isinstance(stage.window.page, CallScreen)


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_F9, NOTHING),
        (Qt.Key.Key_Return, CONTROL),
        (Qt.Key.Key_Enter, CONTROL),
        (Qt.Key.Key_Enter, CONTROL | Qt.KeyboardModifier.KeypadModifier),
    ],
)
def test_both_next_keys_work_while_the_chat_has_the_focus(call: StageSet, key, modifier):
    entry = call.window.screen_of_call.chat.entry
    entry.setFocus()
    entry.setPlainText("half a sen")

    QTest.keyClick(entry, key, modifier)

    assert phase(call) is Phase.SEARCHING
    assert entry.toPlainText() == "half a sen"


def test_f9_works_while_searching_and_connecting(call: StageSet):
    QTest.keyClick(call.window, Qt.Key.Key_F9)
    QTest.keyClick(call.window, Qt.Key.Key_F9)
    assert phase(call) is Phase.SEARCHING
    call.conversation.meet()
    assert phase(call) is Phase.CONNECTING

    QTest.keyClick(call.window, Qt.Key.Key_F9)

    assert phase(call) is Phase.SEARCHING


def test_holding_f9_down_is_one_press(stage: StageSet, app: QApplication):
    presses: list[None] = []
    stage.window.next_action.triggered.connect(lambda: presses.append(None))
    QTest.keyPress(stage.window, Qt.Key.Key_F9)
    for _ in range(20):
        held = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_F9, NOTHING, "", True)
        app.sendEvent(stage.window, held)
    QTest.keyRelease(stage.window, Qt.Key.Key_F9)

    assert len(presses) == 1


def test_hammering_f9_leaves_one_search(call: StageSet):
    for _ in range(50):
        QTest.keyClick(call.window, Qt.Key.Key_F9)

    assert phase(call) is Phase.SEARCHING


def test_escape_stops_from_the_chat_entry(call: StageSet):
    entry = call.window.screen_of_call.chat.entry
    entry.setFocus()

    QTest.keyClick(entry, Qt.Key.Key_Escape)

    assert phase(call) is Phase.IDLE


def test_escape_in_a_dialog_closes_the_dialog_and_the_call_goes_on(
    call: StageSet, app: QApplication
):
    call.window.screen_of_call.settings_asked.emit()
    dialog = call.window.settings_dialog
    assert dialog is not None
    dialog.activateWindow()
    app.processEvents()

    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
    assert phase(call) is Phase.TALKING


def test_f9_works_while_the_settings_are_open(call: StageSet, app: QApplication):
    call.window.screen_of_call.settings_asked.emit()
    dialog = call.window.settings_dialog
    assert dialog is not None
    dialog.activateWindow()
    app.processEvents()

    QTest.keyClick(dialog, Qt.Key.Key_F9)

    assert phase(call) is Phase.SEARCHING


def test_a_changed_key_takes_the_place_of_the_old_one(call: StageSet):
    call.store.change(next_key="F5")

    QTest.keyClick(call.window, Qt.Key.Key_F9)
    assert phase(call) is Phase.TALKING
    QTest.keyClick(call.window, Qt.Key.Key_F5)
    assert phase(call) is Phase.SEARCHING
    assert "F5" in call.window.screen_of_call.controls.next.text()


def test_f9_before_the_rules_are_accepted_does_nothing(make_stage):
    stage = make_stage()

    QTest.keyClick(stage.window, Qt.Key.Key_F9)

    assert phase(stage) is Phase.IDLE


def test_enter_sends_and_shift_enter_begins_a_new_line(call: StageSet):
    entry = call.window.screen_of_call.chat.entry
    entry.setFocus()
    QTest.keyClicks(entry, "one")
    QTest.keyClick(entry, Qt.Key.Key_Return, SHIFT)
    QTest.keyClicks(entry, "two")
    QTest.keyClick(entry, Qt.Key.Key_Return)

    assert [line.text for line in call.conversation.transcript] == ["one\ntwo"]
    assert entry.toPlainText() == ""


def test_the_button_below_goes_on_to_the_next(call: StageSet):
    QTest.mouseClick(
        call.window.screen_of_call.controls.next, Qt.MouseButton.LeftButton, pos=QPoint(9, 9)
    )

    assert phase(call) is Phase.SEARCHING


def test_after_a_stranger_has_left_f9_finds_another_one(call: StageSet):
    call.conversation.end(Ending.LEFT)

    QTest.keyClick(call.window, Qt.Key.Key_F9)

    assert phase(call) is Phase.SEARCHING


def test_f9_works_while_the_volume_is_open(call: StageSet, app: QApplication):
    controls = call.window.screen_of_call.controls
    controls.volume.click()
    app.processEvents()
    popup = QApplication.activePopupWidget()
    assert popup is not None

    QTest.keyClick(popup, Qt.Key.Key_F9)
    popup.close()

    assert phase(call) is Phase.SEARCHING


def test_a_key_is_recorded_and_not_obeyed(call: StageSet, app: QApplication):
    call.store.change(next_key="F5", second_next_key="F8")
    call.window.screen_of_call.settings_asked.emit()
    dialog = call.window.settings_dialog
    assert dialog is not None
    dialog.show_page(dialog.keys)
    dialog.activateWindow()
    edit = dialog.keys.edits[Key.NEXT]
    edit.setFocus()
    app.processEvents()

    QTest.keyClick(app.focusWidget(), Qt.Key.Key_F8)
    assert dialog.keys.refusal.text() == "F8 is already used for: Next person, second key."
    assert phase(call) is Phase.TALKING
    QTest.keyClick(app.focusWidget(), Qt.Key.Key_F6)

    assert call.store.value.next_key == "F6"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
async def test_enter_presses_the_button_with_the_focus(make_stage, key):
    stage = make_stage()
    page = stage.window.page
    page.adult.setChecked(True)
    page.agreed.setChecked(True)
    page.go_on.setFocus()

    QTest.keyClick(page.go_on, key)

    assert isinstance(stage.window.page, ServerPage)


def test_enter_on_no_is_a_no(call: StageSet):
    call.window.screen_of_call.block_asked.emit()
    question = call.window.question
    assert question is not None
    question.no.setFocus()

    QTest.keyClick(question.no, Qt.Key.Key_Return)

    assert call.store.value.blocked == ()
    assert phase(call) is Phase.TALKING
    assert call.window.question is None


def test_both_enter_keys_are_shown_and_kept_as_one(call: StageSet):
    call.window.screen_of_call.settings_asked.emit()
    dialog = call.window.settings_dialog
    assert dialog is not None
    edit = dialog.keys.edits[Key.SECOND_NEXT]
    assert edit.keySequence().toString() == "Ctrl+Enter"
    for pressed in ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"):
        edit.setKeySequence(QKeySequence(pressed))
        edit.editingFinished.emit()
        assert call.store.value.second_next_key == "Ctrl+Shift+Return"
        assert edit.keySequence().toString() == "Ctrl+Shift+Enter"


def test_the_window_is_closed_by_a_key_unless_that_does_something_else(
    stage: StageSet, app: QApplication
):
    closed: list[None] = []
    stage.window.closed.connect(lambda: closed.append(None))
    stage.store.change(next_key="Ctrl+Q")
    assert not stage.window.quit_action.shortcuts()
    stage.store.change(next_key="F9")
    assert QTest.qWaitForWindowActive(stage.window)
    QTest.keyClick(stage.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)

    assert closed
