"""How much a row of a plan and a row of its parent are about the same thing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.align_facts import award, facts_of, same_subject, who
from pipeline.codes import ALIGNED_TABLES
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
# dates) say little. Shares and bounds are the middle of what the annotated specimens (tests/compare/pairs) bear.
_RECIPES = {
    "purposes": Recipe(0.8, 0.1, 0.1, related=0.34),
    "contents": Recipe(0.6, 0.3, 0.1, related=0.38),
    "criteria": Recipe(0.75, 0.15, 0.1, related=0.36),
    "awards": Recipe(0.3, 0.6, 0.1, related=0.48),
    "deadlines": Recipe(0.3, 0.6, 0.1, related=0.48),
    "responsibilities": Recipe(0.4, 0.5, 0.1, related=0.37),
    "solutions": Recipe(0.6, 0.3, 0.1, related=0.38),
}
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
        self._facts = facts_of(plan, parent)
        texts = {_said(t, row) for side in (plan, parent) for t in ALIGNED_TABLES for row in side.get(t, ())}
        self._grams = {text: _grams(text) for text in texts}
        seen = Counter(gram for grams in self._grams.values() for gram in grams)
        self._rarity = {gram: math.log((len(texts) + 1) / count) for gram, count in seen.items()}
        self._sums = {text: self._sum(grams) for text, grams in self._grams.items()}

    def score(self, table: str, ours: Row, theirs: Row, place: float) -> PairScore:
        """Of two rows; `place` 0..1 is how far apart they stand in their lists."""
        in_plan, in_parent, alike, same_opening = self._overlap(_said(table, ours), _said(table, theirs))
        facts = self._facts[table](ours, theirs)
        recipe = _RECIPES[table]
        text = (alike + same_opening) / 2
        total = recipe.text * text + recipe.facts * facts + recipe.place * (1 - place)
        related = max(0.0, total - recipe.related)
        if _answers_any_occasion(table, ours, theirs):
            return PairScore(related, 1.0, in_parent, True)
        return PairScore(related, in_plan, in_parent, _may_merge(table, ours, theirs, facts))

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
    if table == "responsibilities":
        return who(ours, theirs) > 0
    return table != "criteria" or bool(same_subject(ours, theirs))


def _answers_any_occasion(table: str, ours: Row, theirs: Row) -> bool:
    """An award that the plan ties to no occasion answers the parent's on each."""
    return table == "awards" and ours.get("occasion") is None and award(ours, theirs) > 0
