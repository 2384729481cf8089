"""One plan for a reviewer: its outline or one of its tables, where each row stands on the page, what may be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import RunError
from pipeline.evidence import PLACE_COLUMNS
from pipeline.labels import choices, shown
from pipeline.tables import plan_head, records

if TYPE_CHECKING:
    import duckdb

SHOWN_TABLES = (
    "plans", "items", "sections", "citations", "purposes", "contents", "criteria", "awards", "deadlines",
    "responsibilities", "solutions",
)  # fmt: skip
_LEADS = {  # the cell that a person recognises a row by
    "sections": "numeral", "citations": "doc_number", "awards": "award", "deadlines": "kind", "responsibilities": "body",
    "criteria": "subject", "purposes": "aspect", "contents": "themes", "solutions": "themes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell. `written`: its value as a form holds it. `choices`: codes and their names, None for free values."""

    column: str
    value: Any
    corrected: bool
    choices: Mapping[str, str] | None
    is_list: bool

    @property
    def written(self) -> str:
        if self.value is None:
            return ""
        return "; ".join(map(str, self.value)) if isinstance(self.value, list) else str(self.value)

    @property
    def hint(self) -> str:
        if self.column.endswith("_date"):
            return "Ngày dạng 14/05/2025 hoặc 2025-05-14; để trống nếu không có."
        if self.is_list:
            said = (
                f" Mã: {', '.join(f'{code} ({name})' for code, name in self.choices.items())}." if self.choices else ""
            )
            return f"Các mục cách nhau bằng dấu chấm phẩy.{said}"
        return ""


@dataclass(frozen=True, slots=True)
class RowView:
    ordinal: int
    text: str
    lead: str
    marker: str | None
    level: int
    confidence: float | None
    chosen: bool
    restored: str | None = None
    raw_text: str | None = None
    cells: Sequence[CellView] = ()
    editable: Sequence[CellView] = ()
    edited: CellView | None = None
    before: int | None = None
    after: int | None = None
    also_on: Sequence[int] = ()  # pages on which it stands besides the one shown


@dataclass(frozen=True, slots=True)
class BoxView:
    ordinal: int
    x0: float
    y0: float
    x1: float
    y1: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    head: Mapping[str, Any]
    tabs: Sequence[tuple[str, int]]
    table: str
    rows: Sequence[RowView]
    page: int
    page_count: int
    has_picture: bool
    boxes: Sequence[BoxView]


def plan_view(
    connection: duckdb.DuckDBPyConnection,
    plan_id: str,
    table: str = "items",
    ordinal: int | None = None,
    page: int | None = None,
    column: str | None = None,
    corrected: frozenset[tuple[str, int, str]] = frozenset(),
    has_picture: bool = False,
) -> PlanView:
    """The plan with row `ordinal` of `table` open. `corrected`: cells (table, ordinal, column) that a person has set.

    Raises RunError where plan or table is none of ours.
    """
    if table not in SHOWN_TABLES:
        raise RunError(f"Không có bảng “{table}”.")
    head = plan_head(connection, plan_id)
    counts = [(name, _count(connection, name, plan_id)) for name in SHOWN_TABLES]
    rows = [_as_row(head)] if table == "plans" else _rows(connection, table, plan_id)
    chosen = _chosen(rows, ordinal)
    if page is None:
        page = (chosen or {}).get("page") or next((row["page"] for row in rows if row.get("page")), 1)
    page_count = head["page_count"] or max((row.get("page") or 0 for row in rows), default=0)
    return PlanView(
        head,
        counts,
        table,
        [_row_view(table, row, n, rows, row is chosen, column, corrected, page) for n, row in enumerate(rows)],
        min(max(1, page), max(1, page_count)),
        page_count if _has_pages(head) else 0,
        has_picture,
        [box for row in rows for box in _boxes(row, page, row is chosen)],
    )


def _chosen(rows: Sequence[Mapping[str, Any]], ordinal: int | None) -> Mapping[str, Any] | None:
    return next((row for row in rows if row["ordinal"] == ordinal), None) if ordinal is not None else None


def _as_row(head: Mapping[str, Any]) -> dict[str, Any]:
    """The plan's row of `plans` as one that can be opened and corrected: its only one."""
    return {**head, "ordinal": 1, "text": head["title"] or head["plan_id"], "confidence": None}


def _has_pages(head: Mapping[str, Any]) -> bool:
    return head["text_source"] != "text"


def _count(connection: duckdb.DuckDBPyConnection, table: str, plan_id: str) -> int:
    (found,) = records(connection, f'SELECT count(*) AS n FROM "{table}" WHERE plan_id = $1', [plan_id])
    return found["n"]


def _rows(connection: duckdb.DuckDBPyConnection, table: str, plan_id: str) -> list[dict[str, Any]]:
    """The rows of the table with what was read (`raw_text`) and restored in the item of each."""
    if table == "items":
        sql = "SELECT *, text AS restored FROM items WHERE plan_id = $1 ORDER BY ordinal"
    else:
        sql = (
            f'SELECT t.*, i.raw_text, i.text AS restored, i.regions FROM "{table}" t LEFT JOIN items i USING (plan_id, item_id) '
            "WHERE t.plan_id = $1 ORDER BY t.ordinal"
        )
    rows = records(connection, sql, [plan_id])
    return _with_sub_items(connection, plan_id, rows) if table in ("contents", "solutions") else rows


def _with_sub_items(
    connection: duckdb.DuckDBPyConnection, plan_id: str, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows whose sub-items belong to their text, with the places and the raw text of these too."""
    items = records(connection, "SELECT * FROM items WHERE plan_id = $1 ORDER BY ordinal", [plan_id])
    below: dict[str | None, list[dict[str, Any]]] = {}
    for item in items:
        below.setdefault(item["parent_item_id"], []).append(item)

    def whole(item_id: str) -> list[dict[str, Any]]:
        return [found for item in below.get(item_id, ()) for found in (item, *whole(item["item_id"]))]

    joined = []
    for row in rows:
        parts = whole(row["item_id"])
        joined.append(row | {
            "regions": [*(row["regions"] or ()), *(place for part in parts for place in part["regions"] or ())],
            "raw_text": " ".join(filter(None, [row["raw_text"], *(part["raw_text"] for part in parts)])),
            "restored": " ".join(filter(None, [row["restored"], *(part["text"] for part in parts)])),
        })  # fmt: skip
    return joined


def _row_view(
    table: str,
    row: Mapping[str, Any],
    place: int,
    rows: Sequence[Mapping[str, Any]],
    chosen: bool,
    column: str | None,
    corrected: frozenset[tuple[str, int, str]],
    page: int,
) -> RowView:
    lead = _LEADS.get(table)
    said = "" if lead is None else shown(lead, row[lead], table)
    brief = RowView(
        row["ordinal"], row["text"], said, row.get("marker"), row.get("level") or 0, row.get("confidence"), chosen
    )  # fmt: skip
    if not chosen:
        return brief
    cells = [_cell(table, row, name, corrected) for name in row if name not in _NOT_CELLS]
    editable = [cell for cell in cells if cell.column not in PLACE_COLUMNS]
    return RowView(
        *(getattr(brief, name) for name in RowView.__slots__[:7]),
        restored=row.get("restored"),
        raw_text=row.get("raw_text"),
        cells=cells,
        editable=editable,
        edited=next((cell for cell in editable if cell.column == column), None),
        before=rows[place - 1]["ordinal"] if place else None,
        after=rows[place + 1]["ordinal"] if place + 1 < len(rows) else None,
        also_on=_other_pages(row, page),
    )


_NOT_CELLS = frozenset({
    "plan_id", "ordinal", "item_id", "parent_item_id", "x0", "y0", "x1", "y1", "raw_text", "restored", "level", "regions",
})  # fmt: skip


def _cell(table: str, row: Mapping[str, Any], column: str, corrected: frozenset[tuple[str, int, str]]) -> CellView:
    is_list = isinstance(row[column], list) or column in ("themes", "kinds", "with_bodies")
    is_kind_of_items = (table, column) in (("items", "kind"),)
    found = choices(table, column) if table not in ("plans",) or column in ("issuer_level",) else None
    return CellView(
        column, row[column], (table, row["ordinal"], column) in corrected, found, is_list and not is_kind_of_items
    )


def _boxes(row: Mapping[str, Any], page: int, chosen: bool) -> list[BoxView]:
    """Where the row's item stands on `page`: an item may run over several pages, and stand twice on one."""
    found = []
    for place in row.get("regions") or ():
        on_page, _, sides = place.partition(":")
        if int(on_page) == page and sides:
            found.append(BoxView(row["ordinal"], *map(float, sides.split(",")), chosen=chosen))
    return found


def _other_pages(row: Mapping[str, Any], page: int) -> list[int]:
    """The pages other than `page` on which the row's item stands."""
    return sorted({int(place.partition(":")[0]) for place in row.get("regions") or ()} - {page})
