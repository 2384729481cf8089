"""Deadlines, thời hạn: one row a time expression and body, with the duty that falls due."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from extractors.bodies import canonical_body
from extractors.dates import Precision, Qualifier, Recurrence, Time, find_times
from extractors.duties import addressee_of, body_in_row, body_of, clause_bounds, duty_of, sentence_bounds
from extractors.numbers import find_numbers
from extractors.plans import Plan
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Item, Kind, Outline, Part

VERSION = 2


class DeadlineKind(StrEnum):
    PERIOD = "period"
    PHASE = "phase"
    ISSUE_PLAN = "issue_plan"
    INTERIM_REVIEW = "interim_review"
    FINAL_REVIEW = "final_review"
    REPORT = "report"
    NOMINATION = "nomination"
    INSPECTION = "inspection"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A row of `deadlines`. `body_canonical`: the body under one name whatever its spelling, to join plans on."""

    item_id: str
    text: str
    confidence: float
    kind: DeadlineKind
    recurrence: Recurrence
    start_date: datetime.date | None
    end_date: datetime.date | None
    precision: Precision | None
    annual_month: int | None
    annual_day: int | None
    qualifier: Qualifier
    body: str | None
    addressee: str | None
    body_canonical: str | None


_PHASE = re.compile(r"(?:giai đoạn|đợt|bước)\s*(?:\d{1,2}|i{1,3}|iv|v|thứ \w+|một|hai|ba|đầu)\b")
_TIME_LABEL = re.compile(r"^\W*(?:(?:dự kiến )?thời gian|thời hạn|tiến độ)\b[^:.;]{0,60}[:.]?")
_DOCUMENT = re.compile(r"[^,;.]{0,60}$")
_REFERENCE = re.compile(
    r"(?:tầm nhìn|định hướng|mục tiêu|kế hoạch(?: \d+ năm)?|chương trình|nghị quyết|chiến lược|đề án|nhiệm kỳ|cuộc thi|hội thi|chỉ số|bình quân)\s*(?:\d+ năm\s*)?[(,]?\s*$"
)
_ADJECTIVE_OF = re.compile(
    r"(?:kế hoạch|chương trình|nhiệm vụ|chỉ tiêu|dự toán|kinh phí|ngân sách|chủ đề(?: thi đua)?|báo cáo|tổng kết công tác|khen thưởng|quyết toán|công tác(?: năm)?|định mức|mục tiêu|sáng kiến)(?:\s+(?:công tác|thi đua|hoạt động|chi|thu))?\s*,?$"
)
_PAST = re.compile(r"\bđã(?:\s+\w+){1,4}\s*$")
_PLACE_BEFORE = re.compile(r"(?:^|\s)(?:TP\.?\s)?[A-ZĐ][^\W\d_]+(?:\s[A-ZĐ][^\W\d_]+){0,3},\s*$")  # Sơn La, ngày …
_OF_BODY = re.compile(r"^\s*(?:của|,?\s*giai đoạn|và\s+(?:kế hoạch|giai đoạn|05 năm|5 năm))\b")
_DUTY_PARTS = (Kind.ORGANISATION, Kind.TIMELINE, Kind.SOLUTIONS)
_TARGET_PARTS = (Kind.PURPOSE, Kind.CRITERIA, Kind.SUBJECTS)
_SURE = {Qualifier.BEFORE, Qualifier.BY, Qualifier.FROM_TO}


def extract(outline: Outline, plan: Plan) -> list[Deadline]:
    """The dated and recurring duties, the period and its phases, in the order printed."""
    rows: list[Deadline] = []
    for item in outline.items:
        if item.part is Part.SECTION and not _is_section_heading(outline, item):
            for row in _rows_of(outline, item, plan):
                if not any(_is_same(row, other) for other in rows):
                    rows.append(row)
    return rows


def _is_section_heading(outline: Outline, item: Item) -> bool:
    return any(section.item_id == item.item_id for section in outline.sections)


def _is_same(a: Deadline, b: Deadline) -> bool:
    return a.item_id == b.item_id and replace(a, confidence=0, addressee=None, kind=b.kind) == replace(b, confidence=0, addressee=None)


def _rows_of(outline: Outline, item: Item, plan: Plan) -> Iterator[Deadline]:
    times = _times_of_doing(item, plan)
    for i, time in enumerate(times):
        kind, sure = _kind(item, times, i)
        if item.is_heading and kind not in (DeadlineKind.PERIOD, DeadlineKind.PHASE) and not _TIME_LABEL.match(fold(item.text)):
            continue
        body = None
        if kind not in (DeadlineKind.PERIOD, DeadlineKind.PHASE):
            body = body_in_row(item.text, time.end) if item.is_table else body_of(outline, item, time.start)
        has_receiver = kind not in (DeadlineKind.PERIOD, DeadlineKind.PHASE)
        yield Deadline(
            item.item_id, item.text, round(item.confidence * sure * _certainty(time) * _clearness(item, times), 3), kind, time.recurrence,
            time.start_date, time.end_date, _precision(item.text, time),
            time.month if time.recurrence in _BY_DAY else None, time.day if time.recurrence in _BY_DAY else None,
            time.qualifier, body, addressee_of(item.text, time.start, kind) if has_receiver else None,
            canonical_body(body, outline),
        )  # fmt: skip


def _clearness(item: Item, times: list[Time]) -> float:
    """Below 1 where the passage is a row of a timetable, or rows of one that were read as running text."""
    return 0.6 if "|" in item.text or len(times) > 4 else 0.8 if item.is_table else 1.0


def _precision(text: str, time: Time) -> Precision | None:
    """None for `hằng tuần`: no code is as fine as a week."""
    if time.recurrence is Recurrence.WEEKLY and "thứ" not in fold(text[time.start : time.end]):
        return None
    return time.precision


_BY_DAY = (Recurrence.ANNUAL, Recurrence.SEMIANNUAL)


def _certainty(time: Time) -> float:
    if time.recurrence is not Recurrence.ONCE:
        return 1.0 if time.day else 0.85
    dated = time.end_date or time.start_date
    return 0.6 if not dated else 1.0 if time.qualifier in _SURE or time.precision is Precision.DAY else 0.97


def _times_of_doing(item: Item, plan: Plan) -> list[Time]:
    """The times in an item at which something is to be done: not those of documents, names, targets."""
    numbers = find_numbers(item.text)
    kept = []
    for time in find_times(item.text):
        time = _with_year(time, plan)
        if any(n.end <= time.start <= n.end + 8 for n in numbers) or _is_in_quotes(item.text, time.start):
            continue
        if _is_of_doing(item, time):
            kept.append(time)
    kept = _joined(item.text, kept)
    days = [t for t in kept if t.recurrence is not Recurrence.ONCE and t.day]
    return [
        t for t in kept
        if not (t.recurrence is not Recurrence.ONCE and t.day is None
                and any(d.recurrence is t.recurrence and sentence_bounds(item.text, d.start) == sentence_bounds(item.text, t.start) for d in days))
    ]  # fmt: skip


def _joined(text: str, times: list[Time]) -> list[Time]:
    """`định kỳ hằng năm gửi báo cáo trước ngày 30/11`: a day without a year belongs to the recurrence before it."""
    joined: list[Time] = []
    for time in times:
        last = joined[-1] if joined else None
        is_open_day = time.recurrence is Recurrence.ONCE and time.day and not (time.end_date or time.start_date)
        if last and is_open_day and last.recurrence is not Recurrence.ONCE and last.day is None:
            if clause_bounds(text, last.start) == clause_bounds(text, time.start):
                joined[-1] = replace(time, start=last.start, recurrence=last.recurrence)
                continue
        joined.append(time)
    return joined


def _with_year(time: Time, plan: Plan) -> Time:
    """A day, or `cuối năm`, without its year falls in the year of a plan of one year."""
    year = plan.period_start if plan.period_start == plan.period_end else None
    if time.recurrence is not Recurrence.ONCE or time.end_date or time.start_date or year is None:
        return time
    if time.day and time.month:
        try:
            return replace(time, end_date=datetime.date(year, time.month, time.day))
        except ValueError:
            return time
    return replace(time, end_date=datetime.date(year, 12, 31)) if time.precision is Precision.YEAR else time


def _is_in_quotes(text: str, at: int) -> bool:
    before = text[:at]
    return before.count("“") > before.count("”")


def _is_of_doing(item: Item, time: Time) -> bool:
    text, folded = item.text, fold(item.text)
    before, after = folded[: time.start].rstrip(), folded[time.end :]
    start, _ = clause_bounds(text, time.start)
    opens = not re.sub(r"^\W*(?:định kỳ|vào|trong)?\W*", "", text[start : time.start].lower())
    if _TIME_LABEL.match(folded) and (time.recurrence is Recurrence.ONCE):
        return bool(time.end_date or time.start_date)
    if time.precision is Precision.YEAR and time.qualifier not in _SURE - {Qualifier.FROM_TO} and _REFERENCE.search(before[-40:]):
        return False
    if time.recurrence is not Recurrence.ONCE:
        return _is_recurring_duty(item, time, opens, before, after)
    if time.precision is Precision.DAY and time.qualifier is Qualifier.IN and _is_of_document(text[: time.start]):
        return False
    if time.is_bare:
        is_phase = bool(_PHASE.match(folded[:40])) or (item.kind is Kind.TIMELINE and time.qualifier is Qualifier.FROM_TO)
        return is_phase or (opens and item.kind in _DUTY_PARTS and time.label is None)
    if item.kind in _TARGET_PARTS and not (time.precision is Precision.DAY):
        return False
    if time.qualifier is Qualifier.BY and time.precision is Precision.YEAR and folded[time.start :].startswith(("đến năm", "tới năm")):
        return item.kind in _DUTY_PARTS and vocabulary("deadline_kinds").first(text[start : time.start]) is not None
    if _PAST.search(before) or (not after.strip(" .\"”") and _PLACE_BEFORE.search(text[: time.start])):
        return False
    return bool(time.end_date or time.start_date) or (bool(time.day) and item.kind in _DUTY_PARTS)


def _is_recurring_duty(item: Item, time: Time, opens: bool, before: str, after: str) -> bool:
    """Whether `hằng năm` says when something is done, and does not only qualify a noun (`kế hoạch hằng năm`)."""
    if time.day is not None or (opens and item.kind is not Kind.CRITERIA):
        return True
    if re.match(r"(?:trước|trong|vào|chậm nhất)\b", item.text[time.start :]) and item.kind in _DUTY_PARTS:
        return True
    if before.endswith("(") or _ADJECTIVE_OF.search(before) or _OF_BODY.match(after):
        return False
    if item.is_heading:
        return False
    if item.kind in _DUTY_PARTS:
        return True
    duty = vocabulary("deadline_kinds").first(after.lstrip(" ,"))
    return item.kind not in _TARGET_PARTS and duty is not None and duty.start == 0


def _is_of_document(before: str) -> bool:
    """Whether a date belongs to a document named without a number (`Luật Thi đua, khen thưởng ngày 15/6/2022`)."""
    tail = before[-60:]
    found = vocabulary("doc_types").find(tail)
    return bool(found) and tail[found[-1].start].isupper() and not re.search(r"[;.]", tail[found[-1].end :]) and vocabulary(
        "deadline_kinds"
    ).first(before[-120:]) is None


def _is_of_all(time: Time, before: str, after: str) -> bool:
    """Whether a span is that of the whole movement. A span of days may be that of one duty."""
    if time.precision is not Precision.DAY:
        return duty_of(before, "") in (None, "other")
    bare = not re.sub(r"[\W_]+", "", _TIME_LABEL.sub("", fold(before)))
    opens = bare or re.search(
        r"được (?:triển khai|tổ chức|thực hiện|phát động)|diễn ra|^\W*(?:phong trào|đợt thi đua|cuộc thi|hội thi|cuộc vận động)", fold(before)
    )
    return bool(opens) and duty_of("", after) is None


def _kind(item: Item, times: list[Time], i: int) -> tuple[DeadlineKind, float]:
    """The kind of one time of an item, and how sure that is."""
    time, text = times[i], item.text
    start, end = clause_bounds(text, time.start)
    if i and times[i - 1].end > start:
        start = times[i - 1].end
    stop = min(end, times[i + 1].start) if i + 1 < len(times) else end
    before, after = text[start : time.start], text[time.start : stop]  # a joined time holds its duty
    if time.recurrence is Recurrence.ONCE and (time.qualifier is Qualifier.FROM_TO or time.precision is Precision.YEAR):
        if _PHASE.search(fold(before)[-30:]) or (_PHASE.match(fold(text)) and i == 0):
            return DeadlineKind.PHASE, 0.97
        is_span = time.qualifier is Qualifier.FROM_TO or _TIME_LABEL.match(fold(text))
        if item.kind is Kind.TIMELINE and is_span and _is_of_all(time, before, after):
            return DeadlineKind.PERIOD, 0.97
    duty = duty_of(before, after)
    return (DeadlineKind(duty), 0.95) if duty else (DeadlineKind.OTHER, 0.8)
