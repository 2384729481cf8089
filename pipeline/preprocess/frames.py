"""Frames of arrival stamps (dấu công văn đến): small ruled boxes, often over the print, their lines told from letters."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.model import BoundingBox

RULE_INCH = 0.35  # no stroke of a letter is as long
JOIN_INCH = 0.15  # what the lines of one frame lack at their corners
WIDTH_INCH, HEIGHT_INCH = (1.0, 4.5), (0.4, 2.2)


@dataclass(frozen=True, slots=True)
class Frames:
    """`boxes` in fractions of the picture; `lines`: uint8, 255 where a line of a frame is and no letter crosses it."""

    boxes: tuple[BoundingBox, ...]
    lines: np.ndarray


def find_frames(ink: np.ndarray, dpi: int) -> Frames | None:
    """The ruled boxes of a stamp's size in `ink` (uint8, 255 is ink), None where there are none."""
    level, upright = _rules(ink, dpi)
    if not level.any() or not upright.any():
        return None
    side = max(3, round(JOIN_INCH * dpi / 4)) * 2 + 1  # at half size
    height, width = ink.shape
    small = cv2.resize(level | upright, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    joined = cv2.dilate(cv2.compare(small, 0, cv2.CMP_GT), np.ones((side, side), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    lines, boxes = np.zeros_like(ink), []
    for x, y, w, h, _ in (stats[1:count] * 2).tolist():
        x0, y0, x1, y1 = max(0, x + side), max(0, y + side), min(width, x + w - side), min(height, y + h - side)
        x0, y0 = (0 if x <= 0 else x0), (0 if y <= 0 else y0)
        window = np.s_[y0:y1, x0:x1]
        if _is_frame(level[window], upright[window], dpi):
            boxes.append(BoundingBox(x0 / width, y0 / height, x1 / width, y1 / height))
            lines[window] = _without_letters(ink[window], dpi)
    return Frames(tuple(boxes), lines) if boxes else None


def _rules(ink: np.ndarray, dpi: int) -> tuple[np.ndarray, np.ndarray]:
    """The ink of level and of upright straight lines. Thickened across first: a line may lean by a point in a hundred."""
    run = max(15, round(RULE_INCH * dpi))
    lean = max(3, round(dpi / 60)) | 1
    level = cv2.morphologyEx(cv2.dilate(ink, np.ones((lean, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    upright = cv2.morphologyEx(cv2.dilate(ink, np.ones((1, lean), np.uint8)), cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    return level & ink, upright & ink


def _is_frame(level: np.ndarray, upright: np.ndarray, dpi: int) -> bool:
    """Lines above and below, and one at a side at least."""
    height, width = level.shape
    if not (WIDTH_INCH[0] * dpi < width < WIDTH_INCH[1] * dpi and HEIGHT_INCH[0] * dpi < height < HEIGHT_INCH[1] * dpi):
        return False
    third = height // 3
    over, under, beside = level[:third].any(axis=0), level[-third:].any(axis=0), upright.any(axis=1)
    return bool(over.mean() > 0.5 and under.mean() > 0.5 and beside.mean() > 0.4)


def _without_letters(ink: np.ndarray, dpi: int) -> np.ndarray:
    """The lines, dotted ones too, less the strokes that cross them: those go on beyond the line's thickness."""
    gap, stroke = max(3, round(dpi / 40)), max(5, round(dpi / 27))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    closed |= cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
    level, upright = _rules(closed, dpi)
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((stroke, 1), np.uint8))
    wide = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, stroke), np.uint8))
    return ((level & ~tall) | (upright & ~wide)) & ink
