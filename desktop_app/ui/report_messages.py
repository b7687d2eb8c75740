"""Reports of strangers and what moderators decide, as sentences. Contexts are literal for lupdate."""

from PySide6.QtCore import QCoreApplication, QDateTime

from desktop_app.session.reporting import ReportOutcome
from desktop_app.ui.dates import moment
from desktop_app.ui.parts.plain_words import breakable
from signaling_server.protocol.messages import Ban, ReportReason

translate = QCoreApplication.translate


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
