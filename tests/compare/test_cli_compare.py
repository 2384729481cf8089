"""The commands for those who ask, on the screen and for machines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app

CHILD, PARENT = "352/KH-UBND", "1286/KH-BGDĐT"


def ask(outputs: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--outputs", str(outputs)])
    assert done.exit_code == 0, done.output
    return done.output


def test_diff_on_the_screen_begins_with_what_to_notice(outputs: Path) -> None:
    lines = ask(outputs, "diff", CHILD, PARENT).splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("Cần lưu ý"))
    assert first < next(n for n, line in enumerate(lines) if line.startswith("Mục đích"))
    assert "Bộ Giáo dục và Đào tạo" in lines[0]


def test_a_plan_is_named_by_a_part_of_its_number(outputs: Path) -> None:
    assert json.loads(ask(outputs, "show", "352/kh", "--json"))["plans"][0]["doc_number"] == CHILD
    refused = CliRunner().invoke(app, ["show", "/KH-", "--outputs", str(outputs)])
    assert "Nhiều kế hoạch khớp" in str(refused.exception)


def test_diff_as_json_accounts_for_every_row(outputs: Path) -> None:
    told = json.loads(ask(outputs, "diff", CHILD, PARENT, "--json"))
    assert {"plan", "parent", "note", "notices", "counts", "alignments"} == told.keys()
    assert {pair["change"] for pair in told["alignments"]} <= {"inherited", "adapted", "added", "omitted"}
    inherited = [pair for pair in told["alignments"] if pair["change"] == "inherited"]
    assert inherited and all(pair["similarity"] >= 0.95 for pair in inherited)
    adapted = [pair for pair in told["alignments"] if pair["change"] == "adapted" and pair["similarity"] < 0.95]
    assert adapted and all(pair["changes"] for pair in adapted)


def test_compare_on_the_screen_names_who_left_what_out(outputs: Path) -> None:
    told = ask(outputs, "compare", "contents", "--by", "plan_id")
    assert "Không có hợp tác quốc tế:" in told


def test_compare_as_csv_and_json_say_the_same(outputs: Path) -> None:
    rows = list(csv.reader(io.StringIO(ask(outputs, "compare", "awards", "--csv"))))
    told = json.loads(ask(outputs, "compare", "awards", "--json"))
    assert [list(row.values()) for row in told] == rows[1:] and list(told[0]) == rows[0]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_compare_writes_a_file(outputs: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"so-sanh{suffix}"
    assert str(out) in ask(outputs, "compare", "deadlines", "--out", str(out)).replace("\n", "")
    assert out.stat().st_size > 100


def test_search_tells_plan_section_and_page(outputs: Path) -> None:
    assert "học liệu số" in ask(outputs, "search", "hoc lieu so")
    hits = json.loads(ask(outputs, "search", "hoc lieu so", "--json", "-n", "3"))
    assert len(hits) == 3 and all(hit["plan_id"] and hit["page"] and hit["section"] for hit in hits)
