"""Numbers of documents, số và ký hiệu: `57-NQ/TW`, `923/QĐ-TTg`, `38/2010/TT-BYT`, `130/SYT-HĐKHCN`, `06/2022/QH15`.

`find_numbers(text)` gives every number with its letters; `find_short_forms(text)` the mentions without them
(`Nghị quyết số 57`). Spacing is normalised, what is printed otherwise stays. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import Levenshtein

from extractors.vocabulary import Match, vocabulary

_LETTERS = r"[A-ZĐƯÂĂÊÔƠ§](?:[A-Za-zĐđƯưÂâĂăÊêÔôƠơ&0-9]|\.(?=[A-ZĐ]))*"
_JOIN = r"\s?[-–—/](?:\s?[-–—])?\s{0,2}"
_NUMBER = re.compile(
    rf"(?<![\w/.,-])(?P<digits>\d{{1,6}}[a-zA-Zđ]?)(?:\s?/\s?(?P<year>(?:19|20)\d\d))?"
    rf"(?P<letters>{_JOIN}{_LETTERS}(?:(?:\s?-\s?|\s?[–—/]\s?|\s(?=\d+\b)){_LETTERS}|\s\d{{1,2}}(?![\w/.,]))*)"
)
_BROKEN = re.compile(r"(?<=\bsố )(\d) (\d/(?:19|20)\d\d/)")  # số 1 1/2016/TT-BYT; keeps the length
_STRAY = re.compile(r"(?<=\d-)\d (?=[A-ZĐ]{2,5}/[A-ZĐ])")  # số 04-4 QC/BCĐ: dirt beside the hyphen read as a digit
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d/(?:TT|NĐ|QH|TTLT)\b")  # what is left of a number whose digits were lost
_BEFORE = 90  # code points searched for the kind of document before its number
_SHORT = re.compile(r"\bsố\s*(?P<digits>\d{1,5})(?![\w/]|\s?[-–/]\s?[A-ZĐ\d]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A number at text[start:end]; `type_start`: where its kind is printed (start, where it is not).
    `doc_type` is None where neither word nor letters tell; `has_letters`: False for a short form."""

    text: str
    doc_type: str | None
    start: int
    end: int
    type_start: int
    has_letters: bool = True

    @property
    def digits(self) -> str:
        return re.match(r"\d+\w?", self.text)[0].lstrip("0") or "0"


def normal_number(printed: str) -> str:
    """`57- NQ/TW` → `57-NQ/TW`, `326 / KH- KSBT` → `326/KH-KSBT`, `43/2013/QH 13` → `43/2013/QH13`."""
    closed = re.sub(r"-+", "-", re.sub(r"\s+", "", re.sub(r"[–—]", "-", printed)))
    return re.sub(r"§S?", "S", closed).strip("/-.")


def number_key(number: str) -> str:
    """What two spellings of one number share: `57-NQ/TW` and `57-NQ-TW`; leading zeros do not count."""
    return re.sub(r"[^\wđ]+", "/", number.casefold()).lstrip("0").strip("/")


def regularity(number: str) -> int:
    """How well a number keeps to the rules of its kind: party `57-NQ/TW`, state `923/QĐ-TTg`; higher is better."""
    if re.fullmatch(r"\d+[a-z]?-[^\W\d_]+/[\w-]+", number):
        return 2
    return 2 if re.fullmatch(r"\d+[a-z]?(?:/\d{4})?/[\wĐđ]+(?:-[\w.&]+)*", number) else 1


@cache
def _letters() -> dict[str, str]:
    return {letters: e.name for e in vocabulary("doc_types").entries for letters in e.attributes["letters"]}


def type_of_letters(number: str) -> str | None:
    """The kind that the letters tell; `Công văn` for `293/SYT-TCCB`, whose letters are those of two bodies."""
    parts = re.findall(r"[^\W\d_]+(?=\d*(?:\W|$))", number)
    if not parts:
        return None
    if parts[0] in _letters():
        return _letters()[parts[0]]
    return "Công văn" if re.fullmatch(r"\d+[a-z]?/[^\W_]+(?:-[\w.&]+)*", number) else None


def _repaired(number: str) -> str:
    """`3751/HĐ-BNV` → `3751/HD-BNV`, `12/QD-UBND` → `12/QĐ-UBND`: a kind's letters with a stroke lost or gained."""
    match = re.match(r"(\d+[a-z]?(?:/\d{4})?[-/])([^\W\d_]+)(?=[-/])", number)
    if not match or match[2] in _letters():
        return number
    alike = {known for known in _letters() if known.replace("Đ", "D").lower() == match[2].replace("Đ", "D").lower()}
    return f"{match[1]}{alike.pop()}{number[match.end():]}" if len(alike) == 1 else number


@cache
def _organs() -> frozenset[str]:
    return frozenset(e.code for e in vocabulary("organ_letters").entries)


def set_right(number: str, seen: frozenset[str]) -> str:
    """A number read from a scan, with the letters of its last body set right: `16-QĐ/BCPĐ` → `16-QĐ/BCĐ`, where but one
    letter parts it from one known body. `seen`: letters of bodies in the document's other numbers."""
    match = re.search(r"(?<=[-/])[^\W\d_]{3,}$", number)
    if not match or match[0] in _organs() or type_of_letters(number) == "Công văn":
        return number
    near = {known for known in _organs() if Levenshtein.distance(known, match[0]) == 1}
    near = near & seen or near
    return number[: match.start()] + near.pop() if len(near) == 1 else number


def _printed_type(text: str, end: int, types: tuple[Match, ...]) -> Match | None:
    """The kind named last before `end` in the same clause."""
    for match in reversed([t for t in types if t.end <= end]):
        between = text[match.end : end]
        if len(between) > _BEFORE or re.search(r"[;:.]\s|\d{4}\s", between):
            return None
        return match
    return None


def find_numbers(text: str) -> tuple[DocNumber, ...]:
    """Every document number with letters in `text`, in order."""
    text = _STRAY.sub("  ", _BROKEN.sub(r" \1\2", text))
    types = vocabulary("doc_types").find(text)
    found = []
    for match in _NUMBER.finditer(text):
        number = normal_number(match[0])
        if _YEAR_ALONE.match(number):
            continue
        letters = re.findall(r"[^\W\d_]+", match["letters"])
        if not any(len(part) >= 2 for part in letters):
            continue
        number = _repaired(number)
        by_letters = type_of_letters(number)
        printed = _printed_type(text, match.start(), types)
        near = printed and not re.search(r"[,;]", text[printed.end : match.start()])
        if not near and by_letters in (None, "Công văn"):
            continue
        if near and not printed.entry.attributes.get("is_generic"):
            doc_type = printed.entry.name
            own = set(printed.entry.attributes["letters"])
            if by_letters and by_letters != "Công văn" and not own & set(letters) and len(text[printed.end : match.start()]) > 30:
                doc_type = by_letters  # a word far off says less than the letters
        else:
            doc_type = by_letters or (printed.entry.name if near else None)
        found.append(DocNumber(number, doc_type, match.start(), match.end(), printed.start if near else match.start()))
    return tuple(found)


def find_short_forms(text: str) -> tuple[DocNumber, ...]:
    """Mentions by kind and digits alone: `Nghị quyết số 57`."""
    types = vocabulary("doc_types").find(text)
    found = []
    for match in _SHORT.finditer(text):
        before = [t for t in types if t.end <= match.start() and not text[t.end : match.start()].strip()]
        if before and text[before[-1].start].isupper():
            kind = before[-1]
            found.append(DocNumber(match["digits"], kind.entry.name, match.start("digits"), match.end(), kind.start, False))
    return tuple(found)


_HEADER = re.compile(r"(?:^|\s)S[ốôồóòoeéẻ6]{1,2}\s?[:.;,]\s*(?=\S)|(?:^|\s)S[ốôồóò]\s+(?=[\d/.…_])|^\s*(?=\d{1,6}\s?[-/–]\s?[A-ZĐ])", re.I)
_SPACED = re.compile(rf"(\d{{1,6}})\s+([A-ZĐ][A-Za-zĐ]{{1,4}}(?:{_JOIN}{_LETTERS})+)")
_BLANK = re.compile(rf"[^A-ZĐ]{{0,16}}?{_JOIN}{_LETTERS}(?:{_JOIN}{_LETTERS})*")


def header_number(line: str) -> tuple[str | None, int, int] | None:
    """The document's own number on a line of its head: (number, start, end); the number is None where it was left
    blank (`Số:      /KH-SYT`). None where the line has none."""
    opening = _HEADER.search(line)
    if not opening:
        return None
    match = _NUMBER.match(line, opening.end())
    if match:
        return normal_number(match[0]), opening.start(), match.end()
    match = _SPACED.match(line, opening.end())
    if match:  # 125 KH/TĐTN-BTG, as the youth union prints it
        return f"{match[1]}-{normal_number(match[2])}", opening.start(), match.end()
    blank = _BLANK.match(line, opening.end())
    return (None, opening.start(), blank.end()) if blank and blank[0].strip() else None
