"""The words of a page image, by Tesseract: one child process a page, one thread, a time limit."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytesseract

from pipeline.errors import DocumentError, RunError
from pipeline.model import BoundingBox, OcrPage, PageImage, Word
from pipeline.settings import Settings

VERSION = 1
LANGUAGE = "vie"
# Tesseract's threads fight the page workers for the same cores: one each.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")


PAGE, STACK = "--psm 3", "--psm 6"  # Tesseract finds the blocks; one block of lines
# Without a second try at every doubtful line in white on black: state documents have none.
_ALWAYS = "-c tessedit_do_invert=0"


def read_page(image: PageImage, settings: Settings, layout: str = PAGE) -> OcrPage:
    """The words on `image` (uint8 grey), boxes in fractions of it, lines in Tesseract's order.

    Raises DocumentError where Tesseract crashed or took too long, RunError where it or its language is missing.
    """
    height, width = image.pixels.shape[:2]
    with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
        path = Path(folder) / "page.pgm"
        # Written once, uncompressed: given pixels, pytesseract would compress a PNG first.
        path.write_bytes(b"P5 %d %d 255\n" % (width, height) + image.pixels.tobytes())
        table = _run(path, image.page, settings, f"{layout} {_ALWAYS} --dpi {image.dpi}")
    return OcrPage(image.page, _lines_of(table, width, height))


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
        return pytesseract.image_to_data(
            str(path), lang=LANGUAGE, config=config, timeout=settings.ocr_timeout_s
        )
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


def _lines_of(table: str, width: int, height: int) -> tuple[tuple[Word, ...], ...]:
    """The rows of Tesseract's TSV that are words, grouped by line."""
    lines: dict[tuple[str, ...], list[Word]] = {}
    rows = table.splitlines()
    if not rows or not rows[0].startswith("level\t"):
        raise DocumentError("Tesseract trả kết quả lạ, không phải bảng từ.")
    for row in rows[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, w, h = (int(cell) for cell in cells[6:10])
        box = BoundingBox(
            max(0.0, left / width),
            max(0.0, top / height),
            min(1.0, (left + w) / width),
            min(1.0, (top + h) / height),
        )
        word = Word(cells[11].strip(), box, max(0.0, min(1.0, float(cells[10]) / 100)))
        lines.setdefault(tuple(cells[2:5]), []).append(word)
    return tuple(tuple(line) for line in lines.values())
