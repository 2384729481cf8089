"""A correction finds its row again however the plan was read anew, and never lands on another."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.errors import RunError
from pipeline.evidence import evidence_of
from pipeline.replay import (
    Correction,
    append_correction,
    apply_corrections,
    corrections_of,
    log_path,
    revert_corrections,
)

PLAN = "12-kh-ubnd-tinh-a-2026"
SENTENCE = "Tặng Bằng khen của Bộ trưởng, Giấy khen của Giám đốc Sở cho các tập thể tiêu biểu."


def item(item_id: str, path: str, text: str) -> dict:
    return {"item_id": item_id, "path": path, "text": text}


def award(ordinal: int, item_id: str, text: str, name: str, kind: str) -> dict:
    return {
        "plan_id": PLAN, "ordinal": ordinal, "item_id": item_id, "text": text, "confidence": 0.7,
        "award": name, "award_type": kind, "authority": None,
    }  # fmt: skip


def tables() -> dict:
    return {
        "plans": [{"plan_id": PLAN, "title": "thi đua", "signer_name": "Nguyễn Văn A", "issue_date": dt.date(2026, 1, 5)}],
        "items": [
            item("i1", "IV.1", SENTENCE),
            item("i2", "IV.2", "Cờ thi đua của Chính phủ cho đơn vị dẫn đầu."),
            item("i3", "V.1", "Cờ thi đua của Chính phủ cho đơn vị dẫn đầu."),
        ],
        "awards": [
            award(1, "i1", SENTENCE, "Bằng khen", "certificate"),
            award(2, "i1", SENTENCE, "Giấy khen", "certificate"),
            award(3, "i2", "Cờ thi đua của Chính phủ cho đơn vị dẫn đầu.", "Cờ thi đua", "emulation_flag"),
            award(4, "i3", "Cờ thi đua của Chính phủ cho đơn vị dẫn đầu.", "Cờ thi đua", "emulation_flag"),
        ],
    }


def correction(of: dict, table: str, index: int, column: str, value: object) -> Correction:
    row = of[table][index]
    old = row[column].isoformat() if isinstance(row[column], dt.date) else row[column]
    return Correction(
        PLAN, table, row.get("ordinal", 1), column, value, old, evidence_of(of, table, index), "Lan", "2026-01-06", ""
    )


def renumbered(rows: list[dict]) -> list[dict]:
    return [row | {"ordinal": i} for i, row in enumerate(rows, 1)]


def awards_after(corrections: list[Correction], read: dict) -> tuple[list[dict], tuple]:
    out, conflicts = apply_corrections(corrections, PLAN, read)
    return out["awards"], conflicts


def test_of_two_rows_from_one_sentence_the_right_one_is_corrected():
    fix = correction(tables(), "awards", 1, "award_type", "commendation")
    rows, conflicts = awards_after([fix], tables())
    assert [r["award_type"] for r in rows] == ["certificate", "commendation", "emulation_flag", "emulation_flag"]
    assert conflicts == ()


def test_of_one_sentence_in_two_places_the_right_one_is_corrected():
    fix = correction(tables(), "awards", 3, "authority", "Thủ tướng Chính phủ")
    rows, _ = awards_after([fix], tables())
    assert [r["authority"] for r in rows] == [None, None, None, "Thủ tướng Chính phủ"]


def test_it_survives_rows_that_come_before_and_a_text_read_better():
    fix = correction(tables(), "awards", 1, "award_type", "commendation")
    again = tables()
    better = SENTENCE.replace("tiêu biểu", "tiêu biểu xuất sắc")
    again["items"][0]["text"] = better
    new = award(1, "i0", "Huân chương Lao động;", "Huân chương", "order")
    again["awards"] = renumbered([new] + [r | {"text": r["text"].replace(SENTENCE, better)} for r in again["awards"]])
    rows, conflicts = awards_after([fix], again)
    assert (rows[2]["award"], rows[2]["award_type"]) == ("Giấy khen", "commendation")
    assert [r["award_type"] for r in rows].count("commendation") == 1 and conflicts == ()


def test_a_third_reading_is_a_conflict_and_the_person_is_right_meanwhile():
    fix = correction(tables(), "awards", 1, "award_type", "commendation")
    again = tables()
    again["awards"][1]["award_type"] = "title"
    rows, conflicts = awards_after([fix], again)
    assert rows[1]["award_type"] == "commendation"
    assert [(c.code, c.found) for c in conflicts] == [("reads_otherwise", "title")]
    assert "title" in conflicts[0].sentence and "commendation" in conflicts[0].sentence


def test_once_the_machine_reads_the_same_there_is_nothing_to_say():
    fix = correction(tables(), "awards", 1, "award_type", "commendation")
    again = tables()
    again["awards"][1]["award_type"] = "commendation"
    assert awards_after([fix], again) == (again["awards"], ())


def test_a_row_that_is_no_longer_read_is_listed_and_no_other_touched():
    fix = correction(tables(), "awards", 1, "award_type", "commendation")
    again = tables()
    del again["awards"][1]  # the sentence now gives one row: which of the two is not for us to guess
    again["awards"][0]["award"] = "Bằng khen của Bộ trưởng"
    rows, conflicts = awards_after([fix], again)
    assert rows == again["awards"] and [c.code for c in conflicts] == ["ambiguous"]
    again["awards"] = again["awards"][1:]
    rows, conflicts = awards_after([fix], again)
    assert rows == again["awards"] and [c.code for c in conflicts] == ["row_gone"]


def test_a_corrected_passage_is_found_again():
    fix = correction(tables(), "awards", 2, "text", "Cờ thi đua của Chính phủ cho đơn vị dẫn đầu phong trào.")
    rows, conflicts = awards_after([fix], tables())
    assert rows[2]["text"].endswith("phong trào.") and conflicts == ()


def test_dates_come_back_as_dates():
    fix = correction(tables(), "plans", 0, "issue_date", "2026-01-15")
    out, _ = apply_corrections([fix], PLAN, tables())
    assert out["plans"][0]["issue_date"] == dt.date(2026, 1, 15)


def test_reverting_gives_what_the_machine_had_read():
    read = tables()
    fixes = [
        correction(read, "awards", 1, "award_type", "commendation"),
        correction(read, "awards", 1, "authority", "Giám đốc Sở"),
        correction(read, "awards", 2, "text", "Cờ thi đua của Chính phủ cho đơn vị dẫn đầu phong trào."),
        correction(read, "plans", 0, "signer_name", "Nguyễn Văn B"),
    ]
    published, conflicts = apply_corrections(fixes, PLAN, read)
    assert published != read and conflicts == ()
    assert revert_corrections(fixes, PLAN, published) == read


def test_the_log_keeps_everything_and_the_last_word_counts(tmp_path):
    first = correction(tables(), "awards", 1, "award_type", "commendation")
    append_correction(tmp_path, first)
    append_correction(tmp_path, correction(tables(), "awards", 1, "authority", "Giám đốc Sở"))
    append_correction(tmp_path, correction(tables(), "awards", 1, "award_type", "other"))
    assert [(c.column, c.value) for c in corrections_of(tmp_path, PLAN)] == [
        ("authority", "Giám đốc Sở"), ("award_type", "other"),
    ]  # fmt: skip
    assert corrections_of(tmp_path, "another-plan") == ()
    assert len(log_path(tmp_path).read_text().splitlines()) == 3


def test_every_moment_at_which_a_writer_may_die_leaves_a_log_that_works(tmp_path):
    fix = correction(tables(), "awards", 1, "award_type", "commendation")
    append_correction(tmp_path, fix)
    whole = log_path(tmp_path).read_bytes()
    for cut in range(len(whole)):
        log_path(tmp_path).write_bytes(whole + whole[:cut])
        assert corrections_of(tmp_path) == (fix,)
        append_correction(tmp_path, correction(tables(), "awards", 1, "award_type", "title"))
        assert [c.value for c in corrections_of(tmp_path)] == ["title"]


def test_a_damaged_log_stops_the_run_instead_of_losing_a_correction(tmp_path):
    append_correction(tmp_path, correction(tables(), "awards", 1, "award_type", "commendation"))
    line = log_path(tmp_path).read_bytes()
    log_path(tmp_path).write_bytes(line.replace(b'"evidence"', b'"evidenc"') + line)
    with pytest.raises(RunError, match="dòng 1"):
        corrections_of(tmp_path)


def test_the_log_is_plain_json_that_a_person_can_read(tmp_path):
    append_correction(tmp_path, correction(tables(), "awards", 1, "authority", "Giám đốc Sở"))
    record = json.loads(log_path(tmp_path).read_text(encoding="utf-8"))
    assert (record["who"], record["value"], record["evidence"]["path"]) == ("Lan", "Giám đốc Sở", "IV.1")
    assert "Giám đốc Sở" in log_path(tmp_path).read_text(encoding="utf-8")
