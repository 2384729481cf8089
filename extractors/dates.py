"""Administrative time: the closed grammar in which plans say when (`trước ngày 15/11 hằng năm`, `trong quý IV năm 2025`).

`find_times(text)` gives every time said in a passage, in reading order, none overlapping. Years are four digits;
a day or month without a year borrows the year that the same range states, else stays without a date. Pure.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from extractors.time_grammar import EVERY, EVERY_LIST, EVERY_WORD, MONTHS, POINT, RANGE, SHORT_DAYS, YEARLY_DAYS


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Recurrence(StrEnum):
    ONCE = "once"
    ANNUAL = "annual"
    SEMIANNUAL = "semiannual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    WEEKLY = "weekly"


class Qualifier(StrEnum):
    BEFORE = "before"
    BY = "by"
    IN = "in"
    FROM_TO = "from_to"


@dataclass(frozen=True, slots=True)
class Time:
    """A time as said in text[start:end]. `is_bare`: a year or span with no word before it that makes it a time
    of doing (`Cuộc thi … năm 2023`); `label`: the words of a period (`giai đoạn`) before a span."""

    start: int
    end: int
    start_date: datetime.date | None = None
    end_date: datetime.date | None = None
    precision: Precision = Precision.YEAR
    recurrence: Recurrence = Recurrence.ONCE
    qualifier: Qualifier = Qualifier.IN
    month: int | None = None
    day: int | None = None
    is_bare: bool = False
    label: str | None = None


_EVERY_WORDS = {
    "tuần": Recurrence.WEEKLY, "tháng": Recurrence.MONTHLY, "quý": Recurrence.QUARTERLY,
    "6 tháng": Recurrence.SEMIANNUAL, "năm": Recurrence.ANNUAL,
}  # fmt: skip
_EVERY_PRECISION = {
    Recurrence.QUARTERLY: Precision.QUARTER, Recurrence.SEMIANNUAL: Precision.MONTH,
    Recurrence.MONTHLY: Precision.MONTH, Recurrence.WEEKLY: Precision.DAY, Recurrence.ANNUAL: Precision.YEAR,
}  # fmt: skip
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def day_of(year: int, month: int, day: int) -> datetime.date | None:
    """That day, or None where the calendar has none."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _last_of(year: int, month: int) -> datetime.date:
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class _Unit:
    """What one moment names: its precision and, where they are said, year, first and last month, day."""

    precision: Precision
    year: int | None
    months: tuple[int, int] | None = None
    day: int | None = None
    is_bare: bool = False

    def first(self) -> datetime.date | None:
        if self.year is None:
            return None
        return day_of(self.year, self.months[0] if self.months else 1, self.day or 1)

    def last(self) -> datetime.date | None:
        if self.year is None:
            return None
        if self.day:
            return day_of(self.year, self.months[0], self.day)
        return _last_of(self.year, self.months[1] if self.months else 12)


def _unit(match: re.Match[str], tag: str) -> _Unit:
    found = match.groupdict()

    def number(name: str) -> int | None:
        value = found.get(name + tag)
        return int(value) if value else None

    if day := number("d") or number("dw"):
        month = number("m") or number("mw")
        return _Unit(Precision.DAY, number("y") or number("yw"), (month, month), day)
    if month := number("mm"):
        return _Unit(Precision.MONTH, number("ym"), (month, month))
    if quarter := found.get("q" + tag):
        last = 3 * _QUARTERS[quarter.upper()]
        return _Unit(Precision.QUARTER, number("yq"), (last - 2, last))
    if half := found.get("h" + tag):
        return _Unit(Precision.MONTH, number("yh"), (1, 6) if "đầu" in half.lower() else (7, 12))
    if found.get("loose" + tag):
        return _Unit(Precision.YEAR, None)
    if year := number("yy"):
        return _Unit(Precision.YEAR, year, is_bare=not found.get("part" + tag))
    return _Unit(Precision.YEAR, number("yb"), is_bare=True)


def _is_lone_year(match: re.Match[str], tag: str) -> bool:
    return bool(match.groupdict().get("yb" + tag))


def _ranges(text: str) -> list[Time]:
    found = []
    for match in RANGE.finditer(text):
        first, last = _unit(match, "a"), _unit(match, "z")
        if first.precision is not last.precision and (_is_lone_year(match, "a") or _is_lone_year(match, "z")):
            continue  # 1-1-2000 is no span
        if first.year is None:
            first = replace(first, year=last.year)
        label = " ".join((match["label"] or "").split()).lower() or None
        start, end = first.first(), last.last()
        if start and end and start > end:
            continue
        has_words = bool(match["from"]) or first.precision is not Precision.YEAR
        found.append(
            Time(match.start(), match.end(), start, end, min(first.precision, last.precision, key=list(Precision).index),
                 qualifier=Qualifier.FROM_TO, is_bare=not has_words, label=label)
        )  # fmt: skip
    for pattern, precision in ((SHORT_DAYS, Precision.DAY), (MONTHS, Precision.MONTH)):
        for match in pattern.finditer(text):
            year, month = match["yz"], int(match["mz"])
            if year is None:
                continue
            if precision is Precision.DAY:
                start, end = day_of(int(year), month, int(match["da"])), day_of(int(year), month, int(match["dz"]))
            else:
                start, end = datetime.date(int(year), int(match["ma"]), 1), _last_of(int(year), month)
            if start and end and start <= end:
                found.append(Time(match.start(), match.end(), start, end, precision, qualifier=Qualifier.FROM_TO))
    return found


def _points(text: str) -> list[Time]:
    found = []
    for match in POINT.finditer(text):
        if _is_lone_year(match, "a"):
            continue
        unit = _unit(match, "a")
        if unit.day and unit.year is None and not match["lead"] and "ngày" not in match[0].lower() and not match["every"]:
            continue  # 2/3, 24/7: a fraction as likely as a day
        if unit.day and unit.year and unit.last() is None:
            continue
        qualifier = (
            Qualifier.BEFORE if match["before"] or re.search(r"trước\s+$", match["lead"] or "", re.I)
            else Qualifier.BY if match["by"]
            else Qualifier.FROM_TO if match["since"]
            else Qualifier.IN
        )  # fmt: skip
        month = unit.months[0] if unit.months and unit.day else None
        time = Time(match.start(), match.end(), None, unit.last(), unit.precision, qualifier=qualifier,
                    month=month, day=unit.day, is_bare=unit.is_bare and not match["lead"])  # fmt: skip
        if qualifier is Qualifier.FROM_TO:
            time = replace(time, start_date=unit.first(), end_date=None)
        if match["every"]:
            time = replace(time, start_date=None, end_date=None, recurrence=Recurrence.ANNUAL)
        found.append(time)
    return found


def _recurring(text: str) -> list[Time]:
    found = []
    for match in YEARLY_DAYS.finditer(text):
        qualifier = Qualifier.BEFORE if match["before"] else Qualifier.BY if match["by"] else Qualifier.IN
        every = Recurrence.QUARTERLY if "quý" in match["monthly"].lower() else Recurrence.MONTHLY
        found.append(
            Time(match.start(), match.end(), precision=Precision.DAY, recurrence=every, qualifier=qualifier,
                 day=int(match["da"]))
        )  # fmt: skip
    lists = [Time(m.start() + e.start(), m.start() + e.end(), precision=_EVERY_PRECISION[every], recurrence=every)
             for m in EVERY_LIST.finditer(text) for e in EVERY_WORD.finditer(m[0])
             for every in [_EVERY_WORDS[e["word"].lower().lstrip("0")]]]  # fmt: skip
    singles = [Time(m.start(), m.end(), precision=_EVERY_PRECISION[every], recurrence=every)
               for m in EVERY.finditer(text) for every in [Recurrence(m.lastgroup)]]  # fmt: skip
    inside = [s for s in singles if not any(t.start < s.end and s.start < t.end for t in lists)]
    return found + lists + inside


_BROKEN_MONTH = re.compile(r"(?<=\d/)1 (?=[0-2]/(?:19|20)\d\d)")
_DAY_SLOT = re.compile(r"(?<=\bngày )[\dOoƠơlI|\]\[(]{2}(?= tháng \d)")
_LOOKALIKES = str.maketrans("OoƠơlI|][(", "0000111111")


def mended(text: str) -> str:
    """`text` with dates that scanning broke put right, letter for letter: `22/1 1/2017`, `ngày 3] tháng 7`."""
    text = _BROKEN_MONTH.sub(" 1", text)
    return _DAY_SLOT.sub(lambda m: m[0].translate(_LOOKALIKES), text)


def find_times(text: str) -> tuple[Time, ...]:
    """Every time in `text` (NFC), in order; where two overlap the longer one counts."""
    text = mended(text)
    found = sorted(_ranges(text) + _recurring(text) + _points(text), key=lambda t: (t.start - t.end, t.start))
    chosen: list[Time] = []
    for time in found:
        if all(time.end <= other.start or time.start >= other.end for other in chosen):
            chosen.append(time)
    chosen.sort(key=lambda t: t.start)
    return tuple(_spread_every(text, chosen))


def _spread_every(text: str, times: list[Time]) -> list[Time]:
    """`trước ngày 15/6 và 15/12 hằng năm`: what recurs at the end of a list recurs in all of it, and what its first
    says (`trước`) all say. `6 tháng (trước ngày 15/6)`: the day in brackets is the day of the recurrence before it."""
    result = list(times)
    for i in range(len(result) - 2, -1, -1):
        here, after = result[i], result[i + 1]
        gap = text[here.end : after.start]
        is_yearly_day = after.recurrence is Recurrence.ANNUAL and after.day is not None
        if is_yearly_day and here.day and not here.end_date and here.recurrence is Recurrence.ONCE:
            if _IN_LIST.fullmatch(gap):
                result[i] = replace(here, recurrence=Recurrence.ANNUAL)
                if after.qualifier is Qualifier.IN:
                    result[i + 1] = replace(after, qualifier=here.qualifier)
        elif here.recurrence is not Recurrence.ONCE and here.day is None and after.day and not after.end_date:
            if re.fullmatch(r"\s*[(,:]?\s*", gap) and after.recurrence in (Recurrence.ONCE, here.recurrence):
                result[i : i + 2] = [replace(after, start=here.start, recurrence=here.recurrence)]
    return result


_IN_LIST = re.compile(r"(?:\s*\([^)]*\))?\s*(?:,|và|;|hoặc)\s*(?:báo\s+cáo\s+(?:năm|cuối\s+năm|tổng\s+kết|\w+)\s+)?(?:trước\s+)?", re.I)

_DATE = re.compile(
    r"(?<![\d/])(?:ng\wy\s*)?(?P<d>\d{1,2})(?:\s?[/.\-]\s?|\s*th\wng\s*)(?P<m>\d{1,2})(?:\s?[/.\-]\s?|\s*,?\s*n\wm\s*)(?P<y>(?:19|20)\d\d)(?!\d)",
    re.I,
)


def find_date(text: str, start: int = 0) -> tuple[datetime.date, int, int] | None:
    """The first full date at or after `start`: (date, start, end) offsets; accents lost in scanning are forgiven."""
    for match in _DATE.finditer(mended(text), start):
        date = day_of(int(match["y"]), int(match["m"]), int(match["d"]))
        if date:
            return date, match.start(), match.end()
    return None
