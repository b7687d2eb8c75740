"""Puts the application together: the one file that sees every package.

`start` has read the command line and spawned the engine process, which loads its libraries while
the window is built. Here the settings and the theme come up; the window is shown, and painted;
then what the server takes is loaded, and it is called. Quitting goes the other way: the window
closes, the server is told goodbye while the engine ends and its shared blocks are removed, the
settings are on disk.

Imported before the window: Qt's core, widgets and network, the interface's own modules, msgspec.
Once it is painted: aiohttp and cryptography, on a thread, on the way to the server. Never here:
aiortc, PyAV, OpenCV, NumPy and QtMultimedia, which the engine loads in its process. With what asks
for them: the automation, reading evidence, and the versions in the settings.
"""

import asyncio
import contextlib
import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from desktop_app import crashes, event_loop
from desktop_app.core import VERSION, TaskScope
from desktop_app.host.first_paint import FirstPaint
from desktop_app.host.links import follow_links
from desktop_app.host.paths import Paths, resources_dir
from desktop_app.host.permissions import ask_permission
from desktop_app.host.proxy import system_proxy
from desktop_app.host.single_instance import SingleInstance
from desktop_app.host.sleep import watch_for_wake
from desktop_app.media.engine import Engine
from desktop_app.options import Options
from desktop_app.presenters.call import CallPresenter
from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.presenters.welcome import WelcomePresenter
from desktop_app.session.conversation import Conversation
from desktop_app.session.equipment import Equipment, StandIns
from desktop_app.session.updates import Updates, load_release
from desktop_app.session.veil import Veil
from desktop_app.settings.model import Server
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.address import BadAddress, parse_address
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.client_key import KeyRing
from desktop_app.ui.announcements import Announcements
from desktop_app.ui.application import prepare_application
from desktop_app.ui.main_window import MainWindow

if TYPE_CHECKING:
    from desktop_app.automation import Automation

PAINTED_WITHIN_S = 1.0
"""What a server takes is loaded by then, whether the window has been painted or not."""


def run(
    options: Options,
    application: QApplication,
    instance: SingleInstance,
    engine: Engine,
    crash_report: str,
) -> int:
    """Run the application until the person quits; returns the exit code."""
    store = SettingsStore(Paths(options.profile).settings_file)
    prepare_application(application, store.value)

    async def live(quit_asked: asyncio.Event) -> None:
        await _live(options, engine, store, instance, crash_report, quit_asked)

    code = event_loop.run(application, live)
    store.close()
    crashes.end_well()
    return code


async def _live(
    options: Options,
    engine: Engine,
    store: SettingsStore,
    instance: SingleInstance,
    crash_report: str,
    quit_asked: asyncio.Event,
) -> None:
    engine.start()
    painted = asyncio.Event()
    interface = Interface(engine, store, options, painted)
    interface.window.closed.connect(quit_asked.set)
    FirstPaint(interface.window, painted.set)
    interface.window.show()
    scope = TaskScope("application")
    scope.start(watch_for_wake(interface.conversation.reconnect), "wake")
    announcements = _announce(interface, instance, options, crash_report)
    automation = _automate(options, interface, engine, store, quit_asked)
    # At once, so that the window does not begin with the words for having no server.
    forget_server_if_unreached = _call_server(
        options, interface.conversation, interface.link, store
    )
    with contextlib.suppress(TimeoutError):  # A window may be where nobody sees it.
        async with asyncio.timeout(PAINTED_WITHIN_S):
            await painted.wait()
    painted.set()
    _collect_garbage()
    if (release := load_release(resources_dir())) is not None:
        updates = Updates(release, VERSION, store, system_proxy)
        updates.found.connect(lambda found: announcements.tell_update(found.version, found.url))
        scope.start(updates.watch(), "updates")
    await quit_asked.wait()
    interface.window.hide()
    instance.close()
    if automation is not None:
        await automation.close()
    await scope.close()
    forget_server_if_unreached()
    await asyncio.gather(interface.close(), engine.close())


class Interface:
    """The window and everything behind it, on a running loop; no server is called yet.

    may_load is set once what a server takes may be loaded, which holds up what is painted.
    """

    def __init__(
        self,
        engine: Engine,
        store: SettingsStore,
        options: Options,
        may_load: asyncio.Event | None = None,
    ) -> None:
        keys = KeyRing(Paths(options.profile).key_file)
        self.link = SignalingClient(keys, system_proxy, may_load)
        self.conversation = Conversation(engine, self.link, store)
        stand_ins = StandIns(camera=options.stand_in_camera, voice_hz=options.voice_hz)
        self.equipment = Equipment(engine, store, stand_ins, ask_permission)
        self.conversation.changed.connect(self.equipment.follow)
        veil = Veil(engine.set_blur, store)
        self.conversation.changed.connect(veil.follow)
        self._call = CallPresenter(self.conversation, self.equipment, store, engine.set_view, veil)
        self._welcome = WelcomePresenter(self.conversation, self.equipment, store)
        self.settings = SettingsPresenter(
            self.conversation,
            self.equipment,
            store,
            key_is_kept=lambda: keys.is_kept,
            log_dir=Paths(options.profile).log_dir,
            looks_for_updates=load_release(resources_dir()) is not None,
        )
        self.window = MainWindow(
            call=self._call, welcome=self._welcome, settings=self.settings, feeds=engine.feeds
        )

    async def close(self) -> None:
        """Say goodbye to the server; the window can be shown no more."""
        self._call.close()
        await self._welcome.close()
        await self.settings.close()
        self.conversation.close()
        await self.link.close()


def _announce(
    interface: Interface, instance: SingleInstance, options: Options, crash_report: str
) -> Announcements:
    """Tell of the last crash, take the link of this start and of later ones."""
    announcements = Announcements(interface.window, interface.settings)
    instance.raised.connect(announcements.take_start)
    application = QCoreApplication.instance()
    assert application is not None
    follow_links(application, announcements.take_start)
    if crash_report:
        announcements.tell_crash(crash_report)
    if options.link:
        announcements.take_link(options.link)
    return announcements


def _call_server(
    options: Options, conversation: Conversation, link: SignalingClient, store: SettingsStore
) -> Callable[[], None]:
    """Go to the server of the command line, or the one chosen before, if any.

    The returned function forgets a server of the command line that has never answered.
    """
    before = store.value
    url = options.server or before.server
    with contextlib.suppress(BadAddress):  # Connecting says so in the window.
        url = parse_address(url).url
    known = next((server for server in before.servers if server.url == url), Server(url=url))
    answered = asyncio.Event()
    link.welcomed.connect(lambda _: answered.set())
    if url:
        conversation.use_server(known)

    def forget_if_unreached() -> None:
        if known in before.servers or answered.is_set() or store.value.server != url:
            return
        others = tuple(server for server in store.value.servers if server.url != url)
        store.change(servers=others, server=before.server)

    return forget_if_unreached


def _automate(
    options: Options,
    interface: Interface,
    engine: Engine,
    store: SettingsStore,
    quit_asked: asyncio.Event,
) -> "Automation | None":
    if not options.automation:
        return None
    from desktop_app.automation import Automation

    automation = Automation(
        window=interface.window,
        engine=engine,
        conversation=interface.conversation,
        equipment=interface.equipment,
        store=store,
        quit_asked=quit_asked,
    )
    automation.start()
    return automation


def _collect_garbage() -> None:
    """From now on, and without what the start has made, which stays: main has switched it off."""
    gc.freeze()
    gc.enable()
