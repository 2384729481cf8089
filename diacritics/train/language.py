"""The language model: a trigram over syllables, Kneser-Ney smoothed, in arrays.

Counting is by sorting packed ids; about 50 M tokens take 3 GiB and a few minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diacritics.model import BACKOFF_STEP, CASE_STEP, LOG_STEP


@dataclass(frozen=True)
class Grams:
    """Distinct n-grams, sorted: `key` packs 16 bits a word, the last word lowest; `count` int64."""

    key: np.ndarray
    count: np.ndarray


def count_grams(streams: Sequence[tuple[np.ndarray, int]], order: int) -> Grams:
    """Weighted counts of the n-grams of each (uint16 ids, weight)."""
    keys, counts = [], []
    for ids, weight in streams:
        packed = np.zeros(len(ids) - order + 1, np.uint64)
        for i in range(order):
            packed = (packed << np.uint64(16)) | ids[i : len(ids) - order + 1 + i].astype(np.uint64)
        packed.sort()
        first = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1])))
        keys.append(packed[first])
        counts.append(np.diff(np.append(first, len(packed))) * weight)
    key = np.concatenate(keys)
    count = np.concatenate(counts)
    order_of = np.argsort(key, kind="stable")
    key, count = key[order_of], count[order_of]
    first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    return Grams(key[first], np.add.reduceat(count, first))


def discounts(count: np.ndarray) -> np.ndarray:
    """Modified Kneser-Ney discounts for counts 0, 1, 2, 3 and more."""
    n1, n2, n3, n4 = (float((count == k).sum()) for k in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2)
    return np.clip([0.0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3], 0.0, [0.0, 0.9, 1.7, 2.7])


def _per_context(context: np.ndarray, size: int, values: np.ndarray) -> np.ndarray:
    return np.bincount(context, weights=values, minlength=size)


def build(streams: Sequence[tuple[np.ndarray, int]], vocabulary_size: int) -> dict[str, np.ndarray]:
    """The arrays that `diacritics.model` loads, before quantisation noise no larger than half a step."""
    v = vocabulary_size
    tri = count_grams(streams, 3)
    mask16 = np.uint64(0xFFFF)
    # every bigram of the text is the head of a trigram but for the last one of a stream
    bi = count_grams(streams, 2)
    tri_head = np.searchsorted(bi.key, tri.key >> np.uint64(16))
    tri_tail = np.searchsorted(bi.key, tri.key & np.uint64(0xFFFFFFFF))
    bi_head = (bi.key >> np.uint64(16)).astype(np.int64)
    bi_last = (bi.key & mask16).astype(np.int64)

    # unigram: how many distinct words a word follows
    follows = np.bincount(bi_last, minlength=v).astype(float)
    p1 = (follows + 0.5) / (follows.sum() + 0.5 * v)

    # bigram: how many distinct words the pair follows (raw counts after a boundary, where nothing precedes)
    before = np.bincount(tri_tail, minlength=len(bi.key)).astype(float)
    before = np.maximum(before, 1.0)
    d2 = discounts(before)
    total = _per_context(bi_head, v, before)
    cut = d2[np.minimum(before, 3).astype(int)]
    gamma1 = _per_context(bi_head, v, cut) / np.maximum(total, 1.0)
    p2_own = (before - cut) / total[bi_head]
    p2 = p2_own + gamma1[bi_head] * p1[bi_last]

    d3 = discounts(tri.count)
    total3 = _per_context(tri_head, len(bi.key), tri.count)
    cut3 = d3[np.minimum(tri.count, 3)]
    gamma2 = _per_context(tri_head, len(bi.key), cut3) / np.maximum(total3, 1.0)
    p3 = (tri.count - cut3) / total3[tri_head] + gamma2[tri_head] * p2[tri_tail]

    return {
        "uni_logp": np.log(p1).astype(np.float32),
        "uni_bow": np.log(np.where(total > 0, gamma1, 1.0)).astype(np.float32),
        "bi_count": np.bincount(bi_head, minlength=v).astype(np.uint16),
        "bi_word": in_planes(bi_last.astype(np.uint16)),
        "bi_logp": quantise(np.log(p2), LOG_STEP),
        "bi_bow": quantise(np.log(np.where(total3 > 0, gamma2, 1.0)), BACKOFF_STEP),
        "tri_count": np.bincount(tri_head, minlength=len(bi.key)).astype(np.uint16),
        "tri_word": in_planes((tri.key & mask16).astype(np.uint16)),
        "tri_logp": quantise(np.log(p3), LOG_STEP),
    }


def in_planes(words: np.ndarray) -> np.ndarray:
    """uint16 words as the differences of neighbours, low bytes and high bytes apart, shape (2, words): half the size packed."""
    step = np.diff(words, prepend=np.uint16(0))
    return np.stack([step & 0xFF, step >> 8]).astype(np.uint8)


def quantise(log: np.ndarray, step: float) -> np.ndarray:
    """Non-positive logs as uint8 steps below zero."""
    return np.clip(np.rint(-log / step), 0, 255).astype(np.uint8)


def case_costs(counts: np.ndarray, special: int, strength: float = 8.0) -> np.ndarray:
    """(words, 5, 3) counts of (word, case class before, case) as uint8 steps of `CASE_STEP`; specials cost nothing."""
    total = counts.sum(axis=0, keepdims=True) + 1.0
    general = total / total.sum(axis=2, keepdims=True)
    word = counts.sum(axis=1, keepdims=True) + strength * general.mean(axis=1, keepdims=True)
    own = word / word.sum(axis=2, keepdims=True)
    mixed = own * general
    mixed /= mixed.sum(axis=2, keepdims=True)
    smooth = (counts + strength * mixed) / (counts.sum(axis=2, keepdims=True) + strength)
    # Headings are rare in running text, but nothing is out of the question; capitals after a small word nearly are.
    least = np.full((5, 3), 0.01)
    least[0, 2] = 0.0005
    cost = -np.log((1 - least.sum(axis=1, keepdims=True)) * smooth + least)
    cost[:special] = 0.0
    return np.clip(np.rint(cost / CASE_STEP), 0, 255).astype(np.uint8)
