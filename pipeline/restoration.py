"""Restores the lines of a document: what they are read together with, and where the edits go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from diacritics import Edit, apply_edits, restore
from pipeline.glyphs import glyph_edits, with_slashes
from pipeline.model import Line, PageReading, Role

VERSION = "5"

_ALONE = {Role.PAGE_NUMBER}
_APART = {Role.STAMP, Role.RUNNING_HEAD, Role.FOOTNOTE, Role.TABLE, Role.RECIPIENTS, Role.SIGNATURE, Role.ISSUER, Role.MOTTO}


def restore_pages(pages: Sequence[PageReading]) -> tuple[Line, ...]:
    """All lines of a document restored, in reading order.

    Body text runs on across lines and pages; each other role (letterhead column, recipients, stamps) is a stream
    of its own, so that nothing printed beside the text breaks its sentences. Page numbers stay as they are.
    """
    lines = [line for page in pages for line in page.lines]
    streams: dict[Role, list[int]] = {}
    for i, line in enumerate(lines):
        if line.role not in _ALONE:
            streams.setdefault(line.role if line.role in _APART else Role.BODY, []).append(i)
    out = list(lines)
    for members in streams.values():
        for i, line in zip(members, restore_lines([lines[i] for i in members]), strict=True):
            out[i] = line
    return tuple(out)


def restore_lines(lines: Sequence[Line]) -> list[Line]:
    """`lines` as one running text, each with the edits that fall into it."""
    confidences: list[float] | None = []
    rivals: list[tuple[tuple[str, float], ...]] = []
    for line in lines:
        count = len(line.raw_text.split())
        known = line.word_confidences or (() if not count else None)
        if known is None or len(known) != count:
            confidences = None
            break
        confidences += known
        rivals += line.word_rivals or ((),) * count
    restored = restore(
        "\n".join(_slashed(line) for line in lines), confidences, rivals if confidences is not None else None
    )
    texts = restored.text.split("\n")
    out, start, at = [], 0, 0
    for line, text in zip(lines, texts, strict=True):
        end = start + len(line.raw_text)
        edits = []
        while at < len(restored.edits) and restored.edits[at].end <= end:
            edit = restored.edits[at]
            edits.append(replace(edit, start=edit.start - start, end=edit.end - start))
            at += 1
        if line.ocr_confidence is not None:
            edits = glyph_edits(line.raw_text, edits)
            text = apply_edits(line.raw_text, edits)
        out.append(replace(line, text=text, edits=tuple(edits), confidence=_confidence(line.raw_text, edits)))
        start = end + 1
    return out


def _slashed(line: Line) -> str:
    """What a page image said, its slashes put right; any other text as it stands."""
    return line.raw_text if line.ocr_confidence is None else with_slashes(line.raw_text)


def _confidence(raw: str, edits: Sequence[Edit]) -> float:
    """Mean over the words of a line; a word left alone counts as sure."""
    words = max(1, len(raw.split()))
    doubt = sum(1 - edit.probability for edit in edits)
    return max(0.0, 1 - doubt / words)
