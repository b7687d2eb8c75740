"""F7: a reason, evidence where moderators could read it, and a block."""

import base64

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_app.safety.evidence import PICTURE_MAX_BYTES
from desktop_app.session.phases import Phase
from desktop_app.session.reporting import ReportOutcome
from desktop_app.ui.call.report_question import ReportQuestion, jpeg
from signaling_server.protocol.messages import CallReport, CallReported, ReportReason, Welcome
from tests.desktop_app.ui.stage_set import StageSet


def begin_report(call: StageSet, app: QApplication) -> ReportQuestion:
    call.window.activateWindow()
    app.processEvents()
    QTest.keyClick(call.window, Qt.Key.Key_F7)
    question = call.window.question
    assert isinstance(question, ReportQuestion)
    return question


def reports(call: StageSet) -> list[CallReport]:
    return [sent for sent in call.conversation.sent if isinstance(sent, CallReport)]


def give_key(call: StageSet, text: str) -> None:
    call.conversation.reporting.greet(
        Welcome(
            version=1, session="s", resume="r", resume_within_s=60, online=2, moderators_key=text
        )
    )


@pytest.fixture
def moderated(call: StageSet) -> StageSet:
    """On a server whose moderators can read evidence."""
    key = X25519PrivateKey.generate().public_key().public_bytes_raw()
    give_key(call, base64.urlsafe_b64encode(key).rstrip(b"=").decode())
    return call


def test_a_report_needs_a_reason_and_blocks_unless_told_otherwise(
    call: StageSet, app: QApplication
):
    stranger = call.conversation.situation.stranger
    assert stranger is not None
    question = begin_report(call, app)
    assert not question.yes.isEnabled()
    question.reasons[ReportReason.HATE].click()
    question.yes.click()

    assert reports(call) == [CallReport("call-1", ReportReason.HATE)]
    assert [block.stranger for block in call.store.value.blocked] == [stranger.id]
    assert call.conversation.situation.phase is Phase.IDLE


def test_the_stranger_of_a_call_that_has_ended_is_still_the_one_reported(
    call: StageSet, app: QApplication
):
    question = begin_report(call, app)
    call.conversation.next()
    call.conversation.meet()
    question.reasons[ReportReason.SPAM].click()
    question.block.click()
    question.yes.click()

    assert [report.call for report in reports(call)] == ["call-1"]
    assert call.conversation.situation.call == "call-2"


def test_nothing_is_sent_as_evidence_unless_asked_for(moderated: StageSet, app: QApplication):
    moderated.conversation.hear("give me your address")
    question = begin_report(moderated, app)
    assert question.evidence.isVisible()
    question.reasons[ReportReason.HARASSMENT].click()
    question.yes.click()

    assert reports(moderated)[0].evidence is None


def test_evidence_goes_along_sealed(moderated: StageSet, app: QApplication):
    moderated.conversation.hear("give me your address")
    question = begin_report(moderated, app)
    question.evidence.click()
    question.reasons[ReportReason.HARASSMENT].click()
    question.yes.click()

    sealed = reports(moderated)[0].evidence
    assert sealed is not None
    assert b"address" not in base64.urlsafe_b64decode(sealed + "==")


@pytest.mark.parametrize("key", ["A" * 43, "!" * 43, "é" * 43])
def test_with_a_key_that_is_none_the_report_goes_without_evidence_and_says_so(
    call: StageSet, app: QApplication, key: str
):
    give_key(call, key)
    call.conversation.hear("give me your address")
    question = begin_report(call, app)
    question.evidence.click()
    question.reasons[ReportReason.HARASSMENT].click()
    question.yes.click()
    assert reports(call) == [CallReport("call-1", ReportReason.HARASSMENT)]
    assert len(call.store.value.blocked) == 1
    call.conversation.reporting.take_reported(CallReported("call-1", "report"))

    assert "without the evidence" in call.window.notice.text


def test_without_moderators_no_evidence_is_offered(call: StageSet, app: QApplication):
    call.conversation.hear("give me your address")

    assert not begin_report(call, app).evidence.isVisible()


def test_what_came_of_a_report_is_said_and_only_what_went_wrong_as_a_problem(call: StageSet):
    said = call.window.notice.findChild(QLabel)
    call.conversation.report_answered.emit(ReportOutcome.FAILED)
    assert said.property("role") == "problem"

    call.conversation.report_answered.emit(ReportOutcome.TAKEN)
    assert call.window.notice.text == "Thank you. The report is with the moderators."
    assert said.property("role") == ""


def test_any_picture_is_made_small_enough():
    noise = np.random.default_rng(1).integers(0, 256, (1080, 1920, 4), np.uint8)
    image = QImage(noise.data, 1920, 1080, QImage.Format.Format_RGB32)
    made = jpeg(image)

    assert made is not None
    assert 0 < len(made) <= PICTURE_MAX_BYTES
    assert jpeg(None) is None
