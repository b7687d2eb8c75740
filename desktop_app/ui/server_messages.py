"""The link to the server and its relay, as sentences. Contexts are literal for lupdate."""

from PySide6.QtCore import QCoreApplication, QObject

from desktop_app.engine_messages import RelayProblem
from desktop_app.session.phases import Phase
from desktop_app.session.server_check import ServerCheck
from desktop_app.session.situation import Link, LinkProblem, Situation
from desktop_app.ui.report_messages import ban

translate = QCoreApplication.translate

_REFUSED_HERE = {
    LinkProblem.BAD_ADDRESS,
    LinkProblem.PLAIN_REFUSED,
    LinkProblem.CERTIFICATE,
    LinkProblem.TAKEN_OVER,
}
"""Refusals that are not the server's."""


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
                "This computer's proxy does not let Passerby through. Check the proxy in the system's network settings, on Linux in the environment (https_proxy) too.",
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


def accept_plain() -> str:
    """The button that leads out of LinkProblem.PLAIN_REFUSED."""
    return translate("Link", "Accept an unencrypted connection…")


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
