"""What an official must notice in a plan beside the one above it, the gravest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.vocabulary import vocabulary
from pipeline.align import Kind
from pipeline.align_facts import day_of
from pipeline.labels import code_label, shown
from pipeline.wording import SURE, Change, keys, words

_OFTEN = ("weekly", "monthly", "quarterly", "semiannual", "annual", "once")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SHORT = 120  # letters of a passage quoted in a sentence


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and its counterpart, None on the side that has none."""

    table: str
    change: Kind
    ours: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None
    similarity: float | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """`sure` is False where a side was read with doubt: look at the scan first. Ordinals as in the pair it tells of."""

    code: str
    sentence: str
    table: str | None = None
    ordinal: int | None = None
    parent_ordinal: int | None = None
    sure: bool = True


def notices_of(plan: Mapping[str, Any], parent: Mapping[str, Any], pairs: Sequence[Pair]) -> tuple[Notice, ...]:
    """All notices on a plan and its parent (rows of `plans`) and their pairs, by gravity, then in reading order."""
    found = [notice for look in _PAIR_LOOKS for pair in pairs for notice in look(pair)]
    found += _subjects_dropped(pairs)
    found += _period(plan, parent)
    return tuple(sorted(found, key=lambda notice: _GRAVITY.index(notice.code)))


_GRAVITY = (
    "duty_unanswered", "content_unanswered", "deadline_unanswered", "deadline_later", "less_often", "award_dropped", "subject_dropped",
    "criterion_dropped", "criterion_loosened", "period_differs",
)  # fmt: skip


def _unanswered(pair: Pair) -> Iterator[Notice]:
    if pair.change is not Kind.OMITTED:
        return
    row = pair.theirs or {}
    if pair.table == "responsibilities":
        yield _notice("duty_unanswered", pair, f"Chưa có phân công đáp ứng nhiệm vụ của {row['body']}: “{_quote(row)}”")
    elif pair.table in ("contents", "solutions"):
        what = "nội dung" if pair.table == "contents" else "giải pháp"
        yield _notice("content_unanswered", pair, f"Chưa có {what} tương ứng với của cấp trên: “{_quote(row)}”")
    elif pair.table == "deadlines" and row["kind"] not in ("period", "phase"):
        what = code_label("kind", row["kind"])
        yield _notice(
            "deadline_unanswered", pair, f"Không có mốc {what} ({_when(row)}) như cấp trên yêu cầu: “{_quote(row)}”"
        )
    elif pair.table == "awards":
        when = f" dịp {code_label('occasion', row['occasion'])}" if row.get("occasion") else ""
        yield _notice("award_dropped", pair, f"Không có hình thức khen thưởng {row['award']}{when}.")
    elif pair.table == "criteria":
        yield _notice(
            "criterion_dropped", pair, f"Không có tiêu chí ({row['subject_text'] or row['subject']}): “{_quote(row)}”"
        )


def _later(pair: Pair) -> Iterator[Notice]:
    """A time limit that falls after the parent's, or comes round less often."""
    if pair.table != "deadlines" or pair.ours is None or pair.theirs is None:
        return
    ours, theirs = pair.ours, pair.theirs
    what = code_label("kind", theirs["kind"])
    a, b = day_of(ours["end_date"]), day_of(theirs["end_date"])
    yearly = [(r["annual_month"], r["annual_day"]) for r in (ours, theirs)]
    is_later = (a and b and a > b) or (None not in yearly[0] + yearly[1] and yearly[0] > yearly[1])
    if is_later:
        yield _notice(
            "deadline_later", pair, f"Hạn {what} muộn hơn cấp trên: {_when(ours)}, cấp trên là {_when(theirs)}."
        )
    often = [r["recurrence"] for r in (ours, theirs)]
    if all(o in _OFTEN for o in often) and _OFTEN.index(often[0]) > _OFTEN.index(often[1]):
        said = [code_label("recurrence", o) for o in often]
        yield _notice("less_often", pair, f"Việc {what} thưa hơn cấp trên: {said[0]}, cấp trên là {said[1]}.")


def _loosened(pair: Pair) -> Iterator[Notice]:
    """A criterion with a smaller figure, or without a word by which the parent asked for more."""
    if pair.table != "criteria" or pair.change is not Kind.ADAPTED or pair.ours is None or pair.theirs is None:
        return
    for change in pair.changes:
        before, after = _figures(change.before), _figures(change.after)
        if len(before) == len(after) == 1 and after[0] < before[0]:
            yield _notice(
                "criterion_loosened",
                pair,
                f"Mức giảm từ “{change.before}” xuống “{change.after}”: “{_quote(pair.ours)}”",
            )
    if any(change.before and not change.doubtful for change in pair.changes):
        kept = _demands(pair.ours["text"])
        gone = [name for code, name in _demands(pair.theirs["text"]).items() if code not in kept]
        if gone:
            lost = ", ".join(f"“{name}”" for name in gone)
            yield _notice(
                "criterion_loosened", pair, f"Tiêu chí bớt yêu cầu {lost} của cấp trên: “{_quote(pair.ours)}”"
            )


def _demands(text: str) -> dict[str, str]:
    """The codes of the demands that `text` makes, each with the words by which it makes it."""
    said = f" {' '.join(keys(text))} "
    return {
        entry.code: pattern
        for entry in vocabulary("demands").entries
        for pattern in entry.patterns
        if f" {' '.join(keys(pattern))} " in said
    }


_PAIR_LOOKS: tuple[Callable[[Pair], Iterator[Notice]], ...] = (_unanswered, _later, _loosened)


def _subjects_dropped(pairs: Sequence[Pair]) -> list[Notice]:
    """Kinds of people whom the parent's criteria or awards address and the plan's do not."""
    ours = {pair.ours["subject"] for pair in pairs if pair.table == "criteria" and pair.ours}
    theirs = {pair.theirs["subject"]: pair for pair in pairs if pair.table == "criteria" and pair.theirs}
    if not ours:  # no criteria at all: told row by row
        return []
    return [
        _notice("subject_dropped", pair, f"Không có tiêu chí cho {code_label('subject', subject)} như của cấp trên.")
        for subject, pair in theirs.items()
        if subject not in ours
    ]


def _period(plan: Mapping[str, Any], parent: Mapping[str, Any]) -> list[Notice]:
    spans = [(head.get("period_start"), head.get("period_end")) for head in (plan, parent)]
    if None in spans[0] + spans[1] or spans[0] == spans[1]:
        return []
    said = ["–".join(str(int(year)) for year in span) for span in spans]
    return [Notice("period_differs", f"Thời kỳ thực hiện {said[0]}, cấp trên là {said[1]}.")]


def _notice(code: str, pair: Pair, sentence: str) -> Notice:
    sides = [row for row in (pair.ours, pair.theirs) if row is not None]
    sure = all(row.get("confidence") is None or row["confidence"] >= SURE for row in sides)
    ordinals = [row["ordinal"] if row else None for row in (pair.ours, pair.theirs)]
    return Notice(code, sentence, pair.table, ordinals[0], ordinals[1], sure)


def _figures(text: str) -> list[float]:
    """The quantities in a changed stretch: a date or the number of a document is none."""
    whole = [word for word in words(text) if _NUMBER.fullmatch(word)]
    return [float(word.replace(",", ".")) for word in whole if len(word) < 4]


def _when(row: Mapping[str, Any]) -> str:
    if row["annual_month"] and row["annual_day"]:
        return f"{int(row['annual_day'])}/{int(row['annual_month'])} hằng năm"
    if day_of(row["end_date"]):
        return shown("end_date", day_of(row["end_date"]))
    return code_label("recurrence", row["recurrence"]) if row["recurrence"] else "không rõ ngày"


def _quote(row: Mapping[str, Any]) -> str:
    text = row["text"]
    return text if len(text) <= _SHORT else text[:_SHORT].rsplit(" ", 1)[0] + " …"
