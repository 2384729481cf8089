"""Search as Vietnamese readers type."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import tables
from pipeline.search import _covers, search
from pipeline.wording import fold


@pytest.mark.parametrize(
    ("word", "want", "found"),
    [
        ("đua", "dua", True),
        ("đua", "đua", True),
        ("dua", "đua", False),
        ("Đua", "đua", True),
        ("thưởng", "thuong", True),
        ("thưởng", "thưong", True),
        ("thưởng", "thương", True),
        ("thương", "thưởng", False),
        ("hoá", "hóa", True),
        ("hòa", "hóa", False),
        ("âm", "ăm", False),
        ("923/QĐ-TTg", "923/qd-ttg", True),
    ],
)
def test_bare_letters_match_any_marks_and_typed_marks_are_respected(word: str, want: str, found: bool) -> None:
    assert _covers(word, want) is found


def test_bare_words_find_marked_ones_with_plan_section_and_page(outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        found = search(connection, "hoc lieu so", limit=50)
    assert found.hits
    for hit in found.hits:
        assert {fold(hit.text[a:b]) for a, b in hit.spans} == {"hoc", "lieu", "so"}
        assert hit.plan_id and hit.page
    assert "học liệu số" in found.hits[0].text.lower()
    assert any(hit.section and hit.section.startswith("II.") for hit in found.hits)


def test_words_side_by_side_come_before_words_apart(outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        hits = search(connection, "học liệu", limit=200).hits
    together = ["học liệu" in hit.text.lower() for hit in hits]
    assert any(together) and together == sorted(together, reverse=True)


def test_a_document_number_is_found(outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        found = search(connection, "352/kh-ubnd")
    assert found.hits[0].doc_number == "352/KH-UBND"


@pytest.mark.parametrize("query", ["", "  ", "…", "'; DROP VIEW plans; --", "%_"])
def test_a_query_of_nothing_finds_nothing(outputs: Path, query: str) -> None:
    with tables.connect(outputs) as connection:
        assert search(connection, query).hits == ()
