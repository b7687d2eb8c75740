"""Whom to meet and how: the menu behind one button."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.presenters.call import CallPresenter
from desktop_app.settings.model import Settings
from desktop_app.ui import messages
from signaling_server.protocol.messages import Mode


class ChoicesMenu(QMenu):
    """Mode of the next calls, and whether only people with a camera are looked for."""

    wishes_asked = Signal()

    def __init__(self, presenter: CallPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        group = QActionGroup(self)
        self._modes: dict[Mode, QAction] = {}
        for mode in Mode:
            action = QAction(self, checkable=True)
            action.triggered.connect(lambda _=False, mode=mode: presenter.set_mode(mode))
            group.addAction(action)
            self.addAction(action)
            self._modes[mode] = action
        self.addSeparator()
        self._with_camera = QAction(self, checkable=True)
        self._with_camera.triggered.connect(presenter.set_wants_camera)
        self.addAction(self._with_camera)
        self._wishes = QAction(self)
        self._wishes.triggered.connect(self.wishes_asked)
        self.addAction(self._wishes)
        self._auto_next = QAction(self, checkable=True)
        self._auto_next.triggered.connect(presenter.set_auto_next)
        self.addAction(self._auto_next)
        presenter.settings_changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        for mode, action in self._modes.items():
            action.setText(messages.mode(mode))
        self._with_camera.setText(self.tr("Only people with a camera"))
        self._wishes.setText(self.tr("Interests and languages…"))
        self._auto_next.setText(self.tr("Go on to the next person by itself"))
        self._show(self._presenter.settings)

    def _show(self, settings: Settings) -> None:
        self._modes[settings.mode].setChecked(True)
        self._with_camera.setChecked(settings.wants_camera)
        self._auto_next.setChecked(settings.auto_next)
        self._with_camera.setEnabled(settings.mode is Mode.VIDEO)
