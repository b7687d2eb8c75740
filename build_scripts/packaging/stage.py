"""A copy of the sources with the version of this build written into it."""

import json
import os
import re
import shutil
from pathlib import Path

from build_scripts.compile_resources import compile_newer
from build_scripts.packaging.version import ROOT, Version

SOURCES = ("desktop_app", "signaling_server", "resources")
FILES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
_STAMPED = {
    "desktop_app/__init__.py": r'^__version__ = ".*"$',
    "signaling_server/__init__.py": r'^__version__ = ".*"$',
    "pyproject.toml": r'^version = ".*"$',
}


def make_stage(folder: Path, version: Version) -> Path:
    """Write the copy into folder, which is emptied first, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in SOURCES:
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "*.qm"),
        )
    for name in FILES:
        shutil.copy2(ROOT / name, folder / name)
    for name, pattern in _STAMPED.items():
        _stamp(folder / name, pattern, version.python)
    translations = folder / "resources" / "translations"
    for _ in compile_newer(translations):
        pass
    for source in translations.glob("*.ts"):
        source.unlink()
    _stamp_release(folder / "resources" / "release.json")
    return folder


def _stamp_release(path: Path) -> None:
    """Say where news of later versions lies and who signs them, where the environment does."""
    url, key = (os.environ.get(name) for name in ("PASSERBY_UPDATE_URL", "PASSERBY_UPDATE_KEY"))
    if url and key:
        path.write_text(json.dumps({"update_url": url, "update_key": key}), encoding="utf-8")


def _stamp(path: Path, pattern: str, version: str) -> None:
    text = path.read_text(encoding="utf-8")
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise ValueError(f"{path.name} has no line for the version")
    line = re.sub(r'".*"', f'"{version}"', found.group())
    path.write_text(text.replace(found.group(), line, 1), encoding="utf-8")
