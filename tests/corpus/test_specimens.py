"""The corpus is the users' truth: its gold must be printed on its pages, hold only known codes, and agree with itself."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from corpus.maker.source import read_source
from pipeline.codes import CODES
from pipeline.plan_id import plan_id_of

CORPUS = Path(__file__).parents[2] / "corpus"
NAMES = sorted(path.stem for path in (CORPUS / "sources").glob("*.toml"))
LABELS = ("title", "heading", "award", "body", "subject_text", "authority", "addressee", "reports_to", "doc_number", "doc_issuer")


def gold(name: str) -> dict[str, list[dict]]:
    """The gold rows of a specimen by table; `plans` as a list of one."""
    tables = json.loads((CORPUS / "gold/tables" / f"{name}.json").read_text(encoding="utf-8"))
    return {table: rows if isinstance(rows, list) else [rows] for table, rows in tables.items()}


def printed(name: str) -> str:
    """The true text as one folded line, page numbers out, footnotes at the end: what interrupts a passage."""
    text = (CORPUS / "gold/text" / f"{name}.txt").read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    pages = [re.sub(r"^\d+\n", "", page) if n else page for n, page in enumerate(text.split("\f"))]
    line = fold(" ".join(pages))
    for number, note in read_source(CORPUS / "sources" / f"{name}.toml").notes.items():
        assert fold(f"{number} {note}") in line
        line = line.replace(fold(f"{number} {note}"), "") + " " + fold(note)
    return re.sub(r"\s+", " ", line)


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold().strip()


def sources() -> list[dict[str, str]]:
    with (CORPUS / "SOURCES.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("name", NAMES)
def test_every_gold_text_is_printed(name: str) -> None:
    page = printed(name)
    for table, rows in gold(name).items():
        for row in rows:
            found = {column: row[column] for column in ("text", *LABELS) if row.get(column)}
            found |= {f"with_bodies {n}": body for n, body in enumerate(row.get("with_bodies", []))}
            missing = {column: value for column, value in found.items() if fold(value) not in page}
            assert not missing, f"{table} {row.get('ordinal')}"


@pytest.mark.parametrize("name", NAMES)
def test_gold_codes_and_dates(name: str) -> None:
    for table, rows in gold(name).items():
        assert [row["ordinal"] for row in rows if table != "plans"] == [*range(1, len(rows) + (table != "plans"))]
        for row in rows:
            for column, value in row.items():
                allowed = CODES.get(f"{table}.{column}")
                values = value if isinstance(value, list) else [value]
                assert allowed is None or {v for v in values if v is not None} <= allowed, (table, row["ordinal"], column)
                if column.endswith("_date") and value is not None:
                    date.fromisoformat(value)


@pytest.mark.parametrize("name", NAMES)
def test_gold_deadlines_say_their_time_one_way(name: str) -> None:
    """Once: a date. Recurring: none, and a month and day only where it is annual with a day."""
    for row in gold(name)["deadlines"]:
        dated = row["start_date"] or row["end_date"]
        assert bool(dated) == (row["recurrence"] == "once"), row
        assert (row["annual_day"] is not None) == (row["recurrence"] == "annual" and row["precision"] == "day"), row
        assert (row["qualifier"] == "from_to") == (row["start_date"] is not None), row
        if row["start_date"]:
            assert row["start_date"] < row["end_date"], row


@pytest.mark.parametrize("name", NAMES)
def test_gold_sections_are_the_printed_ones(name: str) -> None:
    headings = re.findall(r"^([IVX]+)\. (?=[A-ZĐ])", (CORPUS / "gold/text" / f"{name}.txt").read_text(encoding="utf-8"), re.M)
    assert [row["numeral"] for row in gold(name)["sections"]] == headings


def test_sources_list_every_scan_with_its_sha256() -> None:
    listed = {row["file"]: row["sha256"] for row in sources()}
    lying = {
        path.relative_to(CORPUS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (CORPUS / "scans").iterdir()
    }
    assert listed == lying


def test_lineage_agrees() -> None:
    """A specimen that answers another cites its number as parent, by the plan_id that the other gets."""
    for row in sources():
        name = Path(row["file"]).stem
        parents = [cited for cited in gold(name)["citations"] if cited["is_parent"]]
        assert len(parents) <= 1
        if not row["answers"]:
            assert all(cited["cited_plan_id"] is None for cited in parents)
            continue
        plan = gold(row["answers"])["plans"][0]
        year = date.fromisoformat(plan["issue_date"]).year
        plan_id = plan_id_of(plan["doc_number"], plan["issuer"], plan["province_as_printed"], year, plan["title"], "")
        assert (parents[0]["doc_number"], parents[0]["cited_plan_id"]) == (plan["doc_number"], plan_id)
        assert parents[0]["doc_date"] == plan["issue_date"]
