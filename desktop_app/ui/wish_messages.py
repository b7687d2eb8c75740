"""Words about whom one meets: wishes, what is shared, and how long it takes."""

from PySide6.QtCore import QCoreApplication

from desktop_app.session.situation import Stranger
from desktop_app.settings.model import Settings
from desktop_app.ui.languages import language_name
from signaling_server.protocol.messages import Scope

translate = QCoreApplication.translate


def scope(value: Scope) -> str:
    match value:
        case Scope.ONLY:
            return translate("Scope", "Only people who share an interest")
        case Scope.PREFER:
            return translate("Scope", "First people who share an interest")
        case Scope.ANYBODY:
            return translate("Scope", "Anybody")


def wishes(settings: Settings) -> str:
    """Interests and languages in one line, empty while there are none."""
    names = ", ".join(language_name(tag) for tag in settings.languages)
    return " · ".join(part for part in (", ".join(settings.interests), names) if part)


def shared(stranger: Stranger) -> str:
    """What the two have in common; empty where they have said nothing, or nothing alike."""
    parts = []
    if stranger.shared_interests:
        words = ", ".join(stranger.shared_interests)
        parts.append(translate("Shared", "You share: {interests}.").format(interests=words))
    if stranger.shared_languages:
        names = ", ".join(language_name(tag) for tag in stranger.shared_languages)
        parts.append(translate("Shared", "You both speak: {languages}.").format(languages=names))
    return " ".join(parts)


def likely_wait(seconds: float) -> str:
    if seconds < 1.5:
        return translate("Wait", "It usually takes about a second.")
    if seconds < 90:
        return translate("Wait", "It usually takes about {seconds} s.").format(
            seconds=round(seconds)
        )
    return translate("Wait", "It usually takes about {minutes} min.").format(
        minutes=round(seconds / 60)
    )
