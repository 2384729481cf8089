"""Coloured ink told from black print: red seals, strokes of a blue pen."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.model import BoundingBox

MIN_SEAL_INCH = 0.4
MIN_STROKE_INCH = 0.3  # a blue stroke that high is a signature; a number written by hand stays
LEAST = 0.0003  # of the page: less colour is noise of the scanner


@dataclass(frozen=True, slots=True)
class Inks:
    """`grey`: the page with seals and signatures made paper. `seals`: in fractions of the picture."""

    grey: np.ndarray
    seals: tuple[BoundingBox, ...]
    found: tuple[str, ...]


def separate_inks(rgb: np.ndarray, dpi: int) -> Inks | None:
    """The black print of a coloured page, None where it has no coloured ink. Print under a seal stays."""
    scale = min(1.0, 100 / dpi)
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    red, blue = _ink(small, 0), _ink(small, 2)
    found = [name for name, mask in (("red ink", red), ("blue ink", blue)) if cv2.countNonZero(mask) > LEAST * mask.size]
    if not found:
        return None
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    seals: tuple[BoundingBox, ...] = ()
    if "red ink" in found:
        seals = _seals(red, dpi * scale)
        _blot_out(grey, rgb, 0, _ink(rgb, 0))
    if "blue ink" in found:
        strokes = _large(blue, dpi * scale)
        if not strokes.any():
            found.remove("blue ink")
        else:
            near = cv2.resize(cv2.dilate(strokes, np.ones((3, 3), np.uint8)), (grey.shape[1], grey.shape[0]))
            _blot_out(grey, rgb, 2, _ink(rgb, 2) & near)
    return Inks(grey, seals, tuple(found))


def _ink(rgb: np.ndarray, channel: int) -> np.ndarray:
    """255 where `channel` clearly outshines the other two, in light and in shadow alike."""
    own = rgb[:, :, channel]
    others = cv2.max(*(np.ascontiguousarray(rgb[:, :, c]) for c in range(3) if c != channel))
    lead = cv2.subtract(own, others)
    strong = cv2.compare(lead, cv2.convertScaleAbs(own, alpha=0.2), cv2.CMP_GT)
    return strong & cv2.compare(lead, 24, cv2.CMP_GT)


def _blot_out(grey: np.ndarray, rgb: np.ndarray, channel: int, ink: np.ndarray) -> None:
    """In place: ink made as light as the paper round it, unless it is dark in its own colour too: print under ink."""
    own = np.ascontiguousarray(rgb[:, :, channel])
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.dilate(small, np.ones((9, 9), np.uint8)), (grey.shape[1], grey.shape[0]))
    mask = cv2.dilate(ink, np.ones((3, 3), np.uint8)) > 0
    light = own > 0.55 * paper
    np.copyto(grey, paper, where=mask & light)
    np.copyto(grey, own, where=mask & ~light)


def _seals(red: np.ndarray, dpi: float) -> tuple[BoundingBox, ...]:
    side = max(3, round(dpi * 0.12)) | 1
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    height, width = red.shape
    return tuple(
        BoundingBox(x / width, y / height, min(1.0, (x + w) / width), min(1.0, (y + h) / height))
        for x, y, w, h, _ in stats[1:count].tolist()
        if w * h >= (MIN_SEAL_INCH * dpi) ** 2 and min(w, h) > 0.25 * max(w, h)
    )


def _large(blue: np.ndarray, dpi: float) -> np.ndarray:
    joined = cv2.dilate(blue, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    keep = np.zeros(count, np.uint8)
    keep[1:][stats[1:, 3] > MIN_STROKE_INCH * dpi] = 255
    return keep[labels] & blue
