"""Sections, one a Roman numeral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Outline

if TYPE_CHECKING:
    from extractors.plans import Plan

VERSION = 1


@dataclass(frozen=True, slots=True)
class Section:
    item_id: str
    text: str
    confidence: float
    numeral: str
    heading: str
    kinds: tuple[str, ...]
    page_first: int
    page_last: int


def extract(outline: Outline, plan: Plan) -> Sequence[Section]:
    texts = {item.item_id: item.text for item in outline.items}
    return [
        Section(
            s.item_id,
            texts[s.item_id],
            s.confidence if s.kinds else min(s.confidence, 0.8),
            s.numeral,
            s.heading,
            tuple(s.kinds),
            s.page_first,
            s.page_last,
        )
        for s in outline.sections
    ]
