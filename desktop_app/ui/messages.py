"""The conversation and what stands in its way, as sentences. Contexts are literal for lupdate."""

from PySide6.QtCore import QCoreApplication

from desktop_app.host.start_problem import StartProblem
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending, EngineState, Link, Situation
from desktop_app.settings.store import StoreProblem
from desktop_app.ui.server_messages import online, refused
from signaling_server.protocol.messages import Mode

translate = QCoreApplication.translate

SEARCH_HINT_AFTER_S = 15


def headline(situation: Situation, seconds: int) -> str:
    """The state of the conversation in a few words; seconds it has been in its phase."""
    if situation.engine in (EngineState.FAILED, EngineState.RESTARTING):
        return engine(situation.engine)
    if situation.media_silent:
        return translate("Phase", "Reconnecting…")
    if situation.phase is Phase.IDLE and situation.ending is not None:
        return ending(situation.ending)
    if situation.phase in (Phase.IDLE, Phase.SEARCHING) and situation.link is Link.REFUSED:
        return refused(situation.link_problem)
    if situation.phase is Phase.SEARCHING:
        if situation.engine is EngineState.STARTING:
            return engine(situation.engine)
        if situation.link is not Link.ONLINE:
            return translate("Phase", "Connecting to the server…")
        if situation.too_fast_until is not None:
            return translate("Phase", "That was very fast. The search goes on in a moment…")
        if situation.relay_problem is not None:
            return translate("Phase", "Waiting for the server's relay…")
        if seconds > 0:
            return translate("Phase", "Looking for someone… {seconds} s").format(seconds=seconds)
    return phase(situation.phase)


def search_hint(situation: Situation, seconds: int, *, wants_camera: bool) -> str:
    """Why nobody may have been found yet; empty while it is too early to say."""
    searching = situation.phase is Phase.SEARCHING and situation.link is Link.ONLINE
    held_up = situation.relay_problem is not None or situation.too_fast_until is not None
    if not searching or held_up or seconds < SEARCH_HINT_AFTER_S:
        return ""
    if situation.online is not None and situation.online <= 1:
        return translate("Search", "You are the only one online right now.")
    parts = [online(situation.online)] if situation.online is not None else []
    return " · ".join([*parts, _not_met(situation.mode, wants_camera=wants_camera)])


def _not_met(value: Mode, *, wants_camera: bool) -> str:
    """Who is looked for in this mode, and who is not met."""
    match value:
        case Mode.VIDEO if wants_camera:
            return translate(
                "Search",
                "Nobody with a camera fits right now. You do not meet people without one, nor those in voice or text mode.",
            )
        case Mode.VIDEO:
            return translate(
                "Search",
                "Nobody in video mode fits right now. You do not meet those in voice or text mode.",
            )
        case Mode.VOICE:
            return translate(
                "Search",
                "Nobody in voice mode fits right now. You do not meet those in video or text mode.",
            )
        case Mode.TEXT:
            return translate(
                "Search",
                "Nobody in text mode fits right now. You do not meet those in video or voice mode.",
            )


def phase(value: Phase) -> str:
    match value:
        case Phase.IDLE:
            return translate("Phase", "Ready when you are")
        case Phase.SEARCHING:
            return translate("Phase", "Looking for someone…")
        case Phase.CONNECTING:
            return translate("Phase", "Someone is there. Connecting…")
        case Phase.TALKING:
            return translate("Phase", "Talking with a stranger")


def ending(value: Ending) -> str:
    match value:
        case Ending.LEFT:
            return translate("Ending", "The stranger left.")
        case Ending.NEXT:
            return translate("Ending", "The stranger went on to someone else.")
        case Ending.LOST:
            return translate("Ending", "The connection to the stranger was lost.")
        case Ending.NO_PATH:
            return translate(
                "Ending", "No way through to this stranger was found. Try the next one."
            )
        case Ending.NO_RELAY:
            return translate(
                "Ending", "The call could not begin: the server's relay could not be used."
            )
        case Ending.BAD_DESCRIPTION:
            return translate(
                "Ending", "The stranger's application does not fit with yours. Try the next one."
            )
        case Ending.HOSTILE_PICTURE:
            return translate("Ending", "The call was ended: the stranger sent harmful pictures.")
        case Ending.HOSTILE_DATA:
            return translate("Ending", "The call was ended: the stranger sent harmful messages.")
        case Ending.SEARCH_REFUSED:
            return translate(
                "Ending",
                "The server refused the search. Change what you look for, or choose another server.",
            )
        case Ending.BLOCKED:
            return translate("Ending", "You have blocked this person and will not meet again.")
        case Ending.BANNED:
            return translate("Ending", "The server has ended the call.")
        case Ending.ENGINE_LOST:
            return translate(
                "Ending", "Picture and sound stopped working and are being started again."
            )


def engine(value: EngineState) -> str:
    match value:
        case EngineState.STARTING:
            return translate("EngineState", "Picture and sound are starting…")
        case EngineState.RUNNING:
            return translate("EngineState", "Picture and sound are working.")
        case EngineState.RESTARTING:
            return translate(
                "EngineState", "Picture and sound stopped working. Starting them again…"
            )
        case EngineState.FAILED:
            return translate(
                "EngineState",
                "Picture and sound keep failing. Please quit Passerby and start it again.",
            )


def mode(value: Mode) -> str:
    match value:
        case Mode.VIDEO:
            return translate("Mode", "Video")
        case Mode.VOICE:
            return translate("Mode", "Voice only")
        case Mode.TEXT:
            return translate("Mode", "Text only")


def store_problem(value: StoreProblem) -> str:
    match value:
        case StoreProblem.BROKEN:
            return translate(
                "StoreProblem",
                "Your settings could not be read and were put aside as settings.broken.json, "
                "in their folder; the defaults are used.",
            )
        case StoreProblem.UNWRITABLE:
            return translate(
                "StoreProblem", "Your settings cannot be saved; changes hold until you quit."
            )


def start_problem(value: StartProblem) -> str:
    match value:
        case StartProblem.NO_DISPLAY:
            return translate(
                "Start",
                "There is no display to show a window on. Start Passerby from a desktop, or name the "
                "display in DISPLAY or WAYLAND_DISPLAY.",
            )
        case StartProblem.NO_HOME:
            return translate(
                "Start",
                "There is no home folder to keep your settings in. Name one in HOME, or a folder of "
                "its own with --profile.",
            )
