"""What stands in the place of the stranger while there is no picture."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.ui.icons import icon
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label

_ICON = QSize(56, 56)


class Placeholder(QWidget):
    """An icon, a line in large, a line in small, and sometimes the button."""

    meet_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = "account-outline"
        self._picture = QLabel()
        self._title = label("heading", wrap=True)
        self._text = label("muted", wrap=True)
        self._button = TextButton("hand-wave-outline", "primary")
        self._button.clicked.connect(self.meet_asked)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 24)
        rows.setSpacing(10)
        rows.addStretch(1)
        for part in (self._picture, self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            rows.addWidget(part)
        rows.addSpacing(8)
        rows.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(1)
        self._show_icon()

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def words(self) -> str:
        return f"{self._title.text()} {self._text.text()}".strip()

    def show_words(self, name: str, title: str, text: str = "", button: str = "") -> None:
        """name of an icon; an empty button hides it."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        if name != self._name:
            self._name = name
            self._show_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_icon()

    def _show_icon(self) -> None:
        ink = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._picture.setPixmap(icon(self._name, ink).pixmap(_ICON))
