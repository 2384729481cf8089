"""What the corpus holds: counts, the matrix of provinces, lists of plans, files in trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.province_map import Tile, province_tiles
from pipeline.search import FOLDED
from pipeline.tables import records
from pipeline.wording import fold

if TYPE_CHECKING:
    import duckdb

COUNTED = ("purposes", "contents", "criteria", "awards", "deadlines", "responsibilities", "solutions")
CENTRAL = "Trung ương"
UNKNOWN = "Không rõ tỉnh"
PER_PAGE = 50
_TROUBLE = "('rejected', 'failed', 'not_a_plan')"


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """A line of the matrix. `rows`: how many rows of each counted table its plans gave."""

    name: str
    plans: int
    rows: Mapping[str, int]
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    plans: int
    pages: int
    present: int
    provinces_known: int
    confidence: float | None
    troubles: int
    tables: Sequence[str]
    matrix: Sequence[ProvinceLine]  # those with a plan
    absent: Sequence[str]  # provinces without any
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class PlanList:
    rows: Sequence[Mapping[str, Any]]
    total: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PER_PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * PER_PAGE + len(self.rows)


def overview(connection: duckdb.DuckDBPyConnection) -> Overview:
    """The whole corpus."""
    from extractors.places import provinces

    counts = ", ".join(f"sum(coalesce(n_{table}, 0)) AS {table}" for table in COUNTED)
    joins = " ".join(
        f'LEFT JOIN (SELECT plan_id, count(*) AS n_{table} FROM "{table}" GROUP BY 1) USING (plan_id)'
        for table in COUNTED
    )
    lines = records(
        connection,
        f"SELECT coalesce(province, CASE WHEN issuer_level = 'central' THEN '{CENTRAL}' ELSE '{UNKNOWN}' END) AS name, "
        f"count(*) AS plans, sum(coalesce(page_count, 0)) AS pages, {counts}, avg(sure) AS confidence FROM plans {joins} "
        "LEFT JOIN (SELECT plan_id, avg(confidence) AS sure FROM items GROUP BY 1) USING (plan_id) GROUP BY 1",
    )
    found = {line["name"]: line for line in lines}
    names = sorted((province.name for province in provinces().values()), key=fold)
    order = [name for name in (CENTRAL, *names, UNKNOWN) if name in found]
    (whole,) = records(connection, "SELECT avg(confidence) AS sure FROM items")
    return Overview(
        plans=sum(line["plans"] for line in lines),
        pages=int(sum(line["pages"] for line in lines)),
        present=sum(name in found for name in names),
        provinces_known=len(names),
        confidence=whole["sure"],
        troubles=sum(
            count for status, count in statuses(connection).items() if status in ("rejected", "failed", "not_a_plan")
        ),
        tables=COUNTED,
        matrix=[_line(name, found[name]) for name in order],
        absent=[name for name in names if name not in found],
        tiles=province_tiles(
            {code: province.name for code, province in provinces().items()},
            {name: line["plans"] for name, line in found.items()},
        ),
    )


def _line(name: str, found: Mapping[str, Any]) -> ProvinceLine:
    return ProvinceLine(name, found["plans"], {table: int(found[table]) for table in COUNTED}, found["confidence"])


def list_plans(connection: duckdb.DuckDBPyConnection, wanted: str = "", province: str = "", page: int = 1) -> PlanList:
    """A page of the plans whose number, issuer or title has `wanted` (marks make no difference), newest first."""
    named = f"coalesce(province, CASE WHEN issuer_level = 'central' THEN '{CENTRAL}' ELSE '{UNKNOWN}' END)"
    words = "concat_ws(' ', doc_number, issuer, title, source_file)"
    found = records(
        connection,
        "SELECT plan_id, doc_number, issuer, issue_date, title, page_count FROM plans "
        f"WHERE ($1 = '' OR contains({FOLDED.format(column=words)}, $1)) AND ($2 = '' OR {named} = $2) "
        "ORDER BY issue_date DESC NULLS LAST, plan_id",
        [fold(wanted.strip()), province],
    )
    page = min(max(1, page), max(1, -(-len(found) // PER_PAGE)))
    return PlanList(found[(page - 1) * PER_PAGE : page * PER_PAGE], len(found), page)


def statuses(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many files became what."""
    rows = records(connection, "SELECT status, count(*) AS n FROM documents GROUP BY 1 ORDER BY 2 DESC, 1")
    return {row["status"]: row["n"] for row in rows}


def troubles(connection: duckdb.DuckDBPyConnection, limit: int = 200) -> list[dict[str, Any]]:
    """The files that gave no plan, newest first."""
    return records(
        connection,
        f"SELECT * FROM documents WHERE status IN {_TROUBLE} ORDER BY received_at DESC, source_file LIMIT {limit}",
    )
