"""The servers a person knows: choose, remove, check and add."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QVBoxLayout

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.session.situation import Situation
from desktop_app.settings.model import Server, Settings
from desktop_app.ui import server_messages
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.server_form import ServerForm
from desktop_app.ui.parts.switch import Switch
from desktop_app.ui.settings.page import SettingsPage
from desktop_app.ui.settings.server_row import ServerRow


class ServersPage(SettingsPage):
    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._shown: tuple[tuple[Server, ...], str] = ((), "")
        self._group = QButtonGroup(self)
        self._known_heading = self.add_heading()
        self._status = label("muted", wrap=True)
        self.rows.addWidget(self._status)
        self.direct = Switch()
        self.direct.clicked.connect(presenter.set_prefers_direct)
        self.rows.addWidget(self.direct)
        self._direct_note = label("muted", wrap=True)
        self.rows.addWidget(self._direct_note)
        self._list = QFrame()
        self._list.setProperty("role", "panel")
        self._server_rows: list[ServerRow] = []
        self._list_rows = QVBoxLayout(self._list)
        self._list_rows.setContentsMargins(14, 8, 10, 8)
        self.rows.addWidget(self._list)
        self._new_heading = self.add_heading()
        self.form = ServerForm(presenter.server_checker())
        self.rows.addWidget(self.form)
        self.add = TextButton("plus")
        self.add.setEnabled(False)
        self.add.clicked.connect(self._add)
        self.form.good_changed.connect(self.add.setEnabled)
        self.rows.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addStretch(1)
        presenter.settings_changed.connect(self._show)
        presenter.situation_changed.connect(self._show_situation)
        self.retranslate()

    @property
    def server_rows(self) -> tuple[ServerRow, ...]:
        return tuple(self._server_rows)

    def retranslate(self) -> None:
        self._known_heading.setText(self.tr("Servers"))
        self.direct.setText(self.tr("Allow direct calls on this server"))
        self._direct_note.setText(
            self.tr(
                "Faster, but strangers can see your network address. Otherwise calls go through the server's relay."
            )
        )
        self._new_heading.setText(self.tr("Add a server"))
        self.add.setText(self.tr("Add to the list"))
        self._shown = ((), "")
        self._show(self._presenter.settings)
        self._show_situation(self._presenter.situation)

    def _show(self, settings: Settings) -> None:
        if (settings.servers, settings.server) == self._shown:
            return
        in_use = settings.server_in_use
        self.direct.setChecked(in_use is not None and in_use.prefers_direct)
        self._shown = (settings.servers, settings.server)
        for row in self.server_rows:
            self._list_rows.removeWidget(row)
            row.deleteLater()
        self._server_rows.clear()
        for server in sorted(settings.servers, key=lambda known: known.url):
            made = self._row(server, server.url == settings.server)
            self._server_rows.append(made)
            self._list_rows.addWidget(made)
        self.order_focus()
        self._list.setVisible(bool(settings.servers))

    def _row(self, server: Server, used: bool) -> ServerRow:
        presenter = self._presenter
        row = ServerRow(server, used, presenter.server_checker())
        self._group.addButton(row.choice)
        row.chosen.connect(lambda: presenter.choose_server(server))
        row.remove_asked.connect(lambda: presenter.remove_server(server))
        return row

    def _show_situation(self, situation: Situation) -> None:
        line = server_messages.link_line(situation, None) or server_messages.link(situation.link)
        if situation.online is not None and situation.link_problem is None:
            line = f"{line} · {server_messages.online(situation.online)}"
        self._status.setText(line)
        self.direct.setVisible(situation.offers_relay)
        self._direct_note.setVisible(situation.offers_relay)

    def _add(self) -> None:
        if self.form.good is not None:
            self._presenter.add_server(self.form.good.url, self.form.plain_accepted)
            self.form.clear()
