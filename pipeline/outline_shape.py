"""How the lines of a document are set: margins, indents, breaks that were meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import linear_regression, median

from pipeline.model import BoundingBox, Line
from pipeline.outline_markers import UPPER, list_marker

_INDENT = 0.02  # of the page's width: a first line set in
_NARROW = 70  # letters: no page is set in shorter full lines
_WRAPPED = 150  # a text whose lines are longer holds a paragraph a line
# Not a tilde alone before a word: so OCR reads a dash.
_LEADING_SPECK = re.compile(
    rf"^(?!~\s+[{UPPER}]\w+[\s,:;])(?:[„_|~^]{{1,3}}\s+)+(?=[{UPPER}“(]|[-–+*]\s)"
    rf"|^[.,·'’`]{{1,2}}\s+(?=(?:\d{{1,2}}|[a-zđ])[.)]\s)"
    rf"|^[.,·'’`]{{1,2}}\s*(?=[IVX]{{1,4}}\.\s+[{UPPER}]{{2}})"
)
_TRAILING_SPECK = re.compile(r"(?<=[.;:])(?:\s+[-–—„.,'`_|~/:^]{1,2})+$")
_AFTER_END = re.compile(r"(?<=\./\.)\s.{1,8}$")


@dataclass(frozen=True, slots=True)
class Edge:
    """A margin of a page that may lie askew: x = slope * y + start."""

    slope: float
    start: float

    def at(self, box: BoundingBox) -> float:
        return self.slope * (box.y0 + box.y1) / 2 + self.start


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a document are set: margins by page (of pictures), length of a full line in letters."""

    margins: Mapping[int, tuple[Edge, Edge]]
    pitch: float
    full: float
    hangs: bool  # lines that go on a sentence are set in too

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Shape:
        margins = {}
        pitches = []
        for page in {line.page for line in lines}:
            boxes = [x.bbox for x in lines if x.page == page and x.bbox]
            if boxes:
                margins[page] = _left_edge(boxes), _right_edge(boxes)
                pitches += [b.y0 - a.y0 for a, b in zip(boxes, boxes[1:], strict=False) if b.y0 > a.y0]
        lengths = sorted(len(line.text) for line in lines) or [0]
        within = [x.bbox.x0 - margins[x.page][0].at(x.bbox) > _INDENT for x in lines if x.bbox and x.text[0].islower() and not list_marker(x.text)]
        hangs = sum(within) > 0.15 * len(within)
        return cls(margins, median(pitches) if pitches else 0.0, max(_NARROW, lengths[int(len(lengths) * 0.9)]), hangs)

    @property
    def is_unwrapped(self) -> bool:
        return not self.margins and self.full > _WRAPPED

    def ends_early(self, line: Line, after: Line, share: float = 0.88) -> bool:
        """Whether the first word of `after` would have fitted on `line`: the break was meant.

        In a text the length of a full line is only roughly known: `share` of it must be left.
        """
        word = len(after.text.split()[0]) + 1
        if line.bbox and after.bbox and line.page in self.margins:
            right = self.margins[line.page][1].at(line.bbox)
            letter = (line.bbox.x1 - line.bbox.x0) / max(1, len(line.text))
            return line.bbox.x1 + word * letter < right - 0.012
        return self.is_unwrapped or len(line.text) + word < self.full * share

    def is_indented(self, line: Line) -> bool:
        return bool(line.bbox) and line.bbox.x0 - self.margins[line.page][0].at(line.bbox) > _INDENT

    def is_first_line(self, line: Line) -> bool:
        """Whether `line` is set in as only the first line of a paragraph is here."""
        return not self.hangs and self.is_indented(line)

    def has_gap(self, line: Line, after: Line) -> bool:
        if not (line.bbox and after.bbox and line.page == after.page and self.pitch):
            return False
        return after.bbox.y0 - line.bbox.y0 > 1.45 * self.pitch


def without_specks(line: Line) -> Line:
    """A line off a picture without the specks that OCR read before or after its words."""
    if line.bbox is None:
        return line
    text = _TRAILING_SPECK.sub("", _LEADING_SPECK.sub("", line.text))
    return replace(line, text=_AFTER_END.sub("", text), edits=()) if text != line.text else line


def _left_edge(boxes: Sequence[BoundingBox]) -> Edge:
    margin = sorted(b.x0 for b in boxes)[len(boxes) // 5]
    return _edge([((b.y0 + b.y1) / 2, b.x0) for b in boxes if abs(b.x0 - margin) < _INDENT], margin)


def _right_edge(boxes: Sequence[BoundingBox]) -> Edge:
    margin = sorted(b.x1 for b in boxes)[-1 - len(boxes) // 8]
    return _edge([((b.y0 + b.y1) / 2, b.x1) for b in boxes if abs(b.x1 - margin) < _INDENT], margin)


def _edge(points: Sequence[tuple[float, float]], margin: float) -> Edge:
    """The line through `points` (y, x) of a margin; upright where they are few or close together."""
    ys = [y for y, _ in points]
    if len(points) < 5 or max(ys) - min(ys) < 0.3:
        return Edge(0.0, margin)
    slope, start = linear_regression(ys, [x for _, x in points])
    return Edge(slope, start)
