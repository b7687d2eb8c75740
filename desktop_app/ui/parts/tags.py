"""Words as tags: each with a way to take it off again."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.parts.flow_layout import FlowLayout
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.plain_words import in_tip


class Tags(QWidget):
    """Side by side in lines. The values are kept apart from the words that are shown."""

    removed = Signal(str)
    """The value of a tag that was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._flow = FlowLayout(6)
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._words: dict[str, str] = {}
        self.buttons: dict[str, TextButton] = {}

    def show_tags(self, words: dict[str, str]) -> None:
        """Value to word, in the order in which they stand."""
        if list(words) == list(self.buttons):
            return
        self._words = words
        for button in self.buttons.values():
            self._flow.removeWidget(button)
            button.deleteLater()
        self.buttons = {value: self._make(value, word) for value, word in words.items()}
        self._retranslate()
        self.setVisible(bool(words))
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _make(self, value: str, word: str) -> TextButton:
        button = TextButton("close", "tag", self)
        button.setText(word)
        button.clicked.connect(lambda: self.removed.emit(value))
        self._flow.addWidget(button)
        return button

    def _retranslate(self) -> None:
        for value, button in self.buttons.items():
            button.setAccessibleName(self.tr("Remove {word}").format(word=self._words[value]))
            button.setToolTip(in_tip(button.accessibleName()))
