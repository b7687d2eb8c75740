"""What a stranger is reported for, and what the moderators get to see."""

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QWidget

from desktop_app.presenters.call import CallPresenter
from desktop_app.safety.evidence import PICTURE_MAX_BYTES, pack
from desktop_app.session.reporting import Reportable
from desktop_app.ui import report_messages
from desktop_app.ui.parts.question import Question
from signaling_server.protocol.messages import ReportReason

_PICTURE_WIDTH = 480
_QUALITIES = (75, 50, 25)
"""Of the JPEG, tried until it is small enough."""


def jpeg(image: QImage | None) -> bytes | None:
    """A copy of a picture, small enough for evidence; None where there is none."""
    if image is None or image.isNull():
        return None
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaledToWidth(min(_PICTURE_WIDTH, image.width()), smooth)
    for quality in _QUALITIES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QImageWriter(buffer, b"jpeg")
        writer.setQuality(quality)
        writer.write(small)
        made = bytes(buffer.data().data())
        if len(made) <= PICTURE_MAX_BYTES:
            return made
    return None


class ReportQuestion(Question):
    """Asks for a reason; reports and, if wanted, blocks when the person agrees.

    picture is a JPEG of the moment in which the person began to report.
    """

    def __init__(
        self,
        presenter: CallPresenter,
        reportable: Reportable,
        picture: bytes | None,
        parent: QWidget,
    ) -> None:
        super().__init__(
            self.tr("Report this person"), self.tr("Report"), self.tr("Cancel"), parent
        )
        self._presenter = presenter
        self._reportable = reportable
        self._picture = picture
        self._lines = tuple(
            (line.mine, line.text) for line in presenter.transcript if line.call == reportable.call
        )
        self.reasons: dict[ReportReason, QRadioButton] = {}
        group = QButtonGroup(self)
        for reason in ReportReason:
            choice = QRadioButton(report_messages.report_reason(reason))
            choice.clicked.connect(lambda: self.yes.setEnabled(True))
            group.addButton(choice)
            self.reasons[reason] = choice
            self.add_widget(choice)
        self.evidence = QCheckBox(self.tr("Send what was last seen and written as evidence"))
        self.block = QCheckBox(self.tr("Never meet this person again"))
        self.block.setChecked(True)
        if presenter.takes_evidence and (picture is not None or self._lines):
            self.add_widget(self.evidence)
            self.add_text(self.tr("Encrypted: only this server's moderators can open it."), "muted")
        self.add_widget(self.block)
        self.yes.setEnabled(False)
        self.accepted.connect(self._report)

    def _report(self) -> None:
        reason = next(reason for reason, choice in self.reasons.items() if choice.isChecked())
        evidence = pack(self._picture, self._lines) if self.evidence.isChecked() else None
        self._presenter.report(self._reportable, reason, evidence)
        if self.block.isChecked():
            self._presenter.block(self._reportable.stranger)
