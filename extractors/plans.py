"""The plan itself, kế hoạch: one row from letterhead, title, first and last words."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum

from extractors.cited import issuer_after
from extractors.dates import Precision, Qualifier, Recurrence, find_date, find_times
from extractors.issuer import Issuer, name_issuer
from extractors.letterhead import Letterhead, read_letterhead
from extractors.numbers import find_numbers
from extractors.signature import read_signature
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Kind, Outline, Part

VERSION = 3


class IssuerLevel(StrEnum):
    CENTRAL = "central"
    PROVINCE = "province"
    DEPARTMENT = "department"
    UNIT = "unit"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Plan:
    """A row of `plans`, as far as the text gives it. `doubts`: the columns that are null or read with doubt, worst
    first; `confidence`: how surely number, issuer, date and title are right."""

    doc_number: str | None
    issuer: str | None
    issuer_level: IssuerLevel | None
    province_code: str | None
    province: str | None
    province_as_printed: str | None
    place: str | None
    issue_date: datetime.date | None
    title: str
    movement: str | None
    sector: str | None
    period_start: int | None
    period_end: int | None
    signer_name: str | None
    signer_title: str | None
    confidence: float
    doubts: tuple[str, ...] = ()


_MOVEMENT = re.compile(
    r"(?:phong trào|cuộc vận động|đợt)(?:\s+thi\s+đua)?(?:\s+đặc\s+biệt|\s+cao\s+điểm)?\s*(?:với\s+chủ\s+đề\s*)?:?\s*[“\"'‘«](?P<name>[^”\"»]+?)[”\"’»](?!\w)", re.I
)
_BARE_MOVEMENT = re.compile(
    r"phong trào\s+(?P<name>(?:thi đua\s+)?.+?)(?=\s+(?:năm|giai đoạn|trong|trên|tại|của|nhân dịp|chào mừng|lần thứ|đến|theo|thuộc|ngành|tỉnh|thành phố)\b|\s*[,;.(“\"]|$)",
    re.I,
)
_TITLE_YEARS = re.compile(r"(?:giai đoạn|năm học|nhiệm kỳ|năm|từ)\s+(?:năm\s+)?(20\d\d)(?:\s*(?:-|–|—|đến|tới)\s*(?:năm\s+)?(20\d\d))?|(?<!\d)(20\d\d)\s*[-–]\s*(20\d\d)(?!\d)", re.I)
_ANNEX_NOTE = re.compile(r"(?:^|\()(?:[Bb]an hành )?[Kk]èm theo\s.+", re.S)
_ANNEX_OF = re.compile(r"\s*\((?:ban hành )?(?:kèm theo|đính kèm)[^)]*\)?\s*$", re.I)
_NULL_BELOW, _DOUBT_BELOW = 0.65, 0.75  # of number and date; of any column: kept, with doubt


def title_of(outline: Outline) -> str:
    """What follows KẾ HOẠCH, in one line."""
    lines = [line.text.strip() for line in outline.title if not re.fullmatch(r"[\W_]*", line.text)]
    while len(lines) > 1 and lines[-1].isupper() and not lines[0].isupper():  # who decides, under a decision's title
        lines.pop()
    text = " ".join(lines)
    text = re.sub(r"\s+", " ", text).lstrip(" '`´’,·").strip()  # specks: no title begins with them
    text = re.sub(r"^kế hoạch\s+(?=\S)", "", text, flags=re.I) if text[:8].isupper() or text[:8] == "Kế hoạch" else text
    return _ANNEX_OF.sub("", text).strip(" *_-–—.")


def _with_decision(head: Letterhead, outline: Outline) -> Letterhead:
    """A plan without a letterhead that says with which decision it goes (`Kèm theo Quyết định số …`) has that one's
    number, date and issuer."""
    if head.doc_number or head.bodies:
        return head
    texts = (" ".join(line.text for line in outline.title), *(i.text for i in outline.items[:2] if i.part is Part.PREAMBLE))
    note = next((found for text in texts if (found := _ANNEX_NOTE.search(text))), None)
    numbers = find_numbers(note[0]) if note else ()
    if not numbers:
        return head
    date = find_date(note[0], numbers[0].end)
    issuer, _ = issuer_after(note[0], date[2] if date else numbers[0].end, is_dated=date is not None)
    sure = 0.9
    return Letterhead((issuer,) if issuer else (), numbers[0].text, sure, head.place, date[0] if date else None, sure, sure)


def movement_of(title: str) -> str | None:
    """The movement that the title names; None where it names none."""
    quoted = _MOVEMENT.search(title)
    if quoted:
        return quoted["name"].strip(" .,;")
    bare = _BARE_MOVEMENT.search(title)
    if not bare:
        return None
    name = bare["name"].strip(" .,;")
    return name if len(name.split()) >= 3 and fold(name) != "thi đua" else None


def _period(outline: Outline, title: str) -> tuple[int | None, int | None]:
    """First and last year. The timeline part wins over the title."""
    for item in outline.items:
        if item.kind is not Kind.TIMELINE and not re.match(r"thời (?:gian|hạn) (?:thực hiện|triển khai|tổ chức)", fold(item.text)):
            continue
        if re.search(r"giai đoạn\s*(?:\d\b|I|thứ|đầu|hai|một)|đợt\s*\d|bước\s*\d", item.text[:40], re.I):
            continue
        for time in find_times(item.text):
            if time.qualifier is Qualifier.FROM_TO and time.precision is Precision.YEAR and time.recurrence is Recurrence.ONCE:
                if time.start_date and time.end_date:
                    return time.start_date.year, time.end_date.year
    found = list(_TITLE_YEARS.finditer(title))
    spans = [m for m in found if m[2] or m[4]] or found
    if not spans:
        return _years_of_doing(outline)
    first, last = spans[-1][1] or spans[-1][3], spans[-1][2] or spans[-1][4] or spans[-1][1]
    return (int(first), int(last)) if int(first) <= int(last) else (None, None)


def _years_of_doing(outline: Outline) -> tuple[int | None, int | None]:
    """The years of the dates in the timeline part, where neither it nor the title names a span of years."""
    dates = [
        date
        for item in outline.items
        if item.kind is Kind.TIMELINE
        for time in find_times(item.text)
        if time.qualifier is Qualifier.FROM_TO
        for date in (time.start_date, time.end_date)
        if date is not None
    ]
    return (min(dates).year, max(dates).year) if dates else (None, None)


def _sector(issuer: Issuer, title: str) -> str | None:
    """The issuer's own sector; for a body of general competence, the title's."""
    for text in (issuer.name or "", *reversed(issuer.parents), title):
        if found := vocabulary("sectors").first(text):
            return found.entry.name
    return None


def _doubts(head: Letterhead, issuer: Issuer, title: str, signer_sure: float, plan: dict[str, object]) -> dict[str, float]:
    """How sure each column is."""
    return {
        "doc_number": head.number_confidence if plan["doc_number"] else 0.0,
        "issuer": issuer.confidence,
        "issue_date": head.date_confidence if plan["issue_date"] else 0.0,
        "title": 0.97 if len(title.split()) >= 3 else 0.0,
        "signer_name": signer_sure if plan["signer_name"] else 0.0,
    }


def extract_plan(outline: Outline) -> Plan:
    """The plan's own row. Nothing is guessed: what the page does not state is None and named in `doubts`."""
    head = _with_decision(read_letterhead((*outline.issuer, *outline.motto)), outline)
    title = title_of(outline)
    text = " \n ".join(item.text for item in outline.items)
    issuer = name_issuer(head, title, outline, text)
    signer = read_signature(outline.signature, outline.recipients, text)
    start, end = _period(outline, title)
    number = head.doc_number if head.number_confidence >= _NULL_BELOW else None
    date = head.issue_date if head.date_confidence >= _NULL_BELOW else None
    facts = {"doc_number": number, "issue_date": date, "signer_name": signer.name}
    sure = _doubts(head, issuer, title, signer.confidence, facts)
    doubts = sorted((c for c in sure if sure[c] < _DOUBT_BELOW), key=sure.__getitem__)
    core = [sure[c] for c in ("doc_number", "issuer", "issue_date", "title")]
    return Plan(
        doc_number=number,
        issuer=issuer.name,
        issuer_level=IssuerLevel(issuer.level) if issuer.level else None,
        province_code=issuer.province.code if issuer.province else None,
        province=issuer.province.name if issuer.province else None,
        province_as_printed=issuer.province_as_printed,
        place=head.place,
        issue_date=date,
        title=title,
        movement=movement_of(title),
        sector=_sector(issuer, title),
        period_start=start,
        period_end=end,
        signer_name=signer.name,
        signer_title=signer.title,
        confidence=round(max(0.3, sum(core) / len(core)) if all(core) else min(0.6, sum(core) / len(core)), 3),
        doubts=tuple(doubts),
    )
