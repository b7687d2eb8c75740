"""What this is, under which licence, and the versions of its parts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.settings.page import SettingsPage


class AboutPage(SettingsPage):
    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._heading = self.add_heading()
        self._what = label(wrap=True)
        self._licence = label(wrap=True)
        self._source = label(wrap=True)
        self.log = label("muted", wrap=True)
        self._versions = label("muted", wrap=True)
        for part in (self.log, self._versions):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for part in (self._what, self._licence, self._source, self.log, self._versions):
            self.rows.addWidget(part)
        self.licences = TextButton("scale-balance")
        self.licences.clicked.connect(self._show_licences)
        self.licences.setVisible(bool(presenter.third_party_licences))
        self.rows.addWidget(self.licences, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Passerby"))
        self._what.setText(
            self.tr("Meet strangers by webcam: press a key and a new person is there.")
        )
        self._licence.setText(
            self.tr(
                "Free software under the GNU Affero General Public License, version 3 or later. You may use it, study it, share it and improve it; it comes without any warranty."
            )
        )
        self._source.setText(
            self.tr(
                "The licence gives you the right to the source code: of this application from whoever gave it to you, and of a server from whoever runs it."
            )
        )
        self.licences.setText(self.tr("Licences of the parts"))
        self.log.setText(self.tr("Log files: {folder}").format(folder=self._presenter.log_dir))
        self._versions.setText(
            "\n".join(f"{name} {number}" for name, number in self._presenter.versions)
        )

    def _show_licences(self) -> None:
        """Everything that came with the program, in a window of its own."""
        dialog = QDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Licences of the parts"))
        text = QPlainTextEdit(self._presenter.third_party_licences)
        text.setReadOnly(True)
        QVBoxLayout(dialog).addWidget(text)
        dialog.resize(720, 560)
        dialog.open()
