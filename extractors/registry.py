"""What an extractor is; `extractors.EXTRACTORS` lists them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractors.plans import Plan
    from pipeline.model import Outline


@dataclass(frozen=True, slots=True)
class Extractor:
    """One table: `extract` reads its rows (frozen dataclasses `row`) off an outline, in reading order.

    Every row has `item_id`, `text`, `confidence`; page and box come from the item, `plan_id` and `ordinal` from
    the store. `version` goes up with every change of what `extract` returns.
    """

    table: str
    row: type
    extract: Callable[[Outline, Plan], Sequence[Any]]
    version: int
