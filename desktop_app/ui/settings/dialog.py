"""The settings: pages at the right, their names at the left; not modal, so next goes on working."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QWidget,
)

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.ui.icons import icon
from desktop_app.ui.parts.window_size import give_size
from desktop_app.ui.settings.about_page import AboutPage
from desktop_app.ui.settings.blocked_page import BlockedPage
from desktop_app.ui.settings.devices_page import DevicesPage
from desktop_app.ui.settings.keys_page import KeysPage
from desktop_app.ui.settings.page import SettingsPage
from desktop_app.ui.settings.preferences_page import PreferencesPage
from desktop_app.ui.settings.servers_page import ServersPage
from desktop_app.ui.settings.wishes_page import WishesPage
from desktop_app.ui.video.live_image import LiveImage

_ICONS = (
    "webcam",
    "server",
    "account-heart-outline",
    "tune-variant",
    "account-cancel",
    "keyboard-outline",
    "information-outline",
)


class SettingsDialog(QDialog):
    def __init__(
        self, presenter: SettingsPresenter, self_image: LiveImage, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.devices = DevicesPage(presenter, self_image)
        self.servers = ServersPage(presenter)
        self.wishes = WishesPage(presenter.wishes)
        self.preferences = PreferencesPage(presenter)
        self.blocked = BlockedPage(presenter)
        self.keys = KeysPage(presenter)
        self.about = AboutPage(presenter)
        self._pages = QStackedWidget()
        calls = (self.devices, self.servers, self.wishes, self.preferences, self.blocked)
        for page in (*calls, self.keys, self.about):
            self._pages.addWidget(page)
        self.names = QListWidget()
        self.names.setProperty("role", "sections")
        self.names.setIconSize(QSize(18, 18))
        for _ in _ICONS:
            self.names.addItem(QListWidgetItem())
        self.names.currentRowChanged.connect(self._pages.setCurrentIndex)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(14, 16, 10, 16)
        columns.setSpacing(18)
        columns.addWidget(self.names)
        columns.addWidget(self._pages, 1)
        self.setMinimumSize(560, 400)
        give_size(self, QSize(760, 560))
        self._retranslate()
        self.names.setCurrentRow(0)

    def show_page(self, page: SettingsPage) -> None:
        self.names.setCurrentRow(self._pages.indexOf(page))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_icons()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Settings"))
        self.names.setAccessibleName(self.tr("Pages of the settings"))
        names = (
            self.tr("Camera and sound"),
            self.tr("Server"),
            self.tr("Whom to meet"),
            self.tr("Preferences"),
            self.tr("Blocked people"),
            self.tr("Keys"),
            self.tr("About"),
        )
        for row, name in enumerate(names):
            self.names.item(row).setText(name)
        self.names.setFixedWidth(self.names.sizeHintForColumn(0) + 40)
        self._show_icons()

    def _show_icons(self) -> None:
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        for row, name in enumerate(_ICONS):
            self.names.item(row).setIcon(icon(name, ink))
