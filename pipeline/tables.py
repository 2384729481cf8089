"""The tables for Python: pandas frames, and DuckDB with every table as a view.

    from pipeline import tables
    tables.frame("awards")                      # pandas.DataFrame
    tables.connect().sql("SELECT province, count(*) FROM awards JOIN plans USING (plan_id) GROUP BY 1").df()

`outputs`: the folder of the tables or the address of a store (`s3://bucket/prefix`), else `KEHOACH_OUTPUTS`, else `outputs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import query
from pipeline.codes import ALIGNED_TABLES
from pipeline.errors import RunError
from pipeline.settings import settings_from

if TYPE_CHECKING:
    import duckdb
    import pandas

PlanRows = dict[str, list[dict[str, Any]]]


def connect(outputs: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection on one edition of the tables, one view a table. Raises RunError where nothing was stored."""
    return query.connect(_folder(outputs))


def frame(name: str, outputs: Path | str | None = None) -> pandas.DataFrame:
    """Table `name`, all rows, in order of plan and ordinal. Raises RunError that lists the tables where none is so named."""
    with connect(outputs) as connection:
        names = [
            row[0] for row in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        ]
        if name not in names:
            raise RunError(f"Không có bảng “{name}”; có: {', '.join(sorted(names))}.")
        rows = connection.sql(f'SELECT * FROM "{name}"')
        order = [column for column in ("plan_id", "ordinal") if column in rows.columns]
        return (rows.order(", ".join(order)) if order else rows).df()


def plan_head(connection: duckdb.DuckDBPyConnection, plan_id: str) -> dict[str, Any]:
    """The plan's row of `plans`. Raises RunError where there is none."""
    found = records(connection, "SELECT * FROM plans WHERE plan_id = $1", [plan_id])
    if not found:
        raise RunError(f"Không có kế hoạch nào mang mã “{plan_id}”.")
    return found[0]


def plan_rows(connection: duckdb.DuckDBPyConnection, plan_id: str, names: Sequence[str] = ALIGNED_TABLES) -> PlanRows:
    """The rows of one plan in each of the tables `names`, in reading order."""
    return {
        name: records(connection, f'SELECT * FROM "{name}" WHERE plan_id = $1 ORDER BY ordinal', [plan_id])
        for name in names
    }


def records(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The answer to `sql` as one mapping a row, null as None."""
    cursor = connection.execute(sql, parameters)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _folder(outputs: Path | str | None) -> Path:
    return settings_from(outputs).outputs
