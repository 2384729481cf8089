"""Solutions, giải pháp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.topics import topic_rows
from pipeline.model import Kind, Outline

if TYPE_CHECKING:
    from extractors.plans import Plan

VERSION = 1


@dataclass(frozen=True, slots=True)
class Solution:
    item_id: str
    text: str
    confidence: float
    title: str
    themes: tuple[str, ...]


def extract(outline: Outline, plan: Plan) -> Sequence[Solution]:
    return [Solution(*row) for row in topic_rows(outline, Kind.SOLUTIONS)]
