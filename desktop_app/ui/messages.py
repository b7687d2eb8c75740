"""Every state and failure as a sentence that says what to do. Contexts are literal for lupdate."""

import re

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QObject

from desktop_app.engine_messages import RelayProblem
from desktop_app.host.start_problem import StartProblem
from desktop_app.session.phases import Phase
from desktop_app.session.reporting import ReportOutcome
from desktop_app.session.server_check import ServerCheck
from desktop_app.session.situation import (
    Ending,
    EngineState,
    Link,
    LinkProblem,
    Situation,
)
from desktop_app.settings.store import StoreProblem
from desktop_app.ui.parts.plain_words import breakable
from signaling_server.protocol.messages import Ban, Mode, ReportReason

translate = QCoreApplication.translate

SEARCH_HINT_AFTER_S = 15
_REFUSED_HERE = {
    LinkProblem.BAD_ADDRESS,
    LinkProblem.PLAIN_REFUSED,
    LinkProblem.CERTIFICATE,
    LinkProblem.TAKEN_OVER,
}
"""Refusals that are not the server's."""


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
    return " · ".join([*parts, _rooms(situation.mode, wants_camera=wants_camera)])


def _rooms(value: Mode, *, wants_camera: bool) -> str:
    """Who is met in this mode and who is not."""
    match value:
        case Mode.VIDEO if wants_camera:
            return translate(
                "Search",
                "Nobody with a camera fits right now. People without one are not looked for; voice and text are other rooms.",
            )
        case Mode.VIDEO:
            return translate(
                "Search",
                "Nobody in video mode fits right now; voice and text are other rooms.",
            )
        case Mode.VOICE:
            return translate(
                "Search",
                "Nobody in voice mode fits right now; video and text are other rooms.",
            )
        case Mode.TEXT:
            return translate(
                "Search",
                "Nobody in text mode fits right now; video and voice are other rooms.",
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


def link(value: Link) -> str:
    match value:
        case Link.NONE:
            return translate("Link", "No server has been chosen. Choose one in the settings.")
        case Link.CONNECTING:
            return translate("Link", "Connecting to the server…")
        case Link.ONLINE:
            return translate("Link", "Connected to the server")
        case Link.WAITING:
            return translate("Link", "The server cannot be reached.")
        case Link.REFUSED:
            return translate("Link", "The server did not let you in.")


def refused(value: LinkProblem | None) -> str:
    """Link.REFUSED in a few words; link_problem has the reason."""
    if value in _REFUSED_HERE:
        return translate("Link", "There is no connection to the server.")
    return link(Link.REFUSED)


def link_problem(value: LinkProblem) -> str:
    match value:
        case LinkProblem.UNREACHABLE:
            return translate(
                "LinkProblem",
                "The server cannot be reached. Check the address and your connection.",
            )
        case LinkProblem.PROXY:
            return translate(
                "LinkProblem",
                "This computer's proxy does not let Passerby through. Check the proxy in the system's network settings, on Linux in the environment (https_proxy).",
            )
        case LinkProblem.LOST:
            return translate("LinkProblem", "The connection to the server was lost.")
        case LinkProblem.BAD_ADDRESS:
            return translate(
                "LinkProblem", "This is not an address. It looks like wss://example.org."
            )
        case LinkProblem.NO_SUCH_SERVER:
            return translate(
                "LinkProblem", "Something answers there, but it is not a Passerby server."
            )
        case LinkProblem.PLAIN_REFUSED:
            return translate(
                "LinkProblem",
                "This address is not encrypted. Use wss://, or accept an unencrypted connection.",
            )
        case LinkProblem.CERTIFICATE:
            return translate(
                "LinkProblem",
                "The server's certificate is not valid, so it may not be who it says it is.",
            )
        case LinkProblem.VERSION:
            return translate(
                "LinkProblem",
                "The server speaks another version. Update Passerby or choose another server.",
            )
        case LinkProblem.FULL:
            return translate("LinkProblem", "The server is full at the moment.")
        case LinkProblem.SHUTTING_DOWN:
            return translate("LinkProblem", "The server is being restarted.")
        case LinkProblem.TOO_FAST:
            return translate(
                "LinkProblem", "Too many connections came from your network in a short time."
            )
        case LinkProblem.BANNED:
            return translate("LinkProblem", "You are banned from this server.")
        case LinkProblem.KEY_REFUSED:
            return translate(
                "LinkProblem",
                "The server could not check your key. Tell its operator, or choose another server.",
            )
        case LinkProblem.TAKEN_OVER:
            return translate(
                "LinkProblem", "Passerby is open in another window. Close one of the two."
            )


def ban(value: Ban) -> str:
    """Until when, why, and where to object; the last two may be the operator's own words."""
    reason = breakable(value.reason.rstrip("."))
    if reason in set(ReportReason):
        reason = report_reason(ReportReason(reason))
    if value.until is None:
        sentence = translate("Ban", "You are banned from this server. Reason: {reason}.")
        parts = [sentence.format(reason=reason)]
    else:
        until = QDateTime.fromSecsSinceEpoch(round(value.until))
        sentence = translate(
            "Ban", "You are banned from this server until {time}. Reason: {reason}."
        )
        parts = [sentence.format(time=moment(until), reason=reason)]
    if value.appeal:
        objection = translate("Ban", "If you object: {appeal}")
        parts.append(objection.format(appeal=breakable(value.appeal)))
    return " ".join(parts)


def moment(value: QDateTime) -> str:
    """Date and time as the language writes them, with all digits of the year."""
    written = QLocale().dateTimeFormat(QLocale.FormatType.ShortFormat)
    return QLocale().toString(value, re.sub(r"(?<!y)yy(?!y)", "yyyy", written))


def report_reason(value: ReportReason) -> str:
    match value:
        case ReportReason.SEXUAL:
            return translate("ReportReason", "Nudity or sexual acts")
        case ReportReason.CHILD:
            return translate("ReportReason", "A child in danger, or harm to a child")
        case ReportReason.VIOLENCE:
            return translate("ReportReason", "Violence, threats or self-harm")
        case ReportReason.HATE:
            return translate("ReportReason", "Hatred of a group of people")
        case ReportReason.HARASSMENT:
            return translate("ReportReason", "Harassment")
        case ReportReason.SPAM:
            return translate("ReportReason", "Advertising, fraud or a machine")
        case ReportReason.OTHER:
            return translate("ReportReason", "Something else against the rules")


def report_outcome(value: ReportOutcome) -> str:
    match value:
        case ReportOutcome.TAKEN:
            return translate("ReportOutcome", "Thank you. The report is with the moderators.")
        case ReportOutcome.TAKEN_BARE:
            return translate(
                "ReportOutcome",
                "Thank you. The report is with the moderators, but without the evidence: this server's key for it is broken.",
            )
        case ReportOutcome.TOO_LATE:
            return translate(
                "ReportOutcome",
                "The server does not know this call any more, so it took no report.",
            )
        case ReportOutcome.TOO_MANY:
            return translate(
                "ReportOutcome", "You have sent many reports. Please wait before you send another."
            )
        case ReportOutcome.FAILED:
            return translate(
                "ReportOutcome", "The report could not be sent. Please try again in a moment."
            )


def accept_plain() -> str:
    """The button that leads out of LinkProblem.PLAIN_REFUSED."""
    return translate("Link", "Accept an unencrypted connection…")


def link_line(situation: Situation, seconds_to_retry: int | None) -> str:
    """What is wrong with the server link and what happens next; empty when all is well."""
    if situation.link is Link.NONE:
        return link(situation.link)
    if situation.link is Link.ONLINE:
        waits = situation.phase in (Phase.IDLE, Phase.SEARCHING)
        return relay_line(situation.relay_problem) if waits and situation.relay_problem else ""
    if situation.link is Link.CONNECTING and situation.link_problem is None:
        return ""
    if situation.link_problem is None:
        parts = [link(situation.link)]
    elif situation.ban is not None:
        parts = [ban(situation.ban)]
    else:
        parts = [link_problem(situation.link_problem)]
    if situation.phase in (Phase.TALKING, Phase.CONNECTING):
        parts.append(translate("Link", "Your call goes on."))
    if seconds_to_retry is not None:
        parts.append(
            translate("Link", "Trying again in {seconds} s.").format(seconds=seconds_to_retry)
        )
    elif situation.link is Link.CONNECTING:
        parts.append(translate("Link", "Trying again…"))
    return " ".join(parts)


def relay_problem(value: RelayProblem) -> str:
    match value:
        case RelayProblem.UNREACHABLE:
            return translate("RelayProblem", "The server's relay does not answer.")
        case RelayProblem.UNTRUSTED:
            return translate("RelayProblem", "The certificate of the server's relay is not valid.")
        case RelayProblem.FULL:
            return translate("RelayProblem", "The server's relay is full at the moment.")
        case RelayProblem.REFUSED:
            return translate("RelayProblem", "The server's relay did not let you in.")


def relay_line(value: RelayProblem) -> str:
    """Why nobody can be called just now, and what a person can do about it."""
    advice = translate(
        "RelayProblem",
        "It is tried again. If strangers may see your network address, you can allow direct calls in the settings.",
    )
    return f"{relay_problem(value)} {advice}"


class Counted(QObject):
    """Words with a number in them: lupdate knows plurals in Python from QObject.tr only."""

    def online(self, count: int) -> str:
        return self.tr("%n people online", "", count)

    def reachable(self, count: int) -> str:
        return self.tr("Reachable, %n people online.", "", count)


def online(count: int) -> str:
    return Counted().online(count)


def server_check(check: ServerCheck) -> str:
    """The answer of a server check."""
    if check.problem is not None:
        return link_problem(check.problem)
    if check.online is None:
        return translate("ServerCheck", "Reachable.")
    return Counted().reachable(check.online)


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
