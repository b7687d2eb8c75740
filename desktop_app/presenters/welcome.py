"""What a person goes through before the first stranger: the rules, a server, a look at oneself."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from desktop_app.core import TaskScope
from desktop_app.engine_messages import DeviceKind
from desktop_app.presenters.server_checks import CheckServer, ServerChecker
from desktop_app.presenters.servers import known_with
from desktop_app.session.conversation import Conversation
from desktop_app.session.equipment import Equipment
from desktop_app.session.phases import Phase
from desktop_app.session.server_check import ServerCheck, check_server
from desktop_app.session.situation import DeviceSituation, Situation
from desktop_app.settings.model import RULES_VERSION, Settings
from desktop_app.settings.store import SettingsStore

LOCAL_SERVER = "ws://localhost:8765"


class WelcomeStep(StrEnum):
    RULES = "rules"
    SERVER = "server"
    LOBBY = "lobby"
    DONE = "done"


class WelcomePresenter(QObject):
    """The way to the call screen; a step that is settled is not asked again."""

    step_changed = Signal(WelcomeStep)
    device_changed = Signal(DeviceSituation)
    settings_changed = Signal(Settings)
    local_server_found = Signal(ServerCheck)

    def __init__(
        self,
        conversation: Conversation,
        equipment: Equipment,
        store: SettingsStore,
        check_server: CheckServer = check_server,
    ) -> None:
        super().__init__()
        self._conversation = conversation
        self._equipment = equipment
        self._store = store
        self._check_server = check_server
        self._tasks = TaskScope("welcome")
        self._entered = False
        self._disconnect: tuple[Callable[[], None], ...] = (
            equipment.changed.connect(self.device_changed.emit),
            store.changed.connect(self.settings_changed.emit),
            conversation.changed.connect(self._follow),
        )

    async def close(self) -> None:
        for disconnect in self._disconnect:
            disconnect()
        self._disconnect = ()
        await self._tasks.close()

    @property
    def step(self) -> WelcomeStep:
        if self._store.value.rules_accepted < RULES_VERSION:
            return WelcomeStep.RULES
        if not self._store.value.server:
            return WelcomeStep.SERVER
        return WelcomeStep.DONE if self._entered else WelcomeStep.LOBBY

    @property
    def settings(self) -> Settings:
        return self._store.value

    def device(self, kind: DeviceKind) -> DeviceSituation:
        return self._equipment.situation(kind)

    def accept_rules(self) -> None:
        """The person is 18 or older and keeps the house rules."""
        self._store.change(rules_accepted=RULES_VERSION)
        self.step_changed.emit(self.step)

    def look_for_local_server(self) -> None:
        """Emit local_server_found when a server answers on this machine; silent otherwise."""

        async def look() -> None:
            check = await self._check_server(LOCAL_SERVER)
            if check.ok:
                self.local_server_found.emit(check)

        self._tasks.start(look(), "look for a local server")

    def server_checker(self) -> ServerChecker:
        """Return what checks servers for one place on the screen."""
        return ServerChecker(self._check_server, self._tasks)

    def use_server(self, url: str, plain_accepted: bool) -> None:
        """Take a checked server (ServerCheck.url) and go on."""
        _, server = known_with(self._store.value.servers, url, plain_accepted)
        self._conversation.use_server(server)
        self.step_changed.emit(self.step)

    def enter(self) -> None:
        """The lobby is left for the call screen; it does not come back before the next start."""
        self._entered = True
        self.step_changed.emit(self.step)

    def _follow(self, situation: Situation) -> None:
        """Whoever looks for a stranger, by whatever way, has left the lobby."""
        if situation.phase is not Phase.IDLE and not self._entered:
            self.enter()
