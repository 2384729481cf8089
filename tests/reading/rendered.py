"""Any text set in several fonts and sizes and worn as scanners wear it: what the benchmark reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from tests.reading.pages import wear

SYSTEM_FONTS = Path("/usr/share/fonts/truetype/liberation2")  # the older Liberation lacks Vietnamese letters
STYLES = ("Regular", "Regular", "Bold", "Regular", "Italic", "Regular", "BoldItalic")  # paragraph by paragraph
A4_INCHES = (8.27, 11.69)


@dataclass(frozen=True, slots=True)
class Type:
    """A family and a size in points."""

    family: str
    points: float


TYPES = tuple(Type(f"Liberation{family}", points) for family in ("Serif", "Sans") for points in (12, 13, 14))


@cache
def _font(family: str, style: str, points: float, dpi: int) -> ImageFont.FreeTypeFont:
    path = SYSTEM_FONTS / f"{family}-{style}.ttf"
    return ImageFont.truetype(path, points * dpi / 72, layout_engine=ImageFont.Layout.BASIC)


def set_pages(text: str, type_: Type, dpi: int) -> Iterator[tuple[Image.Image, str]]:
    """(page "L", its true text): the paragraphs of `text` justified on A4 at `dpi`."""
    width, height = (round(side * dpi) for side in A4_INCHES)
    left, right, top, bottom = 1.18 * dpi, width - 0.6 * dpi, 0.8 * dpi, height - 0.8 * dpi
    step, blank = type_.points * dpi / 72 * 1.35, type_.points * dpi / 72 * 0.26
    page, lines, y = _blank(width, height), [], top
    for number, paragraph in enumerate(line.strip() for line in text.splitlines() if line.strip()):
        font = _font(type_.family, STYLES[number % len(STYLES)], type_.points, dpi)
        for line in _broken(paragraph.split(), font, right - left, blank):
            if y + step > bottom:
                yield page, "\n".join(lines)
                page, lines, y = _blank(width, height), [], top
            y += step
            slack = right - left - sum(map(font.getlength, line))
            space = slack / max(1, len(line) - 1)
            x, gap = left, space if space < 2.2 * blank else blank
            for word in line:
                ImageDraw.Draw(page).text((x, y), word, fill=25, font=font, anchor="ls")
                x += font.getlength(word) + gap
            lines.append(" ".join(line))
    yield page, "\n".join(lines)


def _blank(width: int, height: int) -> Image.Image:
    return Image.new("L", (width, height), 255)


def _broken(words: list[str], font: ImageFont.FreeTypeFont, width: float, blank: float) -> Iterator[list[str]]:
    line, used = [], 0.0
    for word in words:
        needed = font.getlength(word)
        if line and used + blank + needed > width:
            yield line
            line, used = [], -blank
        used += blank + needed
        line.append(word)
    yield line


def sealed(page: Image.Image, seed: int) -> Image.Image:
    """`page` in colour with a red seal over its print."""
    size = page.width // 5
    seal = wear.draw_seal("TỈNH TÂN HÒA", size).rotate(seed % 19 - 9, Image.Resampling.BICUBIC)
    colour = page.convert("RGB")
    red = Image.new("RGB", seal.size, wear.RED)
    corner = (page.width // 3 + 17 * (seed % 20), page.height // 4 + 60 * (seed % 20))
    print_ = colour.crop((*corner, corner[0] + size, corner[1] + size))
    both = Image.fromarray(np.minimum(np.asarray(red), np.asarray(print_)))
    colour.paste(both, corner, seal.point(lambda value: value * 200 // 255))
    return colour


def bad_scan(page: Image.Image, seed: int) -> Image.Image:
    """150 dpi from a page at 200: soft, turned, lit from one side, grainy."""
    rng = np.random.default_rng(seed)
    page = page.convert("L").rotate(1.3 - seed % 3, Image.Resampling.BICUBIC, fillcolor=255)
    page = page.resize((page.width * 3 // 4, page.height * 3 // 4), Image.Resampling.BILINEAR)
    pixels = np.asarray(page.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)
    light = np.linspace(0.95, 0.5, page.width)[None, :] * np.linspace(1.0, 0.85, page.height)[:, None]
    return Image.fromarray(np.clip(pixels * light + rng.normal(0, 5, pixels.shape), 0, 255).astype(np.uint8))


def bled_through(page: Image.Image, seed: int) -> Image.Image:
    """`page` on thin paper printed on both sides: the back, mirrored, shows through at a third of its strength."""
    page = wear.office_scan(page, seed, 0.5).convert("L")
    back = np.asarray(ImageOps.mirror(page).filter(ImageFilter.GaussianBlur(1.2)), dtype=np.float32)
    back = np.roll(back, (7 * (seed % 5), 11), axis=(0, 1))
    return Image.fromarray(np.minimum(np.asarray(page), 255 - (255 - back) * 0.35).astype(np.uint8))


def faint(page: Image.Image, seed: int) -> Image.Image:
    """`page` from a cartridge that is nearly empty: a quarter of the ink, grain."""
    page = wear.office_scan(page, seed, 0.5).convert("L")
    pixels = np.asarray(page, dtype=np.float32)
    grain = np.random.default_rng(seed).normal(0, 4, pixels.shape)
    return Image.fromarray(np.clip(248 - (255 - pixels) * 0.25 + grain, 0, 255).astype(np.uint8))


# name: (dpi at which the page is set, dpi of the picture, wear, WER % aimed at)
WEARS = {
    "clean": (300, 300, lambda page, seed: page, 0.3),
    "seal": (300, 300, sealed, 0.3),
    "office": (200, 200, lambda page, seed: wear.office_scan(page, seed, 0.5), 0.4),
    "bad": (200, 150, bad_scan, 3.0),
    "fax": (200, 200, lambda page, seed: wear.fax(page, seed, 0.4), 4.0),
    "bleed-through": (200, 200, bled_through, 1.0),
    "faint": (200, 200, faint, 1.0),
    "photo": (200, 200, lambda page, seed: wear.photograph(page.resize((1654, 2339)), seed), 4.0),
}
