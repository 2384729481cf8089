"""Words to printed lines in reading order, with the roles that their places tell.

The letterhead and the signature block stand in two columns and are read column by column; everything else is
read row by row. Heights and gaps are in fractions of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.landmarks import Fragment, find_letterhead, find_signature, is_scrawl, looks_like_esignature
from pipeline.model import BoundingBox, Line, OcrPage, Role, Word

VERSION = 4
TOP_MARGIN, BOTTOM_MARGIN = 0.09, 0.9
_PAGE_NUMBER = re.compile(r"^[-–—|.\s]*(?:[Tt]rang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?[-–—|.\s]*$")
_FOOTNOTE_MARK = re.compile(r"^(\d{1,2}|\*{1,3}|\(\d{1,2}\)|\[\d{1,2}\])\s*\D")


@dataclass(frozen=True, slots=True)
class Placed:
    """A printed line with its role."""

    words: tuple[Word, ...]
    role: Role


def lines_of_page(
    page: OcrPage, tables: Sequence[BoundingBox] = (), stamped: Sequence[tuple[Word, ...]] = ()
) -> list[Line]:
    """The lines of `page` in reading order, those of arrival stamps (`stamped`) first."""
    fragments = [Fragment(line) for line in page.lines if line]
    placed = [Placed(words, Role.STAMP) for words in stamped]
    if not fragments:
        return [_line(page.page, item) for item in placed]
    in_table, fragments = _split_by_tables(fragments, tables)
    letterhead = find_letterhead(fragments) if page.page == 1 or _has_letterhead_place(fragments) else None
    if letterhead:
        above = [f for f in fragments if f.middle < letterhead.top]
        left, right = _columns(fragments, letterhead.top, letterhead.bottom, letterhead.gutter)
        placed += [Placed(row.words, _role_above(row)) for row in _rows(above)]
        placed += [Placed(row.words, Role.STAMP if _is_empty(row) else Role.ISSUER) for row in _rows(left)]
        placed += [
            Placed(row.words, Role.MOTTO if row.middle > letterhead.motto_top else Role.STAMP) for row in _rows(right)
        ]
        fragments = [f for f in fragments if f.middle > letterhead.bottom]
    signature = find_signature(fragments)
    if signature:
        body = [f for f in fragments if f.middle < signature.top]
        left, right = _columns(fragments, signature.top, signature.bottom, signature.gutter)
        after = [f for f in fragments if f.middle > signature.bottom]
    else:
        body, left, right, after = fragments, [], [], []
    tail = [Placed(row.words, Role.RECIPIENTS) for row in _rows(left)]
    # Round the signature stands the seal, whose own letters are no text of the plan.
    tail += [Placed(row.words, Role.STAMP if is_scrawl(row, 6) else Role.SIGNATURE) for row in _rows(right)]
    placed += _body(_rows(body), in_table)
    placed += tail
    placed += _body(_rows(after), [])
    return [_line(page.page, item) for item in placed if item.words]


def _line(page: int, placed: Placed) -> Line:
    text = " ".join(word.text for word in placed.words)
    confidences = tuple(word.confidence for word in placed.words for _ in word.text.split())
    rivals = tuple(word.rivals for word in placed.words for _ in word.text.split())
    return Line(
        page,
        text,
        text,
        placed.role,
        BoundingBox.around(word.bbox for word in placed.words),
        sum(confidences) / len(confidences),
        word_confidences=confidences,
        word_rivals=rivals,
    )


def _has_letterhead_place(fragments: Sequence[Fragment]) -> bool:
    """An annex or a second document in the same file has a letterhead of its own, always at the top of a page."""
    return any(f.middle < 0.25 and f.is_motto for f in fragments)


def _columns(
    fragments: Sequence[Fragment], top: float, bottom: float, gutter: float
) -> tuple[list[Fragment], list[Fragment]]:
    """The fragments between `top` and `bottom`, parted at `gutter`."""
    left, right = [], []
    for fragment in fragments:
        if not top <= fragment.middle <= bottom:
            continue
        halves = [w for w in fragment.words if _centre(w) < gutter], [w for w in fragment.words if _centre(w) >= gutter]
        for half, column in zip(halves, (left, right), strict=True):
            if half:
                column.append(Fragment(tuple(half)))
    return left, right


def _centre(word: Word) -> float:
    return (word.bbox.x0 + word.bbox.x1) / 2


def _rows(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Fragments that stand on one base line joined, top to bottom, each left to right."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: f.middle):
        row = rows[-1] if rows else None
        if row and any(_share_row(fragment, other) for other in row):
            row.append(fragment)
        else:
            rows.append([fragment])
    return [
        Fragment(tuple(sorted((w for f in row for w in f.words), key=lambda w: w.bbox.x0))) if len(row) > 1 else row[0]
        for row in rows
    ]


def _share_row(a: Fragment, b: Fragment) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    side_by_side = min(a.right, b.right) - max(a.left, b.left) < 0.02
    return side_by_side and overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top)


def _is_empty(row: Fragment) -> bool:
    """Nothing but the asterisk of a Party letterhead, a rule read as a dash, dirt."""
    return not any(char.isalnum() for char in row.text)


def _role_above(row: Fragment) -> Role:
    if _PAGE_NUMBER.match(row.text):
        return Role.PAGE_NUMBER
    return Role.STAMP


def _body(rows: list[Fragment], in_table: list[Fragment]) -> list[Placed]:
    """The rows of a page's body with page number, footnotes, stamps told apart; tables where they stand."""
    footnotes = _footnote_start(rows)
    placed = []
    for at, row in enumerate(rows):
        first, last = at == 0, at == len(rows) - 1
        if _PAGE_NUMBER.match(row.text) and (first and row.middle < TOP_MARGIN or last and row.middle > BOTTOM_MARGIN):
            role = Role.PAGE_NUMBER
        elif looks_like_esignature(row.text) and (row.middle < 0.12 or row.middle > BOTTOM_MARGIN):
            role = Role.STAMP
        elif _is_empty(row) or row.confidence < 0.5 and is_scrawl(row, 4):
            role = Role.STAMP
        else:
            role = Role.FOOTNOTE if at >= footnotes else Role.BODY
        placed.append(Placed(row.words, role))
    cells = [Placed(cell.words, Role.TABLE) for cell in in_table]
    tops = [cell.top for cell in in_table]
    merged, taken = [], 0
    for item in placed:
        top = Fragment(item.words).middle
        while taken < len(cells) and tops[taken] < top:
            merged.append(cells[taken])
            taken += 1
        merged.append(item)
    return merged + cells[taken:]


def _footnote_start(rows: Sequence[Fragment]) -> int:
    """Where the footnotes begin: rows of smaller type down to the foot of the page, the first with a mark."""
    if len(rows) < 6:
        return len(rows)
    size = median(row.type_size for row in rows)
    start = len(rows)
    for at in range(len(rows) - 1, len(rows) // 2, -1):
        row = rows[at]
        if _PAGE_NUMBER.match(row.text) and at == len(rows) - 1:
            continue
        if row.type_size > 0.9 * size or row.middle < 0.5:
            break
        if _FOOTNOTE_MARK.match(row.text):
            start = at
    return start


def _split_by_tables(
    fragments: Sequence[Fragment], cells: Sequence[BoundingBox]
) -> tuple[list[Fragment], list[Fragment]]:
    """(the words of each table cell as one fragment, what stands outside). `cells`: in reading order."""
    if not cells:
        return [], list(fragments)
    inside: list[list[Fragment]] = [[] for _ in cells]
    outside = []
    for fragment in fragments:
        parts: dict[int | None, list[Word]] = {}
        for word in fragment.words:
            x, y = _centre(word), (word.bbox.y0 + word.bbox.y1) / 2
            at = next((i for i, c in enumerate(cells) if c.x0 <= x <= c.x1 and c.y0 <= y <= c.y1), None)
            parts.setdefault(at, []).append(word)
        for at, words in parts.items():
            (outside if at is None else inside[at]).append(Fragment(tuple(words)))
    joined = [Fragment(tuple(word for row in _rows(rows) for word in row.words)) for rows in inside if rows]
    return joined, outside
