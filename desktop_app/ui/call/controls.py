"""The row below the stranger: stop, devices, whom to meet, and next."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop_app.engine_messages import DeviceKind
from desktop_app.presenters.call import CallPresenter
from desktop_app.session.phases import Phase
from desktop_app.session.situation import EngineState, Link, Situation
from desktop_app.settings.model import Settings
from desktop_app.ui.call.choices_menu import ChoicesMenu
from desktop_app.ui.call.volume_popup import VolumePopup
from desktop_app.ui.keys import key_text
from desktop_app.ui.parts.device_button import DeviceButton
from desktop_app.ui.parts.icon_buttons import IconButton, TextButton
from desktop_app.ui.parts.switch import Switch
from signaling_server.protocol.messages import Mode

_SPACING = 8


class Controls(QWidget):
    next_asked = Signal()
    block_asked = Signal()
    report_asked = Signal()
    settings_asked = Signal()
    wishes_asked = Signal()

    def __init__(self, presenter: CallPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.stop = TextButton("stop", "stop")
        self.stop.clicked.connect(presenter.stop)
        self.camera = DeviceButton(presenter, DeviceKind.CAMERA)
        self.microphone = DeviceButton(presenter, DeviceKind.MICROPHONE)
        self.volume = IconButton("volume-high", "round")
        self.volume.clicked.connect(self._open_volume)
        self._volume_popup = VolumePopup(self)
        self._volume_popup.volume_chosen.connect(presenter.set_volume)
        self._volume_popup.closed.connect(self.volume.forget_pointer)
        self.choices = IconButton("tune-variant", "round")
        self._menu = ChoicesMenu(presenter, self)
        self._menu.wishes_asked.connect(self.wishes_asked)
        self.choices.setMenu(self._menu)
        self._menu.aboutToHide.connect(
            self.choices.forget_pointer, Qt.ConnectionType.QueuedConnection
        )
        self.choices.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.block = IconButton("account-cancel", "round")
        self.block.clicked.connect(self.block_asked)
        self.report = IconButton("flag-outline", "round")
        self.report.clicked.connect(self.report_asked)
        self.settings = IconButton("cog", "round")
        self.settings.clicked.connect(self.settings_asked)
        self.auto_next = Switch()
        self.auto_next.clicked.connect(presenter.set_auto_next)
        self.next = TextButton("skip-next", "primary")
        self.next.clicked.connect(self.next_asked)
        self._lay_out()
        presenter.situation_changed.connect(self._show_situation)
        presenter.settings_changed.connect(self._show_settings)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    @property
    def _round_buttons(self) -> tuple[IconButton, ...]:
        devices = (self.camera, self.microphone, self.volume)
        return (*devices, self.choices, self.block, self.report, self.settings)

    def _lay_out(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        row.addWidget(self.stop)
        for button in self._round_buttons:
            row.addWidget(button)
        row.addWidget(self.auto_next)
        row.addStretch(1)
        row.addWidget(self.next)
        policy = self.next.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.next.setSizePolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window auto-next goes (it is in the menu), then words, and buttons shrink.

        The last word to go is the one of next, whole: a part of it says nothing.
        """
        self._squeeze(False)
        round_buttons = [button for button in self._round_buttons if button.isVisibleTo(self)]
        shown = [button.sizeHint().width() for button in round_buttons]
        words = self.stop.sizeHint().width() + self.next.sizeHint().width()
        room = self.width() - words - sum(shown) - _SPACING * (len(shown) + 4)
        self.auto_next.setVisible(room >= self.auto_next.sizeHint().width())
        if room < 0:
            self._squeeze(True)
            if self._row.sizeHint().width() > self.width():
                self.next.setText("")

    def _squeeze(self, narrow: bool) -> None:
        key = "" if narrow else self._presenter.settings.next_key
        self.stop.setText("" if narrow else self.tr("Stop"))
        self.next.setText(_with_key(self.tr("Next"), key))
        self._row.setSpacing(_SPACING // 2 if narrow else _SPACING)
        buttons: list[IconButton | TextButton] = [self.stop, *self._round_buttons, self.next]
        for button in buttons:
            button.set_compact(narrow)

    def _retranslate(self) -> None:
        self.volume.set_label(self.tr("Volume"))
        self._volume_popup.set_label(self.tr("Volume"))
        self.choices.set_label(self.tr("Whom to meet"))
        self.block.set_label(self.tr("Block this person"))
        self.settings.set_label(self.tr("Settings"))
        self.auto_next.setText(self.tr("Auto-next"))
        self.auto_next.setToolTip(
            self.tr("Go on to the next person by itself when a stranger leaves")
        )
        self._menu.retranslate()
        self._show_settings(self._presenter.settings)

    def _show_settings(self, settings: Settings) -> None:
        self.volume.set_icon(_volume_icon(settings.volume), off=settings.volume == 0)
        self.auto_next.setChecked(settings.auto_next)
        self.report.set_label(_with_key(self.tr("Report this person"), settings.report_key))
        self.stop.setAccessibleName(self.tr("Stop"))
        self.stop.setToolTip(_with_key(self.tr("Leave and meet nobody"), settings.stop_key))
        self.next.setAccessibleName(self.tr("Next"))
        self.next.setToolTip(_with_key(self.tr("Next"), settings.next_key))
        self._show_situation(self._presenter.situation)

    def _show_situation(self, situation: Situation) -> None:
        idle = situation.phase is Phase.IDLE
        self.next.setVisible(not idle or situation.ending is not None)
        can_meet = situation.engine is not EngineState.FAILED and situation.link is not Link.NONE
        self.next.setEnabled(can_meet)
        self.stop.setEnabled(not idle or situation.ending is not None)
        self.block.setEnabled(self._presenter.can_block)
        self.report.setEnabled(self._presenter.reportable is not None)
        self.camera.setVisible(situation.mode is Mode.VIDEO)
        self.microphone.setVisible(situation.mode is not Mode.TEXT)
        self._fit()

    def _open_volume(self) -> None:
        self._volume_popup.open_above(self.volume, self._presenter.settings.volume)


def _with_key(text: str, key: str) -> str:
    return f"{text} ({key_text(key)})" if key else text


def _volume_icon(volume: float) -> str:
    if volume == 0:
        return "volume-off"
    return "volume-medium" if volume < 0.5 else "volume-high"
