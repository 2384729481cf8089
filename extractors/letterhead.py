"""The head of a document: bodies and number on the left, place and date on the right, however the lines were split.

Works on lines of both columns, also where reading left them glued (`SỞ Y TẾ Độc lập - Tự do - Hạnh phúc`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractors.bare import bare
from extractors.dates import find_date
from extractors.numbers import header_number
from extractors.places import find_provinces
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Line

_BARE_MOTTOES = (
    "cong hoa xa hoi chu nghia viet nam",
    "dang cong san viet nam",
    "doan tncs ho chi minh",
    "doc lap - tu do - hanh phuc",
)
_PLACE_AND_DATE = re.compile(
    r"(?P<place>[A-ZĐÂÊÔƠƯĂ][^\W\d_]*\.?(?:[ -]+[^\W\d_]+\.?){0,6})?\s*,?\s*(?P<day>ng\wy\b)", re.I
)
_PARENT_ENDS = re.compile(r"(?:[-,–]|\b(?:và|của|tỉnh|thành phố|huyện|xã|phường|quận|trường|ban|sở|bộ|phòng|trung tâm|nhân dân))$", re.I)
_NOT_A_BODY = re.compile(r"^(?:hội (?:thi|nghị|diễn|thảo|xuân)|phòng,? chống|bộ (?:phận|tiêu chí)|đoàn kết|báo cáo|tổ chức (?!cán))", re.I)
_FILLED_IN = 0.75  # of confidence: a gap before the stroke is that of a number written in by hand
_JUNK = re.compile(r"[*_~=•·|]+|^\W+$|-{3,}")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the head says. `bodies`: as printed, outermost first; the last one issues. Confidences are 0..1."""

    bodies: tuple[str, ...] = ()
    doc_number: str | None = None
    number_confidence: float = 0.0
    place: str | None = None
    issue_date: datetime.date | None = None
    date_confidence: float = 0.0
    bodies_confidence: float = 0.0


def _without_mottoes(text: str) -> str:
    """`text` without the mottoes printed in it, read well or badly. A motto begins with a word."""
    for motto in _BARE_MOTTOES:
        plain = bare(text)
        if len(plain) != len(text) or len(plain) < 8:
            continue
        found = fuzz.partial_ratio_alignment(motto, plain, score_cutoff=75)
        if found and (found.dest_end - found.dest_start) >= 0.6 * len(motto):
            starts = [m.start() for m in re.finditer(r"\S+", plain)]
            start = min(starts, key=lambda at: abs(at - found.dest_start))
            end = len(text) if len(text) - found.dest_end <= 6 else found.dest_end
            text = f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()
    return text


def _whole_number(texts: list[str]) -> list[str]:
    """The lines with a number put together that the gap between the columns cut: `Số: 326/KH-` and `KSBT Lai Châu, …`."""
    cut = next((i for i, t in enumerate(texts) if re.search(r"\d\s*[/-]\s*[A-ZĐ][\w]*\s*[-/]\s*$", t)), None)
    rest = next((i for i, t in enumerate(texts) if cut is not None and i != cut and re.match(r"[A-ZĐƯ]{2,}(?=\s+[A-ZĐ].*ng\wy)", t)), None)
    if cut is None or rest is None:
        return texts
    tail, after = texts[rest].split(maxsplit=1)
    return [t + tail if i == cut else after if i == rest else t for i, t in enumerate(texts)]


def _line_confidence(line: Line, words: str = "") -> float:
    """How sure the reading is of the line, or of those of its words that stand in `words`."""
    sure = min(line.confidence, line.ocr_confidence if line.ocr_confidence is not None else 1.0)
    if line.word_confidences and words:
        printed = line.raw_text.split()
        own = [c for w, c in zip(printed, line.word_confidences) if any(ch.isdigit() for ch in w) and w.strip(".,:") in words]
        sure = min(own) if own else sure
    return sure


def starts_body(text: str) -> bool:
    """Whether a line opens the name of a body (and does not go on with the one above)."""
    if _NOT_A_BODY.match(text):
        return False
    return any(m.start == 0 and m.code != "" for m in vocabulary("issuers").find_all(text)) and not re.match(
        r"(?:tỉnh|thành phố|huyện|xã|phường|quận)\b", fold(text)
    )


def _joined(lines: Sequence[str]) -> tuple[str, ...]:
    """The bodies that the lines of the left column name."""
    bodies: list[str] = []
    for line in lines:
        if bodies and (_PARENT_ENDS.search(bodies[-1]) or not starts_body(line)):
            bodies[-1] = f"{bodies[-1]} {line}"
        else:
            bodies.append(line)
    return tuple(re.sub(r"\s+", " ", b).strip(" -–,.") for b in bodies)


def _place_and_date(text: str) -> tuple[str | None, datetime.date | None, str]:
    """(place, date, what is left of the line)."""
    match = _PLACE_AND_DATE.search(text)
    if not match:
        return None, None, text
    found = find_date(text, match.start("day"))
    if not found and not re.search(r"th\wng|n\wm", text[match.end() :]):
        return None, None, text
    place = (match["place"] or "").strip(" ,.") or None
    return place, found[0] if found else None, text[: match.start()].strip()


def read_letterhead(lines: Sequence[Line]) -> Letterhead:
    """The facts of the lines above the title, both columns, in any order."""
    bodies: list[str] = []
    sure_bodies: list[float] = []
    number, number_sure = None, 0.0
    place, date, date_sure = None, None, 0.0
    texts = _whole_number([_JUNK.sub(" ", _without_mottoes(line.text)).strip() for line in lines])
    for line, text in zip(lines, texts, strict=True):
        if not text:
            continue
        if header := header_number(text):
            if number is None and header[0]:
                number, number_sure = header[0], _line_confidence(line, text)
                if line.ocr_confidence is not None and re.search(r"\d\s+[/-]", line.text):
                    number_sure *= _FILLED_IN
            text = f"{text[: header[1]]} {text[header[2] :]}".strip()
        text_of_date = text
        here_place, here_date, text = _place_and_date(text)
        if here_place or here_date:
            place, date = place or here_place, date or here_date
            date_sure = _line_confidence(line, text_of_date)
        text = text.strip(" ,.-–:")
        letters = [c for c in text if c.isalpha()]
        if len(letters) >= 2 and sum(c.isupper() for c in letters) >= 0.6 * len(letters):
            bodies.append(text)
            sure_bodies.append(_line_confidence(line))
    if place and not re.match(r"(?:TP|Tp|[A-ZĐ])", place):
        place = None
    return Letterhead(
        _joined(bodies), number, number_sure, _proper_place(place), date, date_sure, min(sure_bodies, default=0.0)
    )


def _proper_place(place: str | None) -> str | None:
    if not place:
        return None
    named = find_provinces(place)
    return named[0].printed if named and not re.search(r"[a-zà-ỹ]", place) else place
