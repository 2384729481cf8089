"""The compiled walk of the trie: which words a raw form may stand for.

All costs are nats (smaller is likelier); log probabilities are negative. Word ids are those of the language
model; a candidate's code is `3 * word + case` (0 lower, 1 Title, 2 UPPER).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

if not any(os.access(folder, os.W_OK) for folder in (Path(__file__).parent, Path.home())):
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"numba-{os.getuid()}"))
from numba import njit

MAX_RAW = 24  # longest raw form looked up
MAX_TRUE = 24
NEVER = np.float32(1e9)
UNSEEN_SAME, UNSEEN_BASE, UNSEEN_OTHER, UNSEEN_LOST, UNSEEN_ADDED = 3.0, 6.0, 9.5, 8.5, 8.5


@njit(cache=True, nogil=True)
def _fill(t, raw, n, seg_start, seg_raw, seg_len, seg_cost, base, insert, table):
    """`table[j, k]`: cost of true character `t` standing for `raw[j - k : j]`."""
    for j in range(n + 1):
        table[j, 0] = UNSEEN_LOST if insert < NEVER else NEVER
        for k in range(1, 4):
            table[j, k] = NEVER
        if j:
            r = raw[j - 1]
            if r == t:
                table[j, 1] = UNSEEN_SAME
            elif base[r] == base[t]:
                table[j, 1] = UNSEEN_BASE if insert < NEVER else NEVER
            elif insert < NEVER:
                table[j, 1] = UNSEEN_OTHER
    for e in range(seg_start[t], seg_start[t + 1]):
        k = seg_len[e]
        packed = seg_raw[e]
        for j in range(k, n + 1):
            same = True
            for i in range(k):
                if raw[j - k + i] != (packed >> (8 * i)) & 255:
                    same = False
                    break
            if same and seg_cost[e] < table[j, k]:
                table[j, k] = seg_cost[e]


@njit(cache=True, nogil=True)
def candidates(
    raw, cases, node_start, node_char, node_word, node_best, upper, base, uni_logp,
    seg_start, seg_raw, seg_len, seg_cost, pair_id, pair_start, pair_raw, pair_len, pair_cost,
    case_cost, insert, prior_weight, window, keep,
    out_code, out_cost,
):  # fmt: skip
    """The `keep` likeliest words for `raw` (character ids), by channel cost and weighted unigram: a walk of the trie.

    Fills `out_code` and `out_cost` (channel cost alone), best first by the sum; returns how many.
    """
    n = len(raw)
    found = 0
    total = np.full(keep + 1, NEVER, np.float32)
    filled = np.zeros(256, np.bool_)
    tables = np.empty((256, MAX_RAW + 1, 4), np.float32)
    rows = np.empty((MAX_TRUE + 2, MAX_RAW + 1), np.float32)
    chars = np.zeros(MAX_TRUE + 2, np.int64)
    stack_child = np.zeros(MAX_TRUE + 2, np.int64)
    stack_node = np.zeros(MAX_TRUE + 2, np.int64)
    stack_pass = np.zeros(MAX_TRUE + 2, np.int64)
    for case in range(3):
        if not cases & (1 << case):
            continue
        rows[0, 0] = case_cost[case]
        for j in range(1, n + 1):
            rows[0, j] = rows[0, j - 1] + insert
        depth = 0
        stack_node[0] = 0
        stack_child[0] = node_start[0]
        stack_pass[0] = 0
        while depth >= 0:
            node = stack_node[depth]
            at = stack_child[depth]
            if at >= node_start[node + 1]:
                if stack_pass[depth] == 0:
                    stack_pass[depth] = 1
                    stack_child[depth] = node_start[node]
                else:
                    depth -= 1
                continue
            stack_child[depth] = at + 1
            low = node_char[at]
            likely = depth < n and base[low] == base[raw[depth]]
            if likely != (stack_pass[depth] == 0):
                continue
            if depth >= MAX_TRUE or depth > n + 6:
                continue
            t = upper[low] if case == 2 or (case == 1 and depth == 0) else low
            if not filled[t]:
                _fill(t, raw, n, seg_start, seg_raw, seg_len, seg_cost, base, insert, tables[t])
                filled[t] = True
            table = tables[t]
            d = depth + 1
            chars[d] = t
            best = NEVER
            for j in range(n + 1):
                cost = rows[depth, j] + table[j, 0]
                if j >= 1:
                    c = rows[depth, j - 1] + table[j, 1]
                    if c < cost:
                        cost = c
                    if j >= 2:
                        c = rows[depth, j - 2] + table[j, 2]
                        if c < cost:
                            cost = c
                        if j >= 3:
                            c = rows[depth, j - 3] + table[j, 3]
                            if c < cost:
                                cost = c
                    c = rows[d, j - 1] + insert
                    if c < cost:
                        cost = c
                rows[d, j] = cost
            if d >= 2:
                pair = pair_id[chars[d - 1], t]
                if pair:
                    for e in range(pair_start[pair - 1], pair_start[pair]):
                        k = pair_len[e]
                        packed = pair_raw[e]
                        for j in range(k, n + 1):
                            same = True
                            for i in range(k):
                                if raw[j - k + i] != (packed >> (8 * i)) & 255:
                                    same = False
                                    break
                            if same:
                                c = rows[d - 2, j - k] + pair_cost[e]
                                if c < rows[d, j]:
                                    rows[d, j] = c
            for j in range(n + 1):
                if rows[d, j] < best:
                    best = rows[d, j]
            limit = total[keep - 1]
            if total[0] + window < limit:
                limit = total[0] + window
            child = at + 1  # node `c` is reached by entry `c - 1`
            if best - prior_weight * node_best[child] >= limit:
                # a pair may still skip this row
                reach = NEVER
                for j in range(n + 1):
                    if rows[depth, j] < reach:
                        reach = rows[depth, j]
                if reach - prior_weight * node_best[child] >= limit or best > reach + 4.0:
                    continue
            word = node_word[child]
            if word >= 0 and rows[d, n] < NEVER:
                score = rows[d, n] - prior_weight * uni_logp[word]
                if score < limit:
                    place = found if found < keep else keep - 1
                    while place > 0 and total[place - 1] > score:
                        total[place] = total[place - 1]
                        out_code[place] = out_code[place - 1]
                        out_cost[place] = out_cost[place - 1]
                        place -= 1
                    total[place] = score
                    out_code[place] = 3 * word + case
                    out_cost[place] = rows[d, n]
                    if found < keep:
                        found += 1
            depth = d
            stack_node[d] = child
            stack_child[d] = node_start[child]
            stack_pass[d] = 0
    return found
