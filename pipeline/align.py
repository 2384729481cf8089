"""Rows of a plan beside the rows of the plan above it: which were taken over, changed, added, left out.

Rows are mappings of the columns of TABLES.md. Two rows belong together by their words (rare words weigh more than the
formulas that all plans share), by what they are about (theme, subject, award, time, body) and by their place in the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.align_facts import differs, is_part, same_body
from pipeline.align_score import ALIGNED_TABLES, PairScore, Scorer
from pipeline.assignment import best_matching
from pipeline.wording import Comparison, compare

VERSION = 1
INHERITED = 0.95  # TABLES.md: the same in substance
PART = 0.2
WITHIN = 0.5  # so much of a row's own words inside another's: it was merged into that one

Row = Mapping[str, Any]
Pair = tuple[int, int]
Rows = Mapping[str, Sequence[Row]]


class Kind(StrEnum):
    """`alignments.change`."""

    INHERITED = "inherited"
    ADAPTED = "adapted"
    ADDED = "added"
    OMITTED = "omitted"


@dataclass(frozen=True, slots=True)
class Alignment:
    """A row of `alignments`: ordinals are those of the two rows, None on the side that has none."""

    plan_id: str
    parent_plan_id: str
    table: str
    change: Kind
    ordinal: int | None
    parent_ordinal: int | None
    similarity: float | None


def align(plan_id: str, plan: Rows, parent_id: str, parent: Rows) -> tuple[Alignment, ...]:
    """Every row of the aligned tables of both plans, in reading order of the plan, what it omits at each table's end.

    A row stands in more than one alignment where several rows became one or one became several.
    """
    scorer = Scorer(plan, parent)
    found: list[Alignment] = []
    for table in ALIGNED_TABLES:
        ours, theirs = plan.get(table, ()), parent.get(table, ())
        pairs = match(table, ours, theirs, scorer)
        for i, row in enumerate(ours):
            mine = [(i, j) for a, j in pairs if a == i]
            found += [_paired(plan_id, parent_id, table, row, theirs[j]) for _, j in mine]
            if not mine:
                found.append(_alone(plan_id, parent_id, table, Kind.ADDED, row))
        answered = {j for _, j in pairs}
        found += [
            _alone(plan_id, parent_id, table, Kind.OMITTED, row) for j, row in enumerate(theirs) if j not in answered
        ]
    return tuple(found)


def match(table: str, ours: Sequence[Row], theirs: Sequence[Row], scorer: Scorer) -> list[tuple[int, int]]:
    """Index pairs of the rows that belong together: the best one-to-one matching, then what was merged or split."""
    if not ours or not theirs:
        return []
    scores = [
        [scorer.score(table, a, b, abs((i + 0.5) / len(ours) - (j + 0.5) / len(theirs))) for j, b in enumerate(theirs)]
        for i, a in enumerate(ours)
    ]
    pairs = [(i, j) for i, j in best_matching([[s.total for s in line] for line in scores]) if scores[i][j].total]
    left = [i for i in range(len(ours)) if i not in {a for a, _ in pairs}]
    unanswered = [j for j in range(len(theirs)) if j not in {b for _, b in pairs}]
    for j in unanswered:
        i = max(range(len(ours)), key=lambda i: (scores[i][j].parent_in_plan, scores[i][j].total))
        if _merged(scores[i][j], scores[i][j].parent_in_plan):
            pairs.append((i, j))
    for i in left:
        j = max(range(len(theirs)), key=lambda j: (scores[i][j].plan_in_parent, scores[i][j].total))
        if (i, j) not in pairs and _merged(scores[i][j], scores[i][j].plan_in_parent):
            pairs.append((i, j))
    return sorted({*pairs, *_shared_out(table, ours, theirs, pairs, scores)})


def _shared_out(
    table: str, ours: Sequence[Row], theirs: Sequence[Row], pairs: Sequence[Pair], scores: Sequence[Sequence[PairScore]]
) -> Iterator[Pair]:
    """What one side tells a body in one row and the other side tells its counterpart in several."""
    answered = {j for _, j in pairs}
    taken_over = {i for i, _ in pairs}
    for i, j in pairs:
        for other, row in enumerate(theirs):
            if other not in answered and same_body(row, theirs[j]) and is_part(table, row, ours[i]) and scores[i][other].parent_in_plan >= PART:
                yield i, other
        for other, row in enumerate(ours):
            if other not in taken_over and same_body(row, ours[i]) and is_part(table, row, theirs[j]) and scores[other][j].plan_in_parent >= PART:
                yield other, j


def wording(ours: Row, theirs: Row) -> Comparison:
    """The passage of a plan's row against that of its parent's, each side as certain as its row."""
    return compare(ours["text"], theirs["text"], _confidence(ours), _confidence(theirs))


def _merged(score: PairScore, inside: float) -> bool:
    return inside >= WITHIN and score.may_merge


def _paired(plan_id: str, parent_id: str, table: str, ours: Row, theirs: Row) -> Alignment:
    similarity = wording(ours, theirs).similarity
    change = Kind.INHERITED if similarity >= INHERITED and not differs(table, ours, theirs) else Kind.ADAPTED
    return Alignment(plan_id, parent_id, table, change, ours["ordinal"], theirs["ordinal"], round(similarity, 4))


def _alone(plan_id: str, parent_id: str, table: str, change: Kind, row: Row) -> Alignment:
    here, there = (row["ordinal"], None) if change is Kind.ADDED else (None, row["ordinal"])
    return Alignment(plan_id, parent_id, table, change, here, there, None)


def _confidence(row: Row) -> float:
    value = row.get("confidence")
    return 1.0 if value is None else float(value)
