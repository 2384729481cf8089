"""List markers at the head of a line: what they may be, misreadings of OCR included."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum

from diacritics.markers import ORDER, ROMANS

UPPER = "A-Z" + "".join(chr(c) for c in (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)) if chr(c).isupper())
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
_SEEN_AS = {"€": "c", "©": "c", "¢": "c", "ø": "g", "ð": "đ", "â": "a", "ă": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}
# Pairs of a letter as read and the letter of the list that it may be.
_CONFUSED = {("d", "đ"), ("e", "c"), ("o", "c"), ("h", "b"), ("q", "g"), ("l", "i"), ("a", "d"), ("u", "n"), ("g", "đ")}
# How OCR reads the strokes of a Roman numeral.
_STROKES = {**dict.fromkeys("Il1|!¡ïíÍÌịỊiJjTt][/\\ÏỈỉ", "I"), "V": "V", "v": "V", "X": "X", "x": "X", "H": "II", "N": "II", "M": "III"}
_ROMAN = re.compile(r"^(?P<token>[IlVvXx1|!¡ïíÍÌịỊiJTHNM\]\[/\\ÏỈ]{1,6})\s?(?P<stop>[.\-–—:),/])+\s*(?P<rest>[^\W\d_].*|[“\"(].*)$")
_PART = re.compile(r"^(?P<token>[A-HĐ]|(?:PHẦN|Phần)\s+(?:thứ\s+\w+|THỨ\s+\w+|[IVX]{1,4}|\d))\s?[.\-–:)]?\s+(?P<rest>\S.*)$")
_DECIMAL = re.compile(
    r"^(?P<token>[\dlIO|]{1,2}(?:[.,]\s?\d{1,2}){0,4})(?P<stop>\s?[.)/,:]|\s?[-–](?=\s)|(?=\s))\s*(?P<rest>[^\s\d].*)$"
)
_BRACKET = re.compile(r"^\((?P<token>\d{1,2})\)\s*(?P<rest>\S.*)$")
_LETTER = re.compile(rf"^\(?(?P<token>[{LETTERS}A-ZĐ€©¢øð])\s?(?P<stop>[.)])\s*(?P<rest>\S.*)$")
_BULLETS = {
    "dash": "-–—−‒―~_¬=",
    "plus": "+†‡",
    "star": "*",
    "dot": "•·▪●◦■□➢►❖✓",
}
_BULLET = re.compile(r"^(?:[.,·'’‘`´°:]{1,2}\s?(?=[-–—_]\s))?(?P<token>[" + re.escape("".join(_BULLETS.values())) + r"])(?:[-–—_]+(?=\s))?\s*(?P<rest>\S.*)$")
_SPECK = re.compile(rf"^(?P<token>[:.,;'’‘`´°·])\s?(?P<rest>[{UPPER}]\w*\s.*)$")
_UNDOTTED = re.compile(rf"^(?P<token>\d{{1,2}})\s(?P<rest>[{UPPER}].*)$")


class Rank(IntEnum):
    """How deep a style of marker usually stands."""

    PART = 0
    SECTION = 1
    DECIMAL = 2  # 1. = 2, 1.1. = 3, ... up to 6
    LETTER = 7
    BRACKET = 8  # (1)
    STAR = 9
    DASH = 10
    PLUS = 11
    DOT = 12


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker as `printed`; `value` counts from 1 (0 for bullets), `path` is its part of an item's path."""

    printed: str
    rank: int
    value: int
    path: str
    rest: str
    certain: bool = True

    @property
    def is_bullet(self) -> bool:
        return self.value == 0


def roman_of(value: int) -> str:
    return ROMANS[value - 1]


def is_capitals(text: str, share: float = 0.75) -> bool:
    """Whether the letters of `text` are capitals, as in a printed heading."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 3 and sum(c.isupper() for c in letters) >= share * len(letters)


def section_marker(line: str) -> Marker | None:
    """A Roman numeral at the head of `line`; `certain` if it is printed with nothing but I, V and X."""
    found = _ROMAN.match(line)
    if found and is_capitals(found["rest"]):
        found = _ROMAN.match(found["rest"]) or found  # `1. I.MỤC ĐÍCH`: a speck before the numeral
    if not found:
        return None
    token = found["token"]
    strokes = "".join(_STROKES[c] for c in token)
    strokes = {"IIII": "III", "IIV": "IV", "VIIII": "VIII"}.get(strokes, strokes)
    if strokes not in ROMANS:
        return None
    printed = line[: len(line) - len(found["rest"])].strip()
    clean = token in ROMANS
    return Marker(printed, Rank.SECTION, ROMANS.index(strokes) + 1, strokes, found["rest"], clean)


def part_marker(line: str) -> Marker | None:
    """`A.`, `Phần I`, `PHẦN THỨ NHẤT` over a heading in capitals: a part above the sections."""
    found = _PART.match(line)
    if not found or not is_capitals(found["rest"]):
        return None
    token = found["token"]
    value = "ABCDEFGH".find(token) + 1 if len(token) == 1 else 0
    return Marker(line[: found.start("rest")].strip(), Rank.PART, value or 1, token.split()[-1], found["rest"])


def decimal_marker(line: str) -> Marker | None:
    """`1.`, `2)`, `1.2.`, `3.1 Điểm cầu`, `5.Thi đua`."""
    found = _DECIMAL.match(line)
    if not found:
        return None
    numbers = re.sub(r"[lI|]", "1", found["token"]).replace("O", "0").replace(",", ".").replace(" ", "")
    parts = [int(n) for n in numbers.split(".")]
    stop, rest = found["stop"].strip(), found["rest"]
    if not any(c.isdigit() for c in found["token"]) and found["token"] not in ("l", "I", "|"):
        return None
    if (len(parts) == 1 and not stop) or 0 in parts or parts[0] > 60:
        return None
    if stop in (",", ":") and len(parts) == 1 and not rest[0].isupper():
        return None
    if stop == "/" and not rest[0].isupper():
        return None
    if not (rest[0].isalpha() or rest[0] in "“\"'‘(*"):
        return None
    certain = stop not in (",", ":") and (rest[0].isupper() or not rest[0].isalpha())
    return Marker(line[: found.start("rest")].strip(), Rank.DECIMAL + len(parts) - 1, parts[-1], str(parts[-1]), rest, certain)


def bracket_marker(line: str) -> Marker | None:
    """`(1)`, `(2)`."""
    found = _BRACKET.match(line)
    if not found:
        return None
    token = str(int(found["token"]))
    return Marker(f"({found['token']})", Rank.BRACKET, int(token), token, found["rest"], found["rest"][0].isupper())


def letter_marker(line: str) -> Marker | None:
    """`a)`, `b.`, `đ)`, `(c)`."""
    found = _LETTER.match(line)
    if not found:
        return None
    token, rest = found["token"].lower(), found["rest"]
    token = _SEEN_AS.get(token, token)
    if token not in ORDER:
        return None
    if found["stop"] == "." and not rest[0].isupper() and rest[0] not in "“\"":
        return None
    printed = line[: found.start("rest")].strip()
    return Marker(printed, Rank.LETTER, ORDER.index(token) + 1, token, rest, found["token"] in ORDER)


def bullet_marker(line: str) -> Marker | None:
    """`-`, `+`, `*`, `•`, glued to their text or not."""
    found = _BULLET.match(line)
    if not found:
        return None
    token, rest = found["token"], found["rest"]
    style = next(s for s, signs in _BULLETS.items() if token in signs)
    spaced = line[found.start("rest") - 1] == " "
    if token in "_=~¬" and not (spaced and rest[0].isupper()):
        return None
    if not spaced and not (rest[0].isalpha() or rest[0] in "“\"(") or rest[0] in "-=_*":
        return None
    rank = {"dash": Rank.DASH, "plus": Rank.PLUS, "star": Rank.STAR, "dot": Rank.DOT}[style]
    return Marker(token, rank, 0, "", rest, spaced)


def undotted_marker(line: str, last: int) -> Marker | None:
    """`9 VNPT` after item 8: a number whose full stop OCR lost."""
    found = _UNDOTTED.match(line)
    if not found or int(found["token"]) != last + 1:
        return None
    return Marker(found["token"], Rank.DECIMAL, last + 1, found["token"], found["rest"], certain=False)


def speck_marker(line: str) -> Marker | None:
    """A dash of which OCR saw only a speck: `: Công tác`, `' Bệnh viện`. Only among dashes is it one."""
    found = _SPECK.match(line)
    return Marker(found["token"], Rank.DASH, 0, "", found["rest"], certain=False) if found else None


def list_marker(line: str) -> Marker | None:
    """The marker of a list item, sections apart."""
    return decimal_marker(line) or bracket_marker(line) or letter_marker(line) or bullet_marker(line)


def follows(marker: Marker, last: int) -> bool:
    """Whether `marker` may come next after the sibling numbered `last` (0: none yet)."""
    if marker.is_bullet or marker.value == last + 1:
        return True
    # đ is left out by some.
    return marker.rank == Rank.LETTER and marker.value == last + 2 and ORDER[last] == "đ"


def corrected(marker: Marker, last: int) -> Marker:
    """`marker` as the letter that must come after `last`, where OCR may have read that letter so."""
    if marker.rank != Rank.LETTER or follows(marker, last) or last >= len(ORDER):
        return marker
    due = ORDER[last]
    return replace(marker, value=last + 1, path=due, certain=False) if (marker.path, due) in _CONFUSED else marker
