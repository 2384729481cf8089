"""Words of two passages compared the way a Vietnamese reader compares them.

A word is a syllable or a number. Case, punctuation, tone placement (hóa, hoá) and hằng năm against hàng năm are no
difference. A slip of the scanner (the same letters with other marks, or one letter off) is one where a side is doubtful.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel, Levenshtein

_WORD = re.compile(
    r"\d+[-/](?=[^\W\d_])[^\W_]+(?:[-/][^\W_]+)*|[^\W_]+(?:[./][^\W_]+)*"
)  # a number of a document is one
_TONES = "\u0300\u0301\u0303\u0309\u0323"
SURE = 0.95  # a side at least this certain is taken at its word


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of wording. `doubtful`: more likely misread than rewritten."""

    before: str  # in the parent, "" where the plan puts words in
    after: str  # in the plan, "" where it leaves words out
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two passages are, 0..1 of their words, slips of the scanner counted as alike."""

    similarity: float
    changes: tuple[Change, ...]


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` in lower case without any marks; đ is d."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("Đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """What makes `word` the same word: lower case, its tone moved to the end, so that hóa and hoá agree."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tone = "".join(c for c in decomposed if c in _TONES)
    letters = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", letters) + tone


def words(text: str) -> list[str]:
    """The words of `text` as printed, without punctuation; 923/QĐ-TTg and 15/11 stay whole."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def keys(text: str) -> list[str]:
    """The words of `text` as keys."""
    found = [key(w) for w in words(text)]
    yearly = key("hằng")
    return [key("hàng") if k == yearly and found[i + 1 : i + 2] == [key("năm")] else k for i, k in enumerate(found)]


def is_slip(before: str, after: str) -> bool:
    """Whether two stretches of words could be one stretch misread: alike but for marks, or but for a letter in five.

    Numbers are never a slip: 15/11 against 10/11 is a matter for the reader.
    """
    a, b = fold(before).replace(" ", ""), fold(after).replace(" ", "")
    if [c for c in a if c.isdigit()] != [c for c in b if c.isdigit()]:
        return False
    longest = max(len(a), len(b))
    return bool(a and b) and (a == b or Levenshtein.distance(a, b) <= max(1, longest // 5) < longest)


def compare(plan: str, parent: str, plan_confidence: float = 1.0, parent_confidence: float = 1.0) -> Comparison:
    """The wording of a plan's passage against its parent's. Changes are in the order of the plan."""
    a_words, b_words = words(parent), words(plan)
    a_keys, b_keys = keys(parent), keys(plan)
    doubt = min(plan_confidence, parent_confidence) < SURE
    changes: list[Change] = []
    alike = 0
    for op, a0, a1, b0, b1 in _blocks(a_keys, b_keys):
        if op == "equal":
            alike += 2 * (a1 - a0)
            continue
        before, after = " ".join(a_words[a0:a1]), " ".join(b_words[b0:b1])
        slip = doubt and is_slip(before, after)
        alike += (a1 - a0) + (b1 - b0) if slip else 0
        changes.append(Change(before, after, slip))
    total = len(a_keys) + len(b_keys)
    return Comparison(alike / total if total else 1.0, tuple(changes))


def _blocks(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Equal and differing stretches of `a` and `b`; neighbouring differences are one."""
    merged: list[tuple[str, int, int, int, int]] = []
    for o in Indel.opcodes(a, b):
        tag = "equal" if o.tag == "equal" else "change"
        step = (tag, o.src_start, o.src_end, o.dest_start, o.dest_end)
        if merged and tag == "change" == merged[-1][0]:
            last = merged.pop()
            step = ("change", last[1], step[2], last[3], step[4])
        merged.append(step)
    return merged


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of two passages laid over each other: `same`, `put_in` (in `new` alone), `left_out` (in `old` alone)."""

    kind: str
    text: str
    doubtful: bool = False


def segments(new: str, old: str, exact: bool = False, doubt: bool = False) -> tuple[Segment, ...]:
    """`new` laid over `old`. `exact`: every mark and capital counts. `doubt`: what may be misread is marked so.

    The texts of the segments but the `left_out` are `new`; of a `same` segment `old` may differ in spelling.
    """
    new_spans, old_spans = _spans(new), _spans(old)
    same = words if exact else keys
    blocks = _blocks(same(old), same(new))
    found: list[Segment] = []
    for op, a0, a1, b0, b1 in blocks if exact else _without_islands(blocks):
        before, after = old[slice(*_reach(old_spans, a0, a1))], new[slice(*_reach(new_spans, b0, b1))]
        if op == "equal":
            found.append(Segment("same", after))
            continue
        slip = doubt and is_slip(before, after)
        found += [Segment("left_out", before, slip)] if before else []
        found += [Segment("put_in", after, slip)] if after else []
    return tuple(found)


def _without_islands(blocks: list[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """One equal word between two changes (và, của) tells a reader nothing: the three are one change."""
    joined: list[tuple[str, int, int, int, int]] = []
    for n, block in enumerate(blocks):
        op, a0, a1, b0, b1 = block
        is_island = op == "equal" and a1 - a0 == 1 and 0 < n < len(blocks) - 1
        if joined and joined[-1][0] == "change" and (is_island or op == "change"):
            last = joined.pop()
            joined.append(("change", last[1], a1, last[3], b1))
        else:
            joined.append(block)
    return joined


def _spans(text: str) -> list[int]:
    """Where each word begins and the text ends; the first word takes what stands before it."""
    return [0, *[m.start() for m in _WORD.finditer(text)][1:], len(text)]


def _reach(starts: list[int], first: int, after: int) -> tuple[int, int]:
    return (starts[first], starts[after]) if after > first else (0, 0)
