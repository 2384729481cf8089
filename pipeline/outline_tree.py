"""Paragraphs to the tree of items: levels, paths, kinds, sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extractors.bodies import is_body_name, opens_with_body
from pipeline.model import BoundingBox, Item, Kind, Line, Part, Region, Section
from extractors.headings import heading_kinds, main_kind, restored_heading, told_kind
from pipeline.outline_markers import Marker, Rank, corrected, follows
from pipeline.outline_paragraphs import Paragraph, join_lines

_CLOSING = re.compile(r"^(?:Trên đây là|Trên đây,? )")
_LAST_CALL = re.compile(r"\b(?:[Yy]êu cầu|[Đđ]ề nghị)\s+(?:các|thủ trưởng|lãnh đạo|cán bộ|toàn thể)\b|^Nhận được [Kk]ế hoạch")
_HEADING_WORDS = 40
_NAME_WORDS = 25
_CALL = r"(?<=[^\W\d_])[”\"]?(?:{n}|\[{n}\]|\({n}\))(?![\d/.)])|{sup}"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class Node:
    """An item while the tree is built."""

    paragraph: Paragraph
    part: Part
    parent: Node | None
    marker: Marker | None = None
    path: str = ""
    kind: Kind | None = None
    kinds: tuple[Kind, ...] = ()
    numeral: str | None = None
    certain: float = 1.0
    children: list[Node] = field(default_factory=list)

    @property
    def rank(self) -> int:
        return self.marker.rank if self.marker else 99

    @property
    def text(self) -> str:
        return self.paragraph.text

    @property
    def is_open(self) -> bool:
        """Whether the text, as a heading does, waits for what comes under it."""
        return is_heading_text(self.text)

    @property
    def ancestors(self) -> Iterable[Node]:
        node = self.parent
        while node:
            yield node
            node = node.parent


def is_heading_text(text: str) -> bool:
    """Whether `text` reads as a heading: not a sentence, or one ended by a colon."""
    if text.rstrip().endswith(":"):
        return True
    return len(text.split()) <= _HEADING_WORDS and not re.search(r"[.;!?…,][”\")]?\s*$", text.rstrip())


def grow(paragraphs: Sequence[Paragraph]) -> list[Node]:
    """The nodes of a body in reading order, each under its parent."""
    nodes: list[Node] = []
    stack: list[Node] = []
    closing = _closing_at(paragraphs)
    for i, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if i >= closing:
            part, parent, stack = Part.CLOSING, None, []
        elif not any(n.rank <= Rank.SECTION for n in stack) and not (marker and marker.rank <= Rank.SECTION):
            part, parent = Part.PREAMBLE, None
        else:
            part = Part.SECTION
            if marker and marker.rank == Rank.SECTION and (text := restored_heading(paragraph.text)) != paragraph.text:
                paragraph = replace(paragraph, text=text, certain=paragraph.certain * 0.95)
            parent, marker = _place(stack, paragraph)
        node = Node(paragraph, part, parent, marker if part == Part.SECTION else None, certain=paragraph.certain)
        if part == Part.SECTION and marker:
            stack.append(node)
        if parent:
            parent.children.append(node)
        nodes.append(node)
    return nodes


def _closing_at(paragraphs: Sequence[Paragraph]) -> int:
    """The index of the closing formula (`Trên đây là Kế hoạch …`, else a last call on all after the list); or past the end."""
    for i, paragraph in enumerate(paragraphs):
        if _CLOSING.match(paragraph.text) and not (paragraph.marker and paragraph.marker.rank <= Rank.SECTION):
            return i
    last = len(paragraphs)
    while last and paragraphs[last - 1].marker is None and not paragraphs[last - 1].is_table:
        last -= 1
    if not last or paragraphs[last - 1].marker is None or paragraphs[last - 1].marker.rank <= Rank.SECTION:
        return len(paragraphs)
    calls = (i for i in range(last, len(paragraphs)) if _LAST_CALL.search(paragraphs[i].text))
    return next(calls, len(paragraphs))


def _place(stack: list[Node], paragraph: Paragraph) -> tuple[Node | None, Marker | None]:
    """The parent of `paragraph`, with its marker as counted; takes off `stack` what it ends."""
    marker = paragraph.marker
    if marker is None:
        if paragraph.is_table:
            return stack[-1], None
        top = stack[-1]
        if not (top.is_open and not top.children):
            owners = (n for n in reversed(stack) if not (n.marker and n.marker.is_bullet))
            top = next(owners)
        return top, None
    if marker.rank <= Rank.SECTION:
        while stack and stack[-1].rank >= marker.rank:
            stack.pop()
        return (stack[-1] if stack else None), marker
    level = next((k for k in range(len(stack) - 1, -1, -1) if stack[k].rank == marker.rank), None)
    top = stack[-1]
    if level is not None:
        last = stack[level].marker.value
        marker = corrected(marker, last)
        restarts = marker.value == 1 and level < len(stack) - 1 and (top.is_open or marker.rank > top.rank)
        if marker.is_bullet or follows(marker, last) or not restarts:
            del stack[level:]
        return stack[-1], marker
    nests = top.text.rstrip().endswith(":") or (marker.value == 1 and top.is_open)
    while stack[-1].rank > marker.rank and not nests:
        stack.pop()
    return stack[-1], marker


def name_kinds(nodes: Sequence[Node]) -> None:
    """Gives every node of the sections its path, section, kinds and kind."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for node in nodes:
        base = node.parent.path + "." if node.parent else "" if node.part == Part.SECTION else f"{node.part}."
        numbered = {c.marker.path for c in node.parent.children if c.marker} if node.parent else set()
        if node.marker and node.marker.path:
            step = node.marker.path
        else:
            counts[base] = counts.get(base, 0) + 1
            step = str(counts[base]) if str(counts[base]) not in numbered else "0"
        path, again = base + step, 2
        while path in taken:
            path, again = f"{base}{step}-{again}", again + 1
        node.path = path
        taken.add(path)
        if node.part != Part.SECTION:
            continue
        if node.rank == Rank.SECTION:
            node.numeral = node.marker.path
            node.kinds = heading_kinds(node.text)
            node.kind = main_kind(node.kinds)
        elif node.parent:
            node.numeral = node.parent.numeral
            node.kinds = _sub_kinds(node)
            node.kind = node.kinds[0] if node.kinds else _inherited(node)


def _sub_kinds(node: Node) -> tuple[Kind, ...]:
    """The kinds of a heading inside a section, run-in headings (`Thời gian: …`) of numbered items too.

    Whom a criterion or an award is for (`Đối tượng khác`) starts no part of its own.
    """
    kinds = _named_kinds(node)
    if node.parent.kind in (Kind.CRITERIA, Kind.AWARDS) and kinds == (Kind.SUBJECTS,):
        return ()
    return kinds


def _named_kinds(node: Node) -> tuple[Kind, ...]:
    if node.marker is None:
        return ()
    if node.is_open and (node.children or not node.marker.is_bullet):
        return heading_kinds(node.text.split(":")[0], opens=True)
    head, colon, _ = node.text.partition(":")
    if colon and not node.marker.is_bullet and len(head.split()) <= 8:
        return heading_kinds(head, opens=True)
    return ()


def _inherited(node: Node) -> Kind | None:
    """The parent's kind; in a mixed section that of its kinds which the words tell, what siblings name apart."""
    parent = node.parent
    if parent.rank != Rank.SECTION or len(parent.kinds) < 2:
        return parent.kind
    named = {k for c in parent.children for k in _named_kinds(c)}
    left = [k for k in parent.kinds if k not in named] or list(parent.kinds)
    if Kind.ORGANISATION in left and opens_with_body(node.text):
        return Kind.ORGANISATION
    words = " ".join([node.text, *(c.text for c in node.children)])
    return told_kind(words, left) or (left[0] if len(left) == 1 and node.marker else parent.kind)


def sections_of(nodes: Sequence[Node], item_ids: dict[int, str]) -> tuple[Section, ...]:
    """The sections, with what their sub-headings name added to their own kinds."""
    sections = []
    for node in nodes:
        if node.rank != Rank.SECTION:
            continue
        inside = [node, *_descendants(node)]
        pages = [line.page for n in inside for line in n.paragraph.lines]
        kinds = list(node.kinds)
        for child in node.children:
            kinds += [k for k in child.kinds if k not in kinds]
        heading = re.sub(r"[\s.:;,]+$", "", node.text)
        sections.append(
            Section(node.numeral, heading, tuple(kinds), item_ids[id(node)], min(pages), max(pages), _confidence(node))
        )
    return tuple(sections)


def _descendants(node: Node) -> Iterable[Node]:
    for child in node.children:
        yield child
        yield from _descendants(child)


def item_of(node: Node, marker: str | None = None) -> Item:
    """The item of a node that has its path."""
    lines = node.paragraph.lines
    read = [line.ocr_confidence for line in lines if line.ocr_confidence is not None]
    raw = join_lines([line.raw_text for line in lines])
    printed = (node.marker.printed or None) if node.marker else marker
    if printed and raw.startswith(printed):
        raw = raw[len(printed) :].strip()
    named = bool(node.marker) and not node.marker.is_bullet and len(node.text.split()) <= _NAME_WORDS and is_body_name(node.text)
    is_heading = node.rank <= Rank.SECTION or bool(node.children) and (node.is_open or named)
    return Item(
        item_id=node.path,
        parent_item_id=node.parent.path if node.parent else None,
        path=node.path,
        level=sum(1 for _ in node.ancestors) + 1,
        marker=printed,
        part=node.part,
        kind=node.kind,
        text=node.text,
        raw_text=raw,
        regions=regions_of(lines),
        ocr_confidence=sum(read) / len(read) if read else None,
        confidence=_confidence(node),
        numeral=node.numeral,
        is_heading=is_heading,
        is_table=node.paragraph.is_table,
    )


def regions_of(lines: Sequence[Line]) -> tuple[Region, ...]:
    """Where `lines` stand, one region a page."""
    regions = []
    for page in dict.fromkeys(line.page for line in lines):
        boxes = [line.bbox for line in lines if line.page == page and line.bbox]
        regions.append(Region(page, BoundingBox.around(boxes) if boxes else None))
    return tuple(regions)


def _confidence(node: Node) -> float:
    lines = node.paragraph.lines
    letters = sum(len(line.text) for line in lines) or 1
    read = sum(line.confidence * _as_read(line) * len(line.text) for line in lines) / letters
    return round(read * node.certain, 4)


def _as_read(line: Line) -> float:
    """What the engine's confidence takes from a line's: nothing from 0.9 up, where good print stands."""
    return 1.0 if line.ocr_confidence is None else min(1.0, 0.25 + line.ocr_confidence * 0.83)


def call_of(note: int, nodes: Sequence[Node], page: int) -> Node | None:
    """The node in which footnote `note` of `page` is called: the last there that has its number."""
    call = re.compile(_CALL.format(n=note, sup=str(note).translate(_SUPERSCRIPT)))
    on_page = [n for n in nodes if any(line.page == page for line in n.paragraph.lines)]
    called = [n for n in on_page if call.search(n.text)]
    return (called or on_page or [None])[-1]
