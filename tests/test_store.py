"""Tables on disk: whole editions, one version of a plan, the contract checked on write."""

from __future__ import annotations

import hashlib
import hashlib
import threading
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import store
from pipeline.editions import current_edition, current_or_none
from pipeline.errors import DocumentError, RunError
from pipeline.schema import schemas, to_table
from pipeline.store import keep_original, new_edition

CONTRACT = {
    "plans": "plan_id source_sha256 source_file doc_number issuer issuer_level province_code province province_as_printed "
    "place issue_date title movement sector period_start period_end signer_name signer_title text_source page_count",
    "citations": "relation doc_type doc_number doc_date doc_issuer is_parent cited_plan_id",
    "sections": "numeral heading kinds page_first page_last",
    "items": "item_id parent_item_id path level marker kind text raw_text page x0 y0 x1 y1 ocr_confidence confidence",
    "purposes": "aspect",
    "contents": "title themes",
    "criteria": "subject subject_text",
    "awards": "award award_type authority award_level occasion",
    "deadlines": "kind recurrence start_date end_date precision annual_month annual_day qualifier body addressee",
    "responsibilities": "body body_class role with_bodies reports_to",
    "solutions": "title themes",
    "documents": "source_sha256 source_file media_type bytes received_at status reason plan_id pages text_source seconds "
    "pipeline_version",
    "alignments": "plan_id parent_plan_id table change ordinal parent_ordinal similarity",
}
COMMON = "plan_id ordinal item_id text confidence".split()


def row_of(table: str, **cells: object) -> dict[str, Any]:
    """A row of `table` that the contract allows, `cells` apart."""
    blank: dict[Any, Any] = {pa.string(): "x", pa.int32(): 1, pa.float64(): 0.5, pa.bool_(): False}
    codes = {"issuer_level": None, "text_source": "text", "award_type": "order", "role": "lead", "body_class": "other"}
    row: dict[str, Any] = {}
    for field in schemas()[table]:
        if field.nullable:
            row[field.name] = None
        else:
            row[field.name] = [] if pa.types.is_list(field.type) else codes.get(field.name, blank.get(field.type))
    return row | cells


def put(outputs: Path, plan_id: str, awards: int = 1) -> None:
    with new_edition(outputs) as edition:
        edition.write("plans", plan_id, [row_of("plans", plan_id=plan_id, title=f"{awards}")])
        rows = [row_of("awards", plan_id=plan_id, ordinal=n + 1) for n in range(awards)]
        edition.write("awards", plan_id, rows)


@pytest.mark.parametrize("table", CONTRACT)
def test_every_table_has_the_columns_of_the_contract(table: str) -> None:
    wanted = CONTRACT[table].split()
    if table not in ("plans", "documents", "alignments"):
        wanted = COMMON + wanted
    missing = set(wanted) - set(schemas()[table].names)
    assert not missing


def test_tables_read_as_the_contract_says(tmp_path: Path) -> None:
    put(tmp_path, "kh-1", awards=2)
    put(tmp_path, "kh-2", awards=1)
    put(tmp_path, "kh-1", awards=3)  # a newer version of the plan
    pattern = str(tmp_path / "tables")
    for table in schemas():
        rows = duckdb.sql(f"SELECT * FROM read_parquet('{pattern}/{table}*/**')")
        assert rows.columns == schemas()[table].names, "an empty table has its columns"
        assert len(pandas.read_parquet(f"{pattern}/{table}")) == len(rows.fetchall())
    counts = duckdb.sql(f"SELECT plan_id, count(*) FROM read_parquet('{pattern}/awards*/**') GROUP BY 1 ORDER BY 1")
    assert counts.fetchall() == [("kh-1", 3), ("kh-2", 1)]


def test_a_plan_without_rows_of_a_table_loses_its_older_ones(tmp_path: Path) -> None:
    put(tmp_path, "kh-1", awards=2)
    put(tmp_path, "kh-1", awards=0)
    assert len(store.read_table(current_edition(tmp_path), "awards")) == 0
    assert len(store.read_table(current_edition(tmp_path), "plans")) == 1


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "kh-1", awards=2)
    before = current_edition(tmp_path)
    with pytest.raises(ZeroDivisionError), new_edition(tmp_path) as edition:
        edition.write("plans", "kh-2", [row_of("plans", plan_id="kh-2")])
        edition.drop_plan("kh-1")
        1 / 0  # noqa: B018
    assert current_edition(tmp_path) == before
    assert len(store.read_table(before, "awards")) == 2
    assert [folder.name for folder in (tmp_path / "editions").iterdir()] == [before.name]


def test_a_reader_keeps_the_edition_that_it_began_on(tmp_path: Path) -> None:
    put(tmp_path, "kh-1", awards=2)
    began = current_edition(tmp_path)
    for awards in range(3, 6):
        put(tmp_path, "kh-1", awards=awards)
    assert len(store.read_table(began, "awards")) == 2, "parts are never written through their hard links"
    assert len(store.read_table(current_edition(tmp_path), "awards")) == 5


def test_readers_never_see_half_a_plan(tmp_path: Path) -> None:
    """The title says how many awards the plan has: a reader beside a busy writer always finds as many."""
    put(tmp_path, "kh-1", awards=1)
    done = threading.Event()
    torn: list[object] = []

    def read() -> None:
        while not done.is_set():
            edition = current_edition(tmp_path)
            (title,) = store.read_table(edition, "plans")["title"].to_pylist()
            if int(title) != len(store.read_table(edition, "awards")):
                torn.append(title)

    reader = threading.Thread(target=read)
    reader.start()
    for awards in range(2, 22):
        put(tmp_path, "kh-1", awards=awards)
    done.set()
    reader.join()
    assert not torn


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [threading.Thread(target=put, args=(tmp_path, f"kh-{n}", n % 3)) for n in range(12)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(store.read_table(current_edition(tmp_path), "plans")) == 12
    assert len(store.read_table(current_edition(tmp_path), "awards")) == sum(n % 3 for n in range(12))


BREACHES: Mapping[str, tuple[str, dict[str, object]]] = {
    "null where a value must stand": ("plans", {"title": None}),
    "a code that the contract does not know": ("awards", {"occasion": "sometimes"}),
    "a confidence beyond 1": ("awards", {"confidence": 1.5}),
    "text that is not NFC": ("plans", {"title": unicodedata.normalize("NFD", "Kế hoạch")}),
    "a column of no table": ("awards", {"prize": "x"}),
    "a theme of no list": ("contents", {"themes": ["data", "magic"]}),
}


@pytest.mark.parametrize("name", BREACHES)
def test_rows_that_break_the_contract_are_not_stored(name: str) -> None:
    table, cells = BREACHES[name]
    with pytest.raises(ValueError, match=table):
        to_table(table, [row_of(table, **cells)])
    to_table(table, [row_of(table)])


def test_names_can_not_lead_out_of_the_store(tmp_path: Path) -> None:
    for name in ("../plans", "a/b", ".hidden", "0-schema"):
        with pytest.raises(ValueError), new_edition(tmp_path) as edition:
            edition.write("plans", name, [row_of("plans")])
    assert current_or_none(tmp_path) is None


def test_tables_of_an_older_version_get_their_new_columns(tmp_path: Path) -> None:
    put(tmp_path, "kh-1", awards=2)
    edition = current_edition(tmp_path)
    for part in (edition / "awards").glob("*.parquet"):
        rows = pq.read_table(part).drop_columns(["occasion"])
        part.unlink()
        pq.write_table(rows, part)
    put(tmp_path, "kh-2", awards=1)
    rows = store.read_table(current_edition(tmp_path), "awards")
    assert rows.schema.names == schemas()["awards"].names
    assert rows["occasion"].to_pylist() == [None, None, None]


def test_an_unwritable_folder_is_a_fault_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="--outputs"), new_edition(tmp_path / "file"):
        pass
    with pytest.raises(RunError, match="ingest"):
        current_edition(tmp_path / "nothing")


def test_an_original_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    scan = tmp_path / "Kế hoạch.PDF"
    scan.write_bytes(b"bytes")
    sha256 = hashlib.sha256(b"bytes").hexdigest()
    sha256 = hashlib.sha256(b"bytes").hexdigest()
    first = keep_original(scan, sha256, tmp_path / "originals")
    assert first == keep_original(scan, sha256, tmp_path / "originals")
    assert first.read_bytes() == b"bytes" and first.name == f"{sha256}.pdf"
    assert [path.name for path in first.parent.iterdir()] == [first.name], "no partial file stays"


def test_bytes_that_changed_while_they_were_copied_are_not_kept_under_the_old_hash(tmp_path: Path) -> None:
    scan = tmp_path / "a.pdf"
    scan.write_bytes(b"half")
    with pytest.raises(DocumentError, match="thay đổi"):
        keep_original(scan, hashlib.sha256(b"whole").hexdigest(), tmp_path / "originals")
    assert not [path for path in (tmp_path / "originals").rglob("*") if path.is_file()]
