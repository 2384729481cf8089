"""Arrival stamps (dấu công văn đến): their words kept out of the text, and the print beneath them read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from rapidfuzz import fuzz

from pipeline.landmarks import plain
from pipeline.model import BoundingBox, OcrPage, Word

_WORDS = ("đến", "số", "ngày", "chuyển", "lưu", "giờ")  # of the form that the stamp prints
_WIDE = 2.2  # times the usual gap of a row: what stands further off is no part of it
ReadRows = Callable[[Sequence[BoundingBox]], Sequence[Word]]


def find_stamps(read: OcrPage, frames: Sequence[BoundingBox]) -> tuple[BoundingBox, ...]:
    """Those of `frames` in which at least two words of the stamp's form stand."""
    return tuple(frame for frame in frames if len(_form_words(read, frame)) > 1)


def _form_words(read: OcrPage, frame: BoundingBox) -> set[str]:
    inside = [plain(word.text).strip(".,:;") for line in read.lines for word in line if _is_in(word, frame)]
    return {form for form in _WORDS if any(len(w) > 1 and fuzz.ratio(w, plain(form)) > 78 for w in inside)}


def without_stamps(cells: Sequence[BoundingBox], stamps: Sequence[BoundingBox]) -> tuple[BoundingBox, ...]:
    """The `cells` of tables: a stamp may be ruled like one."""
    return tuple(cell for cell in cells if not any(_holds(stamp, cell) for stamp in stamps))


def _holds(outer: BoundingBox, inner: BoundingBox) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x <= outer.x1 and outer.y0 <= y <= outer.y1


def lift_stamps(
    read: OcrPage, stamps: Sequence[BoundingBox], read_rows: ReadRows
) -> tuple[OcrPage, tuple[tuple[Word, ...], ...]]:
    """(`read` without what the stamps say, the lines of the stamps).

    `read_rows` reads the page again at some boxes, each a row that runs on beneath a stamp.
    """
    rest, stamped, covered = [], [], []
    for line in read.lines:
        outside = tuple(word for word in line if not any(_is_in(word, stamp) for stamp in stamps))
        inside = tuple(word for word in line if word not in outside)
        if inside:
            stamped.append(inside)
        if outside:
            if any(_goes_under(outside, stamp) for stamp in stamps):
                covered.append(len(rest))
            rest.append(outside)
    left, right = _margins(rest)
    boxes = [_row(rest[at], left, right) for at in covered]
    again = read_rows(boxes) if boxes else ()
    for at, box in zip(covered, boxes, strict=True):
        found = [w for w in again if box.y0 < _middle(w) < box.y1 and any(_is_in(w, stamp) for stamp in stamps)]
        rest[at] = _run_on(rest[at], found)
    return OcrPage(read.page, tuple(rest)), tuple(stamped)


def _is_in(word: Word, box: BoundingBox) -> bool:
    return _holds(box, word.bbox)


def _middle(word: Word) -> float:
    return (word.bbox.y0 + word.bbox.y1) / 2


def _goes_under(row: Sequence[Word], stamp: BoundingBox) -> bool:
    """Whether a row of several words begins or ends right at the stamp."""
    beside = min(abs(row[0].bbox.x0 - stamp.x1), abs(row[-1].bbox.x1 - stamp.x0)) < 0.06
    return len(row) > 2 and beside and stamp.y0 < median(map(_middle, row)) < stamp.y1 + 0.005


def _margins(lines: Sequence[Sequence[Word]]) -> tuple[float, float]:
    """Where the lines of the body begin and end."""
    long = [line for line in lines if len(line) > 5]
    if not long:
        return 0.0, 1.0
    return median(line[0].bbox.x0 for line in long), median(line[-1].bbox.x1 for line in long)


def _row(row: Sequence[Word], left: float, right: float) -> BoundingBox:
    top, bottom = median(word.bbox.y0 for word in row), median(word.bbox.y1 for word in row)
    spare = 0.15 * (bottom - top)  # for marks that reach higher and lower than most
    return BoundingBox(
        min(left, row[0].bbox.x0), max(0.0, top - spare), max(right, row[-1].bbox.x1), min(1.0, bottom + spare)
    )


def _run_on(row: tuple[Word, ...], found: Sequence[Word]) -> tuple[Word, ...]:
    """`row` with those of `found` that join it without a wide gap, on either side."""
    gaps = [b.bbox.x0 - a.bbox.x1 for a, b in zip(row, row[1:], strict=False)]
    wide = _WIDE * max(0.002, median(gaps))
    for word in sorted(found, key=lambda word: -word.bbox.x0):
        if -wide < row[0].bbox.x0 - word.bbox.x1 < wide and any(map(str.isalnum, word.text)):
            row = (word, *row)
    for word in sorted(found, key=lambda word: word.bbox.x0):
        if -wide < word.bbox.x0 - row[-1].bbox.x1 < wide and any(map(str.isalnum, word.text)):
            row = (*row, word)
    return row
