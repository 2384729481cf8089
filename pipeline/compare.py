"""One table across provinces as a matrix that a person can read: what stands where, and who left what out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import RunError
from pipeline.labels import code_label, labels, name_of, shown, table_label
from pipeline.tables import records
from pipeline.wording import fold

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, Any]
GROUP_LABELS = {
    "province": "tỉnh, thành phố", "issuer": "cơ quan ban hành", "issuer_level": "cấp ban hành",
    "sector": "ngành", "plan_id": "từng kế hoạch",
}  # fmt: skip
GROUPS = tuple(GROUP_LABELS)
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Matrix:
    """`rows`: a label and one cell a column, `NOTHING` where the plans of that column do not say."""

    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    def left_out(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each label that stands in some columns and not in all, with those in which it does not."""
        missing = [
            (label, tuple(c for c, cell in zip(self.columns, cells, strict=True) if cell == NOTHING))
            for label, cells in self.rows
        ]
        return tuple((label, columns) for label, columns in missing if columns)


@dataclass(frozen=True, slots=True)
class View:
    """How a table becomes a matrix: which labels a row stands under, and what a cell says of the rows in it."""

    corner: str
    labels_of: Callable[[Row], Iterable[str]]
    cell: Callable[[Sequence[Row]], str]


def compare_table(
    connection: duckdb.DuckDBPyConnection, table: str, by: str = "province", theme: str | None = None
) -> Matrix:
    """Table `table` across the values of `by`. With `theme` the passages on that theme instead of their number.

    Raises RunError where table, group or theme is none of ours.
    """
    view = _VIEWS.get(table)
    if view is None:
        raise RunError(f"Không so sánh được bảng “{table}”; chọn một trong: {', '.join(_VIEWS)}.")
    if by not in GROUPS:
        raise RunError(f"Không so sánh được theo “{by}”; chọn một trong: {', '.join(GROUPS)}.")
    if theme is not None:
        _check_theme(table, theme)
        view = View("chủ đề", lambda row: [t for t in _themes(row) if t == code_label("themes", theme)], _titles)
    rows = records(
        connection,
        "SELECT p.plan_id, p.province, p.issuer, p.issuer_level, p.sector, p.doc_number, t.* EXCLUDE (plan_id, text) "
        f'FROM plans p LEFT JOIN "{table}" t USING (plan_id) ORDER BY p.issuer_level, p.province, p.plan_id, t.ordinal',
    )
    return _matrix(table, view, rows, by)


def _matrix(table: str, view: View, rows: Sequence[Row], by: str) -> Matrix:
    cells: defaultdict[str, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    columns: dict[str, str] = {}
    for row in rows:
        column = row["plan_id"] if by == "plan_id" else _group(row, by)
        columns[column] = name_of(row) if by == "plan_id" else column
        for label in view.labels_of(row) if row["ordinal"] is not None else ():
            cells[label][column].append(row)
    order = sorted(columns, key=lambda c: (c.startswith("("), fold(columns[c]), c))
    named = Counter(columns.values())  # two plans without a number may share their issuer
    heads = tuple(columns[c] if named[columns[c]] == 1 else f"{columns[c]} ({c})" for c in order)
    spread = sorted(cells, key=lambda label: (-len(cells[label]), label))
    body = tuple(
        (label, tuple(view.cell(cells[label][c]) if cells[label][c] else NOTHING for c in order)) for label in spread
    )
    return Matrix(f"{table_label(table)} theo {GROUP_LABELS[by]}", view.corner, heads, body)


def _group(row: Row, by: str) -> str:
    value = row[by]
    if value is None:
        return "(trung ương)" if by == "province" and row["issuer_level"] == "central" else "(không rõ)"
    return code_label(by, value)


def _check_theme(table: str, theme: str) -> None:
    themes = labels()["codes"]["themes"]
    if table not in ("contents", "solutions"):
        raise RunError(f"Bảng “{table}” không chia theo chủ đề; chỉ contents và solutions.")
    if theme not in themes:
        raise RunError(f"Không có chủ đề “{theme}”; chọn một trong: {', '.join(themes)}.")


def _codes(column: str, table: str | None = None) -> Callable[[Row], list[str]]:
    return lambda row: [code_label(column, row[column], table) if row[column] else "không rõ"]


def _themes(row: Row) -> list[str]:
    return [code_label("themes", theme) for theme in row["themes"] or ()]


def _award(row: Row) -> list[str]:
    level = code_label("award_level", row["award_level"]) if row["award_level"] else "không rõ cấp"
    return [f"{code_label('award_type', row['award_type'])} ({level})"]


def _deadline(row: Row) -> list[str]:
    return [f"{code_label('kind', row['kind'])}, {code_label('recurrence', row['recurrence'])}"]


def _number(rows: Sequence[Row]) -> str:
    return str(len(rows))


def _titles(rows: Sequence[Row]) -> str:
    return "; ".join(dict.fromkeys(row["title"] for row in rows))


def _occasions(rows: Sequence[Row]) -> str:
    """The occasions on which the award is given, or that it is named at all."""
    named = {row["occasion"] for row in rows}
    return ", ".join(label for code, label in labels()["codes"]["occasion"].items() if code in named) or "có"


def _days(rows: Sequence[Row]) -> str:
    """The days or years named, each once, by date: `15/11`, `2025–2030`."""
    said = []
    for row in sorted(rows, key=_by_date):
        if row["annual_month"]:
            said.append(
                f"{int(row['annual_day'])}/{int(row['annual_month'])}"
                if row["annual_day"]
                else f"tháng {row['annual_month']}"
            )
        elif row["precision"] == "year":
            years = [str(row[c].year) for c in ("start_date", "end_date") if row[c] is not None]
            said.append("–".join(years) or "có")
        else:
            said.append(shown("end_date", row["end_date"]) or "có")
    return ", ".join(dict.fromkeys(said))


def _by_date(row: Row) -> tuple[int, int, dt.date]:
    return row["annual_month"] or 0, row["annual_day"] or 0, row["end_date"] or dt.date.max


def _relations(rows: Sequence[Row]) -> str:
    return ", ".join(dict.fromkeys(code_label("relation", row["relation"]) for row in rows))


def _roles(rows: Sequence[Row]) -> str:
    roles = Counter(code_label("role", row["role"]) for row in rows if row["role"])
    return ", ".join(f"{role} {count}" for role, count in roles.most_common())


_VIEWS: Mapping[str, View] = {
    "awards": View("hình thức khen thưởng", _award, _occasions),
    "contents": View("chủ đề", _themes, _number),
    "solutions": View("chủ đề", _themes, _number),
    "deadlines": View("việc và định kỳ", _deadline, _days),
    "criteria": View("đối tượng", _codes("subject"), _number),
    "purposes": View("mặt", _codes("aspect"), _number),
    "responsibilities": View("bộ phận", _codes("body_class"), _roles),
    "citations": View("văn bản", lambda row: [f"{row['doc_type'] or ''} {row['doc_number']}".strip()], _relations),
    "sections": View("phần", lambda row: [code_label("kinds", kind) for kind in row["kinds"] or ()], _number),
}
COMPARED_TABLES = tuple(_VIEWS)
