"""A small dialog that asks one thing. Opened with open(), never exec()."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row


class Question(QDialog):
    """accepted and rejected are the answers; Esc rejects. Deletes itself when answered."""

    def __init__(self, title: str, yes: str, no: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        heading = label("heading", wrap=True)
        heading.setText(title)
        self.no = TextButton()
        self.no.setText(no)
        self.no.clicked.connect(self.reject)
        self.yes = TextButton(role="primary")
        self.yes.setText(yes)
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.accept)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        buttons = row(10)
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        around = QVBoxLayout(self)
        around.setContentsMargins(24, 22, 24, 20)
        around.setSpacing(14)
        around.addWidget(heading)
        around.addLayout(self._rows)
        around.addSpacing(4)
        around.addLayout(buttons)

    def add_text(self, text: str, role: str = "") -> None:
        line = label(role, wrap=True)
        line.setText(text)
        self._rows.addWidget(line)

    def add_widget(self, widget: QWidget) -> None:
        self._rows.addWidget(widget)
