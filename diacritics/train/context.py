"""The vectors of `diacritics.context`: pointwise mutual information of words that stand near each other, in few dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

from diacritics.context import NEAREST
from diacritics.words import SPECIALS

DIMENSIONS = 64
FARTHEST = 12  # words apart that count as near
PRIOR = 10.0  # near pairs that each pair is credited with, as if by chance
LEAST = -2.0  # nats: what was never seen near is not out of the question
ROUNDS = 4  # of the subspace iteration


def learn(streams: Sequence[tuple[np.ndarray, int]], size: int, seed: int) -> dict[str, np.ndarray]:
    """The arrays of `context.npz` from (uint16 ids, weight) of `size` words."""
    near = np.zeros((size, size), np.float32)
    for ids, weight in streams:
        _count(ids.astype(np.int64), weight, NEAREST, FARTHEST, len(SPECIALS), near)
    often = near.sum(axis=1)
    by_chance = np.outer(often, often / often.sum())
    strengths, vectors = _leading(np.maximum(np.log((near + PRIOR) / (by_chance + PRIOR)), LEAST), seed)
    step = np.float32(np.abs(vectors).max() / 127)
    return {"vectors": np.rint(vectors / step).astype(np.int8), "step": step, "strengths": strengths}


@njit(cache=True)
def _count(ids, weight, nearest, farthest, special, near):
    for i in range(len(ids)):
        if ids[i] >= special:
            for j in range(i + nearest, min(i + farthest + 1, len(ids))):
                if ids[j] >= special:
                    near[ids[i], ids[j]] += weight
                    near[ids[j], ids[i]] += weight


def _leading(matrix: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The `DIMENSIONS` eigenvalues of a symmetric matrix farthest from 0, and their vectors as columns."""
    basis = np.random.default_rng(seed).standard_normal((len(matrix), DIMENSIONS + 32)).astype(np.float32)
    for _ in range(ROUNDS):
        basis = np.linalg.qr(matrix @ basis)[0]
    values, turned = np.linalg.eigh(basis.T @ matrix @ basis)
    best = np.argsort(-np.abs(values))[:DIMENSIONS]
    return values[best].astype(np.float32), (basis @ turned[:, best]).astype(np.float32)
