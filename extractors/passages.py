"""What the extractors share: the passages of a part, and a text with its sub-items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.model import Item, Kind, Outline, Part

_ABBREVIATED = re.compile(r"(?:\b(?:TP|Tp|ThS|TS|PGS|GS|BS|Q|P|TT|đ/c|v\.v|St)|\.)$")


def ancestors(outline: Outline, item: Item) -> Iterator[Item]:
    """The items above `item`, nearest first."""
    by_id = {i.item_id: i for i in outline.items}
    while item.parent_item_id:
        item = by_id[item.parent_item_id]
        yield item


def sub_items(outline: Outline, item: Item) -> tuple[Item, ...]:
    """The items right under `item`, footnotes apart."""
    return tuple(i for i in outline.children(item) if i.part != Part.FOOTNOTE)


def passages(outline: Outline, kind: Kind) -> Iterator[Item]:
    """The leaf items and paragraphs of the parts of `kind`, in reading order.

    Headings, lead-ins (`… các nội dung sau:`), tables, footnotes and remarks in brackets are none.
    """
    items = [i for i in outline.items if i.part == Part.SECTION and i.kind == kind]
    for item in items:
        if item.is_heading or item.is_table or _is_remark(item) or is_lead_in(outline, item):
            continue
        if any(not c.is_table for c in sub_items(outline, item)) and not _is_sentence(item.text):
            continue
        yield item


def is_lead_in(outline: Outline, item: Item) -> bool:
    """Whether `item` only introduces what follows it."""
    if not item.text.rstrip().endswith(":"):
        return False
    following = [i for i in outline.items if i.part == item.part and i.numeral == item.numeral]
    return following[-1].item_id != item.item_id


def whole_text(outline: Outline, item: Item) -> str:
    """The text of `item` and of all under it, with the markers of these as printed."""
    return " ".join(_texts(outline, item))


def title_of(text: str) -> str:
    """The heading of a passage: up to its first full stop or run-in colon, closing punctuation off."""
    for stop in re.finditer(r"[.:](?=\s|$)", text):
        if stop[0] == ":" or not _ABBREVIATED.search(text[: stop.start()]):
            return without_stop(text[: stop.start()])
    return without_stop(text)


def without_stop(text: str) -> str:
    """`text` as a label: no closing punctuation."""
    return re.sub(r"[\s.,;:/…-]+$", "", text).strip()


def _texts(outline: Outline, item: Item) -> Iterable[str]:
    yield item.text
    for child in sub_items(outline, item):
        first, *rest = _texts(outline, child)
        yield f"{child.marker} {first}" if child.marker else first
        yield from rest


def _is_sentence(text: str) -> bool:
    return bool(re.search(r"[.;!…][”\")]?$", text.rstrip()))


def _is_remark(item: Item) -> bool:
    return item.marker is None and bool(re.fullmatch(r"\(.*\)\W*", item.text))
