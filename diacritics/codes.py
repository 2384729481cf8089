"""Document codes and abbreviations: `923/QD-TTg` is `923/QĐ-TTg`; digits never change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import product
from pathlib import Path

from diacritics.syllables import strip_marks
from diacritics.words import SPECIALS

SEEN_FOR_STROKED_D = "ÐDPBb"
SHORTEST_SPELT, SPELT_TWICE = 3, 2  # letters, and times, of an abbreviation that its document spells out
_LIST = Path(__file__).parent / "data" / "abbreviations.txt"
_PREMIER = {"TTG": "TTg", "TTq": "TTg", "TTe": "TTg", "ITg": "TTg", "1Tg": "TTg", "T1g": "TTg", "TTa": "TTg", "TTp": "TTg"}


@cache
def _spellings() -> dict[str, str]:
    """What OCR writes → the abbreviation with its Đ. Each line of the list: the abbreviation, then what it is read as."""
    spellings = dict(_PREMIER)
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        written, *seen = line.split()
        spellings |= dict.fromkeys(seen, written)
    return spellings


def initials_of(words: Iterable[str]) -> str:
    """First letters of `words` (lower case), marks off but đ kept, a blank for what is no word, nothing for `và`."""
    return "".join(map(_initial, words))


def _initial(word: str) -> str:
    if word in ("", "và"):
        return ""
    return " " if word in SPECIALS else "đ" if word[0] == "đ" else strip_marks(word[0])


def restore_code(code: str, initials: str = "") -> str:
    """The letter parts of `code` as its issuer writes them. `initials`: of the words of its document."""
    return re.sub(r"[^\W\d_][^\W_]*", lambda part: _spellings().get(part[0]) or _spelt_out(part[0], initials), code)


def _spelt_out(part: str, initials: str) -> str:
    """`TDKT` is `TĐKT` in a document that speaks of thi đua, khen thưởng, and of nothing that `TDKT` may stand for."""
    if len(part) < SHORTEST_SPELT or not part.isupper() or "D" not in part or part.lower() in initials:
        return part
    choices = product(*("ĐD" if char == "D" else char for char in part))
    count, best = max((initials.count("".join(choice).lower()), "".join(choice)) for choice in choices)
    return best if count >= SPELT_TWICE else part
