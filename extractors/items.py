"""Items: the whole outline as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Outline, Region

if TYPE_CHECKING:
    from extractors.plans import Plan

VERSION = 1


@dataclass(frozen=True, slots=True)
class ItemRow:
    """`regions`: every place where the item stands, `page:x0,y0,x1,y1` (`page:` in a text)."""

    item_id: str
    text: str
    confidence: float
    parent_item_id: str | None
    path: str
    level: int
    marker: str | None
    part: str
    kind: str | None
    numeral: str | None
    is_heading: bool
    is_table: bool
    raw_text: str
    regions: tuple[str, ...]
    ocr_confidence: float | None


def extract(outline: Outline, plan: Plan) -> Sequence[ItemRow]:
    return [
        ItemRow(
            i.item_id,
            i.text,
            i.confidence,
            i.parent_item_id,
            i.path,
            i.level,
            i.marker,
            i.part,
            i.kind,
            i.numeral,
            i.is_heading,
            i.is_table,
            i.raw_text,
            tuple(_place(r) for r in i.regions),
            i.ocr_confidence,
        )
        for i in outline.items
    ]


def _place(region: Region) -> str:
    box = region.bbox
    return f"{region.page}:" + (f"{box.x0:.4f},{box.y0:.4f},{box.x1:.4f},{box.y1:.4f}" if box else "")
