"""The words of a page image, by Tesseract: one child process a page, one thread, a time limit."""

from __future__ import annotations

import os
import re
import tempfile
from html import unescape
from pathlib import Path

import pytesseract

from pipeline.errors import DocumentError, RunError
from pipeline.model import BoundingBox, OcrPage, PageImage, Word
from pipeline.rivals import rival_readings
from pipeline.settings import Settings

VERSION = 2
LANGUAGE = "vie"
# Tesseract's threads fight the page workers for the same cores: one each.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")


PAGE, STACK = "--psm 3", "--psm 6"  # Tesseract finds the blocks; one block of lines
# Without a second try at every doubtful line in white on black: state documents have none.
_ALWAYS = "-c tessedit_do_invert=0"
# With what the network gave each slice of each word, and without the engine's own second searches for rivals.
_SLICES = "-c lstm_choice_mode=1 -c lstm_choice_iterations=0"
_TAG = re.compile(
    r"<span class='ocr(?:"
    r"x_cinfo' id='(?:(?P<slice>t)imestep|choice_[\d_]+' title='x_confs (?P<odds>\d+)'>(?P<letter>[^<]*))"
    r"|x_word'[^>]*?title='bbox (?P<box>\d+ \d+ \d+ \d+); x_wconf (?P<sure>\d+)[^>]*>(?P<text>[^<]*)"
    r"|_(?P<line>line|header|caption|textfloat)')"
)


def read_page(image: PageImage, settings: Settings, layout: str = PAGE) -> OcrPage:
    """The words on `image` (uint8 grey), boxes in fractions of it, lines in Tesseract's order.

    Raises DocumentError where Tesseract crashed or took too long, RunError where it or its language is missing.
    """
    height, width = image.pixels.shape[:2]
    with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
        path = Path(folder) / "page.pgm"
        # Written once, uncompressed: given pixels, pytesseract would compress a PNG first.
        path.write_bytes(b"P5 %d %d 255\n" % (width, height) + image.pixels.tobytes())
        hocr = _run(path, image.page, settings, f"{layout} {_ALWAYS} {_SLICES} --dpi {image.dpi}")
    return OcrPage(image.page, _lines_of(hocr, width, height))


def page_turn(image: PageImage, settings: Settings) -> int:
    """By how many degrees clockwise `image` must be turned to stand upright: 0, 90, 180 or 270 (OSD)."""
    height, width = image.pixels.shape[:2]
    with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
        path = Path(folder) / "page.pgm"
        path.write_bytes(b"P5 %d %d 255\n" % (width, height) + image.pixels.tobytes())
        try:
            found = pytesseract.image_to_osd(
                str(path), config=f"--dpi {image.dpi}", timeout=settings.ocr_timeout_s, output_type="dict"
            )
        except (pytesseract.TesseractError, RuntimeError, ValueError, KeyError):
            return 0  # too few letters to tell: leave the page as it is
    return int(found["rotate"]) % 360 if float(found["orientation_conf"]) >= 1.0 else 0


def _run(path: Path, page: int, settings: Settings, config: str) -> str:
    try:
        hocr = pytesseract.image_to_pdf_or_hocr(
            str(path), lang=LANGUAGE, config=config, timeout=settings.ocr_timeout_s, extension="hocr"
        )
        return hocr.decode("utf-8")
    except pytesseract.TesseractNotFoundError as error:
        raise RunError("Thiếu Tesseract: hãy cài gói tesseract-ocr và tesseract-ocr-vie.") from error
    except pytesseract.TesseractError as error:
        if "Failed loading language" in str(error) or "load any languages" in str(error):
            raise RunError(f"Tesseract thiếu ngôn ngữ {LANGUAGE}: hãy cài tesseract-ocr-vie.") from error
        raise DocumentError(f"Trang {page}: Tesseract dừng giữa chừng (mã {error.status}).") from error
    except RuntimeError as error:  # pytesseract's word for a timeout
        raise DocumentError(f"Trang {page}: nhận dạng chữ quá {settings.ocr_timeout_s:.0f} giây.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"Trang {page}: Tesseract không trả kết quả.") from error


def _lines_of(hocr: str, width: int, height: int) -> tuple[tuple[Word, ...], ...]:
    """The words of Tesseract's hOCR, line by line, each with the rivals that its slices tell of."""
    if "ocr_page" not in hocr:
        raise DocumentError("Tesseract trả kết quả lạ, không phải hOCR.")
    lines: list[list[tuple[re.Match[str], list[dict[str, float]]]]] = []
    slices: list[dict[str, float]] = []
    for tag in _TAG.finditer(hocr):
        kind = tag.lastgroup
        if kind == "letter":
            letter = tag["letter"]
            slices[-1][unescape(letter) if letter[:1] == "&" else letter] = int(tag["odds"]) / 100
        elif kind == "slice":
            slices.append({})
        elif kind == "text":
            slices = []
            lines[-1].append((tag, slices))
        else:
            lines.append([])
    words = (tuple(_word(tag, slices, width, height) for tag, slices in line if tag["text"].strip()) for line in lines)
    return tuple(line for line in words if line)


def _word(tag: re.Match[str], slices: list[dict[str, float]], width: int, height: int) -> Word:
    x0, y0, x1, y1 = (int(edge) for edge in tag["box"].split())
    box = BoundingBox(max(0.0, x0 / width), max(0.0, y0 / height), min(1.0, x1 / width), min(1.0, y1 / height))
    text = unescape(tag["text"]).strip()
    # hOCR cuts the percents off.
    return Word(text, box, min(1.0, (int(tag["sure"]) + 0.5) / 100), rival_readings(text, slices))
