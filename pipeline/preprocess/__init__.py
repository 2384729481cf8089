"""Clean-up of a page image, each step only where the page needs it, the way back to the original page kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial

import cv2
import numpy as np

from pipeline.model import BoundingBox, PageImage
from pipeline.preprocess.clutter import find_clutter
from pipeline.preprocess.ink import separate_inks
from pipeline.preprocess.photo import flatten, sheet_corners

VERSION = 3
A4_WIDTH_INCH = 8.27
cv2.setNumThreads(1)  # the pages are the threads


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page ready for OCR. `image` is grey; `to_page` (3×3) takes its pixels to fractions of the original page."""

    image: PageImage
    to_page: np.ndarray
    steps: tuple[str, ...] = ()
    seals: tuple[BoundingBox, ...] = ()
    cells: tuple[BoundingBox, ...] = ()  # of tables, in fractions of the cleaned image, row by row
    x_height: float = 0.0  # pixels, of the body's small letters
    frames: tuple[BoundingBox, ...] = ()  # ruled boxes of a stamp's size, in fractions of the cleaned image


def clean_page(image: PageImage) -> CleanPage:
    """`image` made fit for OCR."""
    height, width = image.pixels.shape[:2]
    page = CleanPage(image, np.diag([1 / width, 1 / height, 1.0]))
    for step in (_flatten_photo, _separate_inks, _to_grey, _even_light, _straighten, _remove_clutter):
        page = step(page)
    return page


def place_on_page(box: BoundingBox, page: CleanPage) -> BoundingBox:
    """`box`, in fractions of the cleaned image, in fractions of the original page."""
    height, width = page.image.pixels.shape[:2]
    corners = np.array(
        [[box.x0 * width, box.y0 * height], [box.x1 * width, box.y0 * height],
         [box.x1 * width, box.y1 * height], [box.x0 * width, box.y1 * height]]
    )  # fmt: skip
    mapped = cv2.perspectiveTransform(corners[None].astype(np.float64), page.to_page)[0]
    (x0, y0), (x1, y1) = np.clip(mapped.min(axis=0), 0, 1), np.clip(mapped.max(axis=0), 0, 1)
    return BoundingBox(float(x0), float(y0), float(x1), float(y1))


def turn_page(page: CleanPage, degrees: int) -> CleanPage:
    """`page` turned clockwise by a multiple of 90 degrees."""
    if degrees % 360 == 0:
        return page
    height, width = page.image.pixels.shape[:2]
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    back = {
        90: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
        180: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        270: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
    }
    pixels = cv2.rotate(page.image.pixels, codes[degrees])
    return replace(
        page,
        image=replace(page.image, pixels=pixels),
        to_page=page.to_page @ np.array(back[degrees], dtype=float),
        steps=(*page.steps, f"turn {degrees}"),
    )


def _flatten_photo(page: CleanPage) -> CleanPage:
    corners = sheet_corners(page.image.pixels)
    if corners is None:
        return page
    pixels, back = flatten(page.image.pixels, corners)
    dpi = max(1, round(min(pixels.shape[:2]) / A4_WIDTH_INCH))
    return replace(
        page,
        image=replace(page.image, pixels=pixels, dpi=dpi),
        to_page=page.to_page @ back,
        steps=(*page.steps, "flatten"),
    )


def _to_grey(page: CleanPage) -> CleanPage:
    if page.image.pixels.ndim == 2:
        return page
    return replace(page, image=replace(page.image, pixels=cv2.cvtColor(page.image.pixels, cv2.COLOR_RGB2GRAY)))


def _separate_inks(page: CleanPage) -> CleanPage:
    if page.image.pixels.ndim == 2:
        return page
    inks = separate_inks(page.image.pixels, page.image.dpi)
    if inks is None:
        return page
    seals = tuple(place_on_page(seal, page) for seal in inks.seals)
    return replace(page, image=replace(page.image, pixels=inks.grey), steps=(*page.steps, *inks.found), seals=seals)


def _even_light(page: CleanPage) -> CleanPage:
    """The page divided by its own background, where the paper is not evenly light."""
    pixels = page.image.pixels
    small = cv2.resize(pixels, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    side = max(5, round(page.image.dpi / 8 * 0.25)) | 1
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((side, side), np.uint8)), min(255, side))
    low, high = np.percentile(paper, (3, 97))
    if high - low < 25:
        return page
    background = cv2.resize(paper, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(pixels, cv2.max(background, 1), scale=255)
    return replace(page, image=replace(page.image, pixels=even), steps=(*page.steps, "even light"))


def _remove_clutter(page: CleanPage) -> CleanPage:
    usual = USUAL_X_HEIGHT_INCH * page.image.dpi
    clutter = find_clutter(page.image.pixels, page.image.dpi)
    if clutter is None:
        return replace(page, x_height=usual)
    page = replace(
        page,
        x_height=clutter.x_height,
        steps=(*page.steps, *clutter.found),
        cells=clutter.cells,
        frames=clutter.frames,
    )
    if not clutter.mask.any():
        return page
    pixels = page.image.pixels.copy()
    pixels[cv2.dilate(clutter.mask, np.ones((3, 3), np.uint8)) > 0] = 255
    return replace(page, image=replace(page.image, pixels=pixels))


USUAL_X_HEIGHT_INCH = 0.0935  # of 14-point type, in which state documents are set
MIN_SKEW, MAX_SKEW = 0.3, 15.0  # degrees: Tesseract itself reads lines that lean less


def _straighten(page: CleanPage) -> CleanPage:
    angle = skew_angle(page.image.pixels)
    if abs(angle) < MIN_SKEW:
        return page
    pixels = page.image.pixels
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    straight = cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    back = np.linalg.inv(np.vstack([turn, [0, 0, 1]]))
    return replace(
        page,
        image=replace(page.image, pixels=straight),
        to_page=page.to_page @ back,
        steps=(*page.steps, f"straighten {angle:+.1f}"),
    )


def skew_angle(grey: np.ndarray) -> float:
    """Degrees by which to turn `grey` counter-clockwise so that its lines lie level (sharpest row profile)."""
    scale = 800 / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    ink = 255 - small
    ink[ink < max(48, int(ink.max() * 0.35))] = 0
    height, width = ink.shape
    ink[: height // 50] = ink[-height // 50 :] = 0
    ink[:, : width // 30] = ink[:, -width // 30 :] = 0  # the scanner's edge is no line of print

    half = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    coarse = [*np.arange(-4, 4.01, 0.5), *np.arange(5, MAX_SKEW + 0.1), *-np.arange(5, MAX_SKEW + 0.1)]
    best = max(coarse, key=lambda angle: (_sharpness(half, angle), angle))
    finely = cache(partial(_sharpness, ink))
    for step in (0.5, 0.25, 0.125):
        best = max((best - step, best, best + step), key=lambda angle: (finely(angle), angle))
    return float(best)


def _sharpness(ink: np.ndarray, angle: float) -> float:
    """How unlike neighbouring rows of `ink` are once it is turned by `angle` degrees."""
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(ink, turn, (width, height), flags=cv2.INTER_LINEAR)
    rows = cv2.reduce(turned, 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
    return float(np.square(np.diff(rows[:, 0])).sum())
