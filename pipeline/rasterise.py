"""A page of a file as pixels, one page at a time, its size checked before it is rendered."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from pdf2image import convert_from_path
from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPopplerTimeoutError
from PIL import Image, ImageOps

from pipeline.errors import DocumentError, Rejected, RunError
from pipeline.model import PageImage
from pipeline.settings import Settings

VERSION = 1
MIN_DPI = 72  # below it print of 14 points has no legible letters
MOST_RENDERED = 25_000_000  # pixels: A3 at 350 dpi; each costs a dozen bytes on its way
POINTS_PER_INCH = 72.0
A4_INCHES = (8.27, 11.69)

Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before any pixel is read


def pdf_dpi(width_pt: float, height_pt: float, image_dpi: float | None, settings: Settings) -> int:
    """The dpi at which to render a page: that of the scan inside it, at most `settings.dpi`, within what memory allows.

    `image_dpi`: of the picture that fills the page, None where the page is drawn. Raises Rejected where even
    `MIN_DPI` is too large.
    """
    wanted = settings.dpi if image_dpi is None else min(settings.dpi, max(MIN_DPI, round(image_dpi)))
    square_inches = width_pt * height_pt / POINTS_PER_INCH**2
    most = math.floor(math.sqrt(min(settings.max_pixels, MOST_RENDERED) / max(square_inches, 0.01)))
    if most < MIN_DPI:
        raise Rejected(
            f"Trang quá lớn ({width_pt / 28.35:.0f} × {height_pt / 28.35:.0f} cm): hãy quét lại ở khổ giấy A4 hoặc A3."
        )
    return min(wanted, most)


def render_pdf_page(path: Path, page: int, dpi: int, settings: Settings, is_grey: bool = False) -> PageImage:
    """Page `page` (1-based) of a PDF, `is_grey` where it has no colours. Raises DocumentError where poppler can not draw it."""
    try:
        images = convert_from_path(
            path, dpi=dpi, first_page=page, last_page=page, grayscale=is_grey, timeout=settings.render_timeout_s
        )
    except PDFInfoNotInstalledError as error:
        raise RunError("Thiếu poppler: hãy cài gói poppler-utils (apt install poppler-utils).") from error
    except PDFPopplerTimeoutError as error:
        raise DocumentError(f"Trang {page}: dựng hình quá {settings.render_timeout_s:.0f} giây.") from error
    except Exception as error:  # poppler's own failures, whatever pdf2image makes of them
        raise DocumentError(f"Trang {page}: không dựng được hình từ PDF.") from error
    if len(images) != 1:
        raise DocumentError(f"Trang {page}: không dựng được hình từ PDF.")
    return PageImage(page, np.asarray(images[0]), dpi)


def picture_page_count(path: Path) -> int:
    """The frames of a TIFF, JPEG or PNG."""
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1)


def read_picture_page(path: Path, page: int, settings: Settings) -> PageImage:
    """Frame `page` of a picture file, turned as its EXIF tag says, shrunk where it has too many pixels."""
    try:
        with Image.open(path) as image:
            image.seek(page - 1)
            width, height = image.size
            if width * height > 8 * settings.max_pixels:
                raise Rejected(f"Ảnh quá lớn ({width} × {height} điểm): hãy quét lại ở 300 dpi.")
            dpi = _stated_dpi(image)
            shrink = min(settings.dpi / dpi, math.sqrt(settings.max_pixels / (width * height)))
            if shrink < 1:
                image.draft(image.mode, (round(width * shrink), round(height * shrink)))  # JPEG: decodes fewer pixels
            frame = ImageOps.exif_transpose(image)
            if frame.mode == "1":
                frame = frame.convert("L")
            elif frame.mode not in ("L", "RGB"):
                frame = _on_white(frame)
            if shrink < 0.95:
                wanted = round(frame.width / image.width * width * shrink), round(frame.height / image.height * height * shrink)
                frame = frame.resize(wanted, Image.Resampling.BOX)
                dpi = round(dpi * shrink)
            pixels = np.asarray(frame)
    except (OSError, EOFError, SyntaxError, ValueError) as error:
        raise DocumentError(f"Trang {page}: không đọc được ảnh.") from error
    return PageImage(page, pixels, dpi)


def _stated_dpi(image: Image.Image) -> int:
    """The picture's own dpi where it is credible, else as if the picture were a sheet of A4."""
    stated = image.info.get("dpi", (0, 0))[0]
    short, long = sorted(image.size)
    assumed = min(short / A4_INCHES[0], long / A4_INCHES[1])
    if stated and 0.5 < stated / assumed < 2:
        return round(float(stated))
    return max(1, round(assumed))


def _on_white(image: Image.Image) -> Image.Image:
    """Any other mode as RGB or grey, what is transparent shown on white."""
    if image.mode in ("I;16", "I", "F"):
        pixels = np.asarray(image, dtype=np.float32)
        top = max(1.0, float(pixels.max()))
        return Image.fromarray((pixels * (255 / top)).astype(np.uint8))
    rgba = image.convert("RGBA")
    white = Image.new("RGB", rgba.size, "white")
    white.paste(rgba, mask=rgba.getchannel("A"))
    return white
