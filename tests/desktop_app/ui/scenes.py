"""What every screen shows in the pictures that are taken of it: people, words, and things gone wrong."""

import base64
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from desktop_app.engine_messages import (
    DeviceKind,
    DeviceProblem,
    Level,
    RelayProblem,
    Statistics,
    Stream,
)
from desktop_app.session.reporting import ReportOutcome
from desktop_app.session.server_check import ServerCheck
from desktop_app.session.situation import Ending, Link, LinkProblem
from desktop_app.settings.model import Block, Server
from desktop_app.settings.store import StoreProblem
from desktop_app.ui import messages
from desktop_app.ui.announcements import Announcements
from signaling_server.protocol.messages import Ban, Mode, Pool, Welcome
from tests.desktop_app.ui.drawn_person import person
from tests.desktop_app.ui.stage_set import SETTLED, StageSet

CHAT = (
    (False, "hi! where are you from?"),
    (True, "Lisbon. You?"),
    (
        False,
        "Quito, it is raining here all week :) have a look at https://example.org/weather?q=quito",
    ),
    (
        True,
        "Ha, then you know what it is like here in November. <b>Not</b> a day without rain,\nbut the light is beautiful 🌧️",
    ),
    (False, "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrik"),
    (True, "👍"),
)

TRACE = tuple(
    f'  File "desktop_app/engine/part_{n}.py", line {40 + n}, in step_{n}' for n in range(24)
)


def talk(stage: StageSet, **stranger: object) -> None:
    enter(stage)
    stage.conversation.talk(**stranger)
    QApplication.processEvents()
    for stream, shirt in ((Stream.STRANGER, "#33405f"), (Stream.SELF, "#5f3340")):
        sizes = [view for view in stage.views if view[0] is stream and view[1]]
        if sizes and stage.conversation.situation.mode is Mode.VIDEO:
            _, width, height, fill = sizes[-1]
            if not fill:
                width, height = min(width, height * 16 // 9), min(height, width * 9 // 16)
            stage.pictures[stream].send(person(width, height, shirt))
    stage.conversation.statistics.emit(
        Statistics("call-1", width=1280, height=720, fps=30, round_trip_ms=42)
    )


def chat(stage: StageSet) -> None:
    talk(stage, microphone_on=False)
    for mine, text in CHAT:
        stage.conversation.say(text) if mine else stage.conversation.hear(text)
    stage.conversation.deliver(1)
    stage.conversation.deliver(3)
    stage.conversation.show_stranger(typing=True)


def enter(stage: StageSet) -> None:
    stage.welcome.enter()


def search(stage: StageSet) -> None:
    enter(stage)
    stage.conversation.next()
    stage.conversation.now += 12
    stage.call.second_passed.emit()


def lobby(stage: StageSet) -> None:
    QApplication.processEvents()
    _, width, height, _ = [view for view in stage.views if view[0] is Stream.SELF][-1]
    stage.pictures[Stream.SELF].send(
        person(min(width, height * 16 // 9), min(height, width * 9 // 16), "#5f3340")
    )


def lobby_without_camera(stage: StageSet) -> None:
    stage.equipment.show(
        DeviceKind.CAMERA, opened=None, problem=DeviceProblem.BUSY, problem_name="Logitech C920"
    )
    stage.equipment.show(DeviceKind.MICROPHONE, opened=None, problem=DeviceProblem.NONE_FOUND)


def lobby_without_devices(stage: StageSet) -> None:
    stage.equipment.show(DeviceKind.CAMERA, opened=None, problem=DeviceProblem.NONE_FOUND)
    for kind in (DeviceKind.MICROPHONE, DeviceKind.SPEAKER):
        stage.equipment.show(kind, opened=None, problem=DeviceProblem.NO_SOUND_SERVER)


def lobby_for_text(stage: StageSet) -> None:
    stage.call.set_mode(Mode.TEXT)


def lobby_plain_refused(stage: StageSet) -> None:
    stage.conversation.show(link=Link.REFUSED, link_problem=LinkProblem.PLAIN_REFUSED)


def banned(stage: StageSet) -> None:
    """In the middle of a call."""
    stage.conversation.talk()
    ban = Ban("harassment", until=1_890_000_000.0, appeal="mods@example.org")
    stage.conversation.show(link=Link.REFUSED, link_problem=LinkProblem.BANNED, ban=ban)
    stage.conversation.end(Ending.BANNED)


def banned_search(stage: StageSet) -> None:
    banned(stage)
    stage.conversation.next()


def plain(stage: StageSet) -> None:
    lobby_plain_refused(stage)
    enter(stage)


def plain_question(stage: StageSet) -> None:
    plain(stage)
    stage.window.screen_of_call.header.accept_plain.click()


def long_search(stage: StageSet) -> None:
    search(stage)
    stage.conversation.now += 20
    stage.call.second_passed.emit()


def chat_by_keys(stage: StageSet) -> None:
    """A long text is folded, and the link of the stranger's has the focus."""
    chat(stage)
    stage.conversation.hear("\n".join(f"{number}" for number in range(60)))
    stage.conversation.say("\n".join(f"{number}" for number in range(60)))
    stage.conversation.hear("https://example.org and https://example.com")
    QApplication.processEvents()
    stage.window.screen_of_call.chat.lines.bubbles[-1].setFocus()


def chat_scrolled(stage: StageSet) -> None:
    chat(stage)
    stage.window.screen_of_call.chat.lines.setFocus()


def too_long(stage: StageSet) -> None:
    talk(stage)
    panel = stage.window.screen_of_call.chat
    panel.entry.setPlainText("word " * 500)
    panel.entry.sent.emit()


def unwritable(stage: StageSet) -> None:
    enter(stage)
    stage.window.notice.say(messages.store_problem(StoreProblem.UNWRITABLE))


def server_lost(stage: StageSet) -> None:
    chat(stage)
    stage.conversation.show(
        link=Link.WAITING, link_problem=LinkProblem.LOST, retry_at=stage.conversation.now + 5
    )
    stage.equipment.show(DeviceKind.CAMERA, wanted_missing=True)


def behind_a_proxy(stage: StageSet) -> None:
    enter(stage)
    stage.conversation.show(
        link=Link.WAITING, link_problem=LinkProblem.PROXY, retry_at=stage.conversation.now + 5
    )


def reported(stage: StageSet) -> None:
    chat(stage)
    stage.conversation.report_answered.emit(ReportOutcome.TAKEN)


def left(stage: StageSet) -> None:
    chat(stage)
    stage.conversation.end(Ending.LEFT)
    stage.pictures[Stream.STRANGER].feed.clear()


def blocked(stage: StageSet) -> None:
    chat(stage)
    stage.conversation.end(Ending.BLOCKED)
    stage.pictures[Stream.STRANGER].feed.clear()


def small_chat(stage: StageSet) -> None:
    chat(stage)
    stage.window.screen_of_call.header.chat_toggled.emit()


def text_call(stage: StageSet) -> None:
    stage.conversation.set_mode(Mode.TEXT)
    chat(stage)


def camera_off(stage: StageSet) -> None:
    talk(stage, camera_on=False)
    stage.pictures[Stream.STRANGER].feed.clear()
    stage.call.set_microphone_on(False)


def consent(stage: StageSet) -> None:
    enter(stage)
    stage.store.change(servers=(Server("ws://localhost:8765"),))
    stage.conversation.next()


def report(stage: StageSet) -> None:
    key = base64.urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode()
    welcome = Welcome(
        version=1, session="s", resume="r", resume_within_s=60, online=2, moderators_key=key
    )
    stage.conversation.reporting.greet(welcome)
    chat(stage)
    stage.window.report_action.trigger()


def many_blocked(stage: StageSet) -> None:
    blocks = tuple(Block(str(number), 1_790_000_000 + number) for number in range(503))
    settings(4)(stage)
    stage.store.change(blocked=blocks)


def block(stage: StageSet) -> None:
    talk(stage)
    stage.window.screen_of_call.block_asked.emit()


def without_relay(stage: StageSet) -> None:
    enter(stage)
    stage.conversation.show(offers_relay=True, relay_problem=RelayProblem.UNREACHABLE)
    stage.conversation.next()


def settings(page: int) -> Callable[[StageSet], None]:
    def show(stage: StageSet) -> None:
        stage.conversation.show(
            offers_relay=True,
            pools=(Pool("north", "The north"), Pool("film", "Film club", "No spoilers.")),
        )
        stage.store.change(
            servers=(
                *stage.store.value.servers,
                Server("wss://passerby.example.org/" + "club-" * 40),
            ),
            interests=("chess", "street photography", "baking bread", "R&B", "Café crème"),
            languages=("en", "fr"),
            blocked=(Block("a"), Block("b", 1_790_000_000), Block("c", 1_795_000_000)),
        )
        stage.window.screen_of_call.settings_asked.emit()
        dialog = stage.window.settings_dialog
        assert dialog is not None
        dialog.names.setCurrentRow(page)
        stage.equipment.level.emit(Level(DeviceKind.MICROPHONE, 0.6))
        stage.equipment.show(DeviceKind.CAMERA, wanted="gone", wanted_missing=True)
        stage.pictures[Stream.SELF].send(person(288, 162, "#5f3340"))

    return show


def crash(stage: StageSet) -> None:
    enter(stage)
    report = "\n".join(("Passerby 0.1.0, engine", "Fatal Python error: Aborted", "", *TRACE))
    _announcements(stage).tell_crash(report)


def update(stage: StageSet) -> None:
    chat(stage)
    _announcements(stage).tell_update("1.2.0", "https://passerby.example.org/new")


def foreign_server(stage: StageSet) -> None:
    enter(stage)
    address = "passerby://\u0430pple.example.org/" + "club-" * 40
    _announcements(stage).take_start(address)


def figures(stage: StageSet) -> None:
    talk(stage)
    stage.conversation.statistics.emit(
        Statistics(
            "call-1",
            width=1280,
            height=720,
            fps=29.6,
            round_trip_ms=42,
            voice_percent=99.6,
            codec="H264",
            sent_width=1280,
            sent_height=720,
            sent_fps=30,
            received_bps=2_100_000,
            sent_bps=2_300_000,
            path_bps=2_500_000,
            jitter_ms=3.2,
            direct=True,
            loss_percent=0.0,
            received_loss_percent=0.2,
        )
    )
    stage.window.screen_of_call.statistics_asked.emit()


def strained(stage: StageSet) -> None:
    talk(stage)
    stage.conversation.statistics.emit(
        Statistics("call-1", width=1280, height=720, fps=24.0, strained=True)
    )


def strained_figures(stage: StageSet) -> None:
    strained(stage)
    stage.window.screen_of_call.statistics_asked.emit()


def _announcements(stage: StageSet) -> Announcements:
    return Announcements(stage.window, stage.settings)


def server_page(stage: StageSet) -> None:
    form = stage.window.page.form  # type: ignore[attr-defined]
    form.address.setText("ws://plain.example.org")
    form.show_check(
        ServerCheck("ws://plain.example.org", ok=False, problem=LinkProblem.PLAIN_REFUSED)
    )


SCREENS: dict[str, tuple[Callable[[StageSet], None], dict[str, object]]] = {
    "1-rules": (lambda stage: None, {}),
    "2-server": (server_page, {"rules_accepted": 1}),
    "3-lobby": (lobby, SETTLED),
    "3-lobby-no-camera": (lobby_without_camera, SETTLED),
    "3-lobby-no-devices": (lobby_without_devices, SETTLED),
    "3-lobby-text": (lobby_for_text, SETTLED),
    "3-lobby-plain-refused": (lobby_plain_refused, SETTLED),
    "4-idle": (enter, SETTLED),
    "4-searching": (search, SETTLED),
    "4-searching-long": (long_search, SETTLED),
    "4-plain-refused": (plain, SETTLED),
    "4-banned": (banned, SETTLED),
    "4-banned-search": (banned_search, SETTLED),
    "4-unwritable": (unwritable, SETTLED),
    "5-too-long": (too_long, SETTLED),
    "5-talking": (chat, SETTLED),
    "5-talking-keys": (chat_by_keys, SETTLED),
    "5-talking-scrolled": (chat_scrolled, SETTLED),
    "5-talking-small-chat": (small_chat, SETTLED),
    "4-behind-a-proxy": (behind_a_proxy, SETTLED),
    "5-server-lost": (server_lost, SETTLED),
    "5-reported": (reported, SETTLED),
    "5-camera-off": (camera_off, SETTLED),
    "5-text": (text_call, SETTLED),
    "6-left": (left, SETTLED),
    "6-blocked": (blocked, SETTLED),
    "7-consent": (consent, SETTLED),
    "7-plain": (plain_question, SETTLED),
    "7-block": (block, SETTLED),
    "7-report": (report, SETTLED),
    "7-relay-gone": (without_relay, SETTLED),
    "7-figures": (figures, SETTLED),
    "7-strained": (strained, SETTLED),
    "7-strained-figures": (strained_figures, SETTLED),
    "7-crash": (crash, SETTLED),
    "7-update": (update, SETTLED),
    "7-foreign-server": (foreign_server, SETTLED),
    "8-settings-devices": (settings(0), SETTLED),
    "8-settings-servers": (settings(1), SETTLED),
    "8-settings-wishes": (settings(2), SETTLED),
    "8-settings-preferences": (settings(3), SETTLED),
    "8-settings-blocked": (settings(4), SETTLED),
    "8-settings-many-blocked": (many_blocked, SETTLED),
    "8-settings-keys": (settings(5), SETTLED),
    "8-settings-about": (settings(6), SETTLED),
}
