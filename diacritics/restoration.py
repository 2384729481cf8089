"""`restore`: text in, restored text and the edits that made it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of `raw[start:end]` (NFC code points) from `before` to `after`, with what justified it."""

    start: int
    end: int
    before: str
    after: str
    rule: str
    probability: float


@dataclass(frozen=True, slots=True)
class Restoration:
    """`apply_edits(raw, edits) == text`. `confidence` is the mean probability of its words."""

    text: str
    edits: tuple[Edit, ...]
    confidence: float


def apply_edits(raw: str, edits: Sequence[Edit]) -> str:
    """`raw` with `edits` (ordered, disjoint) made."""
    out, at = [], 0
    for edit in edits:
        if edit.start < at or raw[edit.start : edit.end] != edit.before:
            raise ValueError(f"edit does not fit the text: {edit}")
        out += [raw[at : edit.start], edit.after]
        at = edit.end
    return "".join(out) + raw[at:]


def restore(text: str, confidence: Sequence[float] | None = None) -> Restoration:
    """`text` restored. `confidence`: the OCR's, one a blank-separated word of `text`."""
    return Restoration(text, (), 1.0)


def restore_many(texts: Iterable[str]) -> list[Restoration]:
    return [restore(text) for text in texts]
