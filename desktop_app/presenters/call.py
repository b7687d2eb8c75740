"""What the call screen shows, and what a person can do there."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.engine_messages import DeviceKind, Statistics, Stream
from desktop_app.session.call_report import CallReport
from desktop_app.session.conversation import Conversation
from desktop_app.session.equipment import Equipment
from desktop_app.session.phases import Phase
from desktop_app.session.quality import Quality, QualityWatch
from desktop_app.session.reporting import Reportable, ReportOutcome
from desktop_app.session.situation import DeviceSituation, Link, Situation, TranscriptLine
from desktop_app.session.veil import Veil
from desktop_app.settings.model import Server, Settings
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.messages import Mode, ReportReason

SetView = Callable[[Stream, int, int, bool], None]
"""stream, width and height in device pixels (0 by 0 when hidden), fill."""

TYPING_ENDS_AFTER_MS = 4_000
SHOW_AFTER_MS = 80
"""Laying the screen out anew takes 5 to 25 ms, and holds up what brings the next picture.

Nobody sees this delay, and the next person is often there by then: their picture goes first.
"""


class CallPresenter(QObject):
    """The conversation, the devices and the preferences of the call screen in Qt's terms."""

    situation_changed = Signal(Situation)
    second_passed = Signal()
    """Once a second while something on the screen counts seconds."""
    statistics_changed = Signal(object)
    """Statistics, or None when there is no call to measure."""
    line_added = Signal(TranscriptLine)
    line_changed = Signal(TranscriptLine)
    transcript_cleared = Signal()
    device_changed = Signal(DeviceSituation)
    settings_changed = Signal(Settings)
    consent_needed = Signal()
    veil_changed = Signal(bool)
    """Whether the stranger's picture is blurred."""
    report_answered = Signal(ReportOutcome)

    def __init__(
        self,
        conversation: Conversation,
        equipment: Equipment,
        store: SettingsStore,
        set_view: SetView,
        veil: Veil,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._conversation = conversation
        self._equipment = equipment
        self._store = store
        self.set_view = set_view
        self._veil = veil
        self._clock = clock
        self._typing = False
        self._show_due = False
        self.statistics: Statistics | None = None
        """Of the last second; None when there is no call to measure."""
        self.quality = Quality()
        self._quality = QualityWatch()
        self._report = CallReport()
        self._typing_pause = QTimer(self, singleShot=True, interval=TYPING_ENDS_AFTER_MS)
        self._typing_pause.timeout.connect(lambda: self._set_typing(False))
        self._seconds = QTimer(self, interval=1_000)
        self._seconds.timeout.connect(self.second_passed)
        self._disconnect: tuple[Callable[[], None], ...] = (
            conversation.changed.connect(self._follow),
            conversation.statistics.connect(self._take_statistics),
            conversation.line_added.connect(self.line_added.emit),
            conversation.line_changed.connect(self.line_changed.emit),
            conversation.transcript_cleared.connect(lambda _: self.transcript_cleared.emit()),
            conversation.consent_needed.connect(lambda _: self.consent_needed.emit()),
            conversation.report_answered.connect(self.report_answered.emit),
            equipment.changed.connect(self.device_changed.emit),
            veil.changed.connect(self.veil_changed.emit),
            store.changed.connect(self.settings_changed.emit),
        )

    def close(self) -> None:
        """Stop listening; nothing is emitted afterwards."""
        for disconnect in self._disconnect:
            disconnect()
        self._disconnect = ()
        self._seconds.stop()
        self._typing_pause.stop()

    # --- what is ---------------------------------------------------------------------

    @property
    def situation(self) -> Situation:
        return self._conversation.situation

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        return self._conversation.transcript

    @property
    def settings(self) -> Settings:
        return self._store.value

    def device(self, kind: DeviceKind) -> DeviceSituation:
        return self._equipment.situation(kind)

    @property
    def seconds_in_phase(self) -> int:
        return max(0, int(self._clock() - self.situation.phase_since))

    @property
    def seconds_to_retry(self) -> int | None:
        """Until the server is tried again, rounded up; None when no retry is planned."""
        if self.situation.retry_at is None:
            return None
        return max(0, -int(-(self.situation.retry_at - self._clock()) // 1))

    @property
    def reportable(self) -> Reportable | None:
        """Whom a report can be about: the stranger of this call, or of the last one."""
        return self._conversation.reportable

    @property
    def takes_evidence(self) -> bool:
        """Whether moderators of the server in use could read evidence."""
        return self._conversation.takes_evidence

    @property
    def is_veiled(self) -> bool:
        """Whether the stranger's picture is blurred."""
        return self._veil.lies

    @property
    def has_call_report(self) -> bool:
        """Whether a call was measured since the start, be it this one or the last."""
        return not self._report.is_empty

    @property
    def can_block(self) -> bool:
        return self.situation.stranger is not None and self.situation.call is not None

    # --- what a person can do --------------------------------------------------------

    def go_next(self) -> None:
        self._conversation.next()

    def stop(self) -> None:
        self._conversation.stop()

    def try_now(self) -> None:
        self._conversation.reconnect()

    def say(self, text: str) -> bool:
        """Send a line; False when it was not taken and should stay in the entry."""
        said = self._conversation.say(text)
        if said:
            self._typing_pause.stop()
            self._typing = False
        return said

    def note_typing(self, text: str) -> None:
        """The entry holds this now. The stranger is told that one types, until one pauses."""
        self._set_typing(bool(text.strip()))
        if self._typing:
            self._typing_pause.start()

    def report(
        self, reportable: Reportable, reason: ReportReason, evidence: bytes | None = None
    ) -> None:
        """Answered by report_answered. evidence as safety.evidence.pack makes it."""
        self._conversation.report(reportable.call, reason, evidence)

    def block(self, stranger: str) -> None:
        """Never meet this person (StrangerId) again; leaves the call with them."""
        self._conversation.block(stranger)

    def accept_direct(self) -> None:
        """Agree that strangers on this server see the network address, and begin."""
        self._conversation.accept_direct()
        self._conversation.next()

    def accept_plain(self, server: Server) -> None:
        """Agree to an unencrypted connection to this server, and go there."""
        self._conversation.use_server(msgspec.structs.replace(server, plain_accepted=True))

    def set_mode(self, mode: Mode) -> None:
        self._conversation.set_mode(mode)

    def set_wants_camera(self, on: bool) -> None:
        self._conversation.wishes.set_wants_camera(on)

    def set_auto_next(self, on: bool) -> None:
        self._conversation.set_auto_next(on)

    def set_camera_on(self, on: bool) -> None:
        self._equipment.set_on(DeviceKind.CAMERA, on)

    def set_microphone_on(self, on: bool) -> None:
        self._equipment.set_on(DeviceKind.MICROPHONE, on)

    def set_volume(self, volume: float) -> None:
        self._equipment.set_volume(volume)

    def unveil(self) -> None:
        """Show this stranger's picture."""
        if self.situation.phase is Phase.TALKING:
            self._veil.lift()

    def save_call_report(self, path: Path) -> bool:
        """Write the figures of this call, or of the last one; False when that is not possible."""
        try:
            path.write_text(self._report.as_json(), encoding="utf-8")
        except OSError:
            return False
        return True

    def set_previewing(self, on: bool) -> None:
        """A screen shows what a stranger would get in the mode of the next call."""
        self._equipment.set_previewing(on)

    def set_self_view_shown(self, shown: bool) -> None:
        self._store.change(self_view_shown=shown)

    # --- inside ----------------------------------------------------------------------

    def _follow(self, situation: Situation) -> None:
        counts = situation.phase is Phase.SEARCHING or situation.link is Link.WAITING
        if counts != self._seconds.isActive():
            if counts:
                self._seconds.start()
            else:
                self._seconds.stop()
        if situation.phase is not Phase.TALKING:
            self._typing_pause.stop()
            self._typing = False
            self._forget_statistics()
        if not self._show_due:
            self._show_due = True
            QTimer.singleShot(SHOW_AFTER_MS, self, self._show)

    def _show(self) -> None:
        self._show_due = False
        if self._disconnect:
            self.situation_changed.emit(self._conversation.situation)

    def _take_statistics(self, statistics: Statistics) -> None:
        self.statistics = statistics
        self.quality = self._quality.take(statistics)
        self._report.take(statistics, self.quality)
        self.statistics_changed.emit(statistics)

    def _forget_statistics(self) -> None:
        if self.statistics is not None:
            self.statistics, self.quality = None, Quality()
            self.statistics_changed.emit(None)

    def _set_typing(self, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self._conversation.set_typing(typing)
