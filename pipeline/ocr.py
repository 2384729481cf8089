"""The words of a page image, by the engine that the settings name.

An engine is a module `ocr_NAME` with `read_page`, and its name in `ENGINES` (pipeline/settings.py).
"""

from __future__ import annotations

from importlib import import_module

from pipeline.model import OcrPage, PageImage
from pipeline.settings import Settings
from pipeline.tesseract import PAGE

VERSION = 2


def read_page(image: PageImage, settings: Settings, layout: int = PAGE) -> OcrPage:
    """The words on `image` (uint8 grey), boxes in fractions of it, lines in Tesseract's order.

    Raises DocumentError where the engine failed or took too long, RunError where it or its language is missing.
    """
    return import_module(f"pipeline.ocr_{settings.engine}").read_page(image, settings, layout)
