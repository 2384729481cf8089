"""Rows of a plan beside the rows of the plan above it: which were taken over, changed, added, left out.

Rows are mappings of the columns of TABLES.md. Two rows belong together by their words (those that few passages of the two
plans hold weigh more), by what they are about (theme, subject, award, time, duty, body) and by their place in the list.
Tried on the annotated specimens and no better: rarity by the restoration model or by the training text, the compounds of
underthesea, latent semantics of the training text (AUC of the words alone 0.97 with or without).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pipeline.align_facts import differs, is_part, same_body
from pipeline.align_score import PairScore, Scorer
from pipeline.assignment import best_matching
from pipeline.codes import ALIGNED_TABLES
from pipeline.wording import Comparison, compare

VERSION = 2
INHERITED = 0.95  # TABLES.md: the same in substance
WITHIN = 0.4  # so much of a row's own words inside another's: it was merged into that one
PART = 0.2  # the same, where the other already answers the same body and asks as much of it
PROSE = ("purposes", "contents", "criteria", "solutions")  # a passage may hold several of the parent's

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


def match(table: str, ours: Sequence[Row], theirs: Sequence[Row], scorer: Scorer) -> list[Pair]:
    """Index pairs of the rows that belong together: the best one-to-one matching, then what was merged or split."""
    if not ours or not theirs:
        return []
    scores = [
        [scorer.score(table, a, b, abs((i + 0.5) / len(ours) - (j + 0.5) / len(theirs))) for j, b in enumerate(theirs)]
        for i, a in enumerate(ours)
    ]
    pairs = [(i, j) for i, j in best_matching([[s.total for s in line] for line in scores]) if scores[i][j].total]
    turned = [[_turned(score) for score in column] for column in zip(*scores, strict=True)]
    merged = _merged(table, ours, theirs, pairs, scores)
    split = _merged(table, theirs, ours, [(j, i) for i, j in pairs], turned)
    return sorted({*pairs, *merged, *((i, j) for j, i in split)})


def _merged(
    table: str, into: Sequence[Row], rows: Sequence[Row], pairs: Sequence[Pair], scores: Sequence[Sequence[PairScore]]
) -> Iterator[Pair]:
    """Where the `rows` that no pair holds went: rows of `into` that say as much, have room for more, or ask as much of
    one body. `scores` are of `into` against `rows`, with `into` as the plan."""
    held = {j for _, j in pairs}
    for j, row in enumerate(rows):
        if j in held:
            continue
        told = max(range(len(into)), key=lambda i: (scores[i][j].parent_in_plan, scores[i][j].total))
        best = max(range(len(into)), key=lambda i: scores[i][j].total)
        beside = [rows[b] for a, b in pairs if a == best]
        if scores[told][j].may_merge and scores[told][j].parent_in_plan >= WITHIN:
            yield told, j
        elif table in PROSE and scores[best][j].total and _length(into[best]) >= sum(map(_length, [row, *beside])):
            yield best, j
        for i, other in pairs:
            if same_body(row, rows[other]) and is_part(table, row, into[i]) and scores[i][j].parent_in_plan >= PART:
                yield i, j


def _turned(score: PairScore) -> PairScore:
    return replace(score, parent_in_plan=score.plan_in_parent, plan_in_parent=score.parent_in_plan)


def _length(row: Row) -> int:
    return len(row["text"].split())


def wording(ours: Row, theirs: Row) -> Comparison:
    """The passage of a plan's row against that of its parent's, each side as certain as its row."""
    return compare(ours["text"], theirs["text"], _confidence(ours), _confidence(theirs))


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
