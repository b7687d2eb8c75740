"""What the window tells outside of calls."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from desktop_app.ui.announcements import Announcements, CrashReport
from desktop_app.ui.parts.address_field import AddressField
from tests.desktop_app.ui.stage_set import StageSet


@pytest.fixture
def announcements(stage: StageSet) -> Announcements:
    return Announcements(stage.window, stage.settings)


def asked_address(announcements: Announcements) -> str:
    """The server that is asked about, as it is shown; empty where none is."""
    asked = announcements.question
    shown = asked.findChild(AddressField) if asked is not None else None
    return shown.toPlainText() if shown is not None else ""


def test_a_newer_version_is_a_line_that_can_be_put_away(
    announcements: Announcements, app: QApplication
):
    announcements.tell_update("0.3.0", "https://example.org")
    app.processEvents()

    notice = announcements.update_notice
    assert notice is not None and notice.isVisible() and "0.3.0" in notice.text
    notice.close_button.click()
    assert not notice.isVisible()


def test_a_report_is_shown_whole_and_saved_where_the_person_likes(
    announcements: Announcements, tmp_path: Path
):
    announcements.tell_crash("Segmentation fault\n  somewhere")

    question = announcements.question
    assert isinstance(question, CrashReport)
    assert question.report.toPlainText() == "Segmentation fault\n  somewhere"
    announcements.save_report("words", tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text() == "words"


def test_a_report_that_cannot_be_saved_is_shown_again(announcements: Announcements, tmp_path: Path):
    announcements.save_report("words", tmp_path / "no such folder" / "report.txt")

    assert isinstance(announcements.question, CrashReport)


def test_a_link_changes_the_server_only_after_a_yes(announcements: Announcements, stage: StageSet):
    announcements.take_link("passerby://example.org")
    assert announcements.question is not None
    announcements.question.no.click()
    assert stage.store.value.server != "wss://example.org"

    announcements.take_link("passerby://example.org")
    assert announcements.question is not None
    announcements.question.yes.click()
    assert stage.store.value.server == "wss://example.org"


def test_a_link_waits_until_a_crash_report_is_dealt_with(
    announcements: Announcements,
):
    announcements.tell_crash("words")
    report = announcements.question
    assert isinstance(report, CrashReport)
    announcements.take_start("passerby://example.org")
    assert announcements.question is report

    report.no.click()

    assert asked_address(announcements) == "wss://example.org"


def test_a_link_waits_until_a_crash_report_is_saved(
    announcements: Announcements, stage: StageSet, tmp_path: Path
):
    announcements.tell_crash("words")
    announcements.take_link("passerby://example.org")
    assert announcements.question is not None
    announcements.question.yes.click()
    place = stage.window.findChild(QFileDialog)
    assert place is not None
    assert announcements.question is None
    place.fileSelected.emit(str(tmp_path / "no such folder" / "report.txt"))
    place.done(QDialog.DialogCode.Accepted)
    assert isinstance(announcements.question, CrashReport)

    announcements.question.no.click()

    assert announcements.question is not None
    assert not isinstance(announcements.question, CrashReport)


def test_a_link_to_the_server_in_use_asks_nothing(announcements: Announcements, stage: StageSet):
    announcements.take_link(f"passerby://{stage.store.value.server.removeprefix('ws://')}")

    assert announcements.question is None


def test_a_server_is_asked_about_in_letters_that_cannot_deceive(announcements: Announcements):
    announcements.take_link("passerby://\u0430pple.com/p\u00e4th")

    assert asked_address(announcements) == "wss://xn--pple-43d.com/p%C3%A4th"


def test_a_long_address_makes_the_question_no_wider_than_a_screen(
    announcements: Announcements, app: QApplication
):
    announcements.take_link(f"passerby://{'a.' * 60}org/{'x' * 4_000}")
    app.processEvents()

    asked = announcements.question
    assert asked is not None
    assert asked_address(announcements).endswith("xxx")
    assert asked.width() < app.primaryScreen().availableGeometry().width()


def test_an_address_that_cannot_be_shown_is_not_asked_about(announcements: Announcements):
    announcements.take_link("passerby://evil.org\\good.org")

    assert announcements.question is not None
    assert asked_address(announcements) == ""


def test_a_broken_link_says_so(announcements: Announcements):
    announcements.take_link("passerby://")

    assert announcements.question is not None


def test_another_start_brings_a_minimised_window_back(
    announcements: Announcements, stage: StageSet, app: QApplication
):
    stage.window.showMinimized()

    announcements.take_start("")

    assert stage.window.isVisible() and not stage.window.isMinimized()
