"""Row and cell F1 of extracted tables against gold: rows pair by what identifies them, then their cells are compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from pipeline.evaluate_text import fold

Row = Mapping[str, Any]

CELLS: Mapping[str, tuple[str, ...]] = {
    "plans": (
        "doc_number", "issuer", "issuer_level", "province_code", "province", "province_as_printed", "place", "issue_date",
        "title", "movement", "sector", "period_start", "period_end", "signer_name", "signer_title",
    ),
    "citations": ("doc_number", "relation", "doc_type", "doc_date", "doc_issuer", "is_parent"),
    "sections": ("numeral", "heading", "kinds"),
    "purposes": ("text", "aspect"),
    "contents": ("text", "title", "themes"),
    "criteria": ("text", "subject", "subject_text"),
    "awards": ("award", "award_type", "authority", "award_level", "occasion"),
    "deadlines": (
        "text", "kind", "recurrence", "start_date", "end_date", "precision", "annual_month", "annual_day", "qualifier",
        "body", "addressee",
    ),
    "responsibilities": ("text", "body", "body_class", "role", "with_bodies", "reports_to"),
    "solutions": ("text", "title", "themes"),
}  # fmt: skip
_MIN_LIKENESS = {
    "text": 95, "heading": 95, "title": 90, "body": 88, "addressee": 80, "doc_issuer": 80, "subject_text": 85,
    "authority": 88, "award": 92, "issuer": 90, "movement": 92, "reports_to": 80, "signer_name": 100,
}  # fmt: skip
_MIN_PAIR = 0.7  # likeness of texts under which two rows are not the same row


@dataclass(frozen=True, slots=True)
class TableScore:
    """Counts of one table, so that plans add up. `judged`: (confidence, all cells right) of each extracted row."""

    rows: int
    gold_rows: int
    paired: int
    cells_right: int
    columns: int
    judged: tuple[tuple[float, bool], ...] = field(default=())

    @property
    def row_f1(self) -> float:
        both = self.rows + self.gold_rows
        return 2 * self.paired / both if both else 1.0

    @property
    def cell_f1(self) -> float:
        both = (self.rows + self.gold_rows) * self.columns
        return 2 * self.cells_right / both if both else 1.0

    def __add__(self, other: TableScore) -> TableScore:
        return TableScore(
            self.rows + other.rows,
            self.gold_rows + other.gold_rows,
            self.paired + other.paired,
            self.cells_right + other.cells_right,
            self.columns,
            self.judged + other.judged,
        )


def score_table(table: str, rows: Sequence[Row], gold: Sequence[Row]) -> TableScore:
    """Gold rows marked `optional` count neither way, found or not."""
    columns = CELLS[table]
    pairs = _paired(table, rows, gold)
    optional = {i for i, j in pairs if gold[j].get("optional")}
    pairs = [(i, j) for i, j in pairs if i not in optional]
    right = {i: sum(cell_right(c, rows[i].get(c), gold[j].get(c)) for c in columns) for i, j in pairs}
    counted = [i for i in range(len(rows)) if i not in optional]
    return TableScore(
        rows=len(counted),
        gold_rows=sum(not row.get("optional") for row in gold),
        paired=len(pairs),
        cells_right=sum(right.values()),
        columns=len(columns),
        judged=tuple((float(rows[i].get("confidence") or 0.0), right.get(i) == len(columns)) for i in counted),
    )


def wrong_cells(table: str, rows: Sequence[Row], gold: Sequence[Row]) -> list[str]:
    """One line a wrong cell, row too many or row missing, for a person who mends the extractor."""
    pairs = _paired(table, rows, gold)
    lines = [
        f"sai {table}.{column}: {rows[i].get(column)!r}, đúng ra {gold[j].get(column)!r}"
        for i, j in sorted(pairs)
        for column in CELLS[table]
        if not gold[j].get("optional") and not cell_right(column, rows[i].get(column), gold[j].get(column))
    ]
    found, met = {i for i, _ in pairs}, {j for _, j in pairs}
    lines += [f"thừa {table}: {_label(row)!r}" for i, row in enumerate(rows) if i not in found]
    return lines + [
        f"thiếu {table}: {_label(row)!r}" for j, row in enumerate(gold) if j not in met and not row.get("optional")
    ]


def cell_right(column: str, value: Any, truth: Any) -> bool:
    """Whether an analyst would take `value` for `truth`."""
    if column in ("themes", "kinds", "with_bodies"):
        return _list_right(column, list(value or ()), list(truth or ()))
    if _is_null(value) or _is_null(truth):
        return _is_null(value) and _is_null(truth)
    if isinstance(value, (date, int)):
        return str(int(value) if isinstance(value, bool) else value) == str(int(truth) if isinstance(truth, bool) else truth)
    one, other = _plain(value), _plain(truth)
    return one == other or (column in _MIN_LIKENESS and fuzz.ratio(one, other) >= _MIN_LIKENESS[column])


def _list_right(column: str, value: list[str], truth: list[str]) -> bool:
    if column == "kinds":
        return set(value) == set(truth)
    if column == "themes":  # the main theme of each among the other's
        return bool(value) and bool(truth) and value[0] in truth and truth[0] in value
    return len(value) == len(truth) and all(any(fuzz.ratio(_plain(v), _plain(t)) >= 85 for t in truth) for v in value)


def _paired(table: str, rows: Sequence[Row], gold: Sequence[Row]) -> list[tuple[int, int]]:
    """Greedy, likest first; among equals the nearest in order."""
    likeness = _LIKENESS.get(table, _text_likeness)
    candidates = sorted(
        ((likeness(row, true), -abs(i - j), i, j) for i, row in enumerate(rows) for j, true in enumerate(gold)), reverse=True
    )
    taken_rows: set[int] = set()
    taken_gold: set[int] = set()
    pairs = []
    for score, _, i, j in candidates:
        if score > 0 and i not in taken_rows and j not in taken_gold:
            taken_rows.add(i)
            taken_gold.add(j)
            pairs.append((i, j))
    return pairs


def _text_likeness(row: Row, true: Row) -> float:
    score = fuzz.ratio(_plain(row.get("text")), _plain(true.get("text"))) / 100
    return score if score >= _MIN_PAIR else 0.0


def _citation_likeness(row: Row, true: Row) -> float:
    if _closed(row.get("doc_number")) != _closed(true.get("doc_number")):
        return 0.0
    return 0.8 + 0.2 * cell_right("doc_date", row.get("doc_date"), true.get("doc_date"))


def _award_likeness(row: Row, true: Row) -> float:
    score = fuzz.ratio(_plain(row.get("award")), _plain(true.get("award"))) / 100
    if score < 0.85:
        return 0.0
    return score * (1.0 if cell_right("occasion", row.get("occasion"), true.get("occasion")) else 0.8)


def _deadline_likeness(row: Row, true: Row) -> float:
    """A gold row may hold less than the whole paragraph; the kind must be the same."""
    one, other = _plain(row.get("text")), _plain(true.get("text"))
    score = max(fuzz.ratio(one, other), 0.9 * fuzz.partial_ratio(one, other)) / 100
    return 0.6 * score + 0.4 if score >= _MIN_PAIR and row.get("kind") == true.get("kind") else 0.0


def _responsibility_likeness(row: Row, true: Row) -> float:
    score = _text_likeness(row, true)
    return score and 0.8 * score + 0.2 * cell_right("body", row.get("body"), true.get("body"))


_LIKENESS: Mapping[str, Callable[[Row, Row], float]] = {
    "plans": lambda row, true: 1.0,
    "sections": lambda row, true: float(_plain(row.get("numeral")) == _plain(true.get("numeral"))),
    "citations": _citation_likeness,
    "awards": _award_likeness,
    "deadlines": _deadline_likeness,
    "responsibilities": _responsibility_likeness,
}


def _plain(value: Any) -> str:
    return re.sub(r"[\s.;:,/]+$", "", fold(str(value))).casefold()


def _closed(value: Any) -> str:
    return "".join(_plain(value).split())


def _is_null(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _label(row: Row) -> str:
    return str(row.get("text") or row.get("doc_number") or row.get("heading"))[:110]
