"""Training pairs: text set on pages in many fonts and qualities, read back by Tesseract, lines aligned."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

from diacritics.syllables import strip_marks

FONT_FOLDER = Path("/usr/share/fonts")
# Serif faces like Times weigh most: that is what offices print. The last group is never trained on.
FONTS = (
    *["truetype/liberation2/LiberationSerif-Regular.ttf"] * 6,
    *["truetype/liberation2/LiberationSerif-Bold.ttf"] * 2,
    *["truetype/liberation2/LiberationSerif-Italic.ttf"] * 2,
    *["truetype/freefont/FreeSerif.ttf"] * 3,
    "truetype/freefont/FreeSerifBold.ttf",
    "truetype/freefont/FreeSerifItalic.ttf",
    "truetype/dejavu/DejaVuSerif.ttf",
    "truetype/dejavu/DejaVuSans.ttf",
    "truetype/liberation2/LiberationSans-Regular.ttf",
    "truetype/noto/NotoSans-Regular.ttf",
)
HELD_OUT_FONTS = (
    "opentype/linux-libertine/LinLibertine_R.otf",
    "/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyretermes-regular.otf",
    "truetype/noto/NotoSerif-Regular.ttf",
    "truetype/crosextra/Carlito-Regular.ttf",
)
PAGE_LINES = 34
LINE_CHARS = 84


@dataclass(frozen=True)
class Look:
    """How a page is set and spoiled."""

    font: str
    points: float
    dpi: int
    blur: float
    noise: float
    jpeg: int | None
    bilevel: bool
    degrees: float
    worn: bool
    faded: float | None = None  # ink lost to the scanner's threshold: the mean threshold (0..255)


def random_look(rng: random.Random, fonts: Sequence[str]) -> Look:
    office = rng.random() < 0.6  # a clean office scan; else worn: fax, photocopy, low resolution
    return Look(
        font=rng.choice(fonts),
        points=rng.choice((12, 13, 13, 14, 14)),
        dpi=rng.choice((200, 300, 300) if office else (150, 200)),
        blur=rng.choice((0.0, 0.4, 0.7) if office else (0.5, 0.8, 1.1)),
        noise=rng.choice((0, 6, 12) if office else (10, 25, 40)),
        jpeg=rng.choice((None, 85) if office else (40, 60, None)),
        bilevel=rng.random() < (0.15 if office else 0.35),
        degrees=rng.uniform(-0.2, 0.2) if office else rng.uniform(-0.5, 0.5),
        worn=not office,
    )


def office_look(rng: random.Random, fonts: Sequence[str]) -> Look:
    """A `random_look` that is not worn."""
    while True:
        look = random_look(rng, fonts)
        if not look.worn:
            return look


def faded_look(rng: random.Random, fonts: Sequence[str]) -> Look:
    """A scan whose threshold took thin ink away, or filled small gaps: where marks upon marks are lost."""
    return Look(
        font=rng.choice(fonts),
        points=rng.choice((12, 13, 13, 14)),
        dpi=rng.choice((150, 200, 200, 200, 300)),
        blur=rng.uniform(0.6, 1.0),
        noise=rng.choice((8, 16, 24)),
        jpeg=None,
        bilevel=False,
        degrees=rng.uniform(-0.2, 0.2),
        worn=True,
        faded=rng.choice((95, 105, 115, 125, 190, 200)),
    )


def wrap(paragraphs: Iterator[str], rng: random.Random, lines: int = PAGE_LINES) -> list[str]:
    """Lines of about `LINE_CHARS`; some paragraphs in capitals or cut to a heading, as plans have them."""
    out: list[str] = []
    while len(out) < lines:
        text = next(paragraphs)
        style = rng.random()
        if style < 0.12:
            text = " ".join(text.split()[: rng.randint(2, 9)]).upper()
        elif style < 0.2:
            text = " ".join(text.split()[: rng.randint(2, 9)]).title()
        out += broken(text)
    return out[:lines]


def broken(text: str) -> list[str]:
    """`text` in lines of about `LINE_CHARS`."""
    out, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= LINE_CHARS:
            out.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*out, line]


def set_page(lines: Sequence[str], look: Look, rng: random.Random) -> Image.Image:
    scale = look.dpi / 72
    font = ImageFont.truetype(str(FONT_FOLDER / look.font), round(look.points * scale))
    pitch = round(look.points * scale * 1.55)
    margin = round(40 * scale)
    width = max(font.getlength(line) for line in lines)
    page = Image.new("L", (round(width) + 2 * margin, pitch * len(lines) + 2 * margin), 255)
    draw = ImageDraw.Draw(page)
    for i, line in enumerate(lines):
        draw.text((margin, margin + i * pitch), line, font=font, fill=rng.choice((0, 20, 40)))
    if look.degrees:
        page = page.rotate(look.degrees, Image.Resampling.BICUBIC, fillcolor=255)
    if look.blur:
        page = page.filter(ImageFilter.GaussianBlur(look.blur * look.dpi / 200))
    if look.noise:
        pixels = np.asarray(page, np.float32)
        grain = np.random.default_rng(rng.getrandbits(32)).normal(0, look.noise, pixels.shape)
        page = Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
    if look.faded is not None:
        page = _faded(page, look.faded, rng)
    if look.bilevel:
        page = page.point(lambda v: 255 if v > 150 else 0)
    if look.jpeg:
        packed = io.BytesIO()
        page.save(packed, "JPEG", quality=look.jpeg)
        page = Image.open(packed)
    return page


def _faded(page: Image.Image, threshold: float, rng: random.Random) -> Image.Image:
    """Through a steep tone curve about a threshold that drifts over the page."""
    pixels = np.asarray(page, np.float32)
    height, width = pixels.shape
    drift = np.random.default_rng(rng.getrandbits(32)).normal(0, 12, (height // 60 + 2, width // 60 + 2))
    field = Image.fromarray(drift.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC)
    steep = 255 if rng.random() < 0.5 else 3
    pixels = (pixels - threshold - np.asarray(field)) * steep + 128
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def match_lines(truth: Sequence[str], read: Sequence[str]) -> list[tuple[str, str]]:
    """(true, read) line pairs in order, those alike enough to be the same line."""
    bare = [strip_marks(line).lower() for line in truth]
    seen = [strip_marks(line).lower() for line in read]
    best = np.zeros((len(truth) + 1, len(read) + 1))
    alike = np.zeros((len(truth), len(read)))
    for i, a in enumerate(bare):
        for j, b in enumerate(seen):
            alike[i, j] = max(0.0, Levenshtein.normalized_similarity(a, b) - 0.45) if abs(i - j) < 25 else 0
            best[i + 1, j + 1] = max(best[i, j + 1], best[i + 1, j], best[i, j] + alike[i, j])
    pairs, i, j = [], len(truth), len(read)
    while i and j:
        if alike[i - 1, j - 1] and best[i, j] == best[i - 1, j - 1] + alike[i - 1, j - 1]:
            pairs.append((truth[i - 1], read[j - 1]))
            i, j = i - 1, j - 1
        elif best[i, j] == best[i - 1, j]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


@dataclass(frozen=True)
class Reader:
    """A Tesseract to read with: language, data folder, engine mode (0 the old one, 1 the network)."""

    name: str
    language: str
    tessdata: str
    engine: int

    def read(self, page: Image.Image) -> list[tuple[str, tuple[float, ...]]]:
        """Lines with the confidence (0..1) of each blank-separated word."""
        import tesserocr

        with tesserocr.PyTessBaseAPI(
            path=self.tessdata, lang=self.language, psm=tesserocr.PSM.SINGLE_BLOCK, oem=self.engine
        ) as api:
            api.SetImage(page.convert("L"))
            api.Recognize()
            lines = []
            level = tesserocr.RIL.WORD
            current: list[tuple[str, float]] = []
            for word in tesserocr.iterate_level(api.GetIterator(), level):
                try:
                    text = word.GetUTF8Text(level)
                except RuntimeError:
                    continue
                current.append((re.sub(r"\s", "", text), word.Confidence(level) / 100))
                if word.IsAtFinalElement(tesserocr.RIL.TEXTLINE, level):
                    lines.append((" ".join(w for w, _ in current), tuple(c for _, c in current)))
                    current = []
            return lines

    def read_layout(self, page: Image.Image) -> list[str]:
        """Lines of a page whose layout Tesseract has to find out."""
        import tesserocr

        with tesserocr.PyTessBaseAPI(
            path=self.tessdata, lang=self.language, psm=tesserocr.PSM.AUTO, oem=self.engine
        ) as api:
            api.SetImage(page.convert("L"))
            return [line.strip() for line in api.GetUTF8Text().splitlines() if line.strip()]


@dataclass(frozen=True)
class CommandReader:
    """The `tesseract` command of the system: another version than the one in tesserocr, and no confidences."""

    name: str
    language: str

    def read(self, page: Image.Image) -> list[tuple[str, tuple[float, ...]]]:
        packed = io.BytesIO()
        page.convert("L").save(packed, "PNG")
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", self.language, "--psm", "6"],
            input=packed.getvalue(),
            capture_output=True,
            check=True,
        )
        lines = [line.strip() for line in done.stdout.decode("utf-8").splitlines()]
        return [(line, (0.0,) * len(line.split())) for line in lines if line]


def make_pairs(
    paragraphs: Iterator[str], readers: Sequence[Reader | CommandReader], fonts: Sequence[str], pages: int, seed: int, out: Path,
    choose_look: Callable[[random.Random, Sequence[str]], Look] = random_look,
) -> None:  # fmt: skip
    """`pages` pages set and read by each of `readers`; one JSON a line pair, appended to `out`."""
    rng = random.Random(seed)
    with out.open("w", encoding="utf-8") as sink:
        for number in range(pages):
            lines = wrap(paragraphs, rng)
            look = choose_look(rng, fonts)
            page = set_page(lines, look, rng)
            for reader in readers:
                read = reader.read(page)
                confidences = {text: c for text, c in read}
                for truth, raw in match_lines(lines, [text for text, _ in read]):
                    row = {"page": number, "reader": reader.name, "font": look.font, "worn": look.worn, "true": truth, "raw": raw}
                    row["confidence"] = [round(c, 2) for c in confidences[raw]]
                    sink.write(json.dumps(row, ensure_ascii=False) + "\n")
            sink.flush()
