"""Which lines head a section: Roman numerals in sequence, whatever OCR made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractors.headings import heading_kinds
from pipeline.model import Line, Role
from pipeline.outline_markers import Marker, Rank, decimal_marker, is_capitals, part_marker, roman_of, section_marker


def sections_at(lines: Sequence[Line]) -> dict[int, Marker]:
    """The lines that head a section, with their markers: Roman ones, `1.` over capitals where a plan has no Roman."""
    romans = {i: m for i, line in enumerate(lines) if (m := section_marker(line.text)) and line.role != Role.TABLE}
    roman = any(m.certain and m.value >= 2 and _is_heading(m) for m in romans.values()) or any(
        not m.printed[0].isdigit() and m.value >= 2 and is_capitals(m.rest) for m in romans.values()
    )
    if roman:
        return _in_sequence(romans, lines)
    arabic = {i: m for i, line in enumerate(lines) if (m := decimal_marker(line.text)) and m.rank == Rank.DECIMAL and is_capitals(_head(m))}
    found: dict[int, Marker] = {}
    for i, marker in arabic.items():
        if marker.value == len(found) + 1:
            found[i] = Marker(marker.printed, Rank.SECTION, marker.value, str(marker.value), marker.rest)
    if len(found) >= 2:
        return found
    return {i: m for i, m in romans.items() if m.value == 1 and is_capitals(m.rest) and m.certain}


def _head(marker: Marker) -> str:
    """The heading's own words, a sentence that runs on after its colon apart."""
    return marker.rest.split(": ")[0]


def _is_heading(marker: Marker) -> bool:
    head = _head(marker)
    return is_capitals(head) or (len(head.split()) <= 20 and not head.rstrip().endswith((".", ";", ",")))


def _in_sequence(romans: Mapping[int, Marker], lines: Sequence[Line]) -> dict[int, Marker]:
    """The headings of sections I, II, III …, anew after each part (`A.`, `Phần II`).

    A numeral that lost a stroke, or all of it before a telling heading in capitals, is the one that is due.
    """
    found: dict[int, Marker] = {}
    last, part_since = 0, False
    for i, line in enumerate(lines):
        part_since = part_since or part_marker(line.text) is not None
        marker = romans.get(i) or _unnumbered(lines, i, found)
        if marker is None or not _is_heading(marker) or marker.printed.endswith(","):
            continue
        if part_since and marker.value == 1 and last > 1:
            last = 0
        value = _value_due(marker, last + 1)
        if value is None:
            continue
        if value > last + 1 and _next_value(romans, i) == value:
            value = last + 1  # the next heading is that section: this one was misread
        certain = marker.certain and value == marker.value == last + 1
        found[i] = Marker(marker.printed, Rank.SECTION, value, roman_of(value), marker.rest, certain)
        last, part_since = value, False
    return found


def _next_value(romans: Mapping[int, Marker], at: int) -> int | None:
    """The number of the next sure heading in capitals."""
    return next((m.value for i, m in romans.items() if i > at and m.certain and is_capitals(_head(m))), None)


def _value_due(marker: Marker, due: int) -> int | None:
    """Which section `marker` heads where number `due` comes next; None if it heads none."""
    head = _head(marker)
    capitals = is_capitals(head)
    telling = capitals or (len(head.split()) <= 12 and bool(heading_kinds(head, opens=True)))
    if not marker.printed:
        return due
    if marker.value == due and (marker.certain or telling):
        return due
    if marker.certain and telling and due < marker.value <= due + 3:
        return marker.value  # a section in between was lost
    stroke_lost = abs(marker.value - due) == 1 and not marker.printed[0].isdigit()
    if stroke_lost and telling and (marker.value >= 2 or (capitals and marker.certain)):
        return due
    return None


def _unnumbered(lines: Sequence[Line], i: int, found: Mapping[int, Marker]) -> Marker | None:
    """A heading in capitals without a numeral that names the part of a plan, not the end of the heading before."""
    text = lines[i].text
    if not is_capitals(text, 0.9) or len(text.split()) > 12 or not text[0].isalpha() or i == 0:
        return None
    before = lines[i - 1]
    if i - 1 in found or is_capitals(before.text) or not before.text.rstrip().endswith((".", ";", ":", "/", ",")):
        return None
    return Marker("", Rank.SECTION, 0, "", text, False) if heading_kinds(text, opens=True) else None
