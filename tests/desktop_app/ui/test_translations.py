"""The translations are complete and up to date with the code."""

import shutil
from pathlib import Path

from build_scripts.compile_resources import LANGUAGES, TRANSLATIONS, collect, unfinished


def test_every_text_has_a_finished_translation():
    assert unfinished(TRANSLATIONS) == []


def test_the_ts_files_hold_the_words_of_the_code(tmp_path: Path):
    for source in TRANSLATIONS.glob("*.ts"):
        shutil.copy(source, tmp_path)

    collect(tmp_path)

    for language in LANGUAGES:
        name = f"passerby_{language}.ts"
        assert (tmp_path / name).read_text() == (TRANSLATIONS / name).read_text(), (
            "run build_scripts/compile_resources.py --update and translate what is new"
        )
