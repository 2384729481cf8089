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
        telling = is_capitals(marker.rest) or (len(marker.rest.split()) <= 12 and bool(heading_kinds(marker.rest, opens=True)))
        if any(part_marker(lines[k].text) for k in range(max(at, 0), i)) and marker.value == 1 and last > 1:
            last = 0
        expected = last + 1
        if marker.value == expected and (marker.certain or telling):
            value = marker.value
        elif marker.certain and telling and expected < marker.value <= expected + 3:
            value = marker.value  # a section in between was lost
        elif telling and not marker.printed[0].isdigit() and marker.value >= 2 and abs(marker.value - expected) == 1:
            value = expected  # a stroke was lost or doubled
        else:
            continue
        certain = marker.certain and value == marker.value and value == expected
        found[i] = Marker(marker.printed, Rank.SECTION, value, roman_of(value), marker.rest, certain)
        last, at = value, i
    return found
