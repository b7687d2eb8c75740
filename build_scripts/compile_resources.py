"""Compiles the translations; --update first collects the words from the code.

The .qm files are built where their .ts is newer, so that a second start has nothing to do.
"""

import argparse
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "resources" / "translations"
WORDS_IN = ROOT / "desktop_app" / "ui"
LANGUAGES = {"en": ["-pluralonly"], "fr": []}
"""English stands in the code; only its plurals need a file."""


class ToolMissing(Exception):
    """Qt's translation tools, which come with PySide6, are not installed."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="collect the words from the code")
    arguments = parser.parse_args()
    try:
        if arguments.update:
            collect(TRANSLATIONS)
        for compiled in compile_newer(TRANSLATIONS):
            print(f"compiled {compiled.relative_to(ROOT)}")
    except (ToolMissing, subprocess.CalledProcessError) as error:
        print(f"compile_resources: {error}", file=sys.stderr)
        return 1
    return 0


def collect(folder: Path) -> None:
    """Bring the .ts files in folder up to date with the code; translations there are kept."""
    sources = [str(path) for path in sorted(WORDS_IN.rglob("*.py"))]
    for language, options in LANGUAGES.items():
        subprocess.run(
            [
                str(_tool("lupdate")),
                *sources,
                *options,
                *("-locations", "none", "-no-obsolete", "-no-ui-lines", "-silent"),
                *("-source-language", "en", "-target-language", language),
                *("-ts", str(_source_file(folder, language))),
            ],
            check=True,
            cwd=ROOT,
        )


def compile_newer(folder: Path) -> Iterator[Path]:
    """Build each .qm that is missing or older than its .ts, and yield it."""
    for language in LANGUAGES:
        source = _source_file(folder, language)
        compiled = source.with_suffix(".qm")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        command = [str(_tool("lrelease")), "-silent", str(source), "-qm", str(compiled)]
        subprocess.run(command, check=True, cwd=ROOT)
        yield compiled


def unfinished(folder: Path) -> list[str]:
    """Return "language: words" for each text without a finished translation."""
    missing = []
    for language in LANGUAGES:
        tree = ElementTree.parse(_source_file(folder, language))
        for message in tree.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") or not _has_words(translation):
                missing.append(f"{language}: {message.findtext('source')}")
    return missing


def _has_words(translation: ElementTree.Element) -> bool:
    forms = translation.findall("numerusform") or [translation]
    return all((form.text or "").strip() for form in forms)


def _source_file(folder: Path, language: str) -> Path:
    return folder / f"passerby_{language}.ts"


def _tool(name: str) -> Path:
    """Qt's own program: the pyside6-* scripts only start it, and are missing on some systems."""
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        raise ToolMissing("PySide6 is not installed")
    folder = Path(spec.submodule_search_locations[0])
    for candidate in (folder / name, folder / f"{name}.exe", folder / "Qt" / "libexec" / name):
        if candidate.is_file():
            return candidate
    raise ToolMissing(f"{name} is not in {folder}")


if __name__ == "__main__":
    sys.exit(main())
