"""Letters that number a list: `c)` is followed by `d)`, which OCR likes to read as `đ)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from diacritics.syllables import strip_marks

ORDER = "abcdđeghiklmnopqrstuvxy"
SEEN = 0.03  # share from which the engine's other reading counts
_MARKER = re.compile(r"^[ \t]*([a-zđ])\)(?=\s)", re.MULTILINE)


def misread_markers(text: str, rivals: dict[int, Sequence[tuple[str, float]]]) -> Iterator[tuple[int, str, str]]:
    """(offset, letter, right letter) of markers at the heads of lines that fit no order but one mark away do.

    `rivals`: what else the engine saw in the words at these offsets. A marker is put right where the engine saw the
    right one too, or where the letter comes twice.
    """
    found = [(match.start(1), match[1]) for match in _MARKER.finditer(text)]
    before = ""
    for i, (at, letter) in enumerate(found):
        due = ORDER[ORDER.index(before) + 1 : ORDER.index(before) + 2] if before in ORDER and before else ""
        if due and due != letter and strip_marks(due) == strip_marks(letter):
            is_seen = any(reading[:2] == f"{due})" and share >= SEEN for reading, share in rivals.get(at, ()))
            if is_seen or letter in (before, found[i + 1][1] if i + 1 < len(found) else None):
                yield at, letter, due
                letter = due
        before = letter
