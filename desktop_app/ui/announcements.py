"""What is told outside of calls: a newer version, a crash of the last time, a link's server."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDir, QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QPlainTextEdit, QWidget

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.ui.parts.address_field import AddressField
from desktop_app.ui.parts.icon_buttons import IconButton, TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.parts.question import Question

translate = QCoreApplication.translate


class UpdateNotice(QFrame):
    """A line across the window with a button to the page of a newer version."""

    def __init__(self, version: str, url: str) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._version = version
        self._text = label(wrap=True)
        self.open_button = TextButton("open-in-new")
        self.open_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(url)))
        self.close_button = IconButton("close", "flat")
        self.close_button.clicked.connect(self.hide)
        line = row(8)
        line.setContentsMargins(14, 6, 8, 6)
        line.addWidget(self._text, 1)
        line.addWidget(self.open_button)
        line.addWidget(self.close_button)
        self.setLayout(line)
        self._retranslate()

    @property
    def text(self) -> str:
        return self._text.text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        said = self.tr("Passerby {version} is out. You have an older version.")
        self._text.setText(said.format(version=self._version))
        self.open_button.setText(self.tr("See what is new"))
        self.close_button.set_label(self.tr("Close this notice"))


class CrashReport(Question):
    """What is known of a crash, to be read, and saved where the person likes."""

    def __init__(self, report: str, parent: QWidget) -> None:
        super().__init__(
            translate("CrashReport", "Passerby ended unexpectedly"),
            translate("CrashReport", "Save the report…"),
            translate("CrashReport", "Discard it"),
            parent,
        )
        self.add_text(
            translate(
                "CrashReport",
                "This is what is known of it. It is not sent to anyone. You can save it and give it to whoever looks after Passerby.",
            )
        )
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setMinimumHeight(260)
        self.setMinimumWidth(620)
        self.add_widget(self.report)


class Announcements(QObject):
    """Belongs to the main window; each thing is told without stopping anything else."""

    def __init__(self, window: QWidget, settings: SettingsPresenter) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.update_notice: UpdateNotice | None = None
        self.question: Question | None = None
        self._telling_crash = False
        self._link = ""
        """Of a start while a crash report is told and saved, which is not put away for it."""

    def tell_update(self, version: str, url: str) -> None:
        if self.update_notice is not None:
            self.update_notice.deleteLater()
        self.update_notice = UpdateNotice(version, url)
        around = self._window.layout()
        assert around is not None
        around.insertWidget(0, self.update_notice)  # type: ignore[attr-defined] # a box layout

    def tell_crash(self, report: str) -> None:
        self._telling_crash = True
        made = CrashReport(report, self._window)
        self._open(made)
        made.finished.connect(lambda yes: self._choose_place(report) if yes else self._go_on())

    def raise_window(self) -> None:
        """Bring the window to the front, from the task bar as well."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def take_start(self, link: str) -> None:
        """Somebody has started Passerby again, with a link or without."""
        self.raise_window()
        if link:
            self.take_link(link)

    def take_link(self, link: str) -> None:
        """Ask before a link changes the server; the last one, once a crash report is dealt with."""
        if self._telling_crash:
            self._link = link
            return
        url = self._settings.server_of_link(link)
        if url is None or not QUrl(url).isValid():  # What cannot be shown is not asked about.
            self._open(_bad_link(self._window))
        elif url != self._settings.settings.server:
            made = _ask_server(url, self._window)
            made.accepted.connect(lambda: self._settings.go_to_server(url))
            self._open(made)

    def _choose_place(self, report: str) -> None:
        dialog = QFileDialog(
            self._window, self.tr("Save the report"), QDir.home().filePath("passerby-report.txt")
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda path: self.save_report(report, Path(path)))
        dialog.finished.connect(lambda _: self._go_on())
        dialog.open()

    def save_report(self, report: str, path: Path) -> None:
        """Write it; when that fails, say so and show the report again."""
        try:
            path.write_text(report, encoding="utf-8")
        except OSError:
            self.tell_crash(report)
            assert self.question is not None
            self.question.add_text(
                self.tr("It could not be saved there. Choose another place."), "problem"
            )

    def _open(self, made: Question) -> None:
        if self.question is not None:
            self.question.close()
        self.question = made
        made.finished.connect(lambda: self._forget(made))
        made.open()

    def _forget(self, made: Question) -> None:
        if self.question is made:
            self.question = None

    def _go_on(self) -> None:
        """Ask about the link that has waited, unless the report could not be saved."""
        if isinstance(self.question, CrashReport):
            return
        self._telling_crash = False
        link, self._link = self._link, ""
        if link:
            self.take_link(link)


def _ask_server(url: str, parent: QWidget) -> Question:
    made = Question(
        translate("ServerLink", "Go to this server?"),
        translate("ServerLink", "Use this server"),
        translate("ServerLink", "Cancel"),
        parent,
    )
    made.add_text(translate("ServerLink", "A link asks Passerby to use this server:"))
    made.add_widget(AddressField(QUrl(url)))
    made.add_text(
        translate(
            "ServerLink",
            "A server sees your network address and decides whom you meet. Go there only if you trust whoever gave you the link.",
        ),
        "muted",
    )
    made.no.setDefault(True)
    made.no.setFocus()
    return made


def _bad_link(parent: QWidget) -> Question:
    made = Question(
        translate("ServerLink", "This link cannot be used"),
        translate("ServerLink", "OK"),
        translate("ServerLink", "Cancel"),
        parent,
    )
    made.no.hide()
    made.add_text(
        translate(
            "ServerLink",
            "It names no server. Ask whoever gave it to you for a new one, such as passerby://example.org.",
        )
    )
    return made
