"""Packs the words for the look-up of `kernels`: heads and tails as tries in flat arrays, likelier branches first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from diacritics.alphabet import char_id
from diacritics.syllables import is_syllable, strip_marks

VOWELS = "aeiouy"


def pack_spelling(words: Sequence[str], uni_logp: np.ndarray, first: int) -> dict[str, np.ndarray]:
    """The arrays of `spelling.npz` for `words[first:]`: those of `model.BANKS` for each bank, and `inner`."""
    syllables = [i for i in range(first, len(words)) if is_syllable(words[i])]
    others = sorted(set(range(first, len(words))) - set(syllables))
    arrays = {f"syllable_{name}": array for name, array in _pack(words, uni_logp, syllables, _head_length).items()}
    arrays |= {f"other_{name}": array for name, array in _pack(words, uni_logp, others, len).items()}
    inner = {char for i in syllables for char in words[i][_head_length(words[i]) : -1]}
    arrays["inner"] = np.array([char_id(char) for char in sorted(inner)], np.int32)
    return arrays


def _head_length(word: str) -> int:
    bare = strip_marks(word)
    return max(1, next((i for i, char in enumerate(bare) if char in VOWELS), len(bare)))


def _pack(
    words: Sequence[str], uni_logp: np.ndarray, chosen: Sequence[int], head_length: Callable[[str], int]
) -> dict[str, np.ndarray]:
    by_head: dict[str, list[int]] = {}
    by_tail: dict[str, list[int]] = {}
    for i in sorted(chosen, key=lambda i: -uni_logp[i]):
        length = head_length(words[i])
        by_head.setdefault(words[i][:length], []).append(i)
        by_tail.setdefault(words[i][length:], []).append(i)
    heads, head_best, head_end, _ = _preorder(by_head, uni_logp, lambda head: head[:-1])
    tails, tail_best, tail_end, tail_room = _preorder(by_tail, uni_logp, lambda tail: tail[1:])
    place = {head: node for node, head in enumerate(heads)}
    spelt = [i for tail in tails for i in by_tail.get(tail, ())]
    counts = [len(by_tail.get(tail, ())) for tail in tails]
    return {
        "head_char": np.array([0] + [char_id(head[-1]) for head in heads[1:]], np.int32),
        "head_parent": np.array([0] + [place[head[:-1]] for head in heads[1:]], np.int32),
        "head_end": np.array(head_end, np.int32),
        "head_best": np.array(head_best, np.float32),
        "tail_char": np.array([0] + [char_id(tail[0]) for tail in tails[1:]], np.int32),
        "tail_depth": np.array([len(tail) for tail in tails], np.int32),
        "tail_end": np.array(tail_end, np.int32),
        "tail_best": np.array(tail_best, np.float32),
        "tail_room": np.array(tail_room, np.int32),
        "tail_word": np.array([0, *np.cumsum(counts)], np.int32),
        "word": np.array(spelt, np.int32),
        "word_head": np.array([place[words[i][: head_length(words[i])]] for i in spelt], np.int32),
    }


def _preorder(
    owned: dict[str, list[int]], uni_logp: np.ndarray, parent: Callable[[str], str]
) -> tuple[list[str], list[float], list[int], list[int]]:
    """Nodes in preorder; for each its best word's log probability, the node after its branch, the letters the branch adds."""
    nodes = {""}
    for node in owned:
        while node:
            nodes.add(node)
            node = parent(node)
    best = {node: max((float(uni_logp[i]) for i in owned.get(node, ())), default=-np.inf) for node in nodes}
    room = dict.fromkeys(nodes, 0)
    below: dict[str, list[str]] = {node: [] for node in nodes}
    for node in sorted(nodes - {""}, key=len, reverse=True):
        above = parent(node)
        below[above].append(node)
        best[above] = max(best[above], best[node])
        room[above] = max(room[above], room[node] + 1)
    order: list[str] = []
    end: dict[str, int] = {}

    def visit(node: str) -> None:
        order.append(node)
        for child in sorted(below[node], key=lambda child: (-best[child], child)):
            visit(child)
        end[node] = len(order)

    visit("")
    return order, [best[node] for node in order], [end[node] for node in order], [room[node] for node in order]
