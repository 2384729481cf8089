"""What numbers a document: letters of lists (`c)`, `d)`, `đ)`) and Roman numerals of headings (`|.`, `I1.`, `111.`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diacritics.syllables import strip_marks

ORDER = "abcdđeghiklmnopqrstuvxy"  # of the letters of lists
ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
SEEN = 0.03  # share from which the engine's other reading counts
_ROUND = "€©¢"  # what OCR makes of a c or an e
_MARKER = re.compile(rf"^[ \t]*([a-zđ{_ROUND}])\)(?=\s)", re.MULTILINE)
_NUMERAL = re.compile(r"^[ \t]*([IVXHvx1l|!]{1,6})(?=\.[ \t]*[^\W\d_])(.*)", re.MULTILINE)
_STROKES = str.maketrans({**dict.fromkeys("1l|!", "I"), "v": "V", "x": "X", "H": "II"})
_DOUBTFUL = re.compile(r"[1H]+|[l|!]")
_CAPITALS = 0.8  # of the letters of a heading in capitals


@dataclass(frozen=True, slots=True)
class Misread:
    """`before`, at the offset `start`, stands for `after`."""

    start: int
    before: str
    after: str


def misread_letters(text: str, rivals: Mapping[int, Sequence[tuple[str, float]]]) -> Iterator[Misread]:
    """Letters at the heads of lines that fit no order but one mark away do.

    `rivals`: what else the engine saw in the words at these offsets. A marker is put right where the engine saw the
    right one too, or where the letter comes twice.
    """
    found = [(match.start(1), match[1]) for match in _MARKER.finditer(text)]
    before = ""
    for i, (at, letter) in enumerate(found):
        due = ORDER[ORDER.index(before) + 1 : ORDER.index(before) + 2] if before in ORDER and before else ""
        if letter in _ROUND:
            if due not in ("c", "e"):
                continue
            yield Misread(at, letter, due)
            letter = due
        elif due and due != letter and strip_marks(due) == strip_marks(letter):
            is_seen = any(reading[:2] == f"{due})" and share >= SEEN for reading, share in rivals.get(at, ()))
            if is_seen or letter in (before, found[i + 1][1] if i + 1 < len(found) else None):
                yield Misread(at, letter, due)
                letter = due
        before = letter


def misread_numerals(text: str) -> Iterator[Misread]:
    """Roman numerals at the heads of lines whose strokes were read as other letters, digits or bars.

    One of digits alone, H, or a single stroke counts where it follows in order and its heading is in capitals. Where
    the last one was II and the next is IV, a second II is III: strokes run together.
    """
    found = [(match.start(1), match[1], _is_in_capitals(match[2])) for match in _NUMERAL.finditer(text)]
    values = [_value(token, heads) for _, token, heads in found]
    due = 1
    for i, (at, token, _) in enumerate(found):
        value = values[i]
        if value is None:
            continue
        follows = next((later for later in values[i + 1 :] if later is not None and later >= value), None)
        if value == due - 1 and follows == due + 1:
            value = due
        right = ROMANS[value - 1]
        if token != right and (value not in (1, due) or (token == "1" and (value, follows) != (due, due + 1))):
            continue  # an Arabic number, or none at all
        if token != right:
            yield Misread(at, token, right)
        due = value + 1


def _value(token: str, is_in_capitals: bool) -> int | None:
    numeral = token.translate(_STROKES)
    if numeral not in ROMANS or (_DOUBTFUL.fullmatch(token) and not is_in_capitals):
        return None
    return ROMANS.index(numeral) + 1


def _is_in_capitals(heading: str) -> bool:
    letters = [char for char in heading if char.isalpha()]
    return sum(map(str.isupper, letters)) > _CAPITALS * len(letters)
