"""The translations are complete, up to date with the code, and compiled when they are newer."""

import os
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from build_scripts.compile_resources import (
    LANGUAGES,
    TRANSLATIONS,
    collect,
    compile_newer,
    unfinished,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with copies of the .ts files, none compiled."""
    for source in TRANSLATIONS.glob("*.ts"):
        shutil.copy(source, tmp_path)
    return tmp_path


def words(folder: Path, language: str) -> set[tuple[str | None, ...]]:
    tree = ElementTree.parse(folder / f"passerby_{language}.ts")
    return {
        (context.findtext("name"), message.findtext("source"), message.get("numerus"))
        for context in tree.iter("context")
        for message in context.iter("message")
    }


def test_every_text_has_a_finished_translation():
    assert unfinished(TRANSLATIONS) == []


def test_the_ts_files_hold_the_words_of_the_code(folder: Path):
    collect(folder)

    for language in LANGUAGES:
        assert words(folder, language) == words(TRANSLATIONS, language), (
            "run build_scripts/compile_resources.py --update and translate what is new"
        )


def test_placeholders_are_kept_by_the_translator():
    tree = ElementTree.parse(TRANSLATIONS / "passerby_fr.ts")
    for message in tree.iter("message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        for form in translation.findall("numerusform") or [translation]:
            assert placeholders(form.text) == placeholders(source), source


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}|%n", text))


def test_only_newer_sources_are_compiled(folder: Path):
    assert len(list(compile_newer(folder))) == len(LANGUAGES)
    assert list(compile_newer(folder)) == []
    french = folder / "passerby_fr.ts"
    later = (folder / "passerby_fr.qm").stat().st_mtime + 10
    os.utime(french, (later, later))

    assert [compiled.name for compiled in compile_newer(folder)] == ["passerby_fr.qm"]
