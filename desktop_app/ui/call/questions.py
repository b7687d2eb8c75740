"""What is asked around a call: direct calls and plain connections of a server, and blocking."""

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtWidgets import QWidget

from desktop_app.ui.parts.address_field import AddressField
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


def ask_plain(parent: QWidget, url: str) -> Question:
    """Whether to talk to a server without encryption."""
    made = Question(
        translate("Plain", "Connect without encryption?"),
        translate("Plain", "Accept the risk and connect"),
        translate("Plain", "Cancel"),
        parent,
    )
    made.add_text(translate("Plain", "The connection to this server is not encrypted:"))
    made.add_widget(AddressField(QUrl(url)))
    made.add_text(
        translate(
            "Plain",
            "Anyone on the way, in the same Wi-Fi or at your provider for instance, can read and change what passes between you and the server: pose as you, and even get into your calls and watch and listen.",
        )
    )
    made.add_text(
        translate("Plain", "An address that begins with wss:// does not have this risk."), "muted"
    )
    made.no.setDefault(True)
    made.no.setFocus()
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
            "The call ends at once and you will not meet this person again. You can take it back in the settings.",
        )
    )
    return made
