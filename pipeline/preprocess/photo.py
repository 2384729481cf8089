"""A sheet photographed on a table: its outline found, and the sheet made flat."""

from __future__ import annotations

import cv2
import numpy as np

A4_RATIO = 297 / 210
MIN_SHARE, MAX_SHARE = 0.25, 0.96  # of the picture that the sheet takes up


def sheet_corners(pixels: np.ndarray) -> np.ndarray | None:
    """The corners (4, 2) of the sheet in a photograph, top left first, clockwise; None where the page fills the picture.

    `pixels`: grey or RGB. A scan with a narrow dark rim is no photograph.
    """
    scale = 600 / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # Paper is paler than a coloured table, whatever shadow falls on it; else it is lighter.
    for likeness in (_paleness(small), _lightness(small)):
        corners = _outline(likeness)
        if corners is not None and _touches(corners, likeness.shape) < 2:
            return corners / scale
    return None


def _paleness(small: np.ndarray) -> np.ndarray:
    if small.ndim == 2:
        return np.zeros_like(small)
    low, high = small.min(axis=2), small.max(axis=2)
    pale = (low.astype(np.float32) * 255 / np.maximum(high, 1)).astype(np.uint8)
    pale[high < 40] = 0  # the dark has no colour
    return pale


def _lightness(small: np.ndarray) -> np.ndarray:
    return small if small.ndim == 2 else small.min(axis=2)


def _outline(likeness: np.ndarray) -> np.ndarray | None:
    """The corners of the one large four-sided region that is most like paper, clockwise from the top left."""
    smooth = cv2.GaussianBlur(cv2.morphologyEx(likeness, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8)), (5, 5), 0)
    _, mask = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    paper, rest = smooth[mask > 0], smooth[mask == 0]
    if not len(rest) or not len(paper) or paper.mean() - rest.mean() < 40:
        return None
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    if not MIN_SHARE < cv2.contourArea(hull) / likeness.size < MAX_SHARE:
        return None
    corners = _four_corners(hull)
    if corners is None or cv2.contourArea(corners) < 0.93 * cv2.contourArea(hull):
        return None
    return _clockwise(corners.reshape(4, 2).astype(np.float64))


def _four_corners(hull: np.ndarray) -> np.ndarray | None:
    around = cv2.arcLength(hull, True)
    for tolerance in np.arange(0.01, 0.08, 0.005):
        corners = cv2.approxPolyDP(hull, tolerance * around, True)
        if len(corners) == 4:
            return corners
    return None


def _clockwise(corners: np.ndarray) -> np.ndarray:
    total, difference = corners.sum(axis=1), corners[:, 1] - corners[:, 0]
    return corners[[total.argmin(), difference.argmin(), total.argmax(), difference.argmax()]]


def _touches(corners: np.ndarray, shape: tuple[int, int]) -> int:
    """How many corners lie at the very corner of the picture: two and more, and the sheet runs out of it."""
    height, width = shape
    near = 0.005 * max(shape)
    x = np.minimum(corners[:, 0], width - corners[:, 0]) < near
    y = np.minimum(corners[:, 1], height - corners[:, 1]) < near
    return int(np.count_nonzero(x & y))


def flatten(pixels: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sheet within `corners` as a flat page, and the matrix (3×3) from its pixels back to those of the picture."""
    top, right, bottom, left = (np.linalg.norm(corners[i] - corners[(i + 1) % 4]) for i in range(4))
    width, height = max(top, bottom), max(left, right)
    # A sheet of A4, upright or lying, where it looks like one; seen askew its sides are foreshortened.
    if 0.8 < height / width / A4_RATIO < 1.25:
        height = width * A4_RATIO
    elif 0.8 < width / height / A4_RATIO < 1.25:
        width = height * A4_RATIO
    size = round(width), round(height)
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    there = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    page = cv2.warpPerspective(pixels, there, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return page, np.linalg.inv(there)
