"""The compiled look-up: which words a raw form may stand for.

A syllable is a head (its consonants before the first vowel, at least one letter) and a tail (the rest). Heads stand in a
trie read forwards, tails in one read backwards; each node has a row: what its letters cost for every beginning (every
end) of the form. A word costs the cheapest meeting of its two rows, and the rows are shared by all words with that
head or tail. Words that are no syllables are heads with an empty tail.

All costs are nats (smaller is likelier); log probabilities are negative. Word ids are those of the language
model; a candidate's code is `3 * word + case` (0 lower, 1 Title, 2 UPPER).
"""

from __future__ import annotations

import numpy as np

from diacritics.compiled import njit
from diacritics.walks import FAST, MAX_TAIL, NEVER, PAD, front, meet, reaches

MAX_RAW = 24  # longest raw form looked up
MAX_PAIRS = 256  # places in one form where the channel knows a spelling of two letters at once
LANES = 8  # rows are a multiple of this long, which the compiler turns into vector instructions
UNSEEN_SAME, UNSEEN_BASE, UNSEEN_OTHER, UNSEEN_LOST = 3.0, 6.0, 9.5, 8.5


@njit(cache=True, nogil=True, fastmath=FAST)
def _spell(raw, channel, kin_start, kin, base):
    """What the channel says about this form: (tables, ended, pairs).

    `tables[t, k, PAD + j]`: cost of true character `t` standing for `raw[j : j + k]`; `ended[j]`: least cost of `raw[j:]`
    whatever the letters; `pairs`: chains of the places where two letters are spelt at once.
    """
    one_key, one_true, one_cost, two_key, two_pair, two_first, two_second, two_cost, pair_id, insert = channel
    n = len(raw)
    wide = (n // LANES + 1) * LANES
    tables = np.full((256, 4, wide + 2 * PAD), NEVER, np.float32)
    least = np.full((4, n + 1), NEVER, np.float32)
    if insert < NEVER:
        for t in range(256):
            for j in range(PAD, PAD + n):
                tables[t, 0, j] = UNSEEN_LOST
                tables[t, 1, j] = UNSEEN_OTHER
            tables[t, 0, PAD + n] = UNSEEN_LOST
    first = np.full(len(two_key) + 1, -1, np.int32)
    then, place, length, left, right = np.empty((5, MAX_PAIRS), np.int32)
    cost = np.empty(MAX_PAIRS, np.float32)
    opens, closes = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
    found = 0
    for j in range(n + 1):
        if j < n:
            r = raw[j]
            if insert < NEVER:
                for e in range(kin_start[base[r]], kin_start[base[r] + 1]):
                    tables[kin[e], 1, PAD + j] = UNSEEN_BASE
            tables[r, 1, PAD + j] = UNSEEN_SAME
            least[1, j] = UNSEEN_SAME
        key = 0
        for k in range(min(4, n + 1 - j)):
            if k:
                key += (1 << 24) + (raw[j + k - 1] << (8 * (k - 1)))
            at = np.searchsorted(one_key, key)
            while at < len(one_key) and one_key[at] == key:
                t = one_true[at]
                tables[t, k, PAD + j] = min(tables[t, k, PAD + j], one_cost[at])
                least[k, j] = min(least[k, j], one_cost[at])
                at += 1
            at = np.searchsorted(two_key, key)
            while at < len(two_key) and two_key[at] == key and found < MAX_PAIRS:
                then[found] = first[two_pair[at]]
                first[two_pair[at]] = found
                place[found], length[found], cost[found] = j, k, two_cost[at]
                left[found], right[found] = two_first[at], two_second[at]
                opens[two_first[at]] = closes[two_second[at]] = True
                least[k, j] = min(least[k, j], two_cost[at])
                found += 1
                at += 1
    ended = np.full(wide, NEVER, np.float32)
    ended[n] = 0.0
    for j in range(n - 1, -1, -1):
        ended[j] = ended[j + 1] + insert
        for k in range(1, min(4, n + 1 - j)):
            ended[j] = min(ended[j], least[k, j] + ended[j + k])
    return tables, ended, (pair_id, first, then, place[:found], length, left, right, cost, opens, closes)


@njit(cache=True, nogil=True, fastmath=FAST)
def candidates(raw, cases, banks, inner, uni_logp, channel, letters, prior_weight, window, ceiling, out_code, out_cost):
    """The likeliest words for `raw` (character ids) by channel cost and weighted unigram, all within `window` of the best.

    `cases`: bits of the cases looked for; words with a channel cost from `ceiling` are none. Fills `out_code` and
    `out_cost` (channel cost alone), best first by the sum; returns how many. The arrays are those of `model`.
    """
    upper, base, kin_start, kin = letters
    insert = channel[-1]
    n = len(raw)
    tables, ended, pairs = _spell(raw, channel, kin_start, kin, base)
    found = 0
    if ended[0] >= ceiling:
        return found
    wide = len(ended)
    backs = np.full((MAX_TAIL + 1, wide + PAD), NEVER, np.float32)
    inserted = np.full((MAX_TAIL + 1, wide + PAD), NEVER, np.float32)
    backs[0, n] = 0.0
    for j in range(n + 1):
        inserted[0, j] = (n - j) * insert
    total = np.full(len(out_code), NEVER, np.float32)
    reach = np.empty((MAX_TAIL, wide), np.float32)
    for heads, tails, words in banks:
        fronts = np.empty((2, len(heads[0]), wide + 2 * PAD), np.float32)
        spelt = np.zeros((2, len(heads[0])), np.bool_)
        for capital in range(2):
            if not cases & (4 if capital else 3):
                continue
            reach[0] = NEVER
            spelt[:] = False
            for slot in range(1 if capital else 2):
                case = 2 if capital else slot
                if cases & (1 << case):
                    limit = min(total[-1], total[0] + window)
                    front(
                        heads, case, n, tables, ended, pairs, insert, upper, prior_weight, limit, ceiling,
                        fronts[slot], spelt[slot], reach[0],
                    )  # fmt: skip
            if len(tails[0]) > 1:
                reaches(inner, tails[4][0], capital, n, tables, pairs, insert, upper, reach)
            found = meet(
                heads, tails, words, cases, capital, n, tables, pairs, insert, upper, uni_logp, prior_weight, window, ceiling,
                fronts, spelt, reach, backs, inserted, total, found, out_code, out_cost,
            )  # fmt: skip
    while found > 1 and total[found - 1] >= total[0] + window:
        found -= 1
    return found
