"""A conversation and equipment without engine and server, for screens and presenters.

They pass the same contract suite as the real ones.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from desktop_app.core import Signal
from desktop_app.engine_messages import Device, DeviceKind, Level, Statistics
from desktop_app.session.phases import Phase, Step, advance
from desktop_app.session.reporting import Reportable, Reporting
from desktop_app.session.situation import (
    DeviceSituation,
    Ending,
    EngineState,
    Link,
    Situation,
    Stranger,
    TranscriptLine,
)
from desktop_app.session.timers import Timers
from desktop_app.session.transcript import Transcript
from desktop_app.session.wishes import Wishes
from desktop_app.settings.model import Block, Server
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.channel import TEXT_MAX_CHARACTERS
from signaling_server.protocol.messages import Message, Mode


class _StillTimers(Timers):
    """Screens are tested without a loop, and no time passes."""

    def start(self, name: str, delay_s: float, callback: Callable[[], None]) -> None:
        """Nothing runs."""


class FakeConversation:
    """A test plays the server and the stranger with `meet`, `connect`, `end`, `hear` and `show`."""

    def __init__(self, store: SettingsStore) -> None:
        self.changed: Signal[Situation] = Signal()
        self.consent_needed: Signal[None] = Signal()
        self.statistics: Signal[Statistics] = Signal()
        self._transcript = Transcript()
        self.line_added = self._transcript.line_added
        self.line_changed = self._transcript.line_changed
        self.transcript_cleared = self._transcript.cleared
        self._store = store
        self.sent: list[Message] = []
        """What was sent to the server."""
        self.wishes = Wishes(store, self, lambda: None)
        self.reporting = Reporting(self, self, _StillTimers())
        self.report = self.reporting.report
        self.report_answered = self.reporting.answered
        self._calls = 0
        self.now = 100.0
        self.typing: list[bool] = []
        """What set_typing was told."""
        self.reconnects = 0
        self.keys_renewed = 0
        self._situation = Situation(
            mode=store.value.mode,
            phase_since=self.now,
            engine=EngineState.RUNNING,
            link=Link.ONLINE if store.value.server else Link.NONE,
            online=12 if store.value.server else None,
            auto_next=store.value.auto_next,
        )
        store.changed.connect(lambda _: self._follow_settings())

    # --- as the real one -----------------------------------------------------------------

    def renew_key(self) -> None:
        self.keys_renewed += 1

    @property
    def situation(self) -> Situation:
        return self._situation

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        return self._transcript.lines

    @property
    def needs_direct_consent(self) -> bool:
        server = self._server
        relayed = self._situation.offers_relay
        return server is not None and not relayed and not server.direct_accepted

    def next(self) -> None:
        if self.needs_direct_consent:
            self.consent_needed.emit(None)
        elif self._situation.phase is not Phase.SEARCHING:
            self._move(Step.NEXT, ending=None)

    def stop(self) -> None:
        self._move(Step.STOP, ending=None)

    def say(self, text: str) -> bool:
        text = text.strip()
        if self._situation.phase is not Phase.TALKING or not 0 < len(text) <= TEXT_MAX_CHARACTERS:
            return False
        self._transcript.add(self._situation.call or "", text, mine=True)
        return True

    def set_typing(self, typing: bool) -> None:
        self.typing.append(typing)

    @property
    def reportable(self) -> Reportable | None:
        return self.reporting.reportable

    @property
    def takes_evidence(self) -> bool:
        return self.reporting.takes_evidence

    def block(self, stranger: str) -> None:
        self._store.change(blocked=self._store.value.blocked_with(Block(stranger, at=1)))
        met = self._situation.stranger
        if met is None or met.id != stranger:
            return
        if self._situation.auto_next:
            self.next()
        else:
            self.stop()

    def unblock(self, block: Block) -> None:
        self._store.change(blocked=self._store.value.blocked_without(block.stranger))

    def unblock_all(self) -> None:
        self._store.change(blocked=())

    def set_auto_next(self, on: bool) -> None:
        self._store.change(auto_next=on)

    def set_mode(self, mode: Mode) -> None:
        self._store.change(mode=mode)

    def use_server(self, server: Server) -> None:
        others = tuple(known for known in self._store.value.servers if known.url != server.url)
        self._store.change(servers=(*others, server), server=server.url)
        if self._situation.phase is not Phase.IDLE:
            self.stop()
        self.show(link=Link.ONLINE, online=12)

    def accept_direct(self) -> None:
        self._store.change(
            servers=tuple(
                msgspec.structs.replace(known, direct_accepted=True)
                if known.url == self._store.value.server
                else known
                for known in self._store.value.servers
            )
        )

    def set_prefers_direct(self, on: bool) -> None:
        self._store.change(
            servers=tuple(
                msgspec.structs.replace(known, prefers_direct=on)
                if known.url == self._store.value.server
                else known
                for known in self._store.value.servers
            )
        )

    def send(self, message: Message) -> bool:
        self.sent.append(message)
        return True

    def reconnect(self) -> None:
        self.reconnects += 1

    # --- the other side, played by a test --------------------------------------------------

    def meet(self, **stranger: Any) -> None:
        """The server has found a stranger."""
        self._calls += 1
        self._transcript.clear()
        fields: dict[str, Any] = {
            "id": f"stranger-{self._calls}",
            "has_camera": True,
            "direct": True,
            **stranger,
        }
        self._move(
            Step.MATCHED, call=f"call-{self._calls}", stranger=Stranger(**fields), ending=None
        )

    def connect(self) -> None:
        self._move(Step.CONNECTED)

    def talk(self, **stranger: Any) -> None:
        """From idle to talking."""
        self.next()
        self.meet(**stranger)
        self.connect()

    def end(self, ending: Ending) -> None:
        self._move(Step.ENDED, ending=ending)

    def hear(self, text: str) -> None:
        self._transcript.add(self._situation.call or "", text, mine=False)

    def deliver(self, number: int) -> None:
        self._transcript.mark_delivered(self._situation.call or "", number)

    def show_stranger(self, **change: Any) -> None:
        assert self._situation.stranger is not None
        self.show(stranger=replace(self._situation.stranger, **change))

    def show(self, **change: Any) -> None:
        """Change the situation and tell."""
        situation = replace(self._situation, **change)
        if situation != self._situation:
            self._situation = situation
            self.changed.emit(situation)

    # --- inside --------------------------------------------------------------------------

    @property
    def _server(self) -> Server | None:
        settings = self._store.value
        return next((known for known in settings.servers if known.url == settings.server), None)

    def _move(self, step: Step, **change: Any) -> None:
        phase = advance(self._situation.phase, step)
        if phase in (Phase.IDLE, Phase.SEARCHING):
            change = {"call": None, "stranger": None, "mode": self._store.value.mode, **change}
        self.show(phase=phase, phase_since=self.now, **change)

    def _follow_settings(self) -> None:
        if self._situation.call is None:
            self.show(mode=self._store.value.mode)
        self.show(auto_next=self._store.value.auto_next)


class FakeEquipment:
    """Devices that work at once; a test plays what happens to them with `show`."""

    def __init__(self, store: SettingsStore) -> None:
        self.changed: Signal[DeviceSituation] = Signal()
        self.level: Signal[Level] = Signal()
        self._store = store
        self.previewing = False
        self.trying_out = False
        self.test_sounds = 0
        self._situations = {kind: _working(kind) for kind in DeviceKind}
        store.changed.connect(lambda _: self._show_choices())
        self._show_choices()

    @property
    def volume(self) -> float:
        return self._store.value.volume

    def situation(self, kind: DeviceKind) -> DeviceSituation:
        return self._situations[kind]

    def choose(self, kind: DeviceKind, device_id: str) -> None:
        self._store.change(**{kind.value: device_id})

    def set_on(self, kind: DeviceKind, on: bool) -> None:
        self._store.change(**{f"{kind.value}_on": on})

    def set_format(self, width: int, height: int, fps: int) -> None:
        self._store.change(width=width, height=height, fps=fps)

    def set_volume(self, volume: float) -> None:
        self._store.change(volume=min(1.0, max(0.0, volume)))

    def set_voice_processing(self, **switches: bool) -> None:
        self._store.change(**switches)

    def set_music(self, on: bool) -> None:
        self._store.change(music=on)

    def set_previewing(self, on: bool) -> None:
        self.previewing = on

    def try_out(self, on: bool) -> None:
        self.trying_out = on

    def play_test_sound(self) -> None:
        self.test_sounds += 1

    def refresh(self) -> None:
        """Everything is found already."""

    def show(self, kind: DeviceKind, **change: Any) -> None:
        situation = replace(self._situations[kind], **change)
        if situation != self._situations[kind]:
            self._situations[kind] = situation
            self.changed.emit(situation)

    def _show_choices(self) -> None:
        settings = self._store.value
        self.show(DeviceKind.CAMERA, wanted=settings.camera, on=settings.camera_on)
        self.show(DeviceKind.MICROPHONE, wanted=settings.microphone, on=settings.microphone_on)
        self.show(DeviceKind.SPEAKER, wanted=settings.speaker)


_NAMES = {
    DeviceKind.CAMERA: ("Logitech C920", "Integrated camera"),
    DeviceKind.MICROPHONE: ("Blue Yeti", "Built-in microphone"),
    DeviceKind.SPEAKER: ("Headphones", "Built-in speakers"),
}


def _working(kind: DeviceKind) -> DeviceSituation:
    found = tuple(Device(kind, f"{kind}-{name}", name) for name in _NAMES[kind])
    return DeviceSituation(kind=kind, found=found, opened=found[0], width=1280, height=720, fps=30)
