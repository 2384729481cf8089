"""What the columns of two rows say about each other, 0..1: the theme, the award, the time, who is to do what."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any

from extractors.vocabulary import plain_phrases, vocabulary
from pipeline.wording import fold, keys

Row = Mapping[str, Any]

_MANY = re.compile(
    r"(?i:^(?:thủ trưởng |lãnh đạo |giám đốc |hiệu trưởng )?(?:các|những|mọi|mỗi|từng|tất cả|toàn thể|cơ quan, |đơn vị|địa phương)\b)"
    r"|\bcác [^\W\d_A-ZĐ]|\bcấp (?:xã|huyện|tỉnh|dưới)\b"
)

# Columns whose values make two rows different in substance.
_MEANING = {
    "criteria": ("subject",),
    "awards": ("award_type", "authority", "award_level", "occasion"),
    "deadlines": ("kind", "recurrence", "start_date", "end_date", "annual_month", "annual_day"),
}


def differs(table: str, ours: Row, theirs: Row) -> bool:
    """Whether a column that carries the row's meaning says something else, however alike the words."""
    return any(
        ours.get(c) is not None and theirs.get(c) is not None and _plain(ours[c]) != _plain(theirs[c])
        for c in _MEANING.get(table, ())
    )


def _plain(value: Any) -> Any:
    return keys(value) if isinstance(value, str) else value


def _same(ours: Row, theirs: Row, column: str, unknown: float = 0.5) -> float:
    """1 where the column agrees, 0 where it does not, `unknown` where a side does not say."""
    a, b = ours.get(column), theirs.get(column)
    return unknown if a is None or b is None else float(_plain(a) == _plain(b))


def _share(ours: Iterable[str] | None, theirs: Iterable[str] | None) -> float:
    """How much two lists of codes agree: half for the main code, half for the rest."""
    a, b = list(ours if ours is not None else ()), list(theirs if theirs is not None else ())
    if not a or not b:
        return 0.5
    main = 1.0 if a[0] == b[0] else 0.5 if a[0] in b or b[0] in a else 0.0
    return (main + len(set(a) & set(b)) / len(set(a) | set(b))) / 2


def _aspect(ours: Row, theirs: Row) -> float:
    return 1.0 if "both" in (ours.get("aspect"), theirs.get("aspect")) else _same(ours, theirs, "aspect")


def _criterion(ours: Row, theirs: Row, formulas: frozenset[str]) -> float:
    """What is asked of persons is no answer to what is asked of collectives; then the themes, but those of `formulas`."""
    a, b = _topics(ours["text"]) - formulas, _topics(theirs["text"]) - formulas
    return same_subject(ours, theirs) * (0.4 + 0.6 * (_overlap(a, b) if a and b else 0.3))


def _formulas(rows: Sequence[Row]) -> frozenset[str]:
    """The themes of more than half the rows: they tell none from another."""
    found = Counter(theme for row in rows for theme in _topics(row["text"]))
    return frozenset(theme for theme, count in found.items() if 2 * count > len(rows))


def _themes(ours: Row, theirs: Row) -> float:
    return _share(ours.get("themes"), theirs.get("themes"))


def same_subject(ours: Row, theirs: Row) -> float:
    return _same(ours, theirs, "subject")


def award(ours: Row, theirs: Row) -> float:
    """The form first. A state award answers only a state award; below it each level gives its own form
    on the same occasion."""
    if not _same(ours, theirs, "award_type") or _is_state(ours) != _is_state(theirs):
        return 0.0
    occasion = _same(ours, theirs, "occasion", unknown=0.7)
    if _is_state(ours) or _same(ours, theirs, "award_level"):
        return 0.7 + 0.3 * occasion
    return 0.58 + 0.3 * occasion if occasion else 0.0


def _is_state(row: Row) -> bool:
    return row.get("award_level") == "state"


def _deadline(ours: Row, theirs: Row) -> float:
    """The kind of duty first, then how often, when, and who to whom. A time limit of no known kind is told by its words."""
    if not _same(ours, theirs, "kind"):
        return 0.0
    known = 0.35 if ours.get("kind") != "other" else 0.0
    often, to = _same(ours, theirs, "recurrence"), _same(ours, theirs, "addressee", unknown=0.7)
    return known + 0.15 * often + 0.2 * _near(ours, theirs) + 0.1 * to + 0.2 * who(ours, theirs)


def _near(ours: Row, theirs: Row) -> float:
    """1 for the same end, less by a third a year."""
    a, b = day_of(ours.get("end_date")), day_of(theirs.get("end_date"))
    if a is None or b is None:
        return 1.0 if a is b else 0.5
    return max(0.0, 1 - abs((a - b).days) / 1096)


def day_of(value: Any) -> dt.date | None:
    """A date of a row as a date: rows come from parquet, pandas or JSON."""
    if value is None or value != value:  # NaT differs from itself
        return None
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else dt.date(value.year, value.month, value.day)


def _responsibility(ours: Row, theirs: Row) -> float:
    """What is to be done first, then who: Vụ, Sở and Phòng answer each other where their field is one. What the parent
    asks of the units below is no answer to what a division of the plan's issuer must do."""
    a, b, alike = _duties(ours), _duties(theirs), who(ours, theirs)
    what = _overlap(a, b) if a and b else 0.2
    return 0.6 * what + 0.4 * alike if alike else 0.3 * what


def who(ours: Row, theirs: Row) -> float:
    """Whether both are the issuer's own staff or both the many below it; of staff, whether they are of one field.

    Whoever reports to the very receiver whom the parent names answers the parent.
    """
    a, b = ours.get("body"), theirs.get("body")
    if any(_same(ours, theirs, receiver, unknown=0.0) for receiver in ("reports_to", "addressee")):
        return 1.0
    if not a or not b:
        return 0.5
    if _are_many(a) or _are_many(b):
        return float(_are_many(a) == _are_many(b))
    fields = _fields(a), _fields(b)
    return 1.0 if fields[0] & fields[1] else 0.6 if not fields[0] or not fields[1] else 0.4


@lru_cache(maxsize=4096)
def _are_many(body: str) -> bool:
    """Whether `body` names a kind of bodies (the units below the issuer), not one of them."""
    return bool(_MANY.search(body))


@lru_cache(maxsize=4096)
def _fields(body: str) -> frozenset[str]:
    return _said(body, _names_by_duty())


def is_part(table: str, row: Row, other: Row) -> bool:
    """Whether all that `row` asks is among what `other` asks of a body."""
    return table == "responsibilities" and bool(_duties(row)) and _duties(row) <= _duties(other)


def same_body(ours: Row, theirs: Row) -> bool:
    return bool(ours.get("body")) and _same(ours, theirs, "body") == 1


def _duties(row: Row) -> frozenset[str]:
    """The codes of what a task names; the names of bodies in it (Vụ Thi đua, Khen thưởng) name no duty."""
    partners = row.get("with_bodies")
    return _named(row["text"], (row.get("body"), row.get("reports_to"), *(partners if partners is not None else ())))


@lru_cache(maxsize=4096)
def _named(text: str, bodies: tuple[str | None, ...]) -> frozenset[str]:
    for body in sorted(filter(None, bodies), key=len, reverse=True):
        text = text.replace(body, ",")
    return _said(text, _phrases("duties"))


@lru_cache(maxsize=4096)
def _topics(text: str) -> frozenset[str]:
    return _said(text, _phrases("themes"))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """How much of the smaller and of the larger set is in both, on average."""
    return (len(a & b) / min(len(a), len(b)) + len(a & b) / max(len(a), len(b))) / 2


@cache
def _phrases(name: str) -> Mapping[str, tuple[str, ...]]:
    return {code: tuple(map(_bare, of)) for code, of in plain_phrases(name).items()}


@cache
def _names_by_duty() -> Mapping[str, tuple[str, ...]]:
    return {entry.code: tuple(map(_bare, entry.attributes.get("bodies", ()))) for entry in vocabulary("duties").entries}


def _said(text: str, phrases: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The codes of which `text` holds a phrase, marks or not."""
    said = _bare(text)
    return frozenset(code for code, of in phrases.items() if any(phrase in said for phrase in of))


def _bare(text: str) -> str:
    return f" {' '.join(fold(k) for k in keys(text))} "


def facts_of(
    plan: Mapping[str, Sequence[Row]], parent: Mapping[str, Sequence[Row]]
) -> Mapping[str, Callable[[Row, Row], float]]:
    """For each table what the columns of a row of `plan` and one of `parent` say."""
    criteria = [*plan.get("criteria", ()), *parent.get("criteria", ())]
    return {
        "purposes": _aspect,
        "contents": _themes,
        "criteria": partial(_criterion, formulas=_formulas(criteria)),
        "awards": award,
        "deadlines": _deadline,
        "responsibilities": _responsibility,
        "solutions": _themes,
    }
