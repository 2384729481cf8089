"""The words of a path that are in doubt, and their rivals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diacritics.compiled import njit
from diacritics.words import SPECIALS

GAP = 9.0  # nats behind the chosen word, beyond which a rival is not weighed
CERTAIN = 3.0  # nats to the next best word


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Arrays by place or by rival. Edges are indices of the lattice's columns."""

    words: np.ndarray  # of the whole path, one boundary before them and one after
    is_sure: np.ndarray  # of each of `words`
    place: np.ndarray  # of each word in doubt, in `words`
    chosen: np.ndarray  # its edge
    rivals: np.ndarray  # edges
    row: np.ndarray  # of each rival: which word in doubt it is a rival of


def find_doubtful(path: np.ndarray, columns: tuple[np.ndarray, ...], local: np.ndarray, boundary: int) -> Doubtful:
    """`columns` and `local`: as `search.local_scores` takes and gives them."""
    return Doubtful(*_find(path, columns[1], columns[2], local, boundary, len(SPECIALS), GAP, CERTAIN))


@njit(cache=True, nogil=True)
def _find(path, edge_to, edge_word, local, boundary, special, gap, certain):
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
    return words[: count + 1], sure[: count + 1], place[:rows], chosen[:rows], rivals[:found], row[:found]
