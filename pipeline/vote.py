"""Two readings of the same line made one: word by word, the likelier."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from pipeline.model import Word
from pipeline.trust import syllable_is_possible

VERSION = 2
MOST_RIVALS = 8
SURE = 0.15  # a lead in confidence that settles which marks are right
_LETTERS = re.compile(r"[^\W\d_]+")


def merge_readings(first: Sequence[Word], second: Sequence[Word]) -> tuple[Word, ...]:
    """The words of `first`, each replaced by the one of `second` in the same place where that is likelier.

    What each reading thought possible stays known: `rivals` is the mean of both.
    """
    merged = []
    for word in first:
        beside = [w for w in second if _same_place(word, w)]
        # A strip may hold a piece of the line above: the words most alike are the same word.
        other = max(beside, key=lambda w: Levenshtein.normalized_similarity(w.text, word.text), default=None)
        if other is None:
            merged.append(word)
            continue
        best, confidence = word, max(word.confidence, other.confidence)
        if other.text != word.text:
            best = likelier(word, other)
            confidence = min(best.confidence, 0.9)  # where two readings differ neither is sure
        merged.append(replace(word, text=best.text, confidence=confidence, rivals=_rivals(best.text, word, other)))
    return tuple(merged)


def _rivals(text: str, *words: Word) -> tuple[tuple[str, float], ...]:
    shares: dict[str, float] = {}
    for word in words:
        for reading, share in ((word.text, 1 - sum(share for _, share in word.rivals)), *word.rivals):
            shares[reading] = shares.get(reading, 0.0) + share / len(words)
    shares.pop(text, None)
    return tuple(sorted(((r, round(s, 4)) for r, s in shares.items()), key=lambda rival: -rival[1])[:MOST_RIVALS])


def likelier(a: Word, b: Word) -> Word:
    """Which of two readings of a word to believe.

    A possible syllable before an impossible one; of two that differ in marks alone the one with more marks, since
    a scan loses marks more often than it makes them; else the more confident.
    """
    if is_possible(a.text) != is_possible(b.text):
        return a if is_possible(a.text) else b
    letters_a, marks_a = _letters_and_marks(a.text)
    letters_b, marks_b = _letters_and_marks(b.text)
    if letters_a == letters_b and marks_a != marks_b and abs(a.confidence - b.confidence) < SURE:
        return a if marks_a > marks_b else b
    return a if a.confidence >= b.confidence else b


def is_possible(text: str) -> bool:
    """Whether the letters of `text` are Vietnamese syllables or an abbreviation in capitals."""
    return all(syllable_is_possible(part) or part.isupper() and len(part) < 6 for part in _LETTERS.findall(text))


def _letters_and_marks(text: str) -> tuple[str, int]:
    letters, marks = [], 0
    for char in unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")):
        if not unicodedata.combining(char):
            letters.append(char)
        elif char != "\u031b":  # the horn is part of its letter
            marks += 1
    return "".join(letters), marks


def _same_place(a: Word, b: Word) -> bool:
    across = min(a.bbox.x1, b.bbox.x1) - max(a.bbox.x0, b.bbox.x0)
    together = max(a.bbox.x1, b.bbox.x1) - min(a.bbox.x0, b.bbox.x0)
    down = min(a.bbox.y1, b.bbox.y1) - max(a.bbox.y0, b.bbox.y0)
    lower = min(a.bbox.y1 - a.bbox.y0, b.bbox.y1 - b.bbox.y0)
    return across > 0.6 * together and down > 0.5 * lower
