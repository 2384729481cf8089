"""The slashes of numbers and dates that OCR took for a capital I, as it does in type without serifs: `17I3I2026`."""

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


def with_slashes(text: str) -> str:
    """`text`, letter for letter as long, with its slashes."""
    return _SLASH.sub("/", text)


def slash_edits(raw: str, edits: Sequence[Edit]) -> list[Edit]:
    """`edits`, which change `with_slashes(raw)`, as edits of `raw`: with those that make the slashes."""
    fitted = [replace(edit, before=raw[edit.start : edit.end]) for edit in edits]
    made = [
        Edit(at, at + 1, "I", "/", "slash", SURE)
        for at in (match.start() for match in _SLASH.finditer(raw))
        if not any(edit.start <= at < edit.end for edit in edits)
    ]
    return sorted(fitted + made, key=lambda edit: edit.start)
