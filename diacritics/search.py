"""The compiled search: the best path through a lattice under the trigram, and each word against its rivals.

Costs are nats. `language` arrays as `model.Model.language`; word ids are those of the language model.
"""

from __future__ import annotations

import numpy as np

from diacritics.compiled import njit
from diacritics.kernels import NEVER

BEHIND = 11.0  # nats behind the best at a place, beyond which a path is given up (10 lost nothing in 45,000 words, 8 four)
HOPELESS = 12.0  # nats behind the path's word, beyond which a rival's weight is nothing


@njit(cache=True, nogil=True)
def _find(words, start, end, word):
    """Place of `word` in the sorted `words[start:end]`, or -1. Without branches, so that many searches overlap."""
    count = end - start
    if count <= 0:
        return -1
    while count > 1:
        half = count >> 1
        start += half * (words[start + half - 1] < word)
        count -= half
    return start if words[start] == word else -1


@njit(cache=True, nogil=True)
def _score(bigram, w2, w3, uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow, tri_start, tri_word, tri_logp, logs, bows):
    """(log P(w3 | context), index of the bigram (w2, w3) or -1). `bigram` is the index of (w1, w2) or -1."""
    following = _find(bi_word, bi_start[w2], bi_start[w2 + 1], w3)
    if bigram >= 0:
        at = _find(tri_word, tri_start[bigram], tri_start[bigram + 1], w3)
        if at >= 0:
            return logs[tri_logp[at]], following
        back = bows[bi_bow[bigram]]
    else:
        back = np.float32(0.0)
    if following >= 0:
        return back + logs[bi_logp[following]], following
    return back + uni_bow[w2] + uni_logp[w3], following


@njit(cache=True, nogil=True)
def best_path(
    nodes, edge_from, edge_to, edge_word, edge_cost, edge_case, case_cost, first_word, scale,
    uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow, tri_start, tri_word, tri_logp, logs, bows, beam,
):  # fmt: skip
    """Indices of the edges of the likeliest path from node 0 to node `nodes - 1`.

    Edges are sorted by `edge_to`; `edge_word` -1 adds nothing to the language model's context. `edge_case`: the case
    class that the next word sees (0 lower, 1 Title, 2 UPPER, 3 sentence end, 4 other); -1 leaves the one before.
    """
    score = np.full((nodes, beam), NEVER, np.float32)
    last = np.zeros((nodes, beam), np.int32)
    gram = np.full((nodes, beam), -1, np.int32)
    back = np.full((nodes, beam), -1, np.int32)
    via = np.full((nodes, beam), -1, np.int32)
    style = np.full((nodes, beam), 3, np.int8)
    count = np.zeros(nodes, np.int32)
    score[0, 0] = 0.0
    last[0, 0] = first_word
    count[0] = 1
    group = 0
    while group < len(edge_to):  # edges between the same two nodes
        source, target = edge_from[group], edge_to[group]
        after = group + 1
        while after < len(edge_to) and edge_from[after] == source and edge_to[after] == target:
            after += 1
        for h in range(count[source]):
            if score[source, h] > score[source, 0] + BEHIND:
                break
            for e in range(group, after):
                reached = score[source, h] + edge_cost[e]
                bigram, now, word = gram[source, h], last[source, h], edge_word[e]
                if word >= 0:
                    now = word
                    if edge_case[e] < 3:
                        reached += case_cost[word, style[source, h], edge_case[e]]
                limit = min(score[target, 0] + BEHIND, score[target, beam - 1])
                if reached >= limit:
                    continue
                if word >= 0:
                    logp, bigram = _score(
                        bigram, last[source, h], word, uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow,
                        tri_start, tri_word, tri_logp, logs, bows,
                    )  # fmt: skip
                    reached -= scale * logp
                    if reached >= limit:
                        continue
                place = -1
                for i in range(count[target]):
                    if last[target, i] == now and gram[target, i] == bigram:
                        place = i
                        break
                if place < 0:
                    place = min(count[target], beam - 1)
                    count[target] = place + 1
                elif score[target, place] <= reached:
                    continue
                while place > 0 and score[target, place - 1] > reached:
                    score[target, place] = score[target, place - 1]
                    last[target, place] = last[target, place - 1]
                    gram[target, place] = gram[target, place - 1]
                    back[target, place] = back[target, place - 1]
                    via[target, place] = via[target, place - 1]
                    style[target, place] = style[target, place - 1]
                    place -= 1
                score[target, place] = reached
                last[target, place] = now
                gram[target, place] = bigram
                back[target, place] = h
                via[target, place] = e
                style[target, place] = edge_case[e] if edge_case[e] >= 0 else style[source, h]
        group = after
    path = np.empty(nodes, np.int32)
    length = 0
    node, h = nodes - 1, 0
    while node > 0:
        e = via[node, h]
        path[length] = e
        length += 1
        h = back[node, h]
        node = edge_from[e]
    return path[:length][::-1].copy()


@njit(cache=True, nogil=True)
def local_scores(
    path, edge_from, edge_to, edge_word, edge_cost, edge_case, case_cost, first_word, scale,
    uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow, tri_start, tri_word, tri_logp, logs, bows, sweeps, due, out,
):  # fmt: skip
    """Fills `out`: for every edge of the lattice with the span of a path edge, its cost with the rest of the path kept.

    Only places of the path that are `due` are looked at; other edges stay as they are. Of a rival more than `HOPELESS`
    behind, the cost is a part that shows so. Where one is cheaper than the path's own edge, which the beam has then
    lost, it takes its place in `path`, and its neighbours are due in the next of the `sweeps`.
    """
    # the path's words with their places
    words = np.empty(len(path) + 4, np.int64)
    words[0] = words[1] = first_word
    place = np.empty(len(path), np.int64)
    before = np.empty(len(path) + 1, np.int64)  # the case class that each edge of the path sees
    before[0] = 3
    count = 2
    for i in range(len(path)):
        place[i] = count
        before[i + 1] = edge_case[path[i]] if edge_case[path[i]] >= 0 else before[i]
        if edge_word[path[i]] >= 0:
            words[count] = edge_word[path[i]]
            count += 1
    total = count
    for turn in range(sweeps * len(path)):
        i = turn % len(path)
        if not due[i]:
            continue
        due[i] = False
        chosen = path[i]
        start = chosen
        while start > 0 and edge_to[start - 1] == edge_to[chosen]:
            start -= 1
        end = chosen + 1
        while end < len(edge_to) and edge_to[end] == edge_to[chosen]:
            end += 1
        at = place[i]
        after = at + (1 if edge_word[chosen] >= 0 else 0)
        context = _find(bi_word, bi_start[words[at - 2]], bi_start[words[at - 2] + 1], words[at - 1])
        limit = NEVER
        for rival in range(start - 1, end):
            e = chosen if rival < start else rival  # the path's own edge first: it tells which rivals are hopeless
            if rival == chosen or edge_from[e] != edge_from[chosen] or (edge_word[e] >= 0) != (edge_word[chosen] >= 0):
                continue
            cost, gram, w2 = edge_cost[e], context, words[at - 1]
            if edge_word[e] >= 0:
                logp, gram = _score(
                    gram, w2, edge_word[e], uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow,
                    tri_start, tri_word, tri_logp, logs, bows,
                )  # fmt: skip
                cost -= scale * logp
                w2 = edge_word[e]
                if edge_case[e] < 3:
                    cost += case_cost[w2, before[i], edge_case[e]]
            seen = edge_case[e] if edge_case[e] >= 0 else before[i]
            if i + 1 < len(path) and 0 <= edge_case[path[i + 1]] < 3:
                cost += case_cost[edge_word[path[i + 1]], seen, edge_case[path[i + 1]]]
            for k in range(after, min(after + 2, total)):
                if cost >= limit:
                    break
                logp, gram = _score(
                    gram, w2, words[k], uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow,
                    tri_start, tri_word, tri_logp, logs, bows,
                )  # fmt: skip
                cost -= scale * logp
                w2 = words[k]
            out[e] = cost
            if e == chosen:
                limit = cost + HOPELESS
        best = chosen
        for e in range(start, end):
            if out[e] < out[best]:
                best = e
        if best != chosen:
            path[i] = best
            words[at] = edge_word[best]
            for k in range(i, len(path)):
                before[k + 1] = edge_case[path[k]] if edge_case[path[k]] >= 0 else before[k]
                if k > i and edge_case[path[k]] >= 0:
                    break
            for k in range(len(path)):
                if k != i and abs(place[k] - at) <= 3:
                    due[k] = True


@njit(cache=True, nogil=True)
def shares(path, edge_from, edge_to, local, least):
    """How likely each path edge is among its rivals: (starts, edges, shares); those of path edge i lie from `starts[i]`.

    Rivals below `least` are left out.
    """
    starts = np.zeros(len(path) + 1, np.int32)
    edges, weights = np.empty(len(edge_to), np.int32), np.empty(len(edge_to), np.float64)
    count = 0
    for i in range(len(path)):
        own = path[i]
        first = own
        while first > 0 and edge_to[first - 1] == edge_to[own]:
            first -= 1
        total = 0.0
        e = first
        while e < len(edge_to) and edge_to[e] == edge_to[own]:
            if edge_from[e] == edge_from[own]:
                total += np.exp(min(local[own] - local[e], 30.0))
            e += 1
        for e in range(first, e):
            if edge_from[e] == edge_from[own]:
                weight = np.exp(min(local[own] - local[e], 30.0)) / total
                if weight > least:
                    edges[count], weights[count] = e, weight
                    count += 1
        starts[i + 1] = count
    return starts, edges[:count], weights[:count]
