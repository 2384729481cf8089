"""What OCR writes where the print can only be something else: a capital I for the slash of a number or date
(`17I3I2026`, in type without serifs), a second Đ (`QĐÐ`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from diacritics import Edit

SURE = 0.99  # no word, number or code of Vietnamese has a capital I there
_PARTY = "NQ|KL|CT|QĐ|QC|HD|KH|TB|BC|TT|ĐA"
_SLASH = re.compile(
    rf"(?<=\d)I(?=\d)|(?<=\d)I(?=[A-ZĐ][A-ZĐa-z]*-[A-ZĐ])|(?<=\d)I(?=QH\d)"
    rf"|(?:(?<=\d-(?:{_PARTY}))|(?<=\d -(?:{_PARTY})))I(?=(?:TW|TU|BCĐ|ĐU)\b)"
)
_TWICE = re.compile("ĐÐ|ÐĐ")  # Ð, the Icelandic letter


def with_slashes(text: str) -> str:
    """`text`, letter for letter as long, with its slashes."""
    return _SLASH.sub("/", text)


def glyph_edits(raw: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """`edits`, which change `with_slashes(raw)`, as edits of `raw`, with those that make the glyphs right."""
    made = [Edit(match.start(), match.end(), "I", "/", "slash", SURE) for match in _SLASH.finditer(raw)]
    made += [Edit(match.start(), match.end(), match[0], "Đ", "stroke", SURE) for match in _TWICE.finditer(raw)]
    fitted = [replace(edit, before=raw[edit.start : edit.end]) for edit in edits]
    fitted += [m for m in made if not any(edit.start < m.end and m.start < edit.end for edit in edits)]
    return tuple(sorted(fitted, key=lambda edit: edit.start))
