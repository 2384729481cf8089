"""What a person should look at first: corrections in doubt, codes that no vocabulary knew, the least certain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.codes import CODES
from pipeline.evidence import UNCORRECTED_TABLES
from pipeline.query import connect
from pipeline.replay import Correction, corrected_rows, corrections_of
from pipeline.tables import records

if TYPE_CHECKING:
    import duckdb


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
    doc_number: str | None = None


def doubts_of(outputs: Path, limit: int = 20, plan_id: str | None = None) -> tuple[Doubt, ...]:
    """The first `limit` doubts: conflicts, then the least certain rows. Raises RunError where nothing was ever stored."""
    corrections = corrections_of(outputs, plan_id)
    with connect(outputs) as connection:
        conflicts = _conflicts(connection, corrections, plan_id)
        return tuple(conflicts + least_certain(connection, corrections, limit, plan_id))[:limit]


def least_certain(
    connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction], limit: int, plan_id: str | None = None
) -> list[Doubt]:
    """The rows from the least certain up; of equals, unknown codes first. Rows in which a person has corrected or
    confirmed anything are settled."""
    settled = _settled_rows(connection, corrections)
    rows = _uncertain_rows(connection, plan_id, limit + len(settled))
    return [doubt for doubt in rows if (doubt.plan_id, doubt.table, doubt.ordinal) not in settled][:limit]


def _settled_rows(
    connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]
) -> frozenset[tuple[str, str, int]]:
    """(plan_id, table, ordinal) of the published rows that a person has looked at."""
    looked_at: dict[str, set[str]] = defaultdict(lambda: {"items"})  # items: a row is known again by its place
    for correction in corrections:
        looked_at[correction.plan_id].add(correction.table)
    found = set()
    for plan, names in looked_at.items():
        tables = {
            name: records(
                connection,
                f'SELECT * FROM "{name}" WHERE plan_id = $1' + ("" if name == "plans" else " ORDER BY ordinal"),
                [plan],
            )
            for name in sorted(names)
        }
        for correction, index in corrected_rows(corrections, plan, tables):
            found.add((plan, correction.table, tables[correction.table][index].get("ordinal", 1)))
    return frozenset(found)


def _conflicts(
    connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction], plan_id: str | None
) -> list[Doubt]:
    rows = connection.execute(
        'SELECT plan_id, "table", ordinal, "column", sentence, value FROM conflicts '
        "WHERE $1 IS NULL OR plan_id = $1 ORDER BY ALL",
        [plan_id],
    ).fetchall()
    gone = _of_lost_plans(connection, corrections) if plan_id is None else []
    return [Doubt(plan, table, n, column, None, None, why, value) for plan, table, n, column, why, value in rows] + gone


def _of_lost_plans(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> list[Doubt]:
    known = {row[0] for row in connection.execute("SELECT plan_id FROM plans").fetchall()}
    reason = "Không còn kế hoạch có mã này (số, cơ quan hoặc năm nay đọc khác): sửa lại ở mã mới."
    return [
        Doubt(c.plan_id, c.table, c.ordinal, c.column, None, None, reason, str(c.value))
        for c in corrections
        if c.plan_id not in known
    ]


def _uncertain_rows(connection: duckdb.DuckDBPyConnection, plan_id: str | None, limit: int) -> list[Doubt]:
    queries = []
    for table, columns in _columns(connection).items():
        coded = [name for name in columns if "other" in CODES.get(f"{table}.{name}", ())]
        unknown = " WHEN ".join(f"{_is_other(columns[name], name)} THEN '{name}'" for name in coded)
        column = f"CASE WHEN {unknown} END" if unknown else "NULL"
        ordinal = "ordinal" if "ordinal" in columns else "1"
        page = "page" if "page" in columns else "page_first" if "page_first" in columns else "1"
        text = next(name for name in ("text", "heading", "title") if name in columns)
        queries.append(
            f"SELECT plan_id, '{table}' AS tbl, {ordinal} AS ordinal, {column} AS col, {page} AS page, confidence, "
            f'"{text}" AS text FROM "{table}"'
        )
    rows = connection.execute(
        f"SELECT u.*, p.doc_number FROM ({' UNION ALL '.join(queries)}) u JOIN plans p USING (plan_id) "
        "WHERE ($1 IS NULL OR plan_id = $1) AND (u.confidence < 1 OR col IS NOT NULL) "
        "ORDER BY u.confidence, col IS NULL, plan_id, tbl, ordinal LIMIT $2",
        [plan_id, limit],
    ).fetchall()
    return [
        Doubt(plan, table, ordinal, column, page, confidence, _reason(column), text or "", doc_number)
        for plan, table, ordinal, column, page, confidence, text, doc_number in rows
    ]


def _columns(connection: duckdb.DuckDBPyConnection) -> Mapping[str, Mapping[str, str]]:
    """Type by column of every table that a page speaks for and that says how sure it is."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_name) WHERE table_type = 'VIEW' ORDER BY ALL"
    ).fetchall():
        found[table][column] = kind
    return {t: kinds for t, kinds in found.items() if "confidence" in kinds and t not in UNCORRECTED_TABLES}


def _is_other(kind: str, name: str) -> str:
    """SQL: the vocabulary had no code for what the page prints. `kind`: the column's type."""
    if kind.endswith("[]"):
        return f"list_contains(\"{name}\", 'other')"
    return f"coalesce(\"{name}\", 'other') = 'other'"


def _reason(column: str | None) -> str:
    return "Độ tin cậy thấp." if column is None else f"Chưa có mã cho {column}: sửa, hoặc thêm vào từ vựng."
