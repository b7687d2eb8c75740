"""What holds for the whole application: style, colours, language, icon."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QLoggingCategory, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop_app.host.paths import resources_dir
from desktop_app.settings.model import Settings
from desktop_app.ui import theme

LANGUAGES = ("en", "fr")


def prepare_application(app: QApplication, settings: Settings) -> None:
    """Called once, before the first window."""
    # Which scripts a font has no OpenType tables for is of no use to anybody, two hundred times.
    QLoggingCategory.setFilterRules("qt.text.font.db.warning=false")
    app.setApplicationName("passerby")
    app.setApplicationDisplayName("Passerby")
    app.setDesktopFileName("passerby")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(_icon())
    app.setStyle("Fusion")
    apply_theme(app, settings.theme)
    apply_language(app, settings.language)


def _icon() -> QIcon:
    icons = resources_dir() / "icons"
    made = QIcon(str(icons / "passerby.svg"))
    made.addFile(str(icons / "passerby.png"))  # where Qt has no SVG plug-in
    return made


def apply_theme(app: QApplication, name: str) -> None:
    """name is "light", "dark" or empty to follow the system."""
    colours = theme.colours_for(name)
    app.setPalette(theme.palette(colours))
    app.setStyleSheet(theme.style_sheet(colours))


def apply_language(app: QCoreApplication, language: str) -> None:
    """language is "en", "fr" or empty to follow the system; open windows are told at once."""
    chosen = language or _system_language()
    for translator in app.findChildren(QTranslator):
        app.removeTranslator(translator)
        translator.setParent(None)
        translator.deleteLater()
    QLocale.setDefault(QLocale(chosen) if language else QLocale.system())
    folders = {
        f"passerby_{chosen}": str(resources_dir() / "translations"),
        f"qtbase_{chosen}": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
    }
    for name, folder in folders.items():
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)


def _system_language() -> str:
    for name in QLocale.system().uiLanguages():
        if name[:2] in LANGUAGES:
            return name[:2]
    return LANGUAGES[0]
