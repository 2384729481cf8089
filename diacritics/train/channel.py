"""Learns how OCR spells true characters: hard EM over aligned lines.

An operation turns 1-2 true characters into 0-3 raw ones; its key packs t1 | t2<<8 | r1<<16 | r2<<24 | r3<<32.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numba import njit, types
from numba.typed import Dict

from diacritics.alphabet import LETTERS, base_table, char_id, char_ids
from diacritics.kernels import NEVER, UNSEEN_OTHER
from diacritics.syllables import split_tone, strip_marks

ROUNDS = 4
MIN_COUNT_ONE, MIN_COUNT_TWO = 2, 3
MIN_GAIN_TWO = 4.0  # nats that a pair must save over its letters apart
BAND = 14
KIN_STRENGTH = 40.0  # readings of the other tones of a vowel that count like its own
MIN_KIN = 2
SPACE = char_id(" ")
_LETTER_IDS = frozenset(char_ids(LETTERS + LETTERS.upper()).tolist())
_LINE_END = np.array([-1])


@njit(cache=True)
def _cost(costs, key, t1, t2, r1, k, base):
    if key in costs:
        return costs[key]
    if t2:
        return 10.0 + abs(k - 2)
    if t1 == SPACE or (k and r1 == SPACE):
        return 0.05 if t1 == r1 and k == 1 else 6.0 if k == 0 else 30.0
    if k == 0:
        return 5.0
    if k == 1:
        return 0.1 if r1 == t1 else (0.8 if base[r1] == base[t1] else 4.5)
    return 5.0 + 1.5 * (k - 1)


@njit(cache=True)
def align(true, raw, costs, base, insert, split):
    """Keys of the operations on the cheapest path; an inserted raw character is (0, 0, r)."""
    m, n = len(true), len(raw)
    best = np.full((m + 1, n + 1), 1e9)
    step = np.zeros((m + 1, n + 1), np.int64)
    best[0, 0] = 0.0
    for i in range(m + 1):
        centre = i * n // max(1, m)
        for j in range(max(0, centre - BAND), min(n, centre + BAND) + 1):
            here = best[i, j]
            if here >= 1e9:
                continue
            if j < n:
                c = here + (split if raw[j] == SPACE else insert)
                if c < best[i, j + 1]:
                    best[i, j + 1] = c
                    step[i, j + 1] = 1
            for a in range(1, 3):
                if i + a > m:
                    break
                t1 = true[i]
                t2 = true[i + 1] if a == 2 else 0
                if a == 2 and (t1 == SPACE or t2 == SPACE):
                    break
                key = t1 | t2 << 8
                spaced = False
                for k in range(4):
                    if j + k > n:
                        break
                    if k:
                        r = raw[j + k - 1]
                        if r == SPACE:
                            spaced = True
                        key |= r << (8 + 8 * k)
                    if spaced and not (a == 1 and t1 == SPACE and k == 1):
                        break
                    c = here + _cost(costs, key, t1, t2, raw[j] if k else 0, k, base)
                    if c < best[i + a, j + k]:
                        best[i + a, j + k] = c
                        step[i + a, j + k] = 4 * a + k
    out = np.zeros(m + n + 1, np.int64)
    count = 0
    i, j = m, n
    if best[m, n] >= 1e9:
        return out[:0], best[m, n]
    while i or j:
        s = step[i, j]
        if s == 1:
            out[count] = raw[j - 1] << 16
            j -= 1
        else:
            a, k = s // 4, s % 4
            key = true[i - a] | (true[i - a + 1] << 8 if a == 2 else 0)
            for x in range(k):
                key |= raw[j - k + x] << (16 + 8 * x)
            out[count] = key
            i -= a
            j -= k
        count += 1
    return out[:count][::-1].copy(), best[m, n]


def learn(pairs: Sequence[tuple[str, str, float]], *, share_tones: bool) -> dict[str, np.ndarray]:
    """The channel's arrays from (true line, raw line, weight).

    `share_tones`: a vowel is read as its other tones are, too, which suits where tones are lost; of the pairs of letters
    only those read as digits and symbols are then learnt (`14` for là): the others bring nothing more, and cost time.
    """
    base = base_table()
    encoded = [(char_ids(t), char_ids(r), w) for t, r, w in pairs]
    costs = Dict.empty(types.int64, types.float64)
    insert, split = 5.0, 5.0
    joint, chances = Counter[int](), Counter[int]()
    for _ in range(ROUNDS):
        found, weights = [], []
        for true, raw, weight in encoded:
            keys, cost = align(true, raw, costs, base, insert, split)
            if not len(keys) or cost > 2.5 * len(true):  # a line so bad is misaligned
                continue
            found += [keys, _LINE_END]
            weights += [np.full(len(keys), weight), np.zeros(1)]
        operations, weight_of = np.concatenate(found), np.concatenate(weights)
        counts = _weighed(operations[operations >= 0], weight_of[operations >= 0])
        joined = _joined_all(operations)
        joint = _weighed(joined[joined > 0], weight_of[:-1][joined > 0])
        chances = _weighed(joined[joined > 0] & 0xFFFF, weight_of[:-1][joined > 0])
        costs, insert, split = _costs(counts)
    if share_tones:
        costs = _with_kin(counts)
        joint = Counter({key: count for key, count in joint.items() if _has_symbol(key >> 16)})
    _add_pairs(costs, joint, chances)
    return _arrays(costs, insert, split)


def _weighed(keys: np.ndarray, weights: np.ndarray) -> Counter[int]:
    unique, place = np.unique(keys, return_inverse=True)
    return Counter(dict(zip(unique.tolist(), np.bincount(place, weights).tolist(), strict=True)))


@njit(cache=True)
def _joined_all(operations):
    """What each operation makes with the next (see `_joined`)."""
    out = np.zeros(len(operations) - 1, np.int64)
    for i in range(len(out)):
        if operations[i] >= 0 and operations[i + 1] >= 0:
            out[i] = _joined(operations[i], operations[i + 1])
    return out


@njit(cache=True)
def _joined(first, second):
    """Two single-character operations as one on the pair; 0 where they can not be."""
    a, b = first & 255, second & 255
    if not a or not b or (first | second) & 0xFF00 or a == SPACE or b == SPACE:
        return 0
    left, right = first >> 16, second >> 16
    size = _size(left)
    if size + _size(right) > 3:
        return 0
    return a | b << 8 | (left | right << 8 * size) << 16


def _has_symbol(packed: int) -> bool:
    """Whether there is a digit or symbol among the raw characters."""
    return any(packed >> 8 * i & 255 not in _LETTER_IDS for i in range(_size(packed)))


@njit(cache=True)
def _size(packed):
    return 0 if not packed else 1 if packed < 256 else 2 if packed < 65536 else 3


def _add_pairs(costs: Dict, joint: Counter[int], chances: Counter[int]) -> None:
    """Pairs that OCR spells together in a way their letters alone do not tell."""
    for key, count in joint.items():
        a, b, packed = key & 255, key >> 8 & 255, key >> 16
        if count < MIN_COUNT_TWO:
            continue
        size = _size(packed)
        apart = min(
            costs.get(a | (packed & ((1 << 8 * k) - 1)) << 16, 12.0) + costs.get(b | (packed >> 8 * k) << 16, 12.0)
            for k in range(size + 1)
        )
        together = -np.log(count / (chances[key & 0xFFFF] + 2.0))
        if count * (apart - together) > MIN_GAIN_TWO:
            costs[key] = together


def _with_kin(counts: Counter[int]) -> Dict:
    """Costs of single letters; a vowel may be read as its other tones are: rare ones are seen too seldom by themselves."""
    counts = Counter({key: count for key, count in counts.items() if not key & 0xFF00})
    costs, one = _costs(counts)[0], _occurrences(counts)
    family = {char_id(c): (split_tone(c.lower())[0], c.isupper()) for c in LETTERS + LETTERS.upper()}
    shared: dict[tuple[str, bool], Counter[int]] = {}
    for key, count in counts.items():
        if key & 255 in family:
            shared.setdefault(family[key & 255], Counter())[key >> 16] += count
    for true, kin in family.items():
        spellings = shared.get(kin, Counter())
        total = sum(spellings.values())
        for packed, count in spellings.items():
            if count < MIN_KIN or family.get(packed) == kin:
                continue
            key = true | packed << 16
            cost = -np.log((counts[key] + KIN_STRENGTH * count / total) / (one[true] + KIN_STRENGTH))
            if cost < costs.get(key, UNSEEN_OTHER):
                costs[key] = cost
    return costs


def _occurrences(counts: Counter[int]) -> Counter[int]:
    """Of each true character, alone or in a pair."""
    one: Counter[int] = Counter()
    for key, count in counts.items():
        t1, t2 = key & 255, key >> 8 & 255
        if t1:
            one[t1] += count
        if t2:
            one[t2] += count
    return one


def _costs(counts: Counter[int]) -> tuple[Dict, float, float]:
    one = _occurrences(counts)
    total = sum(one.values())
    costs = Dict.empty(types.int64, types.float64)
    added = sum(c for key, c in counts.items() if not key & 0xFFFF and key >> 16 & 255 != SPACE)
    splits = sum(c for key, c in counts.items() if not key & 0xFFFF and key >> 16 & 255 == SPACE)
    for key, count in counts.items():
        t1, t2 = key & 255, key >> 8 & 255
        if not t1 or count < (MIN_COUNT_TWO if t2 else MIN_COUNT_ONE):
            continue
        # A pair's chances are the rarer letter's: the pair itself is not counted when taken apart.
        chances = min(one[t1], one[t2]) if t2 else one[t1]
        costs[key] = -np.log(count / (chances + 2.0)) + (1.0 if t2 else 0.0)
    return costs, float(-np.log((added + 1) / total)) + 3.0, float(-np.log((splits + 1) / total))


def _arrays(costs: Dict, insert: float, split: float) -> dict[str, np.ndarray]:
    ones: list[list[tuple[int, int, float]]] = [[] for _ in range(256)]
    pairs: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    for key, cost in sorted(costs.items()):
        t1, t2, packed = key & 255, key >> 8 & 255, key >> 16
        size = _size(packed)
        (pairs.setdefault((t1, t2), []) if t2 else ones[t1]).append((packed, size, cost))
    pair_id = np.zeros((256, 256), np.uint16)
    for i, (t1, t2) in enumerate(pairs):
        pair_id[t1, t2] = i + 1
    glue = costs.get(SPACE, 9.0)
    return {
        **_ragged("seg", ones),
        **_ragged("pair", list(pairs.values())),
        "pair_id": pair_id,
        "constants": np.array([insert, split, glue], np.float32),
    }


def _ragged(name: str, rows: Sequence[Sequence[tuple[int, int, float]]]) -> dict[str, np.ndarray]:
    flat = [entry for row in rows for entry in row]
    return {
        f"{name}_start": np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int32),
        f"{name}_raw": np.array([e[0] for e in flat], np.int64),
        f"{name}_len": np.array([e[1] for e in flat], np.int8),
        f"{name}_cost": np.array([e[2] for e in flat], np.float32),
    }


def stripped_channel() -> dict[str, np.ndarray]:
    """Every mark lost, nothing else changed."""
    counts: Counter[int] = Counter()
    for char in LETTERS + LETTERS.upper():
        counts[char_id(char) | char_id(strip_marks(char)) << 16] = 1
    costs = Dict.empty(types.int64, types.float64)
    for key in counts:
        costs[key] = 0.0
    return _arrays(costs, float(NEVER), float(NEVER))
