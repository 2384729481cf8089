"""The trained model, loaded once: word list, language model, channels, all flat arrays beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from diacritics.alphabet import base_table, upper_table
from diacritics.syllables import strip_marks
from diacritics.words import BOUNDARY, CODE, NUMBER, UNKNOWN

LOG_STEP = 0.25  # nats a step of an 8-bit log probability
BACKOFF_STEP = 0.04
CASE_STEP = np.float32(0.04)
DATA = Path(__file__).parent / "data"
CHANNELS = ("lossy", "slips", "stripped")
BANKS = ("syllable", "other")
HEADS = ("head_char", "head_parent", "head_end", "head_best")
TAILS = ("tail_char", "tail_depth", "tail_end", "tail_best", "tail_room", "tail_word")
WORDS = ("word", "word_head")


@dataclass(frozen=True)
class Channel:
    """How raw characters arise from true ones. `candidates` are the kernel's arguments; costs in nats."""

    candidates: tuple[np.ndarray | float, ...]
    space_added_cost: float
    space_lost_cost: float


@dataclass(frozen=True)
class Model:
    words: tuple[str, ...]
    index: dict[str, int]
    language: tuple[np.ndarray, ...]  # as the kernels take them
    banks: tuple[tuple[tuple[np.ndarray, ...], ...], ...]  # syllables and other words, by spelling (see `kernels`)
    inner: np.ndarray  # letters that stand inside the tails of syllables
    letters: tuple[np.ndarray, ...]  # upper case and base of each character; starts and members of the groups of one base
    channels: dict[str, Channel]
    common: frozenset[str]  # words that are no likely slip of a far commoner one
    bare: frozenset[str]  # every word without marks
    case_cost: np.ndarray  # (words, 5, 3): nats of lower, Title, UPPER after each case class
    unknown: int
    boundary: int
    number: int
    code: int


@cache
def load_model() -> Model:
    """The model shipped with the package; FileNotFoundError where the package is incomplete."""
    words = tuple((DATA / "words.txt").read_text(encoding="utf-8").split("\n"))
    language = dict(np.load(DATA / "language.npz"))
    index = {word: i for i, word in enumerate(words)}
    spelling = np.load(DATA / "spelling.npz")
    base = base_table()
    kin = np.argsort(base, kind="stable")
    channels = {name: _channel(np.load(DATA / f"channel_{name}.npz")) for name in CHANNELS}
    return Model(
        words=words,
        index=index,
        language=language_columns(language),
        banks=tuple(
            tuple(tuple(spelling[f"{bank}_{name}"] for name in names) for names in (HEADS, TAILS, WORDS)) for bank in BANKS
        ),
        inner=spelling["inner"],
        letters=(upper_table(), base, np.searchsorted(base[kin], np.arange(len(base) + 1)), kin),
        channels=channels,
        common=frozenset(words) - frozenset((DATA / "rare.txt").read_text(encoding="utf-8").split()),
        bare=frozenset(strip_marks("\n".join(words)).split("\n")),
        case_cost=CASE_STEP * language["case_cost"].astype(np.float32),
        unknown=index[UNKNOWN],
        boundary=index[BOUNDARY],
        number=index[NUMBER],
        code=index[CODE],
    )


def language_columns(arrays: Mapping[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """The arrays of `train.language.build` as the kernels take them."""
    steps = np.arange(256, dtype=np.float32)
    starts = [
        np.concatenate(([0], np.cumsum(arrays[name], dtype=np.int64))).astype(np.int32)
        for name in ("bi_count", "tri_count")
    ]
    return (
        arrays["uni_logp"], arrays["uni_bow"], starts[0], _from_planes(arrays["bi_word"]), arrays["bi_logp"], arrays["bi_bow"],
        starts[1], _from_planes(arrays["tri_word"]), arrays["tri_logp"], -LOG_STEP * steps, -BACKOFF_STEP * steps,
    )  # fmt: skip


def _from_planes(planes: np.ndarray) -> np.ndarray:
    """uint16 words from the low and high bytes of the differences of neighbours (`train.language.in_planes`)."""
    return np.cumsum(planes[0] | planes[1].astype(np.uint16) << 8, dtype=np.uint16)


def _channel(arrays: np.lib.npyio.NpzFile) -> Channel:
    """Sorted by raw characters, of which a key packs the number and up to three: `k << 24 | r1 | r2 << 8 | r3 << 16`."""
    insert, split, glue = (float(x) for x in arrays["constants"])
    one_key, two_key = (arrays[f"{of}_raw"] | arrays[f"{of}_len"].astype(np.int64) << 24 for of in ("seg", "pair"))
    one, two = (np.argsort(key, kind="stable") for key in (one_key, two_key))
    true = np.repeat(np.arange(256), np.diff(arrays["seg_start"]))
    pair = np.repeat(np.arange(len(arrays["pair_start"]) - 1), np.diff(arrays["pair_start"]))[two]
    pair_id = arrays["pair_id"]
    letters = np.argwhere(pair_id)[np.argsort(pair_id[pair_id > 0])]
    return Channel(
        (
            one_key[one], true[one], arrays["seg_cost"][one],
            two_key[two], pair, letters[pair, 0], letters[pair, 1], arrays["pair_cost"][two], pair_id, np.float32(insert),
        ),
        split,
        glue,
    )  # fmt: skip
