"""The figures of a call, second by second, and a file of them for whoever is asked for help."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QVBoxLayout, QWidget

from desktop_app.engine_messages import Statistics
from desktop_app.presenters.call import CallPresenter
from desktop_app.session.quality import Quality
from desktop_app.ui import figure_messages
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row


class StatisticsDialog(QDialog):
    """Follows the call while it is open. Opened with show(); deletes itself when closed."""

    def __init__(self, presenter: CallPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self._presenter = presenter
        self._shown: tuple[Statistics, Quality] | None = None
        self._why = label("heading", wrap=True)
        self._names = [label("muted") for _ in figure_messages.NAMES]
        self._values = [label() for _ in figure_messages.NAMES]
        self._outcome = label("muted", wrap=True)
        self._outcome.hide()
        self.save = TextButton("content-save-outline")
        self.save.clicked.connect(self._ask_where)
        self._lay_out()
        presenter.statistics_changed.connect(self._follow)
        self._follow(presenter.statistics)
        self._retranslate()

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Each figure's name and value as shown, the sentence first."""
        shown = zip(self._names, self._values, strict=True)
        return [("", self._why.text()), *((name.text(), value.text()) for name, value in shown)]

    @property
    def outcome(self) -> str:
        return self._outcome.text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def save_to(self, path: str) -> None:
        """Write the report there and say what became of it; nothing for no path."""
        if path:
            saved = self._presenter.save_call_report(Path(path))
            self._outcome.setText(figure_messages.call_report_saved(saved))
            self._outcome.show()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            grid.addWidget(name, number, 0)
            grid.addWidget(value, number, 1)
        buttons = row(10)
        buttons.addStretch(1)
        buttons.addWidget(self.save)
        around = QVBoxLayout(self)
        around.setContentsMargins(24, 22, 24, 20)
        around.setSpacing(14)
        around.addWidget(self._why)
        around.addLayout(grid)
        around.addWidget(self._outcome)
        around.addLayout(buttons)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Connection"))
        self.save.setText(self.tr("Save a report…"))
        self._show()

    def _follow(self, statistics: Statistics | None) -> None:
        """Keep what was shown last when the call is over: it is what one wants to look at."""
        if statistics is not None:
            self._shown = statistics, self._presenter.quality
        self._show()

    def _show(self) -> None:
        self.save.setEnabled(self._presenter.has_call_report)
        if self._shown is None:
            self._why.setText(figure_messages.no_call_figures())
            return
        statistics, quality = self._shown
        self._why.setText(figure_messages.quality(quality))
        for name, value, (title, text) in zip(
            self._names, self._values, figure_messages.figures(statistics), strict=True
        ):
            name.setText(title)
            value.setText(text)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save a report"), "passerby-call.json")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()
