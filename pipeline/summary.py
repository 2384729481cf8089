"""What was read, at a glance: one line a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.query import Answer, ask

_COUNTED = (
    "sections", "citations", "purposes", "contents", "criteria", "awards", "deadlines", "responsibilities", "solutions",
)  # fmt: skip


def summary_of(outputs: Path, plan_ids: Sequence[str]) -> Answer:
    """Plan, province, pages, rows of each table, mean confidence of the items, in the order of `plan_ids`."""
    counts = ", ".join(f"(SELECT count(*) FROM {table} t WHERE t.plan_id = p.plan_id) AS {table}" for table in _COUNTED)
    return ask(
        outputs,
        f"""
        SELECT p.plan_id, coalesce(p.province, '(trung ương)') AS province, p.page_count AS pages, {counts},
               round((SELECT avg(confidence) FROM items t WHERE t.plan_id = p.plan_id), 2) AS confidence
        FROM plans p WHERE list_contains($1, p.plan_id) ORDER BY list_position($1, p.plan_id)
        """,
        [list(plan_ids)],
    )
