"""Tesseract as one child process a run, with one thread and a time limit: what crashes is one page's reading."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytesseract

from pipeline import tesseract
from pipeline.errors import DocumentError
from pipeline.model import OcrPage, PageImage
from pipeline.settings import Settings

_OPTIONS = " ".join(f"-c {name}={value}" for name, value in tesseract.VARIABLES.items())


def read_page(image: PageImage, settings: Settings, layout: int) -> OcrPage:
    """As `ocr.read_page`."""
    with _written(image) as path:
        hocr = _run(path, image.page, settings, f"--psm {layout} {_OPTIONS} --dpi {image.dpi}")
    height, width = image.pixels.shape[:2]
    return OcrPage(image.page, tesseract.lines_of(hocr, width, height))


def page_turn(image: PageImage, settings: Settings) -> int:
    """By how many degrees clockwise `image` must be turned to stand upright: 0, 90, 180 or 270 (OSD)."""
    with _written(image) as path:
        try:
            found = pytesseract.image_to_osd(
                str(path), config=f"--dpi {image.dpi}", timeout=settings.ocr_timeout_s, output_type="dict"
            )
        except pytesseract.TesseractNotFoundError as error:  # another engine read the page
            raise tesseract.no_tesseract() from error
        except (pytesseract.TesseractError, RuntimeError, ValueError, KeyError):
            return 0  # too few letters to tell: leave the page as it is
    return int(found["rotate"]) % 360 if float(found["orientation_conf"]) >= 1.0 else 0


@contextmanager
def _written(image: PageImage) -> Iterator[Path]:
    """A file of its pixels, uncompressed: given pixels, pytesseract would compress a PNG first."""
    height, width = image.pixels.shape[:2]
    with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
        path = Path(folder) / "page.pgm"
        path.write_bytes(b"P5 %d %d 255\n" % (width, height) + image.pixels.tobytes())
        yield path


def _run(path: Path, page: int, settings: Settings, config: str) -> str:
    try:
        hocr = pytesseract.image_to_pdf_or_hocr(
            str(path), lang=tesseract.LANGUAGE, config=config, timeout=settings.ocr_timeout_s, extension="hocr"
        )
        return hocr.decode("utf-8")
    except pytesseract.TesseractNotFoundError as error:
        raise tesseract.no_tesseract() from error
    except pytesseract.TesseractError as error:
        if "Failed loading language" in str(error) or "load any languages" in str(error):
            raise tesseract.no_language() from error
        raise DocumentError(f"Trang {page}: Tesseract dừng giữa chừng (mã {error.status}).") from error
    except RuntimeError as error:  # pytesseract's word for a timeout
        raise tesseract.too_slow(page, settings) from error
    except (OSError, UnicodeDecodeError) as error:
        raise tesseract.no_answer(page) from error
