"""The stranger's picture with what lies over it."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent

from desktop_app.engine_messages import DeviceKind
from desktop_app.presenters.call import CallPresenter
from desktop_app.session.phases import Phase
from desktop_app.session.situation import EngineState, Link, LinkProblem, Situation, Stranger
from desktop_app.settings.model import Settings
from desktop_app.ui import messages, wish_messages
from desktop_app.ui.call.placeholder import Placeholder
from desktop_app.ui.keys import key_text
from desktop_app.ui.parts.icon_buttons import IconButton, TextButton
from desktop_app.ui.video.live_image import LiveImage
from desktop_app.ui.video.picture_view import PictureView
from desktop_app.ui.video.self_view import SelfView
from signaling_server.protocol.messages import Mode

RADIUS = 16
FADE_AFTER_MS = 2_500
_MARGIN = 12


class Stage(PictureView):
    """What lies over the picture goes away while the mouse rests on it."""

    meet_asked = Signal()

    def __init__(
        self, presenter: CallPresenter, stranger: LiveImage, self_image: LiveImage
    ) -> None:
        super().__init__(stranger, fill=False, radius=RADIUS)
        self._presenter = presenter
        self.setMouseTracking(True)
        self.setMinimumSize(260, 180)
        self._placeholder = Placeholder(self)
        self._placeholder.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
        self._placeholder.meet_asked.connect(self.meet_asked)
        self.self_view = SelfView(self_image, self)
        self.self_view.hide_asked.connect(lambda: presenter.set_self_view_shown(False))
        self.show_self = IconButton("eye-outline", "over", self)
        self.show_self.clicked.connect(lambda: presenter.set_self_view_shown(True))
        self.unveil = TextButton("eye-outline", "primary", self)
        self.unveil.clicked.connect(presenter.unveil)
        self._resting = QTimer(self, singleShot=True, interval=FADE_AFTER_MS)
        self._resting.timeout.connect(self._show_overlays)
        self.picture_shown.connect(lambda _: self._refresh(), Qt.ConnectionType.QueuedConnection)
        presenter.situation_changed.connect(lambda _: self._refresh())
        presenter.device_changed.connect(lambda _: self._refresh())
        presenter.settings_changed.connect(lambda _: self._refresh())
        presenter.second_passed.connect(self._show_words)
        presenter.veil_changed.connect(lambda _: self._refresh())
        self._retranslate()

    @property
    def words(self) -> str:
        """What stands in the place of the picture, empty while the stranger is seen."""
        return "" if self._placeholder.isHidden() else self._placeholder.title

    @property
    def all_words(self) -> str:
        """With what is said in small below."""
        return "" if self._placeholder.isHidden() else self._placeholder.words

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._placeholder.setGeometry(self.rect())
        self.self_view.place()
        self.show_self.move(_MARGIN, _MARGIN)
        self._place_unveil()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._resting.start()
        self._show_overlays()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._resting.start()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("The stranger's picture"))
        self.show_self.set_label(self.tr("Show your own picture"))
        self._refresh()

    def _refresh(self) -> None:
        shown = self._presenter.settings.self_view_shown
        self.self_view.setVisible(shown and self._sends_picture)
        if self.self_view.isVisible():
            self.self_view.place()
        self._show_words()
        self._show_overlays()
        self._show_unveil()

    def _show_unveil(self) -> None:
        veiled = self._presenter.is_veiled and self.has_picture
        self.unveil.setVisible(veiled and self._presenter.situation.phase is Phase.TALKING)
        key = key_text(self._presenter.settings.unveil_key)
        words = self.tr("Show the picture")
        self.unveil.setText(f"{words} ({key})" if key else words)
        self._place_unveil()

    def _place_unveil(self) -> None:
        """Low in the middle: the face, once it is seen, is above."""
        size = self.unveil.sizeHint()
        top = self.height() * 3 // 4 - size.height() // 2
        self.unveil.setGeometry(
            (self.width() - size.width()) // 2, top, size.width(), size.height()
        )

    def _show_overlays(self) -> None:
        held = self.show_self.hasFocus() or self.show_self.underMouse()
        hidden = self.has_picture and not self._resting.isActive() and not held
        can_show = self._sends_picture and not self._presenter.settings.self_view_shown
        self.show_self.setVisible(can_show and not hidden)

    @property
    def _sends_picture(self) -> bool:
        """Whether there is, or will soon be, a picture of oneself to show."""
        situation, camera = self._presenter.situation, self._presenter.device(DeviceKind.CAMERA)
        video = situation.phase is not Phase.IDLE and situation.mode is Mode.VIDEO
        return video and camera.on and camera.problem is None

    def _show_words(self) -> None:
        situation = self._presenter.situation
        covered = situation.phase is Phase.TALKING and self.has_picture
        self._placeholder.setVisible(not covered)
        if covered:
            return
        if situation.phase is Phase.IDLE:
            self._show_idle(situation, self._presenter.settings)
        elif situation.phase is Phase.TALKING and situation.stranger is not None:
            self._placeholder.show_words(*self._no_picture(situation, situation.stranger))
        else:
            title = messages.headline(situation, self._presenter.seconds_in_phase)
            self._placeholder.show_words("account-search-outline", title, self._advice(situation))

    def _show_idle(self, situation: Situation, settings: Settings) -> None:
        broken = situation.engine is EngineState.FAILED or situation.link is Link.NONE
        if situation.link is Link.REFUSED and not broken:
            self._show_refused(situation, settings)
            return
        if situation.ending is not None:
            title = messages.headline(situation, 0)
            text = self.tr("Press {key} for the next one.").format(key=key_text(settings.next_key))
            self._placeholder.show_words("account-off-outline", title, "" if broken else text)
            return
        button = "" if broken else self.tr("Meet someone")
        text = self.tr("One key brings a new person: {key}.").format(
            key=key_text(settings.next_key)
        )
        self._placeholder.show_words(
            "hand-wave-outline", messages.headline(situation, 0), text, button
        )

    def _show_refused(self, situation: Situation, settings: Settings) -> None:
        """The reason stands above, and beside it how to accept an unencrypted connection."""
        text = self.tr("Press {key} to try again.").format(key=key_text(settings.next_key))
        in_vain = situation.link_problem in (LinkProblem.PLAIN_REFUSED, LinkProblem.BANNED)
        title = messages.headline(situation, 0)
        self._placeholder.show_words("account-off-outline", title, "" if in_vain else text)

    def _no_picture(self, situation: Situation, stranger: Stranger) -> tuple[str, str, str]:
        shared = wish_messages.shared(stranger)
        if situation.mode is Mode.TEXT:
            return "message-text-outline", self.tr("You are writing with a stranger"), shared
        if situation.mode is Mode.VOICE:
            return "microphone-outline", self.tr("You are talking with a stranger"), shared
        if not stranger.has_camera:
            return (
                "video-off-outline",
                self.tr("The stranger has no camera"),
                self.tr("You can talk and write."),
            )
        if not stranger.camera_on:
            return "video-off-outline", self.tr("The stranger's camera is off"), ""
        return "account-outline", self.tr("Waiting for the picture…"), ""

    def _advice(self, situation: Situation) -> str:
        wants_camera = self._presenter.settings.wants_camera
        hint = messages.search_hint(
            situation, self._presenter.seconds_in_phase, wants_camera=wants_camera
        )
        if hint:
            return hint
        if situation.phase is Phase.SEARCHING and situation.ending is not None:
            return messages.ending(situation.ending)
        if situation.phase is Phase.SEARCHING and situation.mode is Mode.VIDEO and wants_camera:
            return self.tr("Only people with a camera are looked for.")
        is_queued = situation.phase is Phase.SEARCHING and situation.link is Link.ONLINE
        if is_queued and situation.likely_wait_s is not None:
            return wish_messages.likely_wait(situation.likely_wait_s)
        return ""
