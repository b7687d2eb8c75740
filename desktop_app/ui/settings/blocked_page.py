"""The people a person has blocked: when, and a way back for each."""

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.settings.model import Block, Settings
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.settings.page import SettingsPage

SHOWN_MAX = 100
"""Newest blocks that have a row of their own."""


class BlockedPage(SettingsPage):
    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._shown: tuple[Block, ...] | None = None
        self._heading = self.add_heading()
        self._note = label("muted", wrap=True)
        self.rows.addWidget(self._note)
        self._list = QFrame()
        self._list.setProperty("role", "panel")
        self._list_rows = QVBoxLayout(self._list)
        self._list_rows.setContentsMargins(14, 8, 10, 8)
        self.rows.addWidget(self._list)
        self.block_rows: list[BlockRow] = []
        self.unblock_all = TextButton("account-check-outline")
        self.unblock_all.clicked.connect(presenter.unblock_all)
        self.rows.addWidget(self.unblock_all, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addStretch(1)
        presenter.settings_changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Blocked people"))
        self.unblock_all.setText(self.tr("Unblock everyone"))
        self._shown = None
        self._show(self._presenter.settings)

    def _show(self, settings: Settings) -> None:
        if settings.blocked == self._shown:
            return
        self._shown = settings.blocked
        for row in self.block_rows:
            self._list_rows.removeWidget(row)
            row.deleteLater()
        self.block_rows = [BlockRow(block) for block in settings.blocked[: -SHOWN_MAX - 1 : -1]]
        for row in self.block_rows:
            row.unblock_asked.connect(self._presenter.unblock)
            self._list_rows.addWidget(row)
        count = len(settings.blocked)
        self._list.setVisible(count > 0)
        self.unblock_all.setVisible(count > 1)
        self._note.setText(
            self.tr("%n people blocked: you will not meet them again.", "", count)
            if count
            else self.tr("Nobody. Whom you block during a call, you never meet again.")
        )


class BlockRow(QWidget):
    unblock_asked = Signal(Block)

    def __init__(self, block: Block) -> None:
        super().__init__()
        when = self._when(block)
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
        moment = QDateTime.fromSecsSinceEpoch(block.at)
        text = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        return self.tr("Blocked on {date}").format(date=text)
