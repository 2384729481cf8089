"""What a document has said already: plans repeat themselves, so a pair of words restored with certainty in one place
makes the same pair likelier where it is in doubt.
"""

from __future__ import annotations

import numpy as np

from diacritics.compiled import njit
from diacritics.words import SPECIALS

GAP = 9.0  # nats behind the chosen word, beyond which a rival is not weighed
CERTAIN = 3.0  # nats to the next best word
REPEATED = 1.0  # nats for each doubling of a pair's certain occurrences


def with_repeats(path: np.ndarray, columns: tuple[np.ndarray, ...], local: np.ndarray, boundary: int) -> np.ndarray:
    """The costs of the edges, less for each rival of a word of `path` what the certain pairs of the path speak for it.

    `columns` and `local`: as `search.local_scores` takes and gives them.
    """
    source, target, word, cost = columns[:4]
    chosen, rivals, row, before, after, pairs = _doubtful(
        path, source, target, word, local, boundary, len(SPECIALS), GAP, CERTAIN
    )
    cost = cost.copy()
    own = _count(pairs, before, word[chosen], after)
    cost[rivals] -= REPEATED * (_count(pairs, before[row], word[rivals], after[row]) - own[row])
    return cost


def _count(pairs: np.ndarray, before: np.ndarray, words: np.ndarray, after: np.ndarray) -> np.ndarray:
    """log2(1 + how often `pairs` has each of `words` after its left neighbour), and the same with its right one."""
    out = np.zeros(len(words), np.float32)
    for key in (before << 16 | words, words.astype(np.int64) << 16 | after):
        count = np.searchsorted(pairs, key, side="right") - np.searchsorted(pairs, key)
        out += np.log2(1.0 + count).astype(np.float32)
    return out


@njit(cache=True, nogil=True)
def _doubtful(path, edge_from, edge_to, edge_word, local, boundary, special, gap, certain):
    """The places of `path` in doubt and what stands for certain.

    Gives the edge of each place, the rival edges, the place of each rival, the words before and after each place, and the
    pairs of neighbours that are both certain, sorted (first word << 16 | second).
    """
    words = np.full(len(path) + 2, boundary, np.int64)
    sure = np.zeros(len(path) + 2, np.bool_)
    place = np.zeros(len(path), np.int64)
    chosen = np.empty(len(path), np.int64)
    rivals = np.empty(len(edge_to), np.int64)
    row = np.empty(len(edge_to), np.int64)
    count, rows, found = 1, 0, 0
    for i in range(len(path)):
        own = path[i]
        if edge_word[own] < 0:
            continue
        at = count
        words[at] = edge_word[own]
        count += 1
        if edge_word[own] < special:
            continue
        e = own
        while e > 0 and edge_to[e - 1] == edge_to[own]:
            e -= 1
        first = found
        sure[at] = True
        while e < len(edge_to) and edge_to[e] == edge_to[own]:
            if edge_word[e] != edge_word[own] and local[e] < local[own] + gap:
                if local[e] < local[own] + certain:
                    sure[at] = False
                if edge_word[e] >= special:
                    rivals[found] = e
                    row[found] = rows
                    found += 1
            e += 1
        if found > first:
            chosen[rows] = own
            place[rows] = at
            rows += 1
    pairs = np.empty(count, np.int64)
    held = 0
    for i in range(2, count):
        if sure[i] and sure[i - 1]:
            pairs[held] = words[i - 1] << 16 | words[i]
            held += 1
    place = place[:rows]
    return chosen[:rows], rivals[:found], row[:found], words[place - 1], words[place + 1], np.sort(pairs[:held])
