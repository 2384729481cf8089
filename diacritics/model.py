"""The trained model, loaded once: word list, language model, channels, all flat arrays beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from diacritics.alphabet import char_id
from diacritics.syllables import strip_marks
from diacritics.words import BOUNDARY, CODE, NUMBER, UNKNOWN

LOG_STEP = 0.07  # nats a step of an 8-bit log probability
BACKOFF_STEP = 0.04
BACKOFF_MAX = 2.0
CASE_STEP = np.float32(0.04)
DATA = Path(__file__).parent / "data"
CHANNELS = ("lossy", "slips", "stripped")


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
    trie: tuple[np.ndarray, ...]
    channels: dict[str, Channel]
    common: frozenset[str]  # words that are no likely slip of a far commoner one
    bare: frozenset[str]  # every word without marks
    case_cost: np.ndarray  # (words, 5, 3): nats of lower, Title, UPPER after each case class
    unknown: int
    boundary: int
    number: int
    code: int


def pack_trie(words: tuple[str, ...], uni_logp: np.ndarray, first: int) -> tuple[np.ndarray, ...]:
    """Breadth-first trie of `words[first:]`: node starts, entry characters, node words, node bests. Entry i leads to node i + 1."""
    order = sorted(range(first, len(words)), key=lambda i: words[i])
    start, chars, node_word, node_best = [], [], [], []
    level = [(0, order)]
    while level:
        below = []
        for depth, group in level:
            own = next((i for i in group if len(words[i]) == depth), -1)
            node_word.append(own)
            node_best.append(max(uni_logp[i] for i in group))
            start.append(len(chars))
            at = 1 if own >= 0 else 0
            while at < len(group):
                char = words[group[at]][depth]
                end = at
                while end < len(group) and words[group[end]][depth] == char:
                    end += 1
                chars.append(char_id(char))
                below.append((depth + 1, group[at:end]))
                at = end
        level = below
    start.append(len(chars))
    return (
        np.array(start, np.int32),
        np.array(chars, np.int64),
        np.array(node_word, np.int32),
        np.array(node_best, np.float32),
    )


@cache
def load_model() -> Model:
    """The model shipped with the package; FileNotFoundError where the package is incomplete."""
    words = tuple((DATA / "words.txt").read_text(encoding="utf-8").split("\n"))
    get = {path.stem: np.load(path) for path in DATA.glob("*.npy")}
    index = {word: i for i, word in enumerate(words)}
    steps = np.arange(256, dtype=np.float32)
    starts = [
        np.concatenate(([0], np.cumsum(get[name], dtype=np.int64))).astype(np.int32)
        for name in ("bi_count", "tri_count")
    ]
    language = (
        get["uni_logp"], get["uni_bow"], starts[0], get["bi_word"], get["bi_logp"], get["bi_bow"],
        starts[1], get["tri_word"], get["tri_logp"], -LOG_STEP * steps, BACKOFF_MAX - BACKOFF_STEP * steps,
    )  # fmt: skip
    trie = (get["trie_start"], get["trie_char"].astype(np.int64), get["trie_word"], get["trie_best"])
    channels = {name: _channel(np.load(DATA / f"channel_{name}.npz")) for name in CHANNELS}
    return Model(
        words=words,
        index=index,
        language=language,
        trie=trie,
        channels=channels,
        common=frozenset(words) - frozenset((DATA / "rare.txt").read_text(encoding="utf-8").split()),
        bare=frozenset(strip_marks(word) for word in words),
        case_cost=CASE_STEP * get["case_cost"].astype(np.float32),
        unknown=index[UNKNOWN],
        boundary=index[BOUNDARY],
        number=index[NUMBER],
        code=index[CODE],
    )


def _channel(arrays: np.lib.npyio.NpzFile) -> Channel:
    insert, split, glue = (float(x) for x in arrays["constants"])
    names = ("seg_start", "seg_raw", "seg_len", "seg_cost", "pair_id", "pair_start", "pair_raw", "pair_len", "pair_cost")
    return Channel(tuple(arrays[name] for name in names) + (np.float32(insert),), split, glue)
