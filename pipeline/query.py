"""SQL over the tables: a DuckDB connection with a view of every table of one edition."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import RunError
from pipeline.editions import current_edition

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Answer:
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def connect(outputs: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory connection whose views show one edition, whatever is ingested meanwhile.

    Raises RunError where nothing was ever stored.
    """
    import duckdb

    edition = current_edition(outputs)
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    for folder in sorted(edition.iterdir()):
        files = str(folder / "*.parquet").replace("'", "''")
        connection.execute(f"CREATE VIEW \"{folder.name}\" AS SELECT * FROM read_parquet('{files}')")
    return connection


def ask(outputs: Path, sql: str, parameters: list[Any] | None = None) -> Answer:
    """The answer to one SQL statement. Raises RunError with DuckDB's own words where the SQL is wrong."""
    with connect(outputs) as connection:
        return answer(connection, sql, parameters)


def answer(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> Answer:
    """As `ask`, of a connection that is already open: opening one looks at every file of the tables."""
    import duckdb

    try:
        cursor = connection.execute(sql, parameters)
        columns = tuple(column[0] for column in cursor.description or ())
        return Answer(columns, tuple(cursor.fetchall()))
    except duckdb.Error as error:
        raise RunError(f"SQL không chạy được: {error}") from error


def find_plan(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The plan_id that `name` means: a plan_id, a document number, or part of one or of a source file's name, where only
    one fits.

    Raises RunError that lists what fits where none or several do.
    """
    found = answer(
        connection,
        "SELECT plan_id FROM plans WHERE plan_id = $1 OR doc_number = $1 ORDER BY plan_id",
        [name],
    ).rows or answer(
        connection,
        "SELECT plan_id FROM plans WHERE contains(lower(concat_ws('\n', plan_id, doc_number, source_file)), lower($1)) "
        "ORDER BY plan_id",
        [name],
    ).rows
    if len(found) == 1:
        return found[0][0]
    choices = found or answer(connection, "SELECT plan_id FROM plans ORDER BY plan_id LIMIT 20").rows
    what = f"Nhiều kế hoạch khớp với “{name}”" if found else f"Không có kế hoạch nào khớp với “{name}”"
    raise RunError(f"{what}; chọn một trong: {', '.join(row[0] for row in choices) or '(chưa có kế hoạch nào)'}.")
