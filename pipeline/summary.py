"""What was read, at a glance: one line a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.query import Answer, ask

# Short heads: the table of a whole corpus must fit on a screen.
_COUNTED = {
    "sections": "mục",
    "citations": "viện dẫn",
    "purposes": "mục đích",
    "contents": "nội dung",
    "criteria": "tiêu chí",
    "awards": "khen",
    "deadlines": "hạn",
    "responsibilities": "phân công",
    "solutions": "giải pháp",
}


def summary_of(outputs: Path, plan_ids: Sequence[str]) -> Answer:
    """Plan, province, pages, rows of each table, mean confidence of the items, in the order of `plan_ids`."""
    counts = ", ".join(
        f"(SELECT count(*) FROM {table} t WHERE t.plan_id = p.plan_id) AS \"{head}\"" for table, head in _COUNTED.items()
    )
    return ask(
        outputs,
        f"""
        SELECT p.plan_id AS "kế hoạch", coalesce(p.province, '(trung ương)') AS "tỉnh", p.page_count AS "trang", {counts},
               round((SELECT avg(confidence) FROM items t WHERE t.plan_id = p.plan_id), 2) AS "tin cậy"
        FROM plans p WHERE list_contains($1, p.plan_id) ORDER BY list_position($1, p.plan_id)
        """,
        [list(plan_ids)],
    )
