"""Lines to paragraphs: where a section, an item or an unnumbered paragraph begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model import Line, Role
from pipeline.outline_markers import Marker, Rank, is_capitals, list_marker, part_marker, speck_marker, undotted_marker
from pipeline.outline_sections import sections_at
from pipeline.outline_shape import Shape, without_specks

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


Group = tuple[list[Line], "Marker | None", float, bool]  # lines, marker, how certain, table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together. `marker`: None where none is printed; `certain`: how sure its start is, 0..1."""

    lines: tuple[Line, ...]
    marker: Marker | None
    text: str
    certain: float
    is_table: bool = False


def paragraphs_of(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of a body, markers taken off their text."""
    lines = [without_specks(line) for line in lines]
    shape = Shape.of(lines)
    sections = sections_at(lines)
    groups: list[Group] = []
    in_table = False
    for i, line in enumerate(lines):
        before = lines[i - 1] if i else None
        marker = sections.get(i) or part_marker(line.text)
        in_table = not marker and (line.role == Role.TABLE or _is_table_row(line, in_table, shape))
        if in_table and groups and groups[-1][3] and not _starts_row(line, groups[-1][0]):
            groups[-1][0].append(line)
        elif in_table:
            groups.append(([line], None, 0.8, True))
        elif marker:
            groups.append(([line], marker, 1.0 if marker.certain else 0.9, False))
        elif before is None or groups[-1][3]:
            groups.append(([line], list_marker(line.text), 0.9, False))
        elif _continues_heading(groups[-1][0], groups[-1][1], line):
            groups[-1][0].append(line)
        elif (marker := list_marker(line.text)) and (sure := _starts_item(before, line, marker, shape)):
            groups.append(([line], marker, sure, False))
        elif line.bbox and (marker := _damaged_marker(line, before, groups)):
            groups.append(([line], marker, 0.85, False))
        elif sure := _starts_paragraph(before, line, shape, groups[-1][0], groups[-1][1]):
            groups.append(([line], None, sure, False))
        else:
            groups[-1][0].append(line)
    return [part for group in groups for part in _without_run_in(_paragraph(*group))]


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
    texts = [text.removeprefix("~ ") for text in texts]  # no dash after all
    return Paragraph(tuple(lines), marker, join_lines(texts), certain, is_table)


def _without_run_in(paragraph: Paragraph) -> tuple[Paragraph, ...]:
    """The heading of a section apart from the sentence that runs on after its colon (`KINH PHÍ: Từ nguồn …`)."""
    found = re.match(r"^([^:]{3,90}):\s+(\S.*)$", paragraph.text)
    if not (found and paragraph.marker and paragraph.marker.rank == Rank.SECTION):
        return (paragraph,)
    if is_capitals(found[2]) or not (is_capitals(found[1]) or len(found[1].split()) <= 8):
        return (paragraph,)
    head = Paragraph(paragraph.lines[:1], paragraph.marker, found[1].strip(), paragraph.certain)
    return head, Paragraph(paragraph.lines, None, found[2], paragraph.certain)


def _is_table_row(line: Line, in_table: bool, shape: Shape) -> bool:
    """In a text: a line that starts a table (`STT …`), and the numbered lines after it."""
    if line.bbox or line.role != Role.BODY:
        return False
    if _TABLE_HEAD.match(line.text):
        return True
    return in_table and (bool(_TABLE_ROW.match(line.text)) or (not list_marker(line.text) and not shape.is_unwrapped and line.text[0].islower()))


def _starts_row(line: Line, row: Sequence[Line]) -> bool:
    """Whether a cell starts a row of its table: it is numbered, or stands below all of `row`."""
    if not line.bbox or not row[-1].bbox or line.page != row[-1].page:
        return True
    leftmost = line.bbox.x0 <= min(cell.bbox.x0 for cell in row) + 0.02
    if leftmost and re.match(r"^\d{1,3}\b", line.text):
        return True
    numbered = bool(re.match(r"^\d{1,3}\b", row[0].text))
    return not numbered and line.bbox.y0 >= max(cell.bbox.y1 for cell in row) - 0.004


def _damaged_marker(line: Line, before: Line, groups: Sequence[Group]) -> Marker | None:
    """What may be a marker of which OCR lost a part, where the item before has ended and its list goes on."""
    if not (_ENDED.search(before.text) or groups[-1][1]):
        return None
    markers = [m for _, m, _, _ in groups if m]
    speck = speck_marker(line.text)
    if speck and _ENDED.search(before.text) and groups[-1][1] and groups[-1][1].rank == Rank.DASH:
        return speck
    last = next((m for m in reversed(markers) if m.rank <= Rank.DECIMAL), None)
    return undotted_marker(line.text, last.value) if last and last.rank == Rank.DECIMAL else None


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
    first = re.sub(r"^[_|~.,'`’]+\s+", "", line.text)[0]
    if not (first.isupper() or first in "“\"(‘*[" or first.isdigit()):
        return 0.0
    if shape.is_unwrapped:
        return 1.0
    numbered_head = marker is not None and not marker.is_bullet and len(group) == 1
    if line.bbox and numbered_head and first.isupper() and shape.is_first_line(line):
        return 0.95
    heads = bool(marker and marker.rank <= Rank.SECTION)
    if _ENDED.search(before.text) or heads:
        if shape.ends_early(before, line, 0.92) or shape.has_gap(before, line) or heads:
            return 1.0
        if first == "(" or line.text.startswith("Trên đây là") or (marker is None and _OPENING.match(line.text)):
            return 0.9
        indent = line.bbox.x0 - before.bbox.x0 if line.bbox and before.bbox else 0.0
        return 0.9 if shape.is_first_line(line) or (indent > 0.02 and shape.is_indented(line)) else 0.0
    if before.text.endswith((",", "-", "(")) or len(group) > 2 or not first.isupper():
        return 0.0
    # A heading without a full stop, then its paragraph: the shorter, the surer.
    numbered = bool(marker and not marker.is_bullet)
    share = 0.86 if numbered else 0.55
    if _NEEDS_MORE.search(before.text):
        share = 0.5
    if before.bbox:
        share = 0.88 if share > 0.5 and (numbered or len(before.text) < 60) else 0.0
        return 0.92 if share and shape.ends_early(before, line) else 0.0
    return 0.92 if numbered and shape.ends_early(before, line, 0.7) else 0.85 if shape.ends_early(before, line, share) else 0.0
