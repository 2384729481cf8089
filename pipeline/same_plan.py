"""Whether a plan stands in the tables already, under another plan_id: one scan shows its number, another hides it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rapidfuzz import fuzz

from pipeline.plan_id import bare
from pipeline.store import Edition

_MIN_TITLE_LIKENESS = 95


def same_plan_of(edition: Edition, plan: Mapping[str, Any]) -> str | None:
    """The plan_id of the stored plan that `plan` (a row of `plans`) is another reading of."""
    if plan["issuer"] is None:
        return None
    stored = edition.read("plans").select(["plan_id", "doc_number", "issuer", "issue_date", "title"]).to_pylist()
    return next((row["plan_id"] for row in stored if is_same_plan(row, plan)), None)


def is_same_plan(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """The same issuer and title, the same figures in it, and no number or date that speaks against it."""
    if one["issuer"] is None or other["issuer"] is None or bare(one["issuer"]) != bare(other["issuer"]):
        return False
    if any(one[name] and other[name] and one[name] != other[name] for name in ("doc_number", "issue_date")):
        return False
    first, second = bare(one["title"]), bare(other["title"])
    has_same_figures = re.findall(r"\d+", first) == re.findall(r"\d+", second)
    return bool(first) and has_same_figures and fuzz.ratio(first, second) >= _MIN_TITLE_LIKENESS
