"""What is on a page and is no print: seal rings, strokes of a pen, scanner edges, specks; and the grids of tables."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.model import BoundingBox
from pipeline.preprocess.frames import find_frames

MIN_RUN_INCH = 0.35  # a straight line of a grid is at least this long
_X, _Y, _W, _H, _AREA = range(5)


@dataclass(frozen=True, slots=True)
class Clutter:
    """`mask`: uint8, 255 where there is ink that is no print. `cells`: of tables, row by row, in page fractions."""

    mask: np.ndarray
    cells: tuple[BoundingBox, ...]
    x_height: float  # pixels: a quarter of the letters are no higher
    found: tuple[str, ...]
    frames: tuple[BoundingBox, ...] = ()  # ruled boxes of a stamp's size, in page fractions


def find_clutter(grey: np.ndarray, dpi: int) -> Clutter | None:
    """The clutter of an upright grey page, None where there are too few letters to tell."""
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    stats, centres = stats[1:count], centres[1:count]
    letters = (stats[:, _H] > 0.05 * dpi) & (stats[:, _H] < 0.25 * dpi) & (stats[:, _W] < 0.4 * dpi)
    if np.count_nonzero(letters) < 20:
        return None
    letter = float(np.median(stats[letters, _H]))
    large = (stats[:, _H] > 2.5 * letter) & (stats[:, _W] > 2.5 * letter)
    edges = _edges(stats, ink.shape, letter)
    specks = _specks(stats, centres, letter, ink.shape)
    frames = find_frames(ink, dpi)
    mask = np.zeros_like(ink) if frames is None else frames.lines
    found, cells = ([] if frames is None else ["frame"]), []
    grid, strokes = np.zeros_like(ink), np.zeros_like(ink)
    for at in np.flatnonzero(large & ~edges):
        x, y, w, h, _ = stats[at]
        window = np.s_[y : y + h, x : x + w]
        own = np.where(labels[window] == at + 1, np.uint8(255), np.uint8(0))
        lines = _straight_lines(own, dpi)
        if lines is not None:
            grid[window] |= lines
        elif not (mask[window] & own).any():  # print that a frame's line crosses hangs together with it
            strokes[window] |= own
    if grid.any():
        cells = _cells(grid, letter)
        found.append("grid") if cells else None
    if strokes.any():
        mask |= strokes
        found.append("strokes")
    for name, chosen in (("edges", edges), ("specks", specks)):
        if chosen.any():
            keep = np.zeros(count, np.uint8)
            keep[np.flatnonzero(chosen) + 1] = 255
            mask |= keep[labels]
            found.append(name)
    x_height = float(np.percentile(stats[letters, _H], 25))
    boxes = () if frames is None else frames.boxes
    return Clutter(mask | grid if cells else mask, tuple(cells), x_height, tuple(found), boxes)


def _edges(stats: np.ndarray, shape: tuple[int, int], letter: float) -> np.ndarray:
    """Ink that runs along the edge of the picture: the dark rim of a scan."""
    height, width = shape
    near = max(2, round(letter / 6))
    right, bottom = stats[:, _X] + stats[:, _W], stats[:, _Y] + stats[:, _H]
    at_side = (stats[:, _X] < near) | (right > width - near)
    at_end = (stats[:, _Y] < near) | (bottom > height - near)
    upright = at_side & (stats[:, _H] > 4 * letter) & (stats[:, _W] < 0.15 * width)
    level = at_end & (stats[:, _W] > 4 * letter) & (stats[:, _H] < 0.15 * height)
    long = (stats[:, _H] > 0.5 * height) & (stats[:, _W] < letter)
    return upright | level | long


def _specks(stats: np.ndarray, centres: np.ndarray, letter: float, shape: tuple[int, int]) -> np.ndarray:
    """Dots no larger than a full stop that stand away from all letters. A mark or a stop stands close to one."""
    small = (stats[:, _H] < 0.3 * letter) & (stats[:, _W] < 0.3 * letter)
    scale = 4 / letter  # in units of a quarter of a letter
    size = (int(shape[0] * scale) + 2, int(shape[1] * scale) + 2)
    near = np.zeros(size, np.uint8)
    body = stats[(stats[:, _H] >= 0.45 * letter) & (stats[:, _H] < 4 * letter)]
    for x, y, w, h, _ in (body * scale).astype(int):
        near[max(0, y - 3) : y + h + 4, max(0, x - 5) : x + w + 6] = 1
    at = (centres * scale).astype(int)
    return small & (near[at[:, 1].clip(0, size[0] - 1), at[:, 0].clip(0, size[1] - 1)] == 0)


def _straight_lines(own: np.ndarray, dpi: int) -> np.ndarray | None:
    """The level and upright straight lines in `own`, None where they make no grid (two by two at least)."""
    run = max(15, round(MIN_RUN_INCH * dpi))
    if min(own.shape) < run:
        return None
    # Thickened across first: a line that leans by a point in a hundred is still one line.
    level = cv2.morphologyEx(cv2.dilate(own, np.ones((5, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, 2 * run), np.uint8))
    upright = cv2.morphologyEx(cv2.dilate(own, np.ones((1, 5), np.uint8)), cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    if _lines_in(level) < 2 or _lines_in(upright) < 2:
        return None
    lines = (level | upright) & own
    # Ink that is mostly straight lines is a grid; a seal or a drawing is not.
    return cv2.dilate(lines, np.ones((3, 3), np.uint8)) if lines.sum() > 0.35 * own.sum() else None


def _lines_in(mask: np.ndarray) -> int:
    return cv2.connectedComponents(cv2.dilate(mask, np.ones((5, 5), np.uint8)))[0] - 1


def _cells(grid: np.ndarray, letter: float) -> list[BoundingBox]:
    """The white regions that a grid closes in, top to bottom in rows, each left to right."""
    height, width = grid.shape
    joint = max(3, round(letter / 4)) | 1
    closed = cv2.morphologyEx(grid, cv2.MORPH_CLOSE, np.ones((joint, joint), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(255 - closed, connectivity=4)
    inside = [
        (x, y, w, h)
        for x, y, w, h, area in stats[1:count]
        if x > 0 and y > 0 and x + w < width and y + h < height and h > 0.8 * letter and w > 0.8 * letter and area > 0.6 * w * h
    ]
    if len(inside) < 3:
        return []
    rows: list[list[tuple[int, int, int, int]]] = []
    for cell in sorted(inside, key=lambda c: c[1]):
        if rows and cell[1] < rows[-1][0][1] + 0.5 * letter:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [
        BoundingBox(x / width, y / height, (x + w) / width, (y + h) / height) for row in rows for x, y, w, h in sorted(row)
    ]
