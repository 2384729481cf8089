"""How much a row of a plan and a row of its parent are about the same thing."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.wording import fold, keys

Row = Mapping[str, Any]
_Grams = Mapping[str, tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a pair's score is made of, in shares of 1, and the score from which two rows are related."""

    text: float
    facts: float
    place: float
    related: float


# Facts weigh as much as they tell: half of all purposes share their aspect, but a theme or a kind of award is rarely
# the same by chance. An award or a deadline is its facts: its words ("Huân chương Lao động;", one paragraph with three
# dates) say little.
_RECIPES = {
    "purposes": Recipe(0.8, 0.1, 0.1, related=0.34),
    "contents": Recipe(0.6, 0.3, 0.1, related=0.38),
    "criteria": Recipe(0.8, 0.1, 0.1, related=0.34),
    "awards": Recipe(0.3, 0.6, 0.1, related=0.48),
    "deadlines": Recipe(0.3, 0.6, 0.1, related=0.48),
    "responsibilities": Recipe(0.5, 0.4, 0.1, related=0.38),
    "solutions": Recipe(0.6, 0.3, 0.1, related=0.38),
}
ALIGNED_TABLES = tuple(_RECIPES)
_OPENING = 8.0  # words; what an item opens with says what it is about


@dataclass(frozen=True, slots=True)
class PairScore:
    """How much two rows belong together, 0 where they do not; the shares say how much of the one's words the other has."""

    total: float
    parent_in_plan: float
    plan_in_parent: float
    may_merge: bool  # nothing in the columns says that the one can not be part of the other


class Scorer:
    """Scores the pairs of two plans; holds how rare each word and word pair is among their passages."""

    def __init__(self, plan: Mapping[str, Sequence[Row]], parent: Mapping[str, Sequence[Row]]) -> None:
        texts = {_said(t, row) for side in (plan, parent) for t in ALIGNED_TABLES for row in side.get(t, ())}
        self._grams = {text: _grams(text) for text in texts}
        seen = Counter(gram for grams in self._grams.values() for gram in grams)
        self._rarity = {gram: math.log((len(texts) + 1) / count) for gram, count in seen.items()}
        self._sums = {text: self._sum(grams) for text, grams in self._grams.items()}

    def score(self, table: str, ours: Row, theirs: Row, place: float) -> PairScore:
        """Of two rows; `place` 0..1 is how far apart they stand in their lists."""
        in_plan, in_parent, alike, same_opening = self._overlap(_said(table, ours), _said(table, theirs))
        facts = _FACTS[table](ours, theirs)
        recipe = _RECIPES[table]
        text = (alike + same_opening) / 2
        total = recipe.text * text + recipe.facts * facts + recipe.place * (1 - place)
        related = total if total >= recipe.related else 0.0
        if _answers_any_occasion(table, ours, theirs):
            return PairScore(related, 1.0, in_parent, True)
        return PairScore(related, in_plan, in_parent, _may_merge(table, ours, theirs, facts))

    @staticmethod
    def differs(table: str, ours: Row, theirs: Row) -> bool:
        """Whether a column that carries the row's meaning says something else, however alike the words."""
        return any(
            ours.get(c) is not None and theirs.get(c) is not None and _plain(ours[c]) != _plain(theirs[c])
            for c in _MEANING.get(table, ())
        )

    def _overlap(self, ours: str, theirs: str) -> tuple[float, float, float, float]:
        """Shares of words by rarity: of the parent's in the plan, of the plan's in the parent; then, openings weighing
        more, of both in both, and the larger of the first two."""
        if ours == theirs:
            return 1.0, 1.0, 1.0, 1.0
        a, b = self._grams[ours], self._grams[theirs]
        if not a or not b:
            return 0.0, 0.0, 0.0, 0.0
        plain, opening = self._sum({g: (min(a[g][0], b[g][0]), min(a[g][1], b[g][1])) for g in a.keys() & b.keys()})
        (plain_a, opening_a), (plain_b, opening_b) = self._sums[ours], self._sums[theirs]
        return (
            plain / plain_b,
            plain / plain_a,
            2 * opening / (opening_a + opening_b),
            opening / min(opening_a, opening_b),
        )

    def _sum(self, grams: _Grams) -> tuple[float, float]:
        return sum(self._rarity[g] * n[0] for g, n in grams.items()), sum(
            self._rarity[g] * n[1] for g, n in grams.items()
        )


# Columns whose values make two rows different in substance.
_MEANING = {
    "criteria": ("subject",),
    "awards": ("award_type", "authority", "award_level", "occasion"),
    "deadlines": ("kind", "recurrence", "start_date", "end_date", "annual_month", "annual_day"),
}


def _said(table: str, row: Row) -> str:
    """The words that say what the row is: an award's name, else the passage."""
    return row["award"] if table == "awards" and row.get("award") else row["text"]


def _grams(text: str) -> _Grams:
    """Words and pairs of words without marks: how often, and how often if those of the opening count up to twice.

    A pair tells compounds apart; the bare letters forgive a lost mark.
    """
    bare = [fold(k) for k in keys(text)]
    grams: dict[str, tuple[int, float]] = {}
    for n, word in enumerate(bare):
        for gram in (word, " ".join(bare[n : n + 2])):
            count, opening = grams.get(gram, (0, 0.0))
            grams[gram] = count + 1, opening + 1 + math.exp(-n / _OPENING)
    return grams


def _may_merge(table: str, ours: Row, theirs: Row, facts: float) -> bool:
    if table in ("awards", "deadlines"):
        return facts >= 0.75
    return table != "criteria" or bool(_subject(ours, theirs))


def _answers_any_occasion(table: str, ours: Row, theirs: Row) -> bool:
    """An award that the plan ties to no occasion answers the parent's on each."""
    return table == "awards" and ours.get("occasion") is None and _award(ours, theirs) > 0


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


def _themes(ours: Row, theirs: Row) -> float:
    return _share(ours.get("themes"), theirs.get("themes"))


def _subject(ours: Row, theirs: Row) -> float:
    return _same(ours, theirs, "subject")


def _award(ours: Row, theirs: Row) -> float:
    """The form first. A state award answers only a state award; below it each level gives its own form."""
    if not _same(ours, theirs, "award_type") or _is_state(ours) != _is_state(theirs):
        return 0.0
    level = 0.6 if not _is_state(ours) and not _same(ours, theirs, "award_level") else 1.0
    return 0.4 + 0.3 * level + 0.3 * _same(ours, theirs, "occasion", unknown=0.7)


def _is_state(row: Row) -> bool:
    return row.get("award_level") == "state"


def _deadline(ours: Row, theirs: Row) -> float:
    """The kind of duty first, then how often, then when, then who."""
    if not _same(ours, theirs, "kind"):
        return 0.0
    often = _same(ours, theirs, "recurrence")
    return 0.4 + 0.2 * often + 0.25 * _near(ours, theirs) + 0.15 * _same(ours, theirs, "addressee", unknown=0.7)


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
    """Who, and what they are to do. Staff of a ministry (Vụ, Cục) are answered by a department's divisions and office."""
    units = (ours.get("body_class") == "units", theirs.get("body_class") == "units")
    who = 1.0 if units[0] and units[1] else 0.0 if units[0] != units[1] else 0.7
    a, b = _duties(ours), _duties(theirs)
    what = 1.0 if a & b else 0.5 if not a and not b else 0.0 if a and b else 0.25
    return 0.4 * who + 0.6 * what


def _duties(row: Row) -> set[str]:
    """What the task names beyond plain carrying out; its role is only the first."""
    duties = {row.get("role")} - {"implement", None}
    duties |= {"report"} if row.get("reports_to") else set()
    return duties | (
        {"coordinate"} if len(row.get("with_bodies") if row.get("with_bodies") is not None else ()) else set()
    )


_FACTS = {
    "purposes": _aspect,
    "contents": _themes,
    "criteria": _subject,
    "awards": _award,
    "deadlines": _deadline,
    "responsibilities": _responsibility,
    "solutions": _themes,
}
