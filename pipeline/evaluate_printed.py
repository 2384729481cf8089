"""Correct text set in fonts that the restorer was not trained on, and read by `tesseract -l eng`.

Pairs are (read, true); there are none where the fonts lack.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from diacritics.train import pages

MIXED_PAGES = 10
_READER = pages.CommandReader("eng", "eng")


def printed_plans(plans: Sequence[str], seed: int) -> list[tuple[str, str]]:
    """Each plan whole, in each font, in one look of an office scan."""
    rng = random.Random(seed)
    return [_printed(plan, pages.office_look(rng, [font]), rng) for font in _fonts() for plan in plans]


def printed_paragraphs(texts: Sequence[str], seed: int) -> list[tuple[str, str]]:
    """`MIXED_PAGES` pages of random paragraphs, each in a look of its own, some as headings."""
    fonts, rng = _fonts(), random.Random(seed)
    if not fonts:
        return []
    texts = [text for text in texts if len(text.split()) >= 8]
    with TemporaryDirectory() as scratch:
        out = Path(scratch) / "pairs.jsonl"
        source = iter(lambda: rng.choice(texts), None)
        pages.make_pairs(source, [_READER], fonts, MIXED_PAGES, seed, out, pages.office_look)
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    by_page: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        by_page.setdefault(row["page"], []).append((row["raw"], row["true"]))
    return [_joined(lines) for lines in by_page.values()]


def _fonts() -> list[str]:
    return [font for font in pages.HELD_OUT_FONTS if (pages.FONT_FOLDER / font).exists()]


def _printed(plan: str, look: pages.Look, rng: random.Random) -> tuple[str, str]:
    lines = [line for paragraph in plan.splitlines() if paragraph.strip() for line in pages.broken(paragraph)]
    found = []
    for start in range(0, len(lines), pages.PAGE_LINES):
        page = lines[start : start + pages.PAGE_LINES]
        read = [text for text, _ in _READER.read(pages.set_page(page, look, rng))]
        found += [(raw, true) for true, raw in pages.match_lines(page, read)]
    return _joined(found)


def _joined(lines: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return "\n".join(raw for raw, _ in lines), "\n".join(true for _, true in lines)
