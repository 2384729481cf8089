"""Criteria, tiêu chí: what a collective or a person is judged by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.passages import ancestors, passages, without_stop
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Item, Kind, Outline

if TYPE_CHECKING:
    from extractors.plans import Plan

VERSION = 1
_FOR = re.compile(r"(?:^|\b)(?:đối với|dành cho|áp dụng cho|áp dụng đối với)\s+")
_RUN_IN_WORDS = 12


@dataclass(frozen=True, slots=True)
class Criterion:
    item_id: str
    text: str
    confidence: float
    subject: str | None
    subject_text: str | None


def extract(outline: Outline, plan: Plan) -> Sequence[Criterion]:
    rows = []
    for item in passages(outline, Kind.CRITERIA):
        subject, subject_text = _subject(outline, item)
        confidence = item.confidence if subject else min(item.confidence, 0.7)
        rows.append(Criterion(item.item_id, item.text, confidence, subject, subject_text))
    return rows


def _subject(outline: Outline, item: Item) -> tuple[str | None, str | None]:
    """Whom the criterion binds, by the nearest heading that says so."""
    for heading in _headings(outline, item):
        words = _named(heading)
        found = vocabulary("subjects").find(words) if words else ()
        if found and found[0].start <= 1:
            return found[0].code, words
    return None, None


def _headings(outline: Outline, item: Item) -> Iterator[str]:
    above = list(ancestors(outline, item))
    if not any(_named(a.text) for a in above[:-1]):
        head, colon, _ = item.text.partition(":")
        if colon and len(head.split()) <= _RUN_IN_WORDS:
            yield head
    yield from (a.text for a in above)


def _named(heading: str) -> str | None:
    """The words of a heading that name its subject: after `đối với`, else all of a short one."""
    heading = re.sub(r"\s+(?:bao )?gồm$|\s+như sau$", "", without_stop(heading.split(":")[0]))
    found = _FOR.search(fold(heading))
    if found:
        return heading[found.end() :]
    words = vocabulary("subjects").find(heading)
    return heading if words and words[0].start == 0 and len(heading.split()) <= _RUN_IN_WORDS else None
