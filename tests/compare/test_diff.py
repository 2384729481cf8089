"""A plan beside its parent, and what an official must notice."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from pipeline import tables
from pipeline.diff import Diff, diff_plans, find_parent
from pipeline.errors import RunError
from tests.stored import gold, store


@pytest.fixture(scope="module")
def specimen(corpus: Path) -> dict[str, Any]:
    return gold(corpus, "bo-giao-duc")


def diff_of(folder: Path, child: dict[str, Any], parent: dict[str, Any]) -> Diff:
    store(folder, {"con": child, "cha": parent})
    with tables.connect(folder) as connection:
        return diff_plans(connection, "con", "cha")


def codes(diff: Diff) -> list[str]:
    return [notice.code for notice in diff.notices]


def test_nothing_to_notice_in_a_faithful_copy(tmp_path: Path, specimen: dict[str, Any]) -> None:
    diff = diff_of(tmp_path, specimen, specimen)
    assert diff.notices == ()
    assert {pair.change for pair in diff.pairs} == {"inherited"}


def test_what_was_weakened_is_noticed_gravest_first(tmp_path: Path, specimen: dict[str, Any]) -> None:
    child = copy.deepcopy(specimen)
    del child["responsibilities"][1]
    child["awards"] = [row for row in child["awards"] if row["award_type"] != "order"]
    child["criteria"] = [row for row in child["criteria"] if row["subject"] != "individual"]
    child["criteria"][1]["text"] = child["criteria"][1]["text"].replace("80%", "60%")
    report = next(row for row in child["deadlines"] if row["addressee"] == "Bộ Giáo dục và Đào tạo")
    report |= {"annual_month": 12, "annual_day": 5, "text": report["text"].replace("30/11", "05/12")}
    child["plans"] |= {"period_end": 2028}
    found = codes(diff_of(tmp_path, child, specimen))
    assert found[0] == "duty_unanswered"
    expected = [
        "duty_unanswered",
        "deadline_later",
        "award_dropped",
        "subject_dropped",
        "criterion_loosened",
        "period_differs",
    ]
    assert [code for code in dict.fromkeys(found) if code != "criterion_dropped"] == expected


def test_what_was_made_stricter_is_not_noticed(tmp_path: Path, specimen: dict[str, Any]) -> None:
    child = copy.deepcopy(specimen)
    child["criteria"][1]["text"] = child["criteria"][1]["text"].replace("80%", "95%")
    report = next(row for row in child["deadlines"] if row["addressee"] == "Bộ Giáo dục và Đào tạo")
    report |= {"annual_month": 10, "annual_day": 30, "text": report["text"].replace("30/11", "30/10")}
    assert codes(diff_of(tmp_path, child, specimen)) == []


def test_a_notice_read_with_doubt_says_so(tmp_path: Path, specimen: dict[str, Any]) -> None:
    child = copy.deepcopy(specimen)
    del child["solutions"][0]
    store(tmp_path, {"con": child, "cha": specimen}, confidence=0.6)
    with tables.connect(tmp_path) as connection:
        assert [notice.sure for notice in diff_plans(connection, "con", "cha").notices] == [False]


def test_words_that_changed_are_told(tmp_path: Path, specimen: dict[str, Any]) -> None:
    child = copy.deepcopy(specimen)
    child["criteria"][1]["text"] = child["criteria"][1]["text"].replace("80%", "60%")
    (pair,) = [p for p in diff_of(tmp_path, child, specimen).of_table("criteria") if p.changes]
    assert [(c.before, c.after) for c in pair.changes] == [("80", "60")]


def test_the_parent_is_the_plan_carried_out(tmp_path: Path, corpus: Path) -> None:
    child, parent = gold(corpus, "ubnd-ha-tinh"), gold(corpus, "bo-giao-duc")
    for row in child["citations"]:
        row["cited_plan_id"] = "cha" if row["is_parent"] else None
    store(tmp_path, {"con": child, "cha": parent})
    with tables.connect(tmp_path) as connection:
        assert find_parent(connection, "con").plan_id == "cha"
        assert find_parent(connection, "con").note is None


def test_without_the_parent_the_nearest_plan_above_on_the_same_document_is_offered(
    tmp_path: Path, corpus: Path
) -> None:
    above, child = gold(corpus, "bo-giao-duc"), copy.deepcopy(gold(corpus, "ubnd-ha-tinh"))
    common = copy.deepcopy(next(row for row in above["citations"] if row["is_parent"]))
    child["citations"] = [common | {"relation": "basis", "is_parent": False, "ordinal": 1}]
    store(tmp_path, {"con": child, "bo": above})
    with tables.connect(tmp_path) as connection:
        found = find_parent(connection, "con")
    assert found.plan_id == "bo" and found.note and "1286/KH-BGDĐT" in found.note


def test_without_any_plan_above_the_sentence_says_what_to_do(tmp_path: Path, specimen: dict[str, Any]) -> None:
    store(tmp_path, {"mot": specimen})
    with tables.connect(tmp_path) as connection, pytest.raises(RunError, match="kehoach diff mot"):
        find_parent(connection, "mot")
