"""Asks for a server where none is chosen yet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent

from desktop_app.presenters.welcome import WelcomePresenter
from desktop_app.session.server_check import ServerCheck
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.server_form import ServerForm
from desktop_app.ui.welcome.page import WelcomePage


class ServerPage(WelcomePage):
    def __init__(self, presenter: WelcomePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._title = label("title", wrap=True)
        self._what = label(wrap=True)
        self.form = ServerForm(presenter.server_checker())
        self.form.good_changed.connect(self._follow_form)
        self.go_on = TextButton("arrow-right", "primary")
        self.go_on.setEnabled(False)
        self.go_on.clicked.connect(self._use)
        for part in (self._title, self._what, self.form):
            self.rows.addWidget(part)
        self.rows.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addStretch(1)
        presenter.local_server_found.connect(self._offer)
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.look_for_local_server()
        self.form.address.setFocus()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Choose a server"))
        self._what.setText(
            self.tr(
                "A server brings people together. It sees neither your picture nor your words. Enter the address of one that you trust; you can change it in the settings."
            )
        )
        self.go_on.setText(self.tr("Use this server"))

    def _offer(self, check: ServerCheck) -> None:
        self.form.offer(check.url)

    def _follow_form(self, good: bool) -> None:
        self.go_on.setEnabled(good)
        if good:
            self.go_on.setFocus()

    def _use(self) -> None:
        if self.form.good is not None:
            self._presenter.use_server(self.form.good.url, self.form.plain_accepted)
