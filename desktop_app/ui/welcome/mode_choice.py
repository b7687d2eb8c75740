"""Video, voice or text: three buttons of which one is down."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop_app.presenters.call import CallPresenter
from desktop_app.settings.model import Settings
from desktop_app.ui import messages
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.layouts import row
from signaling_server.protocol.messages import Mode

_ICONS = {Mode.VIDEO: "video", Mode.VOICE: "microphone", Mode.TEXT: "message-text"}


class ModeChoice(QWidget):
    """What the next calls carry."""

    def __init__(self, presenter: CallPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._group = QButtonGroup(self)
        self.buttons: dict[Mode, TextButton] = {}
        line = row(8)
        line.addStretch(1)
        for mode in Mode:
            button = TextButton(_ICONS[mode], "choice")
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, mode=mode: presenter.set_mode(mode))
            self._group.addButton(button)
            self.buttons[mode] = button
            line.addWidget(button)
        line.addStretch(1)
        self.setLayout(line)
        presenter.settings_changed.connect(self._show)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        for mode, button in self.buttons.items():
            button.setText(messages.mode(mode))
        self._show(self._presenter.settings)

    def _show(self, settings: Settings) -> None:
        self.buttons[settings.mode].setChecked(True)
