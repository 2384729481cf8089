"""The compiled walks of the look-up (see `kernels`): heads forwards, tails backwards, and where they meet."""

from __future__ import annotations

import numpy as np

from diacritics.compiled import njit

MAX_TAIL = 8
NEVER = np.float32(1e9)
PAD = 3  # before and after each row: the most raw characters that one true one may stand for
FAST = {"nnan", "nsz", "ninf"}


@njit(cache=True, nogil=True)
def _cased(char, first, case, upper):
    return upper[char] if case == 2 or (case == 1 and first) else char


@njit(cache=True, nogil=True)
def _chain(left, right, pair_id, first):
    """The first place where the form spells these two letters at once, or -1."""
    return first[pair_id[left, right] - 1] if pair_id[left, right] else -1


@njit(cache=True, nogil=True, fastmath=FAST)
def front(heads, case, n, tables, ended, pairs, insert, upper, prior_weight, limit, ceiling, fronts, spelt, reach):
    """`fronts[node, PAD + j]`: cost of the letters of a head for `raw[:j]`; `spelt`: which nodes are worth it.

    `reach`: lowered to the least of these rows.
    """
    char, parents, end, best = heads
    pair_id, first, then, place, length, lefts, rights, pair_cost, opens, closes = pairs
    wide = len(ended)
    spelt[:] = False
    spelt[0] = True
    for j in range(wide + 2 * PAD):
        fronts[0, j] = NEVER
    for j in range(n + 1):
        fronts[0, PAD + j] = j * insert
        reach[j] = min(reach[j], j * insert)
    node = 1
    while node < len(char):
        parent = parents[node]
        t = _cased(char[node], parent == 0, case, upper)
        for j in range(PAD):
            fronts[node, j] = NEVER
        for j in range(PAD, PAD + wide):
            fronts[node, j] = min(
                min(fronts[parent, j] + tables[t, 0, j], fronts[parent, j - 1] + tables[t, 1, j - 1]),
                min(fronts[parent, j - 2] + tables[t, 2, j - 2], fronts[parent, j - 3] + tables[t, 3, j - 3]),
            )
        for j in range(PAD + 1, PAD + n + 1):
            fronts[node, j] = min(fronts[node, j], fronts[node, j - 1] + insert)
        if parent and closes[t]:
            before = parents[parent]
            left = _cased(char[parent], before == 0, case, upper)
            pair = _chain(left, t, pair_id, first)
            while pair >= 0:
                j = PAD + place[pair]
                fronts[node, j + length[pair]] = min(fronts[node, j + length[pair]], fronts[before, j] + pair_cost[pair])
                pair = then[pair]
        cost = NEVER
        for j in range(wide):
            cost = min(cost, fronts[node, PAD + j] + ended[j])
        if opens[t]:
            for i in range(len(place)):
                if lefts[i] == t:
                    cost = min(cost, fronts[parent, PAD + place[i]] + pair_cost[i] + ended[place[i] + length[i]])
        if cost - prior_weight * best[node] >= limit or cost >= ceiling:
            node = end[node]
            continue
        spelt[node] = True
        for j in range(wide):
            reach[j] = min(reach[j], fronts[node, PAD + j])
        node += 1


@njit(cache=True, nogil=True, fastmath=FAST)
def reaches(inner, rooms, capital, n, tables, pairs, insert, upper, reach):
    """`reach[r]`: the least cost of each beginning of the form for a head (`reach[0]`) and at most `r` letters of `inner`."""
    pair_id, first, then, place, length, lefts, rights, pair_cost, opens, closes = pairs
    wide = reach.shape[1]
    least = np.full((4, wide), NEVER, np.float32)
    for i in range(len(inner)):
        t = upper[inner[i]] if capital else inner[i]
        for k in range(4):
            for j in range(wide):
                least[k, j] = min(least[k, j], tables[t, k, PAD + j])
    for r in range(1, rooms + 1):
        for j in range(wide):
            reach[r, j] = reach[r - 1, j]
        for k in range(4):
            for j in range(n + 1 - k):
                reach[r, j + k] = min(reach[r, j + k], reach[r - 1, j] + least[k, j])
        for i in range(len(place)):
            j = place[i]
            reach[r, j + length[i]] = min(reach[r, j + length[i]], reach[max(0, r - 2), j] + pair_cost[i])
        for j in range(1, n + 1):
            reach[r, j] = min(reach[r, j], reach[r, j - 1] + insert)


@njit(cache=True, nogil=True, fastmath=FAST)
def meet(
    heads, tails, words, cases, capital, n, tables, pairs, insert, upper, uni_logp, prior_weight, window, ceiling,
    fronts, spelt, reach, backs, inserted, total, found, out_code, out_cost,
):  # fmt: skip
    """Walks the tails and puts every word of theirs where it belongs in `total`, `out_code`, `out_cost`; returns how many."""
    head_char, head_parent, _, _ = heads
    tail_char, tail_depth, tail_end, tail_best, tail_room, tail_word = tails
    word_id, word_head = words
    pair_id, first, then, place, length, lefts, rights, pair_cost, opens, closes = pairs
    wide = reach.shape[1]
    keep = len(total)
    slots = 2 if not capital and cases & 2 else 1
    chars = np.zeros(MAX_TAIL + 1, np.int64)
    limit = min(total[keep - 1], total[0] + window)
    node = 0
    while node < len(tail_char):
        depth = tail_depth[node]
        t = 0
        if depth:
            t = upper[tail_char[node]] if capital else tail_char[node]
            chars[depth] = t
            for j in range(wide):
                backs[depth, j] = min(
                    min(inserted[depth - 1, j] + tables[t, 0, PAD + j], inserted[depth - 1, j + 1] + tables[t, 1, PAD + j]),
                    min(inserted[depth - 1, j + 2] + tables[t, 2, PAD + j], inserted[depth - 1, j + 3] + tables[t, 3, PAD + j]),
                )
            if opens[t] and depth > 1:
                pair = _chain(t, chars[depth - 1], pair_id, first)
                while pair >= 0:
                    j = place[pair]
                    backs[depth, j] = min(backs[depth, j], pair_cost[pair] + backs[depth - 2, j + length[pair]])
                    pair = then[pair]
            cost = NEVER
            room = tail_room[node]
            for j in range(wide):
                cost = min(cost, reach[room, j] + backs[depth, j])
            if closes[t]:
                for i in range(len(place)):
                    if rights[i] == t:
                        cost = min(cost, reach[room, place[i]] + pair_cost[i] + backs[depth - 1, place[i] + length[i]])
            if cost - prior_weight * tail_best[node] >= limit or cost >= ceiling:
                node = tail_end[node]
                continue
            inserted[depth, n] = backs[depth, n]
            for j in range(n - 1, -1, -1):
                inserted[depth, j] = min(backs[depth, j], inserted[depth, j + 1] + insert)
        least = NEVER
        for j in range(wide):
            least = min(least, reach[0, j] + backs[depth, j])
        if closes[t]:
            for i in range(len(place)):
                if rights[i] == t:
                    least = min(least, reach[0, place[i]] + pair_cost[i] + backs[depth - 1, place[i] + length[i]])
        if least < ceiling:
            for w in range(tail_word[node], tail_word[node + 1]):
                word, head = word_id[w], word_head[w]
                prior = prior_weight * uni_logp[word]
                if least - prior >= limit:
                    break
                for slot in range(slots):
                    if not spelt[slot, head]:
                        continue
                    case = 2 if capital else slot
                    cost = NEVER
                    for j in range(wide):
                        cost = min(cost, fronts[slot, head, PAD + j] + backs[depth, j])
                    if closes[t]:
                        before = head_parent[head]
                        left = _cased(head_char[head], before == 0, case, upper)
                        pair = _chain(left, t, pair_id, first)
                        while pair >= 0:
                            j = place[pair]
                            across = fronts[slot, before, PAD + j] + pair_cost[pair] + backs[depth - 1, j + length[pair]]
                            cost = min(cost, across)
                            pair = then[pair]
                    score = cost - prior
                    if score >= limit or cost >= ceiling:
                        continue
                    to = found if found < keep else keep - 1
                    while to > 0 and total[to - 1] > score:
                        total[to], out_code[to], out_cost[to] = total[to - 1], out_code[to - 1], out_cost[to - 1]
                        to -= 1
                    total[to], out_code[to], out_cost[to] = score, 3 * word + case, cost
                    found = min(found + 1, keep)
                    limit = min(total[keep - 1], total[0] + window)
        node += 1
    return found
