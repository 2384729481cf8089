"""Purposes and requirements, mục đích và yêu cầu."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.passages import ancestors, passages
from extractors.vocabulary import fold
from pipeline.model import Item, Kind, Outline

if TYPE_CHECKING:
    from extractors.plans import Plan

VERSION = 1
_PURPOSE = re.compile(r"mục đích|mục tiêu|ý nghĩa|quan điểm|chỉ tiêu")
_REQUIREMENT = re.compile(r"yêu ?cầu")


@dataclass(frozen=True, slots=True)
class Purpose:
    item_id: str
    text: str
    confidence: float
    aspect: str


def extract(outline: Outline, plan: Plan) -> Sequence[Purpose]:
    return [Purpose(i.item_id, i.text, i.confidence, _aspect(outline, i)) for i in passages(outline, Kind.PURPOSE)]


def _aspect(outline: Outline, item: Item) -> str:
    """What the nearest heading names, `Yêu cầu: …` run in before it."""
    head, colon, _ = item.text.partition(":")
    run_in = [head] if colon and len(head.split()) <= 4 else []
    for heading in [*run_in, *(a.text for a in ancestors(outline, item))]:
        words = fold(heading)
        purpose, requirement = _PURPOSE.search(words), _REQUIREMENT.search(words)
        if purpose and requirement:
            return "both"
        if purpose or requirement:
            return "purpose" if purpose else "requirement"
    return "both"
