"""Lines to paragraphs: where a section, an item or an unnumbered paragraph begins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.model import Line, Role
from pipeline.outline_markers import Marker, Rank, decimal_marker, is_capitals, list_marker, part_marker, roman_of, section_marker

_ENDED = re.compile(r"[.;:!?…][”\"’')\]]*$|[”\")]$|\./\W*$")
_NEEDS_MORE = re.compile(
    r"(?i)(?:\b(?:khoản|điểm|điều|mục|số|ngày|tháng|năm|quý|phần|chương|phụ lục|và|hoặc|của|các|những|là|với|tại|theo|từ|đến|thứ|lần|thị)|[,(–—])$"
)
_OPENING = re.compile(
    r"^(?:Căn cứ|Xét đề nghị|Theo đề nghị|Trên đây là|Trong quá trình|(?:\S+ ){1,12}?(?:ban hành|xây dựng) [Kk]ế hoạch)\b"
)
_TABLE_HEAD = re.compile(r"^(?:STT|TT|Stt|Số TT|S\.TT)\b")
_TABLE_ROW = re.compile(r"^\d{1,3}\s+[^\W\d]|^\d{1,3}$")
_DOCUMENT_NUMBER = re.compile(r"(?<=[\w/])-\s(?=[^\W\d_]{2,}\d*(?:[/-]|\b))")
_WRAPPED = 150  # a text whose lines are longer holds a paragraph a line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together. `marker`: None where none is printed; `certain`: how sure its start is, 0..1."""

    lines: tuple[Line, ...]
    marker: Marker | None
    text: str
    certain: float
    is_table: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a document are set: margins by page (of pictures), length of a full line in letters."""

    margins: Mapping[int, tuple[float, float]]
    pitch: float
    full: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Shape:
        margins = {}
        pitches = []
        for page in {line.page for line in lines}:
            boxes = [x.bbox for x in lines if x.page == page and x.bbox]
            if boxes:
                lefts, rights = sorted(b.x0 for b in boxes), sorted(b.x1 for b in boxes)
                margins[page] = lefts[len(lefts) // 5], rights[-1 - len(rights) // 8]
                pitches += [b.y0 - a.y0 for a, b in zip(boxes, boxes[1:], strict=False) if b.y0 > a.y0]
        lengths = sorted(len(line.text) for line in lines) or [0]
        return cls(margins, median(pitches) if pitches else 0.0, lengths[int(len(lengths) * 0.9)])

    @property
    def is_unwrapped(self) -> bool:
        return not self.margins and self.full > _WRAPPED

    def ends_early(self, line: Line, after: Line, share: float = 0.88) -> bool:
        """Whether the first word of `after` would have fitted on `line`: the break was meant.

        In a text the length of a full line is only roughly known: `share` of it must be left.
        """
        word = len(after.text.split()[0]) + 1
        if line.bbox and after.bbox and line.page in self.margins:
            right = self.margins[line.page][1]
            letter = (line.bbox.x1 - line.bbox.x0) / max(1, len(line.text))
            return line.bbox.x1 + word * letter < right - 0.012
        return self.is_unwrapped or len(line.text) + word < self.full * share

    def is_indented(self, line: Line) -> bool:
        return bool(line.bbox) and line.bbox.x0 - self.margins[line.page][0] > 0.02

    def has_gap(self, line: Line, after: Line) -> bool:
        if not (line.bbox and after.bbox and line.page == after.page and self.pitch):
            return False
        return after.bbox.y0 - line.bbox.y0 > 1.45 * self.pitch


def paragraphs_of(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of a body, markers taken off their text."""
    shape = Shape.of(lines)
    sections = sections_at(lines)
    groups: list[tuple[list[Line], Marker | None, float, bool]] = []
    in_table = False
    for i, line in enumerate(lines):
        before = lines[i - 1] if i else None
        marker = sections.get(i) or part_marker(line.text)
        in_table = not marker and (line.role == Role.TABLE or _is_table_row(line, in_table, shape))
        if in_table:
            groups.append(([line], None, 0.8, True))
        elif marker:
            groups.append(([line], marker, 1.0 if marker.certain else 0.9, False))
        elif before is None or groups[-1][3]:
            groups.append(([line], list_marker(line.text), 0.9, False))
        elif _continues_heading(groups[-1][0], groups[-1][1], line):
            groups[-1][0].append(line)
        elif (marker := list_marker(line.text)) and (sure := _starts_item(before, line, marker, shape)):
            groups.append(([line], marker, sure, False))
        elif sure := _starts_paragraph(before, line, shape, groups[-1][0], groups[-1][1]):
            groups.append(([line], None, sure, False))
        else:
            groups[-1][0].append(line)
    return [_paragraph(*group) for group in groups]


def join_lines(texts: Sequence[str]) -> str:
    """Lines as one, a document number broken at its hyphen closed up."""
    text = " ".join(" ".join(texts).split())
    return _DOCUMENT_NUMBER.sub(lambda m: "-" if _in_number(text, m.start()) else m[0], text)


def _in_number(text: str, hyphen: int) -> bool:
    before = text[:hyphen].rsplit(maxsplit=1)[-1]
    after = text[hyphen + 1 :].split(maxsplit=1)[0]
    return after[0].isupper() and (before.isdigit() and "/" in after or bool(re.match(r"^\d+/", before)))


def _paragraph(lines: list[Line], marker: Marker | None, certain: float, is_table: bool) -> Paragraph:
    texts = [line.text for line in lines]
    if marker:
        texts[0] = marker.rest
    return Paragraph(tuple(lines), marker, join_lines(texts), certain, is_table)


def _is_table_row(line: Line, in_table: bool, shape: Shape) -> bool:
    """In a text: a line that starts a table (`STT …`), and the numbered lines after it."""
    if line.bbox or line.role != Role.BODY:
        return False
    if _TABLE_HEAD.match(line.text):
        return True
    return in_table and (bool(_TABLE_ROW.match(line.text)) or (not list_marker(line.text) and not shape.is_unwrapped and line.text[0].islower()))


def _continues_heading(lines: list[Line], marker: Marker | None, line: Line) -> bool:
    """A heading in capitals goes on over lines in capitals."""
    if not marker or marker.rank > Rank.SECTION or not is_capitals(lines[-1].text):
        return False
    return is_capitals(line.text) and not list_marker(line.text) and len(lines) < 4 and not lines[-1].text.rstrip().endswith((".", ":"))


def _starts_item(before: Line, line: Line, marker: Marker, shape: Shape) -> float:
    """How sure it is that `marker` starts an item (0: it stands in mid sentence)."""
    ended = bool(_ENDED.search(before.text)) or is_capitals(before.text)
    early = shape.ends_early(before, line) or shape.has_gap(before, line)
    if shape.is_unwrapped:
        return 1.0
    if _NEEDS_MORE.search(before.text) and not early:
        return 0.0
    if marker.is_bullet:
        if ended or early:
            return 1.0
        return 0.8 if shape.is_indented(line) and marker.rest[0].isupper() else 0.0
    if not marker.certain:
        return 0.85 if ended else 0.0
    if ended or early:
        return 1.0
    return 0.8 if shape.is_indented(line) or not line.bbox else 0.0


def _starts_paragraph(before: Line, line: Line, shape: Shape, group: Sequence[Line], marker: Marker | None) -> float:
    """How sure it is that an unnumbered paragraph starts with `line`; `group` and its `marker` stand before."""
    first = line.text[0]
    if not (first.isupper() or first in "“\"(‘*[" or first.isdigit()):
        return 0.0
    if shape.is_unwrapped:
        return 1.0
    heads = bool(marker and marker.rank <= Rank.SECTION)
    if _ENDED.search(before.text) or heads:
        if shape.ends_early(before, line, 0.92) or shape.has_gap(before, line) or heads:
            return 1.0
        if first == "(" or (marker is None and _OPENING.match(line.text)):
            return 0.9
        indent = line.bbox.x0 - before.bbox.x0 if line.bbox and before.bbox else 0.0
        return 0.9 if indent > 0.02 and shape.is_indented(line) else 0.0
    if before.text.endswith((",", "-", "(")) or len(group) > 2 or not first.isupper():
        return 0.0
    # A heading without a full stop, then its paragraph: the shorter, the surer.
    numbered = bool(marker and not marker.is_bullet)
    share = 0.86 if numbered else 0.55
    if _NEEDS_MORE.search(before.text):
        share = 0.5
    if before.bbox:
        share = 0.88 if share > 0.5 and (numbered or len(before.text) < 60) else 0.0
        return 0.85 if share and shape.ends_early(before, line) else 0.0
    return 0.85 if shape.ends_early(before, line, share) else 0.0


def sections_at(lines: Sequence[Line]) -> dict[int, Marker]:
    """The lines that head a section, with their markers: Roman ones, `1.` over capitals where a plan has no Roman."""
    romans = {i: m for i, line in enumerate(lines) if (m := section_marker(line.text)) and line.role != Role.TABLE}
    roman = any(m.certain and m.value >= 2 and _is_heading(m) for m in romans.values()) or any(
        not m.printed[0].isdigit() and m.value >= 2 and is_capitals(m.rest) for m in romans.values()
    )
    if roman:
        return _in_sequence(romans, lines)
    arabic = {i: m for i, line in enumerate(lines) if (m := decimal_marker(line.text)) and m.rank == Rank.DECIMAL and is_capitals(m.rest)}
    found: dict[int, Marker] = {}
    for i, marker in arabic.items():
        if marker.value == len(found) + 1:
            found[i] = Marker(marker.printed, Rank.SECTION, marker.value, str(marker.value), marker.rest)
    if len(found) >= 2:
        return found
    return {i: m for i, m in romans.items() if m.value == 1 and is_capitals(m.rest) and m.certain}


def _is_heading(marker: Marker) -> bool:
    return is_capitals(marker.rest) or (len(marker.rest.split()) <= 20 and not marker.rest.rstrip().endswith((".", ";", ",")))


def _in_sequence(romans: Mapping[int, Marker], lines: Sequence[Line]) -> dict[int, Marker]:
    """Of what may be Roman numerals those that count I, II, III …, anew after each part (`A.`, `Phần II`)."""
    found: dict[int, Marker] = {}
    last, at = 0, -1
    for i, marker in romans.items():
        if not _is_heading(marker) or marker.printed.endswith(","):
            continue
        capitals = is_capitals(marker.rest)
        if any(part_marker(lines[k].text) for k in range(max(at, 0), i)) and marker.value == 1 and last > 1:
            last = 0
        expected = last + 1
        if marker.value == expected and (marker.certain or capitals):
            value = marker.value
        elif marker.certain and capitals and expected < marker.value <= expected + 3:
            value = marker.value  # a section in between was lost
        elif capitals and not marker.certain and not marker.printed[0].isdigit() and abs(marker.value - expected) == 1:
            value = expected  # a stroke was lost or doubled
        else:
            continue
        certain = marker.certain and value == marker.value and value == expected
        found[i] = Marker(marker.printed, Rank.SECTION, value, roman_of(value), marker.rest, certain)
        last, at = value, i
    return found
