"""The first page: what this is, 18 or older, and the house rules."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from desktop_app.presenters.welcome import WelcomePresenter
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.welcome.page import WelcomePage

_LOGO = 52


class RulesPage(WelcomePage):
    def __init__(self, presenter: WelcomePresenter) -> None:
        super().__init__()
        self._logo = QLabel()
        window_icon: QIcon = QApplication.windowIcon()
        self._logo.setPixmap(window_icon.pixmap(_LOGO, _LOGO))
        self._title = label("title", wrap=True)
        self._what = label(wrap=True)
        self._rules_heading = label("heading")
        self.rules = [label(wrap=True) for _ in range(4)]
        self.adult = QCheckBox()
        self.agreed = QCheckBox()
        self.go_on = TextButton("arrow-right", "primary")
        self.go_on.clicked.connect(presenter.accept_rules)
        for box in (self.adult, self.agreed):
            box.toggled.connect(self._follow_boxes)
        self._lay_out()
        self._follow_boxes()
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Welcome to Passerby"))
        self._what.setText(
            self.tr(
                "Meet strangers by webcam, by voice or in writing. Press one key and a new person is there; press it again and the next one is. No account. Picture, sound and text are encrypted from you to the other person."
            )
        )
        self._rules_heading.setText(self.tr("House rules"))
        rules = (
            self.tr("Be kind. Whoever is there is a person like you."),
            self.tr("Keep your clothes on, and threaten, insult or deceive nobody."),
            self.tr("Record nobody who has not agreed."),
            self.tr(
                "Do not tell strangers your name, address or passwords. Leave whenever you like; you can block anyone."
            ),
        )
        for line, rule in zip(self.rules, rules, strict=True):
            line.setText(rule)
        self.adult.setText(self.tr("I am 18 or older"))
        self.agreed.setText(self.tr("I will keep the house rules"))
        self.go_on.setText(self.tr("Continue"))

    def _lay_out(self) -> None:
        panel = QFrame()
        panel.setProperty("role", "panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(18, 16, 18, 16)
        inside.setSpacing(8)
        inside.addWidget(self._rules_heading)
        for line in self.rules:
            inside.addLayout(_with_bullet(line))
        heading = row(14)
        heading.addWidget(self._logo)
        heading.addWidget(self._title, 1)
        self.rows.addLayout(heading)
        for part in (self._what, panel, self.adult, self.agreed):
            self.rows.addWidget(part)
        self.rows.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addStretch(1)

    def _follow_boxes(self) -> None:
        self.go_on.setEnabled(self.adult.isChecked() and self.agreed.isChecked())


def _with_bullet(line: QLabel) -> QHBoxLayout:
    """The lines below the first begin where the first does."""
    bullet = label()
    bullet.setText("•")
    made = row(8)
    made.addWidget(bullet, 0, Qt.AlignmentFlag.AlignTop)
    made.addWidget(line, 1)
    return made
