"""What is asked around a call: direct calls once for each server, and blocking."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop_app.ui.parts.question import Question

translate = QCoreApplication.translate


def ask_direct_consent(parent: QWidget) -> Question:
    """Whether strangers may learn the network address; asked once for each server."""
    made = Question(
        translate("Consent", "Direct calls on this server"),
        translate("Consent", "Agree and meet someone"),
        translate("Consent", "Cancel"),
        parent,
    )
    made.add_text(
        translate(
            "Consent",
            "This server has no relay: picture, sound and text go straight from your computer to the stranger's, encrypted.",
        )
    )
    made.add_text(
        translate(
            "Consent",
            "So each stranger can find out your network address (IP). It can tell your provider and roughly where you live, but neither your name nor your street.",
        )
    )
    made.add_text(translate("Consent", "You are asked only once for this server."), "muted")
    return made


def ask_block(parent: QWidget) -> Question:
    """Whether the stranger is never to be met again."""
    made = Question(
        translate("Block", "Block this person?"),
        translate("Block", "Block"),
        translate("Block", "Cancel"),
        parent,
    )
    made.add_text(
        translate(
            "Block",
            "The call ends at once and you will not meet this person again. You can unblock everyone in the settings.",
        )
    )
    return made
