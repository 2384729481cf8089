"""What the words around speak for, beyond the reach of a trigram: `dự giờ` in a school's plan, `đấu giá` at an auction.

Words have vectors; a product of two, weighted by dimension, is the pointwise mutual information of standing near each
other, in nats (`train.context`). What the words on either side say of a rival is added up, less the farther they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from diacritics.model import DATA
from diacritics.words import SPECIALS

if TYPE_CHECKING:
    from diacritics.doubtful import Doubtful

NEAREST, REACH = 3, 20  # words away; nearer ones are the trigram's
HALF_HEARD = 10.0  # words away at which a word counts half
WEIGHT = 0.2  # of the sum: words around say the same thing again and again, and some are misread too


@dataclass(frozen=True, slots=True)
class Context:
    """`vectors`: float32 (words, dimensions), zero for what is no word; `strengths`: of each dimension."""

    vectors: np.ndarray
    strengths: np.ndarray


@cache
def load_context() -> Context:
    """The vectors shipped with the package."""
    arrays = np.load(DATA / "context.npz")
    vectors = arrays["vectors"] * arrays["step"]
    vectors[: len(SPECIALS)] = 0
    return Context(vectors, arrays["strengths"])


def context_gains(doubtful: Doubtful, word: np.ndarray) -> np.ndarray:
    """Nats by which the words around speak for each rival against the chosen word. `word`: of each edge."""
    context = load_context()
    away = np.arange(-REACH, REACH + 1)
    away = away[np.abs(away) >= NEAREST]
    around = np.pad(doubtful.words, REACH)[doubtful.place[:, None] + REACH + away]  # word 0 is none
    weights = (WEIGHT / (1 + np.abs(away) / HALF_HEARD)).astype(np.float32)
    heard = np.einsum("d,rdk->rk", weights, context.vectors[around]) * context.strengths
    other, own = word[doubtful.rivals], word[doubtful.chosen][doubtful.row]
    return ((context.vectors[other] - context.vectors[own]) * heard[doubtful.row]).sum(axis=1)
