"""Checks of what lies beside the program: icons, fonts, translations."""

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QColor, QFontDatabase, QIcon, QImageReader

from desktop_app.host.paths import resources_dir
from desktop_app.self_test.report import Missing
from desktop_app.ui.application import LANGUAGES
from desktop_app.ui.icons import icon

_SIZE = 64


def icons() -> str:
    """The application's own, Qt's reader of SVG, and the family the buttons use."""
    if b"svg" not in [bytes(kind.data()) for kind in QImageReader.supportedImageFormats()]:
        raise Missing("Qt cannot read SVG")
    own = sorted((resources_dir() / "icons").iterdir())
    for path in own:
        if _is_blank(QIcon(str(path))):
            raise Missing(f"{path.name} shows nothing")
    if _is_blank(icon("webcam", QColor("black"))):
        raise Missing("the icons of the buttons show nothing")
    return f"{len(own)} files, SVG, one family"


def translations() -> str:
    """Every language of the application; Qt's own words for all but English."""
    needed = [(f"passerby_{language}", resources_dir() / "translations") for language in LANGUAGES]
    of_qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    needed += [(f"qtbase_{language}", of_qt) for language in LANGUAGES if language != "en"]
    for name, folder in needed:
        translator = QTranslator()
        if not translator.load(name, str(folder)) or translator.isEmpty():
            raise Missing(f"{name}.qm is not in {folder}")
    return ", ".join(LANGUAGES)


def fonts() -> str:
    """Of the system: without any, windows have no words."""
    families = QFontDatabase.families()
    if not families:
        raise Missing("this system has no fonts")
    return f"{len(families)} families"


def _is_blank(made: QIcon) -> bool:
    image = made.pixmap(_SIZE, _SIZE).toImage()
    return image.isNull() or all(
        image.pixelColor(x, y).alpha() == 0
        for x in range(image.width())
        for y in range(image.height())
    )
