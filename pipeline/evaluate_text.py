"""Word and character error rates of a text against its truth, in the manner of dinglehopper: NFC, then what differs
only in typing (dashes, quotes, tone placement, hằng/hàng năm) is made one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

_TYPED_ALIKE = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "…": "..."}
)
_OPEN_RHYME = re.compile(r"(?<![^\W_])(\w*?)(o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)")
_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng


@dataclass(frozen=True, slots=True)
class TextScore:
    """Counts, so that several texts add up. `distance`s are edits that make the output the truth."""

    words: int
    word_distance: int
    letters: int
    letter_distance: int
    missing: int  # words of the truth found nowhere in the output, in any order
    invented: int  # words of the output found nowhere in the truth
    words_out: int

    @property
    def wer(self) -> float:
        return self.word_distance / max(1, self.words)

    @property
    def cer(self) -> float:
        return self.letter_distance / max(1, self.letters)


def score_text(output: str, truth: str) -> TextScore:
    """Case counts; punctuation counts for letters alone."""
    out, gold = words_of(output), words_of(truth)
    common = sum((Counter(out) & Counter(gold)).values())
    folded = fold(truth)
    return TextScore(
        words=len(gold),
        word_distance=Levenshtein.distance(out, gold),
        letters=len(folded),
        letter_distance=Levenshtein.distance(fold(output), folded),
        missing=len(gold) - common,
        invented=len(out) - common,
        words_out=len(out),
    )


def fold(text: str) -> str:
    """What counts as the same is made the same: see the module. `57- NQ/TW` closes up to `57-NQ/TW`."""
    text = unicodedata.normalize("NFC", text).translate(_TYPED_ALIKE)
    text = re.sub(r"(?<=\w)- (?=[A-ZĐ])", "-", text)
    text = _OPEN_RHYME.sub(_modern_tone_place, text)
    text = re.sub(r"\b([Hh])ằng năm\b", r"\1àng năm", text)
    return " ".join(text.split())


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _modern_tone_place(match: re.Match[str]) -> str:
    """`hoá` → `hóa`, `uỷ` → `ủy`; not after q, where u belongs to the consonant (`quý`)."""
    head, rhyme = match.groups()
    if head[-1:].lower() == "q":
        return match[0]
    first, second = rhyme
    parts = unicodedata.normalize("NFD", second)
    tone = next(mark for mark in parts if mark in _TONES)
    return head + unicodedata.normalize("NFC", first + tone) + unicodedata.normalize("NFC", parts.replace(tone, ""))
