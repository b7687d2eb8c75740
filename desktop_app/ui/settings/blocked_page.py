"""The people a person has blocked: when, and a way back for each."""

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.settings.model import Block, Settings
from desktop_app.ui.dates import moment
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.settings.page import SettingsPage

SHOWN_AT_ONCE = 100
"""Rows that come at a time, the newest blocks first."""


class BlockedPage(SettingsPage):
    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._shown: tuple[Block, ...] | None = None
        self._rows_max = SHOWN_AT_ONCE
        self._heading = self.add_heading()
        self._note = label("muted", wrap=True)
        self.rows.addWidget(self._note)
        self._list = QFrame()
        self._list.setProperty("role", "panel")
        self._list_rows = QVBoxLayout(self._list)
        self._list_rows.setContentsMargins(14, 8, 10, 8)
        self.rows.addWidget(self._list)
        self.block_rows: list[BlockRow] = []
        self.show_older = TextButton(role="link")
        self.show_older.clicked.connect(self._show_older)
        self.rows.addWidget(self.show_older, 0, Qt.AlignmentFlag.AlignLeft)
        self.unblock_all = TextButton("account-check-outline")
        self.unblock_all.clicked.connect(presenter.unblock_all)
        self.rows.addWidget(self.unblock_all, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addStretch(1)
        presenter.settings_changed.connect(self._show)
        self.retranslate()

    @property
    def note(self) -> str:
        """What is said above the list."""
        return self._note.text()

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Blocked people"))
        self.unblock_all.setText(self.tr("Unblock everyone"))
        self.show_older.setText(self.tr("Show older ones"))
        self._show_anew()

    def _show(self, settings: Settings) -> None:
        if settings.blocked == self._shown:
            return
        self._shown = settings.blocked
        for row in self.block_rows:
            self._list_rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        held = len(settings.blocked_in_force)
        newest = settings.blocked[: -self._rows_max - 1 : -1]
        self.block_rows = [BlockRow(block, number < held) for number, block in enumerate(newest)]
        for row in self.block_rows:
            row.unblock_asked.connect(self._presenter.unblock)
            self._list_rows.addWidget(row)
        self.order_focus()
        count = len(settings.blocked)
        self._list.setVisible(count > 0)
        self.unblock_all.setVisible(count > 1)
        self.show_older.setVisible(count > len(self.block_rows))
        self._note.setText(self._said_of(count, held))

    def _said_of(self, count: int, held: int) -> str:
        if not count:
            return self.tr("Nobody. Whom you block during a call, you never meet again.")
        if count == held:
            return self.tr("%n people blocked: you will not meet them again.", "", count)
        return self.tr(
            "{count} people blocked. A search carries the newest {held}: you will not meet those again. The older blocks are not in force."
        ).format(count=count, held=held)

    def _show_older(self) -> None:
        self._rows_max += SHOWN_AT_ONCE
        self._show_anew()

    def _show_anew(self) -> None:
        self._shown = None
        self._show(self._presenter.settings)


class BlockRow(QWidget):
    unblock_asked = Signal(Block)

    def __init__(self, block: Block, is_in_force: bool) -> None:
        super().__init__()
        when = self._when(block)
        if not is_in_force:
            when = self.tr("{when} (not in force)").format(when=when)
        self.unblock = TextButton(role="link")
        self.unblock.setText(self.tr("Unblock"))
        self.unblock.setAccessibleName(f"{self.unblock.text()}: {when}")
        self.unblock.clicked.connect(lambda: self.unblock_asked.emit(block))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(QLabel(when), 1)
        line.addWidget(self.unblock)

    def _when(self, block: Block) -> str:
        if not block.at:
            return self.tr("Blocked some time ago")
        text = moment(QDateTime.fromSecsSinceEpoch(block.at))
        return self.tr("Blocked on {date}").format(date=text)
