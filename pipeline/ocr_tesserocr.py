"""Tesseract inside this process, its model loaded once a thread and document: quicker than a child a run.

It is the Tesseract that the package brings, with the system's language data. Should it crash, the document's worker
process goes with it.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from pipeline import tesseract
from pipeline.errors import RunError
from pipeline.model import OcrPage, PageImage
from pipeline.settings import Settings

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

_of_thread = threading.local()  # an API serves one thread at a time; it ends with its thread


def read_page(image: PageImage, settings: Settings, layout: int) -> OcrPage:
    """As `ocr.read_page`."""
    api = _api()
    height, width = image.pixels.shape[:2]
    pixels = image.pixels.tobytes()  # Tesseract may look at them until it is cleared
    api.SetPageSegMode(layout)
    api.SetImageBytes(pixels, width, height, 1, width)
    api.SetSourceResolution(image.dpi)
    started, limit_ms = time.monotonic(), max(1, round(1000 * settings.ocr_timeout_s))
    try:
        if not api.Recognize(limit_ms):  # looked at between words: finding the blocks is not cut short
            is_late = 1000 * (time.monotonic() - started) >= limit_ms
            raise tesseract.too_slow(image.page, settings) if is_late else tesseract.no_answer(image.page)
        hocr = api.GetHOCRText(0)
    finally:
        api.Clear()
    return OcrPage(image.page, tesseract.lines_of(hocr, width, height))


def tesseract_version() -> str:
    """Of the Tesseract that the package brings. Raises RunError where the package is missing."""
    return _package().tesseract_version().split()[1]


def _package() -> ModuleType:
    try:
        import tesserocr
    except ImportError as error:
        raise RunError("Chưa cài bộ nhận dạng chữ tesserocr: chạy pip install '.[tesserocr]'.") from error
    return tesserocr


def _api() -> PyTessBaseAPI:
    """This thread's Tesseract. Raises RunError where the package, Tesseract's data or the language is missing."""
    if not hasattr(_of_thread, "api"):
        new_api, folder = _package().PyTessBaseAPI, os.environ.get("TESSDATA_PREFIX") or _system_tessdata()
        try:
            _of_thread.api = new_api(path=folder, lang=tesseract.LANGUAGE, variables=tesseract.VARIABLES)
        except RuntimeError as error:
            raise tesseract.no_language() from error
    return _of_thread.api


@cache
def _system_tessdata() -> str:
    """Where the system's Tesseract has its language data. Raises RunError where there is none."""
    try:
        told = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise tesseract.no_tesseract() from error
    folder = re.match(r'.* in "(.+)"', told)
    if folder is None:
        raise tesseract.no_tesseract()
    return folder[1]
