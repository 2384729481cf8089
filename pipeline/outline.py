"""Restored lines to the outline of a plan: letterhead, title, items, sections, recipients, signature."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model import Item, Line, Outline, Part
from pipeline.outline_markers import Rank
from pipeline.outline_paragraphs import Paragraph, join_lines, paragraphs_of
from pipeline.outline_tree import Node, call_of, grow, item_of, name_kinds, sections_of
from pipeline.outline_zones import Zones, zones_of

VERSION = 1
_NOTE = re.compile(r"^[\[(]?(\d{1,2})[\])]?[.)]?\s*(?=\D)")


def outline_of(lines: Sequence[Line], page_count: int | None) -> Outline:
    """The outline of a document. `lines`: all of it, restored, in reading order."""
    zones = zones_of(lines)
    nodes = [*_plain(zones.decision, Part.PREAMBLE), *grow(paragraphs_of(zones.body)), *_plain(zones.annex, Part.ANNEX)]
    name_kinds(nodes)
    notes = _footnotes(zones.footnotes, nodes)
    items: list[Item] = []
    for node in nodes:
        items.append(item_of(node))
        items += notes.get(id(node), ())
    sections = sections_of(nodes, {id(node): node.path for node in nodes})
    return Outline(
        issuer=zones.issuer,
        motto=zones.motto,
        title=zones.title,
        items=tuple(items),
        sections=sections,
        recipients=zones.recipients,
        signature=zones.signature,
        page_count=page_count,
        notes=tuple(_remarks(zones, nodes)),
    )


def _plain(lines: Sequence[Line], part: Part) -> list[Node]:
    """The paragraphs of what is no part of the plan proper: no tree, markers kept in the text's place."""
    return [Node(_with_marker(p), part, None, certain=p.certain) for p in paragraphs_of(lines)] if lines else []


def _with_marker(paragraph: Paragraph) -> Paragraph:
    if paragraph.marker is None:
        return paragraph
    text = join_lines([line.text for line in paragraph.lines])
    return Paragraph(paragraph.lines, None, text, paragraph.certain, paragraph.is_table)


def _footnotes(lines: Sequence[Line], nodes: Sequence[Node]) -> dict[int, list[Item]]:
    """The footnotes as items, by the node after which they come (that of their call)."""
    groups: list[list[Line]] = []
    for line in lines:
        if _NOTE.match(line.text) or not groups or groups[-1][0].page != line.page:
            groups.append([line])
        else:
            groups[-1].append(line)
    placed: dict[int, list[Item]] = {}
    for number, group in enumerate(groups, start=1):
        text = join_lines([line.text for line in group])
        mark = _NOTE.match(text)
        node = call_of(int(mark[1]) if mark else number, nodes, group[0].page)
        if node is None:
            continue
        paragraph = Paragraph(tuple(group), None, text[mark.end() :] if mark else text, 0.9)
        note = Node(paragraph, Part.FOOTNOTE, node, path=f"{Part.FOOTNOTE}.{number}", kind=node.kind, numeral=node.numeral)
        placed.setdefault(id(node), []).append(item_of(note, marker=mark[1] if mark else None))
    return placed


def _remarks(zones: Zones, nodes: Sequence[Node]) -> list[str]:
    """What a reviewer should know, in Vietnamese."""
    remarks = []
    values = [n.marker.value for n in nodes if n.rank == Rank.SECTION]
    gaps = [b for a, b in zip([0, *values], values, strict=False) if b not in (a + 1, 1)]
    if not values:
        remarks.append("Không tìm thấy mục đánh số La Mã nào.")
    if gaps:
        remarks.append(f"Số mục không liên tục: trước mục {', '.join(map(str, gaps))}.")
    if not zones.title:
        remarks.append("Không tìm thấy tên kế hoạch.")
    if not zones.signature:
        remarks.append("Không tìm thấy khối chữ ký.")
    if not zones.recipients:
        remarks.append("Không tìm thấy nơi nhận.")
    return remarks
