"""What the ways to run Tesseract share: what it is asked for, what is said where it fails, the words in its answer (hOCR)."""

from __future__ import annotations

import os
import re
from html import unescape

from pipeline.errors import DocumentError, RunError
from pipeline.model import BoundingBox, Word
from pipeline.rivals import rival_readings
from pipeline.settings import Settings

# Tesseract's threads fight the page workers for the same cores: one each.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

LANGUAGE = "vie"
PAGE, STACK = 3, 6  # page segmentation: Tesseract finds the blocks; one block of lines
VARIABLES = {
    # Without a second try at every doubtful line in white on black: state documents have none.
    "tessedit_do_invert": "0",
    # With what the network gave each slice of each word, and without the engine's own second searches for rivals.
    "lstm_choice_mode": "1",
    "lstm_choice_iterations": "0",
}
_TAG = re.compile(
    r"<span class='ocr(?:"
    r"x_cinfo' id='(?:(?P<slice>t)imestep|choice_[\d_]+' title='x_confs (?P<odds>\d+)'>(?P<letter>[^<]*))"
    r"|x_word'[^>]*?title='bbox (?P<box>\d+ \d+ \d+ \d+); x_wconf (?P<sure>\d+)[^>]*>(?P<text>[^<]*)"
    r"|_(?P<line>line|header|caption|textfloat)')"
)


def no_tesseract() -> RunError:
    return RunError("Thiếu Tesseract: hãy cài gói tesseract-ocr và tesseract-ocr-vie.")


def no_language() -> RunError:
    return RunError(f"Tesseract thiếu ngôn ngữ {LANGUAGE}: hãy cài tesseract-ocr-vie.")


def too_slow(page: int, settings: Settings) -> DocumentError:
    return DocumentError(f"Trang {page}: nhận dạng chữ quá {settings.ocr_timeout_s:.0f} giây.")


def no_answer(page: int) -> DocumentError:
    return DocumentError(f"Trang {page}: Tesseract không trả kết quả.")


def lines_of(hocr: str, width: int, height: int) -> tuple[tuple[Word, ...], ...]:
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
