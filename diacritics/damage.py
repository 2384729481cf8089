"""How damaged a passage is, told by the share of marks that only good Vietnamese OCR writes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from diacritics.syllables import strip_marks
from diacritics.words import modern_tones

_FORM = re.compile(r"[^\W\d_]+")
_OWN = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", re.IGNORECASE)
_MIXED = re.compile(r"[a-z]\d|[a-z][A-Z]|[A-Z]{2}[a-z]")
REACH = 40  # words to either side that tell what a line is
MIN_DOUBT = 0.001  # below which a word of mostly right text is taken as it is
LEAST_OWN = 0.05  # share that the engine's own choice keeps: its dictionary spoke for it
_STRUCK = re.compile(r"[^\W\d_][}{\\~^=<>*#]|[}{\\~^=<>*#][^\W\d_]")
GOOD_SHARE = 0.2  # of words with a mark that an English OCR never writes (running text has about half)


class Damage(StrEnum):
    """Names the channel that explains the passage; NONE needs no repair at all."""

    LOSSY = "lossy"
    STRIPPED = "stripped"
    SLIPS = "slips"
    NONE = "none"


def line_damages(lines: Sequence[str], common: frozenset[str], bare: frozenset[str]) -> list[Damage]:
    """The damage of each line, judged with about `REACH` words on either side of it."""
    words, own, marked, odd = [], [], [], []
    for line in lines:
        forms = _FORM.findall(line)
        words.append(len(forms))
        own.append(sum(1 for form in forms if _OWN.search(form)))
        marked.append(sum(1 for form in forms if not form.isascii()))
        odd.append(sum(1 for form in forms if not form.isascii() and modern_tones(form).lower() not in common))
    out = []
    for i in range(len(lines)):
        low = high = i
        count = words[i]
        while count < REACH and (low > 0 or high + 1 < len(lines)):
            if low > 0:
                low -= 1
                count += words[low]
            if high + 1 < len(lines):
                high += 1
                count += words[high]
        near = slice(low, high + 1)
        total = max(1, sum(words[near]))
        share = sum(own[near]) / total
        if share >= GOOD_SHARE or (words[i] and own[i] / words[i] >= 2 * GOOD_SHARE and own[i] > 1):
            out.append(Damage.SLIPS if sum(odd[near]) else Damage.NONE)
        elif sum(marked[near]) == 0 and _all_bare(lines[near], bare):
            out.append(Damage.STRIPPED)
        else:
            out.append(Damage.LOSSY)
    return out


def struck_lines(text: str) -> list[int]:
    """Numbers (from 1) of the lines where strokes run into letters, as under a stamp: words are missing there for good."""
    return [number for number, line in enumerate(text.splitlines(), 1) if _STRUCK.search(line)]


def _all_bare(lines: Sequence[str], bare: frozenset[str]) -> bool:
    """Whether nothing but the marks is missing: every word is one without marks, none has digits or odd capitals."""
    forms = [form for line in lines for form in _FORM.findall(line)]
    if any(_MIXED.search(line) for line in lines):
        return False
    return sum(strip_marks(form).lower() in bare for form in forms) >= 0.9 * len(forms)


# How often a word read with a confidence below the bound was wrong: `-l vie` readings of our own rendered pages.
_WRONG_BELOW = ((0.3, 0.6), (0.5, 0.45), (0.7, 0.33), (0.85, 0.27), (0.9, 0.18), (0.955, 0.05), (0.98, 0.01))
_STRANGE_MARKED, _STRANGE_PLAIN, _RARE = 0.7, 0.08, 0.1
_SURE_PER_BAD = 0.1  # wrong among the confident words of a passage, for each wrong one among the others
_MOST_SURE_WRONG = 0.01
_BAD_PASSAGE = 0.004  # share of strange marked words from which every word of a passage is in some doubt


Rivals = Sequence[tuple[str, float]]  # (reading, share) of what else the OCR engine saw in a word


@dataclass(frozen=True, slots=True)
class Doubt:
    """How likely a word of mostly right text is misread, and (reading, nats behind the word) of its rivals."""

    wrong: float
    rivals: Rivals = ()

    @property
    def is_open(self) -> bool:
        return self.wrong >= MIN_DOUBT or bool(self.rivals)


NO_DOUBT = Doubt(0.0)


def rivals_of(form: str, at: int, word: str, rivals: Rivals) -> Rivals:
    """(reading, nats behind) of `form`, which begins at `at` in `word`: the same part of the rivals of `word`."""
    parts = _FORM.findall(word)
    number = len(_FORM.findall(word[:at]))
    if not rivals or number >= len(parts) or parts[number] != form:
        return ()
    shares: dict[str, float] = {}
    for reading, share in rivals:
        same = _FORM.findall(reading)
        if len(same) == len(parts):
            shares[same[number]] = shares.get(same[number], 0.0) + share
    shares.pop(form, None)
    own = max(LEAST_OWN, 1 - sum(shares.values()))
    return [(reading, math.log(own / share)) for reading, share in shares.items() if share > 0]


class Known(StrEnum):
    """How well a word is known: RARE ones are slips of a far commoner word as often as not."""

    COMMON = "common"
    RARE = "rare"
    NOT = "not"


def doubts_of(forms: Sequence[tuple[str, Known, float | None]]) -> list[float]:
    """How likely each (form, how known, confidence of the OCR) of a passage that is mostly right is misread."""
    own = [_own_doubt(*form) for form in forms]
    if not own:
        return []
    bad = sum(own) / len(own)
    floor = min(_MOST_SURE_WRONG, _SURE_PER_BAD * bad) if bad > _BAD_PASSAGE else 0.0
    return [max(doubt, floor) for doubt in own]


def _own_doubt(form: str, known: Known, confidence: float | None) -> float:
    doubt = 0.0
    if len(form) == 1 and form.isascii() and confidence is not None:
        return doubt  # an initial, a point of a law, a numeral: nothing that a sentence could settle
    if confidence is not None:
        doubt = next((wrong for bound, wrong in _WRONG_BELOW if confidence < bound), 0.0)
    if known is Known.RARE:
        doubt = max(doubt, _RARE)
    if known is Known.NOT and not (form.isupper() and len(form) > 1) and not any(c.isdigit() for c in form):
        doubt = max(doubt, _STRANGE_PLAIN if form.isascii() else _STRANGE_MARKED)
    return doubt
