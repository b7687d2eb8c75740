"""Camera, microphone and speaker: what there is, what the person wants, what is needed now."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop_app.core import Signal
from desktop_app.engine_messages import (
    CloseCamera,
    CloseMicrophone,
    Command,
    DeviceClosed,
    DeviceFailed,
    DeviceKind,
    DeviceOpened,
    DeviceProblem,
    DevicesFound,
    Event,
    Level,
    MuteMicrophone,
    OpenCamera,
    OpenMicrophone,
    OpenSpeaker,
    PlayTestSound,
    ProcessVoice,
    RefreshDevices,
    SetVolume,
    WatchLevels,
)
from desktop_app.media.engine import Engine
from desktop_app.session.permissions import AskPermission, Permissions
from desktop_app.session.phases import Phase
from desktop_app.session.situation import DeviceSituation, Situation
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.messages import Mode

_DEVICE_FIELDS = {kind: kind.value for kind in DeviceKind}
_SWITCH_FIELDS = {DeviceKind.CAMERA: "camera_on", DeviceKind.MICROPHONE: "microphone_on"}


@dataclass(frozen=True, slots=True)
class StandIns:
    """What takes the place of missing devices, for a demonstration without any."""

    camera: bool = False
    voice_hz: float = 0.0
    """Fundamental of the generated voice; 0 for none."""


class Equipment:
    """Opens devices while they are needed and tells what became of them.

    Camera and microphone are open only for a search, a call or a preview whose mode needs them,
    or while they are tried out; the camera only while its switch is on, and both only once the
    system has agreed. All methods are called on the interface's thread.
    """

    def __init__(
        self,
        engine: Engine,
        store: SettingsStore,
        stand_ins: StandIns,
        ask_permission: AskPermission,
    ) -> None:
        self.changed: Signal[DeviceSituation] = Signal()
        self.level: Signal[Level] = Signal()
        self._engine = engine
        self._store = store
        self._stand_ins = stand_ins
        self._permissions = Permissions(ask_permission)
        self._held_back: set[DeviceKind] = set()
        """Needed, and refused by the system: not opened, and said so."""
        self._previewing = False
        self._phase = Phase.IDLE
        self._mode = store.value.mode
        self._trying_out = False
        self._said: dict[str, Command] = {}
        self._situations = {kind: DeviceSituation(kind=kind) for kind in DeviceKind}
        self._on_event: dict[type, Callable[..., None]] = {
            DevicesFound: self._take_found,
            DeviceOpened: self._take_opened,
            DeviceClosed: self._take_closed,
            DeviceFailed: self._take_failure,
            Level: self.level.emit,
        }
        engine.received.connect(self._dispatch)
        engine.started.connect(lambda _: self._equip_engine())
        store.changed.connect(lambda _: self._apply())
        self._permissions.changed.connect(lambda _: self._apply())
        self._show_choices()

    @property
    def volume(self) -> float:
        return self._store.value.volume

    def situation(self, kind: DeviceKind) -> DeviceSituation:
        return self._situations[kind]

    def follow(self, situation: Situation) -> None:
        """The conversation has changed: open or release what it needs."""
        if (situation.phase, situation.mode) != (self._phase, self._mode):
            self._phase, self._mode = situation.phase, situation.mode
            self._apply()

    def choose(self, kind: DeviceKind, device_id: str) -> None:
        """Use this device from now on, also in a running call; "" for the first that works."""
        self._store.change(**{_DEVICE_FIELDS[kind]: device_id})

    def set_on(self, kind: DeviceKind, on: bool) -> None:
        """Switch camera or microphone."""
        self._store.change(**{_SWITCH_FIELDS[kind]: on})

    def set_format(self, width: int, height: int, fps: int) -> None:
        self._store.change(width=width, height=height, fps=fps)

    def set_volume(self, volume: float) -> None:
        self._store.change(volume=min(1.0, max(0.0, volume)))

    def set_previewing(self, on: bool) -> None:
        """A screen shows what a stranger would get in the mode of the next call."""
        self._previewing = on
        self._apply()

    def try_out(self, on: bool) -> None:
        """A screen lets the person try every device, whatever the mode; levels come meanwhile."""
        self._trying_out = on
        self._apply()

    def set_voice_processing(
        self, *, echo_cancellation: bool, noise_suppression: bool, automatic_gain: bool
    ) -> None:
        """Choose what is done to the microphone's sound, also in a running call."""
        self._store.change(
            echo_cancellation=echo_cancellation,
            noise_suppression=noise_suppression,
            automatic_gain=automatic_gain,
        )

    def set_music(self, on: bool) -> None:
        """Send music as it is, in stereo, or a voice; what a call has agreed on stays until the next."""
        self._store.change(music=on)

    def play_test_sound(self) -> None:
        self._engine.send(PlayTestSound())

    def refresh(self) -> None:
        self._engine.send(RefreshDevices())

    # --- what is needed ------------------------------------------------------------------

    def _equip_engine(self) -> None:
        """A new engine process knows nothing yet."""
        self._said.clear()
        self._engine.send(RefreshDevices())
        self._apply()

    def _apply(self) -> None:
        """Say to the engine what has changed since it was last told."""
        self._show_choices()
        settings = self._store.value
        self._say("volume", SetVolume(volume=settings.volume))
        self._say("levels", WatchLevels(on=self._trying_out))
        self._say("muted", MuteMicrophone(muted=not settings.microphone_on))
        self._say("voice", self._voice_command())
        self._say("camera", self._camera_command())
        self._say("microphone", self._microphone_command())
        self._say("speaker", OpenSpeaker(device=settings.speaker or None))

    def _voice_command(self) -> Command:
        settings = self._store.value
        return ProcessVoice(
            echo_cancellation=settings.echo_cancellation,
            noise_suppression=settings.noise_suppression,
            automatic_gain=settings.automatic_gain,
            music=settings.music,
        )

    @property
    def _modes_in_use(self) -> set[Mode]:
        in_call = {self._mode} if self._phase is not Phase.IDLE else set()
        return in_call | ({self._store.value.mode} if self._previewing else set())

    def _camera_command(self) -> Command:
        settings = self._store.value
        needed = self._trying_out or Mode.VIDEO in self._modes_in_use
        if not self._is_opened(DeviceKind.CAMERA, needed=settings.camera_on and needed):
            return CloseCamera()
        return OpenCamera(
            device=settings.camera or None,
            width=settings.width,
            height=settings.height,
            fps=settings.fps,
            stand_in=self._stand_ins.camera,
        )

    def _microphone_command(self) -> Command:
        needed = self._trying_out or bool(self._modes_in_use - {Mode.TEXT})
        if not self._is_opened(DeviceKind.MICROPHONE, needed=needed):
            return CloseMicrophone()
        return OpenMicrophone(
            device=self._store.value.microphone or None, stand_in_hz=self._stand_ins.voice_hz
        )

    def _is_opened(self, kind: DeviceKind, *, needed: bool) -> bool:
        """Whether to open it: it is needed and the system agrees. A refusal shows while needed."""
        agreed = needed and self._permissions.may_open(kind)
        refused = needed and self._permissions.is_refused(kind)
        if refused != (kind in self._held_back):
            (self._held_back.add if refused else self._held_back.discard)(kind)
            self._show(kind, problem=self._refusal(kind), problem_name="")
        return agreed

    def _refusal(self, kind: DeviceKind) -> DeviceProblem | None:
        return DeviceProblem.DENIED if kind in self._held_back else None

    def _say(self, about: str, command: Command) -> None:
        if self._said.get(about) != command:
            self._said[about] = command
            self._engine.send(command)

    # --- what became of it ---------------------------------------------------------------

    def _dispatch(self, event: Event) -> None:
        if (handler := self._on_event.get(type(event))) is not None:
            handler(event)

    def _take_found(self, event: DevicesFound) -> None:
        for kind in DeviceKind:
            found = tuple(device for device in event.devices if device.kind is kind)
            self._show(kind, found=found)

    def _take_opened(self, event: DeviceOpened) -> None:
        self._show(
            event.device.kind,
            opened=event.device,
            stand_in=event.stand_in,
            wanted_missing=event.wanted_missing,
            wanted_problem=event.wanted_problem,
            problem=None,
            problem_name="",
            width=event.width,
            height=event.height,
            fps=event.fps,
        )

    def _take_closed(self, event: DeviceClosed) -> None:
        self._show(
            event.kind,
            opened=None,
            stand_in=False,
            wanted_missing=False,
            problem=self._refusal(event.kind),
        )

    def _take_failure(self, event: DeviceFailed) -> None:
        self._show(event.kind, opened=None, problem=event.problem, problem_name=event.name)

    def _show_choices(self) -> None:
        settings = self._store.value
        self._show(DeviceKind.CAMERA, wanted=settings.camera, on=settings.camera_on)
        self._show(DeviceKind.MICROPHONE, wanted=settings.microphone, on=settings.microphone_on)
        self._show(DeviceKind.SPEAKER, wanted=settings.speaker)

    def _show(self, kind: DeviceKind, **change: object) -> None:
        situation = replace(self._situations[kind], **change)  # type: ignore[arg-type]  # by name
        if situation != self._situations[kind]:
            self._situations[kind] = situation
            self.changed.emit(situation)
