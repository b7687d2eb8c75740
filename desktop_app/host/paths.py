"""Where things lie: the program's resources and one person's files."""

import sys
from importlib.util import find_spec
from pathlib import Path

import platformdirs

_APPLICATION = "Passerby"


class NoHome(Exception):
    """The account has no home folder, so that it is not known where its files are kept."""


def resources_dir() -> Path:
    """Return the folder with icons and translations.

    Three places: beside the packages in a source tree, inside desktop_app in an installed
    wheel, in the unpacked bundle when frozen by PyInstaller.
    """
    if bundle := getattr(sys, "_MEIPASS", None):
        return Path(bundle) / "resources"
    package = Path(__file__).resolve().parent.parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def icon_fonts_dir() -> Path:
    """Return qtawesome's folder of fonts, without importing it; ImportError where it is missing."""
    if bundle := getattr(sys, "_MEIPASS", None):
        return Path(bundle) / "qtawesome" / "fonts"
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("qtawesome is not installed")
    return Path(spec.submodule_search_locations[0]) / "fonts"


class Paths:
    """The files of one person, or of one profile folder if one is given. Raises NoHome."""

    def __init__(self, profile: Path | None = None) -> None:
        if profile is None:
            dirs = platformdirs.PlatformDirs(_APPLICATION, appauthor=False, roaming=False)
            try:
                self.config_dir = dirs.user_config_path
                self.log_dir = dirs.user_log_path
            except RuntimeError as error:
                raise NoHome from error
        else:
            self.config_dir = profile
            self.log_dir = profile / "logs"

    @property
    def crash_dir(self) -> Path:
        return self.log_dir / "crashes"

    @property
    def settings_file(self) -> Path:
        return self.config_dir / "settings.json"

    @property
    def key_file(self) -> Path:
        return self.config_dir / "identity.key"
