"""The settings dialog: every change takes effect at once."""

import pytest
from PySide6.QtCore import QDeadlineTimer, QEvent, QPoint, QPointF
from PySide6.QtGui import QKeySequence, QPalette, Qt, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QSlider, QWidget

from desktop_app.presenters.settings import Key
from desktop_app.settings.model import Block
from desktop_app.ui.parts.question import Question
from desktop_app.ui.settings.dialog import SettingsDialog
from signaling_server.protocol import limits
from tests.desktop_app.ui.stage_set import StageSet

DEADLINE_MS = 10_000


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


def test_each_language_is_named_in_its_own_words(dialog: SettingsDialog):
    choice = dialog.preferences.language
    named = {choice.itemData(row): choice.itemText(row) for row in range(choice.count())}

    assert named == {"": "As the system", "en": "English", "fr": "Français"}


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


def test_that_settings_are_not_saved_is_said_as_long_as_it_is_so(
    call: StageSet, dialog: SettingsDialog, app: QApplication, monkeypatch: pytest.MonkeyPatch
):
    said = dialog.preferences.store_problem

    def refuse(_: bytes) -> None:
        raise OSError("no room")

    def is_said(problem: bool) -> bool:
        deadline = QDeadlineTimer(DEADLINE_MS)
        while bool(said.text()) is not problem and not deadline.hasExpired():
            app.processEvents()
        return bool(said.text()) is problem

    with monkeypatch.context() as full:
        full.setattr(call.store, "_write", refuse)
        call.store.change(volume=0.1)
        assert is_said(True)
    call.store.change(volume=0.2)

    assert is_said(False)


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
