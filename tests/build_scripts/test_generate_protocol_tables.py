from pathlib import Path

import pytest

from build_scripts import generate_protocol_tables as tables


def test_the_document_agrees_with_the_code():
    assert tables.main(["--check"]) == 0


def test_a_table_that_differs_is_noticed_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    right = tables.DOCUMENT.read_text(encoding="utf-8")
    copy = tmp_path / "protocol.md"
    copy.write_text(right.replace("| `malformed` |", "| `misformed` |"), encoding="utf-8")
    monkeypatch.setattr(tables, "DOCUMENT", copy)

    assert tables.main(["--check"]) == 1
    assert tables.main([]) == 0
    assert copy.read_text(encoding="utf-8") == right


def test_a_lost_marker_is_noticed():
    document = tables.DOCUMENT.read_text(encoding="utf-8")

    with pytest.raises(ValueError, match="markers"):
        tables.with_tables(document.replace("<!-- generated: limits -->", ""))
