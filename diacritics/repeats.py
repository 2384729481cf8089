"""What a document has said already: plans repeat themselves, so a pair of words restored with certainty in one place
makes the same pair likelier where it is in doubt.
"""

from __future__ import annotations

import numpy as np

from diacritics.doubtful import Doubtful

REPEATED = 1.0  # nats for each doubling of a pair's certain occurrences


def repeat_gains(doubtful: Doubtful, word: np.ndarray) -> np.ndarray:
    """Nats by which the certain pairs of the path speak for each rival against the chosen word. `word`: of each edge."""
    words, both = doubtful.words, doubtful.is_sure[:-1] & doubtful.is_sure[1:]
    pairs = np.sort((words[:-1] << 16 | words[1:])[both])
    before, after = words[doubtful.place - 1], words[doubtful.place + 1]
    own, row = _count(pairs, before, word[doubtful.chosen], after), doubtful.row
    return REPEATED * (_count(pairs, before[row], word[doubtful.rivals], after[row]) - own[row])


def _count(pairs: np.ndarray, before: np.ndarray, words: np.ndarray, after: np.ndarray) -> np.ndarray:
    """log2(1 + how often `pairs` has each of `words` after its left neighbour), and the same with its right one."""
    out = np.zeros(len(words), np.float32)
    for key in (before << 16 | words, words.astype(np.int64) << 16 | after):
        count = np.searchsorted(pairs, key, side="right") - np.searchsorted(pairs, key)
        out += np.log2(1.0 + count).astype(np.float32)
    return out
