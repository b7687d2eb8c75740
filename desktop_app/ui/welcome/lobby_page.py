"""A look at oneself before the first stranger, and one button."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.engine_messages import DeviceKind
from desktop_app.presenters.call import CallPresenter
from desktop_app.presenters.welcome import WelcomePresenter
from desktop_app.session.phases import Phase
from desktop_app.session.situation import DeviceSituation, EngineState, LinkProblem, Situation
from desktop_app.settings.model import Settings
from desktop_app.ui import device_messages, messages, server_messages, wish_messages
from desktop_app.ui.call.placeholder import Placeholder
from desktop_app.ui.keys import key_text
from desktop_app.ui.parts.device_button import DeviceButton
from desktop_app.ui.parts.icon_buttons import IconButton, TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.video.live_image import LiveImage
from desktop_app.ui.video.picture_view import PictureView
from desktop_app.ui.welcome.mode_choice import ModeChoice
from signaling_server.protocol.messages import Mode

_PREVIEW_MAX_HEIGHT = 460


class LobbyPage(QWidget):
    meet_asked = Signal()
    settings_asked = Signal()
    wishes_asked = Signal()
    accept_plain_asked = Signal()

    def __init__(
        self, presenter: WelcomePresenter, call: CallPresenter, self_image: LiveImage
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._call = call
        self._title = label("title")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._status = label("muted")
        self._status.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.accept_plain = TextButton(role="link")
        self.accept_plain.clicked.connect(self.accept_plain_asked)
        self._preview = PictureView(self_image, fill=False, radius=16)
        self._preview.setMinimumSize(240, 135)
        self._preview.picture_shown.connect(
            lambda _: self._show_devices(), Qt.ConnectionType.QueuedConnection
        )
        self._instead = Placeholder(self._preview)
        self.notes = label("problem", wrap=True)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.mode = ModeChoice(call)
        self.wishes = TextButton("account-heart-outline", "link")
        self.wishes.clicked.connect(self.wishes_asked)
        self.camera = DeviceButton(call, DeviceKind.CAMERA)
        self.microphone = DeviceButton(call, DeviceKind.MICROPHONE)
        self.settings = IconButton("cog", "round")
        self.settings.clicked.connect(self.settings_asked)
        self.meet = TextButton("hand-wave-outline", "primary")
        self.meet.clicked.connect(self.meet_asked)
        self._lay_out()
        self._preview.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        presenter.device_changed.connect(lambda _: self._show_devices())
        presenter.settings_changed.connect(self._show_settings)
        call.situation_changed.connect(self._show_situation)
        call.second_passed.connect(lambda: self._show_situation(call.situation))
        self._retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._preview and event.type() is QEvent.Type.Resize:
            self._instead.setGeometry(self._preview.rect())
        return False

    def _lay_out(self) -> None:
        buttons = row(10)
        buttons.addStretch(1)
        for button in (self.camera, self.microphone, self.settings, self.meet):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._preview.setMaximumSize(_PREVIEW_MAX_HEIGHT * 16 // 9, _PREVIEW_MAX_HEIGHT)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._preview, 100)
        middle.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 18, 24, 22)
        rows.setSpacing(12)
        rows.addStretch(1)
        rows.addWidget(self._title)
        rows.addLayout(middle, 100)
        rows.addWidget(self.mode)
        rows.addWidget(self.wishes, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.notes)
        rows.addLayout(buttons)
        rows.addWidget(self._status)
        rows.addWidget(self.accept_plain, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(1)

    def _retranslate(self) -> None:
        self._preview.setAccessibleName(self.tr("Your own picture"))
        self.settings.set_label(self.tr("Settings"))
        self.accept_plain.setText(server_messages.accept_plain())
        self._show_settings(self._presenter.settings)
        self._show_devices()
        self._show_situation(self._call.situation)

    def _show_settings(self, settings: Settings) -> None:
        video = settings.mode is Mode.VIDEO
        self._title.setText(self.tr("This is you") if video else messages.phase(Phase.IDLE))
        self.camera.setVisible(video)
        self.microphone.setVisible(settings.mode is not Mode.TEXT)
        key = f" ({key_text(settings.next_key)})" if settings.next_key else ""
        self.meet.setText(self.tr("Meet someone") + key)
        said = wish_messages.wishes(settings)
        self.wishes.setText(said or self.tr("Interests and languages…"))
        self._show_devices()

    def _show_devices(self) -> None:
        self._instead.setVisible(not self._preview.has_picture)
        mode = self._presenter.settings.mode
        self._instead.show_words(*self._no_picture(mode, self._presenter.device(DeviceKind.CAMERA)))
        devices = [self._presenter.device(kind) for kind in DeviceKind]
        self.notes.setText("\n".join(device_messages.device_notes(mode, devices)))
        self.notes.setVisible(bool(self.notes.text()))

    def _no_picture(self, mode: Mode, camera: DeviceSituation) -> tuple[str, str]:
        """Icon and words for the place of the own picture."""
        if mode is Mode.TEXT:
            return (
                "message-text-outline",
                self.tr("Camera and microphone stay closed: you will only write."),
            )
        if mode is Mode.VOICE:
            return "microphone-outline", self.tr(
                "The camera stays closed: you will talk and write."
            )
        if not camera.on:
            return "video-off-outline", self.tr("Your camera is off")
        if camera.problem is not None:
            return "video-off-outline", self.tr("No picture of you")
        return "camera-outline", self.tr("The camera is starting…")

    def _show_situation(self, situation: Situation) -> None:
        if situation.engine in (EngineState.FAILED, EngineState.RESTARTING):
            line = messages.engine(situation.engine)
        else:
            line = server_messages.link_line(situation, self._call.seconds_to_retry)
        if not line:
            known = situation.online is not None
            line = (
                server_messages.online(situation.online or 0)
                if known
                else server_messages.link(situation.link)
            )
            if situation.likely_wait_s is not None:
                line = f"{line} · {wish_messages.likely_wait(situation.likely_wait_s)}"
        self._status.setText(line)
        self.accept_plain.setVisible(situation.link_problem is LinkProblem.PLAIN_REFUSED)
        self.meet.setEnabled(situation.engine is not EngineState.FAILED)
