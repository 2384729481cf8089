"""Two plans side by side: each row with its counterpart, and first what an official must notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.align import Kind, align, wording
from pipeline.codes import ALIGNED_TABLES
from pipeline.errors import RunError
from pipeline.lineage import link_citations
from pipeline.notices import Notice, Pair, notices_of
from pipeline.tables import plan_head, plan_rows, records
from pipeline.wording import keys

if TYPE_CHECKING:
    import duckdb

_LEVELS = ("central", "province", "department", "unit", "commune")


@dataclass(frozen=True, slots=True)
class Parent:
    """The plan to compare with. `note`: why this one, where it is not the plan that the document carries out."""

    plan_id: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Diff:
    """`pairs`: every row of the aligned tables of both plans, in the order of `alignments`."""

    plan: Mapping[str, Any]
    parent: Mapping[str, Any]
    note: str | None
    notices: tuple[Notice, ...]
    pairs: tuple[Pair, ...]

    def of_table(self, table: str) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.table == table)

    def counts(self) -> Mapping[str, Counter[str]]:
        """How many of each change, by table."""
        return {table: Counter(pair.change.value for pair in self.of_table(table)) for table in ALIGNED_TABLES}


def diff_plans(connection: duckdb.DuckDBPyConnection, plan_id: str, parent_id: str | None = None) -> Diff:
    """The plan against `parent_id`, else against the plan above it. Raises RunError where either is not in the tables."""
    parent = Parent(parent_id, None) if parent_id else find_parent(connection, plan_id)
    heads = plan_head(connection, plan_id), plan_head(connection, parent.plan_id)
    ours, theirs = plan_rows(connection, plan_id), plan_rows(connection, parent.plan_id)
    by_ordinal = {
        side: {(table, row["ordinal"]): row for table, of in rows.items() for row in of}
        for side, rows in (("ours", ours), ("theirs", theirs))
    }
    pairs = []
    for found in align(plan_id, ours, parent.plan_id, theirs):
        here = by_ordinal["ours"].get((found.table, found.ordinal))
        there = by_ordinal["theirs"].get((found.table, found.parent_ordinal))
        changes = wording(here, there).changes if here and there else ()
        pairs.append(Pair(found.table, Kind(found.change), here, there, found.similarity, changes))
    return Diff(*heads, parent.note, notices_of(heads[0], heads[1], pairs), tuple(pairs))


def find_parent(connection: duckdb.DuckDBPyConnection, plan_id: str) -> Parent:
    """The plan that `plan_id` carries out, else the nearest plan above it on the same document or movement.

    Raises RunError that says what to do where the tables hold neither.
    """
    head = plan_head(connection, plan_id)
    cited = records(connection, "SELECT * FROM citations WHERE plan_id = $1", [plan_id])
    others = _others(connection, plan_id)
    found = link_citations([head, *others], cited)  # now: a plan may have come since the column was written
    linked = {row["cited_plan_id"] or named for row, named in zip(cited, found, strict=True)} - {plan_id, None}
    for row, named in zip(cited, found, strict=True):
        if row["is_parent"] and (row["cited_plan_id"] or named) in linked:
            return Parent(row["cited_plan_id"] or named, None)
    missing = next((f"{row['doc_type'] or 'văn bản'} {row['doc_number']}" for row in cited if row["is_parent"]), None)
    why = f"{missing} không có trong kho" if missing else "văn bản không nêu kế hoạch cấp trên"
    above = [row for row in others if _level(row) < _level(head)]
    direct = [row for row in above if row["plan_id"] in linked]
    shared = {(c["doc_number"] or "").lower() for c in cited if c["relation"] in ("basis", "implements")}
    same_document = [row for row in above if (row["parent_number"] or "").lower() in shared]
    akin = direct or same_document or [row for row in above if _is_same_movement(row, head)]
    if not akin:
        raise RunError(f"Không rõ so với kế hoạch nào: {why}. Nêu rõ: kehoach diff {plan_id} KẾ_HOẠCH_CẤP_TRÊN.")
    nearest = max(akin, key=lambda row: (_level(row), row["issue_date"] is not None, str(row["issue_date"])))
    name = f"{nearest['doc_number'] or nearest['plan_id']} của {nearest['issuer'] or 'cơ quan không rõ'}"
    kin = "cùng triển khai một văn bản gốc" if direct or same_document else "cùng một phong trào"
    return Parent(nearest["plan_id"], f"Đối chiếu với {name}, {kin}, vì {why}.")


def _is_same_movement(row: Mapping[str, Any], head: Mapping[str, Any]) -> bool:
    """Whether both carry on a movement of one name; a lower level often prints only a part of it."""
    names = [" ".join(keys(side["movement"] or "")) for side in (row, head)]
    return all(names) and (names[0] in names[1] or names[1] in names[0]) and row["sector"] == head["sector"]


def _others(connection: duckdb.DuckDBPyConnection, plan_id: str) -> list[dict[str, Any]]:
    return records(
        connection,
        "SELECT p.*, c.doc_number AS parent_number FROM plans p "
        "LEFT JOIN citations c ON c.plan_id = p.plan_id AND c.is_parent WHERE p.plan_id <> $1 ORDER BY p.plan_id",
        [plan_id],
    )


def _level(head: Mapping[str, Any]) -> int:
    """0 for central bodies, more for those below; unknown counts as lowest."""
    level = head.get("issuer_level")
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)
