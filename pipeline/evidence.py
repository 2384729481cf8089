"""What a row rests on, so that it is known again when its plan was read anew and its ordinal moved."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = str | int | float | bool | list[str] | dt.date | None
JsonCell = str | int | float | bool | list[str] | None  # dates as ISO text
Row = Mapping[str, Cell]
Tables = Mapping[str, Sequence[Row]]  # table name -> rows of one plan in order of `ordinal`

# Where a row stands and how sure the machine is: neither what it says nor what it is known by.
PLACE_COLUMNS = frozenset({
    "plan_id", "ordinal", "item_id", "parent_item_id", "path", "level", "page", "page_first", "page_last",
    "x0", "y0", "x1", "y1", "confidence", "ocr_confidence", "raw_text", "source_sha256", "source_file",
    "text_source", "page_count", "cited_plan_id", "regions", "doubts",
})  # fmt: skip

UNCORRECTED_TABLES = frozenset({"documents", "alignments", "conflicts"})  # no page says what stands in them

_SAME_PASSAGE = 80  # rapidfuzz ratio: two readings of one item are far above, two items of one plan far below


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passage of a row and what the machine had read there. `nth` of `of` rows read from this passage."""

    path: str | None  # of the item, `III.1.a.2`
    text: str  # the whole passage
    row: dict[str, JsonCell]
    nth: int  # 1-based
    of: int


def evidence_of(tables: Tables, table: str, index: int) -> Evidence:
    """The evidence of row `index` (0-based) of `table`. `tables`: as the machine read them, items included."""
    rows, paths = tables[table], item_paths(tables)
    row = rows[index]
    alike = [i for i, other in enumerate(rows) if _stands_with(other, row, paths)]
    return Evidence(
        path=paths.get(row.get("item_id")),
        text=passage(row),
        row={c: as_json(v) for c, v in row.items() if c not in PLACE_COLUMNS and c != "text"},
        nth=alike.index(index) + 1,
        of=len(alike),
    )


def find_row(
    evidence: Evidence, column: str, values: Sequence[JsonCell], rows: Sequence[Row], paths: Mapping[Cell, str]
) -> tuple[int | None, str]:
    """Index of the row that `evidence` speaks of, else None and why: `row_gone` or `ambiguous`.

    `column` is left out of the comparison, as its reading is in question; of rows alike in all else, one that
    reads any of `values` there is preferred.
    """
    sought = fingerprint(evidence.text)
    found = [i for i, row in enumerate(rows) if fingerprint(passage(row)) == sought]
    if not found and evidence.path is not None:  # the same item, read better or worse than before
        found = [
            i
            for i, row in enumerate(rows)
            if paths.get(row.get("item_id")) == evidence.path and _is_like(fingerprint(passage(row)), sought)
        ]
    if not found:
        return None, "row_gone"
    if evidence.path is not None:  # one sentence may stand in two places of a plan
        found = [i for i in found if paths.get(rows[i].get("item_id")) == evidence.path] or found
    known = {c: v for c, v in evidence.row.items() if c != column}
    agreeing = [i for i in found if all(as_json(rows[i].get(c)) == v for c, v in known.items())]
    if len(agreeing) > 1:
        agreeing = [i for i in agreeing if as_json(rows[i].get(column)) in values] or agreeing
    if len(agreeing) == 1:
        return agreeing[0], ""
    if len(found) == evidence.of:
        return found[evidence.nth - 1], ""
    return None, "ambiguous"


def item_paths(tables: Tables) -> dict[Cell, str]:
    """item_id -> path."""
    return {row["item_id"]: str(row["path"]) for row in tables.get("items", ())}


def fingerprint(text: str) -> str:
    """Letters and digits alone, without case: what stays of a passage when spacing and punctuation are read anew."""
    return "".join(c for c in unicodedata.normalize("NFC", text).casefold() if c.isalnum())


def passage(row: Row) -> str:
    return str(row.get("text") or row.get("heading") or "")


def as_json(value: object) -> JsonCell:
    """A cell as the log keeps it: dates as ISO text, arrays as lists, text in NFC."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [str(v) for v in value]
    return value  # type: ignore[return-value]


def _stands_with(one: Row, other: Row, paths: Mapping[Cell, str]) -> bool:
    return fingerprint(passage(one)) == fingerprint(passage(other)) and paths.get(one.get("item_id")) == paths.get(
        other.get("item_id")
    )


def _is_like(one: str, other: str) -> bool:
    from rapidfuzz.fuzz import ratio

    return ratio(one, other) >= _SAME_PASSAGE
