"""Printed pages as pictures, and what an office scanner, a fax and a telephone make of them.

Every picture is a function of the page and a seed. Only whole numbers and + - * / are used, so that the same
locked libraries give the same bytes on every machine (no exp, no linear algebra, no normal deviates).
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from .typeset import FONTS, HEIGHT, WIDTH, Page, font

RED = (196, 40, 52)


def draw_page(page: Page) -> Image.Image:
    """The clean print, grey ("L"), 200 dpi."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    for word in page.words:
        draw.text((word.x, word.y), word.text, fill=25, font=font(word.face, word.points), anchor="ls")
    for x0, y0, x1, y1 in page.rules:
        draw.line((x0, y0, x1, y1), fill=40, width=2)
    return image


def draw_seal(name: str, size: int = 300) -> Image.Image:
    """How thick the ink of a round seal lies, grey ("L", 255 full): two rings, the name round, a star."""
    big = size * 2
    image = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(image)
    for radius, width in ((0.49, 10), (0.33, 5)):
        edge = big * (0.5 - radius)
        draw.ellipse((edge, edge, big - edge, big - edge), outline=255, width=width)
    points = [
        (
            big / 2 + big * (0.13 if n % 2 == 0 else 0.05) * math.sin(math.pi * n / 5),
            big / 2 - big * (0.13 if n % 2 == 0 else 0.05) * math.cos(math.pi * n / 5),
        )
        for n in range(10)
    ]
    draw.polygon(points, fill=255)
    face = ImageFont.truetype(FONTS / "LiberationSans-Bold.ttf", 44, layout_engine=ImageFont.Layout.BASIC)
    step = min(15.0, 320 / len(name))
    for n, letter in enumerate(name):
        stamp = Image.new("L", (big, big), 0)
        ImageDraw.Draw(stamp).text((big / 2, big * 0.125), letter, fill=255, font=face, anchor="ms")
        angle = -(n - (len(name) - 1) / 2) * step
        image = ImageChops.lighter(image, stamp.rotate(angle, Image.Resampling.BICUBIC))
    return image.resize((size, size), Image.Resampling.LANCZOS)


def stamp_page(page: Page, seal_name: str, seed: int) -> Image.Image:
    """The print with signature and red seal where the page has one ("RGB"), else the grey print ("L")."""
    image = draw_page(page)
    if page.seal_at is None:
        return image
    image = image.convert("RGB")
    rng = np.random.default_rng(seed)
    x, y = (int(v) for v in page.seal_at)
    _sign(ImageDraw.Draw(image), x, y, rng)
    size = 300
    seal = draw_seal(seal_name, size).rotate(int(rng.integers(-9, 10)), Image.Resampling.BICUBIC)
    worn = np.asarray(seal, dtype=np.int32) * (150 + 6 * _blobs(rng, size, size, 12)) // 255
    mask = Image.fromarray(np.clip(worn, 0, 255).astype(np.uint8))
    inked = ImageChops.multiply(image, Image.new("RGB", image.size, RED))
    corner = (x - size + 110, y - size // 2)
    image.paste(inked.crop((*corner, corner[0] + size, corner[1] + size)), corner, mask)
    return image


def _sign(draw: ImageDraw.ImageDraw, x: int, y: int, rng: np.random.Generator) -> None:
    """A signature in blue ink: one looping stroke."""
    turns = [int(v) for v in rng.integers(20, 60, 7)]
    points, at = [], x - 20
    for n, turn in enumerate(turns):
        for k in range(12):
            part = k / 12 * 2 * math.pi
            points.append((at + turn * math.sin(part) * 0.7 + k * 3, y + (turn if n % 2 else turn * 0.6) * math.cos(part)))
        at += 34
    points.append((at + 150, y - 30))
    draw.line(points, fill=(35, 45, 130), width=4, joint="curve")


def _blobs(rng: np.random.Generator, height: int, width: int, cell: int) -> np.ndarray:
    """A smooth field of whole numbers about 0..15 (height, width): uneven ink, paper, light."""
    coarse = rng.integers(0, 16, (height // cell + 2, width // cell + 2)).astype(np.uint8)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(smooth, dtype=np.int32)


def _noise(rng: np.random.Generator, shape: tuple[int, ...], strength: int) -> np.ndarray:
    """Bell-shaped noise of whole numbers, about ±2·strength."""
    return (rng.integers(-strength, strength + 1, shape) + rng.integers(-strength, strength + 1, shape)).astype(np.int32)


def _specks(image: Image.Image, rng: np.random.Generator, count: int, ink: int) -> None:
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y, r = int(rng.integers(0, image.width)), int(rng.integers(0, image.height)), int(rng.integers(1, 3))
        draw.ellipse((x, y, x + r, y + r), fill=ink if image.mode == "L" else (ink,) * 3)


def office_scan(image: Image.Image, seed: int, skew: float) -> Image.Image:
    """A flatbed at 200 dpi: turned by `skew` degrees, slightly soft, uneven white, grain, a few specks."""
    rng = np.random.default_rng(seed)
    paper = 250 if image.mode == "L" else (250, 250, 248)
    image = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=paper)
    image = image.filter(ImageFilter.GaussianBlur(0.7))
    _specks(image, rng, 25, 90)
    pixels = np.asarray(image, dtype=np.int32)
    shade = _blobs(rng, image.height, image.width, 300) // 2 + _noise(rng, (image.height, image.width), 2)
    pixels = pixels * 245 // 255 + 12 - (shade if pixels.ndim == 2 else shade[:, :, None])
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def fax(image: Image.Image, seed: int, skew: float) -> Image.Image:
    """Black and white at 200 dpi ("1"): broken strokes, stray dots, a few dropped scan lines."""
    rng = np.random.default_rng(seed)
    image = image.convert("L").rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(0.9))
    pixels = np.asarray(image, dtype=np.int32) + _noise(rng, (image.height, image.width), 22)
    pixels += 3 * (_blobs(rng, image.height, image.width, 40) - 8)
    pixels[rng.integers(0, 6000, pixels.shape) == 0] = 0
    for row in rng.integers(200, image.height - 200, 3):
        pixels[row] = 255
    return Image.fromarray(((pixels > 150) * 255).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)


def photograph(image: Image.Image, seed: int) -> Image.Image:
    """A sheet on a wooden desk taken by telephone ("RGB"): perspective, a shadow, warm light, grain."""
    rng = np.random.default_rng(seed)
    width, height = 1700, 2380
    sheet = np.asarray(image.convert("RGB"), dtype=np.int32)
    sheet = sheet * np.array([242, 238, 226]) // 255
    sheet = Image.fromarray(sheet.astype(np.uint8))
    corners = [(96, 70), (1640, 118), (1588, 2330), (58, 2290)]  # of the sheet in the picture
    coefficients = _perspective(corners, [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)])
    taken = sheet.transform((width, height), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    mask = Image.new("L", sheet.size, 255).transform(
        (width, height), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR
    )
    grain = _blobs(rng, height, width, 9) + 2 * _blobs(rng, height, width, 120)
    desk = np.stack([96 + grain, 66 + grain, 44 + grain // 2], axis=2).clip(0, 255).astype(np.uint8)
    picture = Image.composite(taken, Image.fromarray(desk), mask).filter(ImageFilter.GaussianBlur(0.8))
    light = 1000 - np.arange(height)[:, None] * 170 // height - np.arange(width)[None, :] * 130 // width
    hand = Image.new("L", (width, height), 0)
    ImageDraw.Draw(hand).polygon([(width, 1250), (width, height), (760, height), (1180, 1700)], fill=230)
    hand = np.asarray(hand.filter(ImageFilter.GaussianBlur(70)), dtype=np.int32)
    pixels = np.asarray(picture, dtype=np.int32) * (light - hand)[:, :, None] // 1000
    pixels += _noise(rng, (height, width), 4)[:, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _perspective(seen: list[tuple[int, int]], flat: list[tuple[int, int]]) -> list[float]:
    """The eight coefficients that take a point of the picture to the sheet, by Gauss in plain floats."""
    rows = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    rows = [[float(v) for v in row] for row in rows]
    for n in range(8):
        pivot = max(range(n, 8), key=lambda r: abs(rows[r][n]))
        rows[n], rows[pivot] = rows[pivot], rows[n]
        rows[n] = [v / rows[n][n] for v in rows[n]]
        for r in range(8):
            if r != n:
                rows[r] = [a - rows[r][n] * b for a, b in zip(rows[r], rows[n], strict=True)]
    return [row[8] for row in rows]
