"""The line above the stranger: the state in words, facts about the stranger, the server."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop_app.engine_messages import Statistics
from desktop_app.presenters.call import CallPresenter
from desktop_app.session.phases import Phase
from desktop_app.session.quality import Level, Trouble
from desktop_app.session.situation import Link, LinkProblem, Situation, Stranger
from desktop_app.ui import device_messages, figure_messages, messages, server_messages
from desktop_app.ui.parts.icon_buttons import IconButton, TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.parts.pill import Pill
from signaling_server.protocol.messages import Mode

_SPACING = 8
_QUALITY_ICONS = {
    Level.GOOD: "signal-cellular-3",
    Level.FAIR: "signal-cellular-2",
    Level.POOR: "signal-cellular-1",
}
_STRAINED_ICON = "speedometer-slow"


class Header(QWidget):
    chat_toggled = Signal()
    accept_plain_asked = Signal()
    statistics_asked = Signal()

    def __init__(self, presenter: CallPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._state = label("heading")
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._muted = Pill("microphone-off")
        self._camera = Pill("video-off")
        self._direct = Pill("lan-connect")
        self._facts = label("muted")
        self.quality = IconButton(_QUALITY_ICONS[Level.GOOD], "flat")
        self.quality.clicked.connect(self.statistics_asked)
        self.quality.hide()
        self._why = label("problem", wrap=True)
        self._why.hide()
        self._server = label("problem", wrap=True)
        self._devices = label("problem", wrap=True)
        self._statistics: Statistics | None = None
        self.try_now = TextButton(role="link")
        self.try_now.clicked.connect(presenter.try_now)
        self.accept_plain = TextButton(role="link")
        self.accept_plain.clicked.connect(self.accept_plain_asked)
        self._chat = IconButton("message-text-outline", "flat")
        self._chat.clicked.connect(self.chat_toggled)
        self._lay_out()
        presenter.situation_changed.connect(self._show)
        presenter.device_changed.connect(lambda _: self._show_device_notes(presenter.situation))
        presenter.second_passed.connect(self._count)
        presenter.statistics_changed.connect(self._show_statistics)
        self._retranslate()

    @property
    def state_text(self) -> str:
        return self._state.text()

    @property
    def badges(self) -> list[str]:
        """The words of the pills that are shown."""
        pills = (self._camera, self._muted, self._direct)
        return [pill.text for pill in pills if pill.text]

    @property
    def why_text(self) -> str:
        """What hurts, said aloud; empty otherwise."""
        return self._why.text()

    @property
    def facts_text(self) -> str:
        return self._facts.text()

    @property
    def device_text(self) -> str:
        return self._devices.text()

    @property
    def server_text(self) -> str:
        return self._server.text() if self._server.isVisibleTo(self) else ""

    def show_unread(self, unread: bool) -> None:
        self._chat.set_icon("message-badge" if unread else "message-text-outline")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where the line is too short the state keeps its words and the rest becomes icons."""
        pills = (self._camera, self._muted, self._direct)
        wide = [*(pill.full_width for pill in pills if pill.text), self._facts.sizeHint().width()]
        around = self._state.sizeHint().width() + 2 * self._chat.sizeHint().width()
        needed = around + sum(wide) + _SPACING * (len(wide) + 2)
        narrow = needed > self.width()
        self._facts.setVisible(not narrow)
        for pill in pills:
            pill.set_compact(narrow)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self) -> None:
        first = row(_SPACING)
        first.addWidget(self._state, 1)
        for pill in (self._camera, self._muted, self._direct):
            first.addWidget(pill)
        first.addWidget(self._facts)
        first.addWidget(self.quality)
        first.addWidget(self._chat)
        second = row(6)
        second.addWidget(self._server, 1)
        second.addWidget(self.try_now)
        second.addWidget(self.accept_plain)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(2, 0, 0, 0)
        rows.setSpacing(2)
        rows.addLayout(first)
        rows.addLayout(second)
        rows.addWidget(self._devices)
        rows.addWidget(self._why)

    def _retranslate(self) -> None:
        self.try_now.setText(self.tr("Try now"))
        self.accept_plain.setText(server_messages.accept_plain())
        self._chat.set_label(self.tr("Show or hide the chat"))
        self._show_quality(self._statistics is not None)
        self._show(self._presenter.situation)

    def _show(self, situation: Situation) -> None:
        self._show_badges(situation, situation.stranger)
        self._show_facts(situation)
        self._show_device_notes(situation)
        self._count()

    def _show_facts(self, situation: Situation) -> None:
        if situation.phase is Phase.TALKING:
            self._facts.setText(self._measured(situation))
        else:
            known = situation.online is not None and situation.link is Link.ONLINE
            self._facts.setText(server_messages.online(situation.online or 0) if known else "")

    def _measured(self, situation: Situation) -> str:
        """Nothing while nothing comes: what was measured last is not so any more."""
        stranger = situation.stranger
        if self._statistics is None or situation.media_silent or stranger is None:
            return ""
        picture = stranger.has_camera and stranger.camera_on
        return figure_messages.statistics(self._statistics, picture=picture)

    def _show_device_notes(self, situation: Situation) -> None:
        """Say what is wrong with the devices that this call needs."""
        needed = device_messages.NEEDED[situation.mode]
        used = needed if situation.phase is not Phase.IDLE else ()
        devices = [self._presenter.device(kind) for kind in used]
        devices = [device for device in devices if device.on and not device.stand_in]
        text = " ".join(device_messages.device_notes(situation.mode, devices))
        self._devices.setText(text)
        self._devices.setVisible(bool(text))

    def _count(self) -> None:
        """In other phases the stage says it, large, where the eye is."""
        situation = self._presenter.situation
        talking = situation.phase is Phase.TALKING
        seconds = self._presenter.seconds_in_phase
        text = messages.headline(situation, seconds) if talking else "Passerby"
        self._state.setText(text)
        self._state.setToolTip(text)
        self._fit()
        line = server_messages.link_line(situation, self._presenter.seconds_to_retry)
        self._server.setText(line)
        self._server.setVisible(bool(line))
        plain = situation.link_problem is LinkProblem.PLAIN_REFUSED
        self.try_now.setVisible(situation.link in (Link.WAITING, Link.REFUSED) and not plain)
        self.accept_plain.setVisible(plain)

    def _show_badges(self, situation: Situation, stranger: Stranger | None) -> None:
        talking = situation.phase is Phase.TALKING and stranger is not None
        muted = camera = direct = ""
        if talking and stranger is not None:
            if not stranger.microphone_on and situation.mode is not Mode.TEXT:
                muted = self.tr("muted")
            if situation.mode is Mode.VIDEO and not stranger.has_camera:
                camera = self.tr("no camera")
            elif situation.mode is Mode.VIDEO and not stranger.camera_on:
                camera = self.tr("camera off")
            if stranger.direct is not None:
                direct = self.tr("direct") if stranger.direct else self.tr("relayed")
        self._muted.set_text(muted)
        self._camera.set_text(camera)
        self._direct.set_text(direct)
        if direct:
            self._direct.setToolTip(
                self.tr("The other side can see your network address.")
                if stranger is not None and stranger.direct
                else self.tr(
                    "A relay stands between: the other side cannot see your network address."
                )
            )

    def _show_quality(self, measured: bool) -> None:
        """Say aloud what hurts; what one can live with is in the tool tip."""
        quality = self._presenter.quality
        self.quality.setVisible(measured)
        strained = quality.trouble is Trouble.STRAINED
        self.quality.set_icon(_STRAINED_ICON if strained else _QUALITY_ICONS[quality.level])
        self.quality.set_label(figure_messages.quality_label(quality))
        hurts = measured and quality.level is Level.POOR
        self._why.setText(figure_messages.quality(quality) if hurts else "")
        self._why.setVisible(hurts)

    def _show_statistics(self, value: Statistics | None) -> None:
        self._statistics = value
        self._show_quality(value is not None)
        self._show_facts(self._presenter.situation)
        self._fit()
