"""Deadlines: what falls due when, who must act, to whom."""

import json
from dataclasses import asdict, replace

import pytest

from extractors.deadlines import extract
from extractors.plans import Plan
from pipeline.model import Item, Kind, Outline, Part, Region
from tests.extractors.cases import cases_of

PLAN = Plan(*[None] * 8, "Phát động phong trào thi đua", *[None] * 6, 1.0)


def outline_of_item(text: str, kind: Kind) -> Outline:
    item = Item("1", None, "1", 2, "-", Part.SECTION, kind, text, text, (Region(1, None),), None, 1.0)
    return Outline((), (), (), (item,), (), (), ())


@pytest.mark.parametrize("case", cases_of("deadlines", "synthetic"))
def test_deadlines_of_cases(case):
    start, end = case["years"] or (None, None)
    plan = replace(PLAN, period_start=start, period_end=end)
    rows = [asdict(row) for row in extract(outline_of_item(case["input"], Kind(case["part"])), plan)]
    found = [{n: str(row[n]) for n in expected} for row, expected in zip(rows, case["expected"])]
    assert found == [{n: str(v) for n, v in expected.items()} for expected in case["expected"]]
    assert len(rows) == len(case["expected"]), [row["kind"] for row in rows]


@pytest.mark.parametrize("name", ["bo-y-te", "ha-noi", "vinh-long"])
def test_dates_of_real_plans_lie_in_their_period(shared, tmp_path, name):
    """A plan's own invariants: every duty falls inside the period, every text is that of an item."""
    from extractors.plans import extract_plan
    from tests.extractors.outlines import outline_of_text

    outline = outline_of_text((shared / "plans" / f"{name}.txt").read_text(encoding="utf-8"), tmp_path)
    plan = extract_plan(outline)
    gold = json.loads((shared / "gold" / "tables" / f"{name}.json").read_text(encoding="utf-8"))
    assert (plan.period_start, plan.period_end) == (gold["plans"]["period_start"], gold["plans"]["period_end"])
    texts = {item.item_id: item.text for item in outline.items}
    for row in extract(outline, plan):
        assert texts[row.item_id] == row.text
        assert row.start_date is None or row.start_date.year >= plan.period_start
        assert row.end_date is None or row.end_date.year <= plan.period_end
