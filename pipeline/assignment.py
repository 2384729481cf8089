"""The best one-to-one matching of two lists (the Hungarian method, shortest augmenting paths)."""

from __future__ import annotations

import math
from collections.abc import Sequence


def best_matching(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Index pairs (row, column), one of each, with the highest sum of scores; every row or every column is in one."""
    if not scores or not scores[0]:
        return []
    if len(scores) > len(scores[0]):
        return sorted((i, j) for j, i in best_matching([list(column) for column in zip(*scores, strict=True)]))
    n, m = len(scores), len(scores[0])
    row_price, column_price = [0.0] * (n + 1), [0.0] * (m + 1)
    row_of = [0] * (m + 1)  # 1-based; 0: the column is free. Column 0 holds the row that looks for a place
    for i in range(1, n + 1):
        row_of[0] = i
        _find_place(scores, row_of, row_price, column_price)
    return sorted((row_of[j] - 1, j - 1) for j in range(1, m + 1) if row_of[j])


def _find_place(
    scores: Sequence[Sequence[float]], row_of: list[int], row_price: list[float], column_price: list[float]
) -> None:
    m = len(row_of) - 1
    cheapest, came_from, done = [math.inf] * (m + 1), [0] * (m + 1), [False] * (m + 1)
    at = 0
    while row_of[at]:
        done[at] = True
        row, step, following = row_of[at], math.inf, 0
        for j in range(1, m + 1):
            if done[j]:
                continue
            cost = -scores[row - 1][j - 1] - row_price[row] - column_price[j]
            if cost < cheapest[j]:
                cheapest[j], came_from[j] = cost, at
            if cheapest[j] < step:
                step, following = cheapest[j], j
        for j in range(m + 1):
            if done[j]:
                row_price[row_of[j]] += step
                column_price[j] -= step
            else:
                cheapest[j] -= step
        at = following
    while at:
        row_of[at] = row_of[came_from[at]]
        at = came_from[at]
