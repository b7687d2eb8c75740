"""A line across the window for something that is said once and can be put away."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame

from desktop_app.ui.parts.icon_buttons import IconButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.parts.styling import set_styled


class Notice(QFrame):
    """Hidden until say() gives it words."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._text = label("problem", wrap=True)
        self.close_button = IconButton("close", "flat")
        self.close_button.clicked.connect(self.hide)
        line = row(8)
        line.setContentsMargins(14, 6, 8, 6)
        line.addWidget(self._text, 1)
        line.addWidget(self.close_button)
        self.setLayout(line)
        self._retranslate()
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, *, is_problem: bool = True) -> None:
        self._text.setText(text)
        set_styled(self._text, "role", "problem" if is_problem else "")
        self.show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.close_button.set_label(self.tr("Close this notice"))
