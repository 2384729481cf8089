"""What a person should look at first: corrections in doubt, codes that no vocabulary knew, the least certain rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.corrections import UNCORRECTED_TABLES, tables_of
from pipeline.editions import current_edition
from pipeline.query import ask
from pipeline.replay import Correction, corrected_rows, corrections_of
from pipeline.schema import CODES, schemas
from pipeline.store import Edition


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to look at. `column` is None where the whole row is in doubt; `page` where the source had none."""

    plan_id: str
    table: str
    ordinal: int
    column: str | None
    page: int | None
    confidence: float | None
    reason: str
    text: str


def doubts_of(outputs: Path, limit: int = 20, plan_id: str | None = None) -> tuple[Doubt, ...]:
    """The first `limit` doubts: conflicts, then the rows from the least certain up; of equals, unknown codes first.

    Rows in which a person has corrected or confirmed anything are settled, but for conflicts. Raises RunError where
    nothing was ever stored.
    """
    conflicts = _conflicts(outputs, plan_id)
    settled = settled_rows(outputs, corrections_of(outputs, plan_id))
    rows = _uncertain_rows(outputs, plan_id, limit + len(settled))
    open_rows = [doubt for doubt in rows if (doubt.plan_id, doubt.table, doubt.ordinal) not in settled]
    return tuple((conflicts + open_rows)[:limit])


def settled_rows(outputs: Path, corrections: Sequence[Correction]) -> frozenset[tuple[str, str, int]]:
    """(plan_id, table, ordinal) of the published rows that a person has looked at."""
    edition, found = Edition(current_edition(outputs)), set()
    for plan in {correction.plan_id for correction in corrections}:
        tables = tables_of(edition, plan)
        for correction, index in corrected_rows(corrections, plan, tables):
            found.add((plan, correction.table, tables[correction.table][index].get("ordinal", 1)))
    return frozenset(found)


def _conflicts(outputs: Path, plan_id: str | None) -> list[Doubt]:
    rows = ask(
        outputs,
        'SELECT plan_id, "table", ordinal, "column", sentence, value FROM conflicts '
        "WHERE $1 IS NULL OR plan_id = $1 ORDER BY ALL",
        [plan_id],
    ).rows
    gone = _corrections_of_lost_plans(outputs) if plan_id is None else []
    return [Doubt(plan, table, n, column, None, None, why, value) for plan, table, n, column, why, value in rows] + gone


def _corrections_of_lost_plans(outputs: Path) -> list[Doubt]:
    known = {row[0] for row in ask(outputs, "SELECT plan_id FROM plans").rows}
    reason = "Không còn kế hoạch có mã này (số, cơ quan hoặc năm nay đọc khác): sửa lại ở mã mới."
    return [
        Doubt(c.plan_id, c.table, c.ordinal, c.column, None, None, reason, str(c.value))
        for c in corrections_of(outputs)
        if c.plan_id not in known
    ]


def _uncertain_rows(outputs: Path, plan_id: str | None, limit: int) -> list[Doubt]:
    queries = []
    for table, schema in schemas().items():
        if table in UNCORRECTED_TABLES or "confidence" not in schema.names:
            continue
        coded = [name for name in schema.names if "other" in CODES.get(f"{table}.{name}", ())]
        unknown = " WHEN ".join(f"{_is_other(schema, name)} THEN '{name}'" for name in coded)
        column = f"CASE WHEN {unknown} END" if unknown else "NULL"
        ordinal = "ordinal" if "ordinal" in schema.names else "1"
        page = "page" if "page" in schema.names else "page_first" if "page_first" in schema.names else "1"
        text = next(name for name in ("text", "heading", "title") if name in schema.names)
        queries.append(
            f"SELECT plan_id, '{table}' AS tbl, {ordinal} AS ordinal, {column} AS col, {page} AS page, confidence, "
            f'"{text}" AS text FROM "{table}"'
        )
    rows = ask(
        outputs,
        f"SELECT * FROM ({' UNION ALL '.join(queries)}) WHERE ($1 IS NULL OR plan_id = $1) "
        "AND (confidence < 1 OR col IS NOT NULL) "
        "ORDER BY confidence, col IS NULL, plan_id, tbl, ordinal LIMIT $2",
        [plan_id, limit],
    ).rows
    return [
        Doubt(plan, table, ordinal, column, page, confidence, _reason(column), text or "")
        for plan, table, ordinal, column, page, confidence, text in rows
    ]


def _is_other(schema: pa.Schema, name: str) -> str:
    """SQL: the vocabulary had no code for what the page prints."""
    if pa.types.is_list(schema.field(name).type):
        return f"list_contains(\"{name}\", 'other')"
    return f"coalesce(\"{name}\", 'other') = 'other'"


def _reason(column: str | None) -> str:
    return "Độ tin cậy thấp." if column is None else f"Chưa có mã cho {column}: sửa, hoặc thêm vào từ vựng."
