"""`kehoach show`: one plan as a person reads it, its outline first, then each table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.cli_common import print_rows
from pipeline.query import Answer, answer

if TYPE_CHECKING:
    import duckdb

# What a reader needs of each table; the rest is in `--json` and SQL.
_SHOWN = {
    "citations": ("relation", "doc_type", "doc_number", "doc_date", "doc_issuer", "is_parent"),
    "purposes": ("aspect", "text"),
    "contents": ("title", "themes"),
    "criteria": ("subject", "text"),
    "awards": ("award", "authority", "award_level", "occasion"),
    "deadlines": ("kind", "recurrence", "start_date", "end_date", "body", "addressee", "text"),
    "responsibilities": ("body", "role", "with_bodies", "reports_to", "text"),
    "solutions": ("title", "themes"),
}
_TITLES = {
    "citations": "Căn cứ và văn bản viện dẫn",
    "purposes": "Mục đích, yêu cầu",
    "contents": "Nội dung",
    "criteria": "Tiêu chí",
    "awards": "Khen thưởng",
    "deadlines": "Thời hạn",
    "responsibilities": "Trách nhiệm",
    "solutions": "Giải pháp",
}


def plan_tables(connection: duckdb.DuckDBPyConnection, plan_id: str) -> dict[str, Answer]:
    """Every table's rows of one plan."""
    tables = ["plans", "sections", "items", *_SHOWN]
    order = {"plans": "plan_id"}
    return {
        table: answer(
            connection, f"SELECT * FROM {table} WHERE plan_id = $1 ORDER BY {order.get(table, 'ordinal')}", [plan_id]
        )
        for table in tables
    }


def print_plan(tables: dict[str, Answer]) -> None:
    (plan,) = tables["plans"].records()
    print_rows(("cột", "giá trị"), [(name, value) for name, value in plan.items() if value is not None], title=plan["title"])
    print("Dàn ý")
    for item in tables["items"].records():
        print(_outline_line(item))
    print()
    for table, columns in _SHOWN.items():
        found = tables[table]
        if found.rows:
            rows = [[record[column] for column in columns] for record in found.records()]
            print_rows(columns, rows, title=f"{_TITLES[table]} ({table}, {len(rows)} dòng)")


def _outline_line(item: dict[str, Any]) -> str:
    marker = f"{item['marker']} " if item["marker"] else ""
    text = item["text"] if len(item["text"]) <= 100 else item["text"][:99] + "…"
    kind = f"  [{item['kind']}]" if item["kind"] else ""
    return f"{'  ' * max(0, item['level'])}{marker}{text}{kind}"
