"""Pictures of pages for a browser, drawn on demand from the kept originals and kept beside them."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from pipeline import store
from pipeline.errors import DocumentError
from pipeline.settings import Settings

DPI = 110  # legible on a laptop, about 150 KB a page
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NoPicture(DocumentError):
    """The original is not in the store, or has no such page."""


def original_of(sha256: str, settings: Settings) -> Path | None:
    """The kept original with these bytes. Only a hash names it, so that no name can lead out of the store."""
    return store.original_of(sha256, settings) if _SHA256.fullmatch(sha256) else None


def has_pictures(sha256: str, settings: Settings) -> bool:
    path = original_of(sha256, settings)
    return path is not None and path.suffix.lower() not in (".txt", ".docx")


def page_picture(sha256: str, page: int, settings: Settings) -> bytes:
    """Page `page` (1-based) as JPEG. Raises NoPicture, or DocumentError where the file can not be drawn."""
    kept = settings.cache / "pages" / sha256[:2] / f"{sha256}-{page}-{DPI}.jpg"
    try:
        return kept.read_bytes()
    except FileNotFoundError:
        pass
    path = original_of(sha256, settings)
    if path is None:
        raise NoPicture("Tệp gốc không còn trong kho.")
    data = _drawn(path, page, settings)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_name(f".{kept.name}.{os.getpid()}")
    partial.write_bytes(data)
    os.replace(partial, kept)
    return data


def _drawn(path: Path, page: int, settings: Settings) -> bytes:
    from PIL import Image

    from pipeline import rasterise

    with path.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    if not is_pdf and not 1 <= page <= rasterise.picture_page_count(path):
        raise NoPicture(f"Văn bản không có trang {page}.")
    drawn = (
        rasterise.render_pdf_page(path, page, DPI, settings)
        if is_pdf
        else rasterise.read_picture_page(path, page, settings)
    )
    image = Image.fromarray(drawn.pixels)
    widest = round(8.27 * DPI)
    if image.width > 2 * widest:
        image = image.resize((widest, max(1, round(image.height * widest / image.width))), Image.Resampling.LANCZOS)
    stored = io.BytesIO()
    image.convert("RGB").save(stored, "JPEG", quality=80, optimize=True)
    return stored.getvalue()
