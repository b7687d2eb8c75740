"""What the call screen tells of the connection: facts, a badge, and all figures."""

import json
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop_app.engine_messages import Statistics
from desktop_app.ui.call.statistics_dialog import StatisticsDialog
from tests.desktop_app.ui.stage_set import StageSet


def test_statistics_of_the_last_call_are_not_shown_in_the_next(call: StageSet):
    header = call.window.screen_of_call.header
    call.conversation.statistics.emit(Statistics("call-1", width=1280, height=720, fps=30))
    assert header.facts_text.split() == ["720p", "30", "fps"]
    call.conversation.next()
    assert header.facts_text == "12 people online"
    call.conversation.meet()
    call.conversation.connect()

    assert header.facts_text == ""


def test_statistics_are_only_of_what_comes(call: StageSet):
    header = call.window.screen_of_call.header
    measured = Statistics("call-1", width=1280, height=720, fps=30, round_trip_ms=42)
    call.conversation.statistics.emit(measured)
    assert header.facts_text.split() == ["720p", "30", "fps", "42", "ms"]
    call.conversation.show_stranger(camera_on=False)
    assert header.facts_text == "42 ms"
    call.conversation.show(media_silent=True)

    assert header.facts_text == ""


def test_a_badge_has_three_levels_and_what_hurts_is_said(call: StageSet):
    header = call.window.screen_of_call.header
    assert header.quality.isHidden()
    call.conversation.statistics.emit(Statistics("call-1", fps=30))
    assert "Connection: good" in header.quality.toolTip()
    assert not header.quality.isHidden()
    call.conversation.statistics.emit(Statistics("call-1", loss_percent=6, received_loss_percent=6))
    assert "Connection: fair" in header.quality.toolTip()
    assert header.why_text == ""
    for _ in range(6):
        lossy = Statistics("call-1", loss_percent=20, received_loss_percent=20)
        call.conversation.statistics.emit(lossy)
    assert "Connection: poor" in header.quality.toolTip()
    assert header.why_text.startswith("Your connection loses packets.")
    call.conversation.next()

    assert header.quality.isHidden()
    assert header.why_text == ""


def test_the_figures_are_shown_and_saved_where_the_person_wants(call: StageSet, tmp_path: Path):
    measured = Statistics(
        *("call-1", 1280, 720, 29.7, 640, 360, 15.0),
        codec="H264",
        received_bps=1_900_000,
        round_trip_ms=42.4,
        freezes=2,
        freeze_s=0.5,
        direct=False,
    )
    call.conversation.statistics.emit(measured)
    call.window.screen_of_call.header.quality.click()
    dialog = call.window.findChild(StatisticsDialog)
    shown = dict(dialog.texts)
    assert shown[""] == "The connection is good."
    assert shown["Picture received"] == "1280 \u00d7 720, 30 per second"
    assert shown["Picture sent"] == "640 \u00d7 360, 15 per second"
    assert (shown["Received"], shown["Round trip"]) == ("1900 kbit/s", "42 ms")
    assert (shown["Picture frozen"], shown["Path"]) == ("2 \u00d7, 0.5 s", "relayed")
    dialog.save_to(str(tmp_path / "report.json"))
    assert "is saved" in dialog.outcome
    assert json.loads((tmp_path / "report.json").read_text())["seconds"][0]["codec"] == "H264"
    dialog.save_to(str(tmp_path / "no-such-folder" / "report.json"))

    assert "could not be written" in dialog.outcome


def test_the_figures_are_asked_for_twice_and_shown_once(call: StageSet):
    for _ in range(2):
        call.window.screen_of_call.header.quality.click()

    assert len(call.window.findChildren(StatisticsDialog)) == 1


def test_the_figures_of_a_call_that_is_over_are_said_in_the_language(
    call: StageSet, app: QApplication
):
    call.conversation.statistics.emit(Statistics("call-1", loss_percent=20.0, round_trip_ms=42.0))
    call.window.screen_of_call.header.quality.click()
    dialog = call.window.findChild(StatisticsDialog)
    call.conversation.stop()
    call.settings.set_language("fr")
    app.processEvents()

    shown = dict(dialog.texts)
    assert (dialog.windowTitle(), dialog.save.text()) == ("Connexion", "Enregistrer un rapport…")
    assert shown["Aller-retour"] == "42 ms"
    assert shown[""] == "Une partie de ce que vous envoyez se perd en chemin."
