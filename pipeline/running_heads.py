"""Running heads and feet (tiêu đề đầu trang): the same line in the same place in the margin of several pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from pipeline.layout import BOTTOM_MARGIN, TOP_MARGIN
from pipeline.model import Line, PageReading, Role

LEAST_PAGES = 3
LEAST_SHARE = 0.4  # of the pages: left and right pages may differ
SAME_HEIGHT = 0.012  # of the page: scanners feed paper a little askew
ALIKE = 85
_MARKED = re.compile(r"^\W*(?:\d{1,2}|[IVXivx]{1,5}|[a-zđ])[.)]|^[-–+•]\s")  # an item or a heading


@dataclass(slots=True)
class _Head:
    text: str
    height: float
    pages: set[int] = field(default_factory=set)
    lines: list[tuple[int, int]] = field(default_factory=list)  # (index of the page, of its line)


def mark_running_heads(pages: Sequence[PageReading]) -> list[PageReading]:
    """`pages` with the role of such lines set. A heading or a sentence does not come again in the same place."""
    heads: list[_Head] = []
    for number, page in enumerate(pages):
        for at, line in enumerate(page.lines):
            if _is_in_margin(line):
                text, height = _without_digits(line.raw_text), line.bbox.y0
                if len(text) < 4:
                    continue
                near = (h for h in heads if abs(h.height - height) < SAME_HEIGHT)
                head = next((h for h in near if fuzz.ratio(h.text, text) > ALIKE), None)
                if head is None:
                    heads.append(head := _Head(text, height))
                head.pages.add(number)
                head.lines.append((number, at))
    least = max(LEAST_PAGES, LEAST_SHARE * len(pages))
    marked = {place for head in heads if len(head.pages) >= least for place in head.lines}
    if not marked:
        return list(pages)
    return [
        replace(
            page,
            lines=tuple(
                replace(line, role=Role.RUNNING_HEAD) if (number, at) in marked else line
                for at, line in enumerate(page.lines)
            ),
        )
        for number, page in enumerate(pages)
    ]


def _is_in_margin(line: Line) -> bool:
    if line.role is not Role.BODY or line.bbox is None or _MARKED.match(line.raw_text):
        return False
    return line.bbox.y1 < TOP_MARGIN or line.bbox.y0 > BOTTOM_MARGIN


def _without_digits(text: str) -> str:
    """A head may hold the number of its page."""
    return " ".join(re.sub(r"\d+", " ", text).split())
