"""What the settings show and change; every change takes effect at once."""

import platform
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, qVersion

from desktop_app.core import VERSION, TaskScope
from desktop_app.engine_messages import DeviceKind, Level
from desktop_app.host.paths import resources_dir
from desktop_app.presenters.server_checks import CheckServer, ServerChecker
from desktop_app.presenters.servers import known_with
from desktop_app.presenters.wishes import WishesPresenter
from desktop_app.session.conversation import Conversation
from desktop_app.session.equipment import Equipment
from desktop_app.session.server_check import check_server
from desktop_app.session.server_link import server_of_link
from desktop_app.session.situation import DeviceSituation, Situation
from desktop_app.settings.model import Block, Server, Settings
from desktop_app.settings.store import SettingsStore, StoreProblem
from desktop_app.signaling.address import BadAddress

RESOLUTIONS = ((640, 480), (1280, 720), (1920, 1080))
LICENCES_FILE = "third-party-licences.txt"
FRAME_RATES = (15, 30)


class Key(StrEnum):
    """A shortcut a person can change; the value is the field of Settings."""

    NEXT = "next_key"
    SECOND_NEXT = "second_next_key"
    STOP = "stop_key"
    REPORT = "report_key"
    UNVEIL = "unveil_key"


class SettingsPresenter(QObject):
    settings_changed = Signal(Settings)
    situation_changed = Signal(Situation)
    device_changed = Signal(DeviceSituation)
    level_changed = Signal(Level)
    store_problem_changed = Signal()
    """May come from another thread: connect it to a method of a QObject, queued."""

    def __init__(
        self,
        conversation: Conversation,
        equipment: Equipment,
        store: SettingsStore,
        check_server: CheckServer = check_server,
        *,
        key_is_kept: Callable[[], bool],
        log_dir: Path,
        looks_for_updates: bool = False,
    ) -> None:
        super().__init__()
        self.log_dir = log_dir
        self.looks_for_updates = looks_for_updates
        """This program was released, so that it can learn of newer ones."""
        self._conversation = conversation
        self._equipment = equipment
        self._store = store
        self._check_server = check_server
        self._key_is_kept = key_is_kept
        self.wishes = WishesPresenter(conversation, store)
        self._tasks = TaskScope("settings")
        self._disconnect: tuple[Callable[[], None], ...] = (
            conversation.changed.connect(self.situation_changed.emit),
            equipment.changed.connect(self.device_changed.emit),
            equipment.level.connect(self.level_changed.emit),
            store.changed.connect(self.settings_changed.emit),
            store.problem_changed.connect(lambda _: self.store_problem_changed.emit()),
        )

    async def close(self) -> None:
        for disconnect in self._disconnect:
            disconnect()
        self._disconnect = ()
        self.wishes.close()
        await self._tasks.close()

    # --- what is ---------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        return self._store.value

    @property
    def store_problem(self) -> StoreProblem | None:
        return self._store.problem

    @property
    def situation(self) -> Situation:
        return self._conversation.situation

    def device(self, kind: DeviceKind) -> DeviceSituation:
        return self._equipment.situation(kind)

    @property
    def versions(self) -> tuple[tuple[str, str], ...]:
        """Name and version of the application and of what it stands on."""
        from importlib.metadata import PackageNotFoundError, version

        parts = [("Passerby", VERSION), ("Python", platform.python_version()), ("Qt", qVersion())]
        for name in ("aiortc", "av", "opencv-python", "aiohttp"):
            try:
                parts.append((name, version(name)))
            except PackageNotFoundError:
                continue
        return tuple(parts)

    @property
    def third_party_licences(self) -> str:
        """The licences of everything in a bundle; empty where the parts were installed apart."""
        try:
            return (resources_dir() / LICENCES_FILE).read_text(encoding="utf-8")
        except OSError:
            return ""

    # --- devices ---------------------------------------------------------------------

    def try_devices(self, on: bool) -> None:
        """While on, camera and microphone are open and level_changed comes."""
        self._equipment.try_out(on)
        if on:
            self._equipment.refresh()

    def choose_device(self, kind: DeviceKind, device_id: str) -> None:
        """Device.id, empty for the first that works."""
        self._equipment.choose(kind, device_id)

    def set_format(self, width: int, height: int, fps: int) -> None:
        self._equipment.set_format(width, height, fps)

    def set_volume(self, volume: float) -> None:
        self._equipment.set_volume(volume)

    def set_voice_processing(
        self, *, echo_cancellation: bool, noise_suppression: bool, automatic_gain: bool
    ) -> None:
        self._equipment.set_voice_processing(
            echo_cancellation=echo_cancellation,
            noise_suppression=noise_suppression,
            automatic_gain=automatic_gain,
        )

    def play_test_sound(self) -> None:
        self._equipment.play_test_sound()

    # --- servers ---------------------------------------------------------------------

    def server_checker(self) -> ServerChecker:
        """Return what checks servers for one place on the screen."""
        return ServerChecker(self._check_server, self._tasks)

    def add_server(self, url: str, plain_accepted: bool) -> None:
        """Put a checked server (ServerCheck.url) on the list."""
        servers, _ = known_with(self._store.value.servers, url, plain_accepted)
        self._store.change(servers=servers)

    def choose_server(self, server: Server) -> None:
        """Go to a server of the list; the one in use, pressed once more, is not left."""
        if server.url != self._store.value.server:
            self._conversation.use_server(server)

    def server_of_link(self, link: str) -> str | None:
        """Return the url of the server that a passerby:// link names, None when it names none."""
        try:
            return server_of_link(link)
        except BadAddress:
            return None

    def go_to_server(self, url: str) -> None:
        """Put a server on the list, unless it is there, and use it."""
        known = (server for server in self._store.value.servers if server.url == url)
        self._conversation.use_server(next(known, Server(url=url)))

    def remove_server(self, server: Server) -> None:
        """Take a server off the list; the one in use stays."""
        if server.url != self._store.value.server:
            left = tuple(known for known in self._store.value.servers if known != server)
            self._store.change(servers=left)

    def set_prefers_direct(self, on: bool) -> None:
        """Allow direct calls on the server in use although it has a relay, or no longer."""
        self._conversation.set_prefers_direct(on)

    # --- preferences -----------------------------------------------------------------

    def set_language(self, language: str) -> None:
        self._store.change(language=language)

    def set_update_check(self, on: bool) -> None:
        self._store.change(update_check=on)

    def set_theme(self, theme: str) -> None:
        self._store.change(theme=theme)

    def set_self_view_shown(self, shown: bool) -> None:
        self._store.change(self_view_shown=shown)

    def set_music(self, on: bool) -> None:
        self._equipment.set_music(on)

    def set_veil_strangers(self, on: bool) -> None:
        """Blur each stranger's picture until it is unveiled, from the next one on."""
        self._store.change(veil_strangers=on)

    def set_auto_next(self, on: bool) -> None:
        self._conversation.set_auto_next(on)

    def key_taken_by(self, key: Key, sequence: str) -> Key | None:
        """Return which other shortcut has this key already."""
        for other in Key:
            if other is not key and sequence and getattr(self._store.value, other) == sequence:
                return other
        return None

    def set_key(self, key: Key, sequence: str) -> bool:
        """Set a shortcut (portable text, empty for none); False when another one has it."""
        if self.key_taken_by(key, sequence):
            return False
        self._store.change(**{key.value: sequence})
        return True

    def restore_keys(self) -> None:
        defaults = Settings()
        self._store.change(**{key.value: getattr(defaults, key.value) for key in Key})

    def unblock(self, block: Block) -> None:
        """Take a block back; this person may be met again."""
        self._conversation.unblock(block)

    def renew_key(self) -> bool:
        """Become another person to every server; False when that holds until the end only."""
        self._conversation.renew_key()
        return self._key_is_kept()

    def unblock_all(self) -> None:
        self._conversation.unblock_all()
