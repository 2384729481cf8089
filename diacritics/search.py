"""The compiled search: the best path through a lattice under the trigram, and each word against its rivals.

Costs are nats. `language` arrays as `model.Model.language`; word ids are those of the language model.
"""

from __future__ import annotations

import numpy as np

from diacritics.kernels import NEVER, njit

BEHIND = 15.0  # nats behind the best at a place, beyond which a path is given up


@njit(cache=True, nogil=True)
def _find(words, start, end, word):
    low, high = start, end
    while low < high:
        middle = (low + high) >> 1
        if words[middle] < word:
            low = middle + 1
        else:
            high = middle
    if low < end and words[low] == word:
        return low
    return -1


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
    for e in range(len(edge_to)):
        source, target, word = edge_from[e], edge_to[e], edge_word[e]
        for h in range(count[source]):
            reached = score[source, h] + edge_cost[e]
            if score[source, h] > score[source, 0] + BEHIND:
                break
            if count[target] == beam and reached >= score[target, beam - 1]:
                break
            if word >= 0:
                logp, bigram = _score(
                    gram[source, h], last[source, h], word, uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow,
                    tri_start, tri_word, tri_logp, logs, bows,
                )  # fmt: skip
                reached -= scale * logp
                now = word
                if edge_case[e] < 3:
                    reached += case_cost[word, style[source, h], edge_case[e]]
            else:
                bigram, now = gram[source, h], last[source, h]
            held = count[target]
            same = -1
            for i in range(held):
                if last[target, i] == now and gram[target, i] == bigram:
                    same = i
                    break
            if same >= 0:
                if score[target, same] <= reached:
                    continue
                place = same
            elif held < beam:
                place = held
                count[target] += 1
            else:
                if score[target, beam - 1] <= reached:
                    continue
                place = beam - 1
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
    uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow, tri_start, tri_word, tri_logp, logs, bows,
):  # fmt: skip
    """For every edge of the lattice with the span of a path edge: its cost with the rest of the path kept; NEVER elsewhere.

    Where one is cheaper than the path's own edge, which the beam has then lost, it takes its place in `path`.
    """
    out = np.full(len(edge_to), NEVER, np.float32)
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
    for i in range(len(path)):
        chosen = path[i]
        start = chosen
        while start > 0 and edge_to[start - 1] == edge_to[chosen]:
            start -= 1
        e = start
        while e < len(edge_to) and edge_to[e] == edge_to[chosen]:
            if edge_from[e] == edge_from[chosen] and (edge_word[e] >= 0) == (edge_word[chosen] >= 0):
                at = place[i]
                w1, w2 = words[at - 2], words[at - 1]
                gram = _find(bi_word, bi_start[w1], bi_start[w1 + 1], w2)
                cost = edge_cost[e]
                after = at + (1 if edge_word[chosen] >= 0 else 0)
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
                    logp, gram = _score(
                        gram, w2, words[k], uni_logp, uni_bow, bi_start, bi_word, bi_logp, bi_bow,
                        tri_start, tri_word, tri_logp, logs, bows,
                    )  # fmt: skip
                    cost -= scale * logp
                    w2 = words[k]
                out[e] = cost
            e += 1
        best = chosen
        for e in range(start, len(edge_to)):
            if edge_to[e] != edge_to[chosen]:
                break
            if out[e] < out[best]:
                best = e
        if best != chosen:
            path[i] = best
            words[place[i]] = edge_word[best]
            for k in range(i, len(path)):
                before[k + 1] = edge_case[path[k]] if edge_case[path[k]] >= 0 else before[k]
                if k > i and edge_case[path[k]] >= 0:
                    break
    return out
