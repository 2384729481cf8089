"""The text that a PDF carries itself, and whether to trust it, page by page."""

from __future__ import annotations

import ctypes
import html
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pipeline.errors import DocumentError, Rejected, RunError
from pipeline.legacy import to_unicode
from pipeline.model import BoundingBox, OcrPage, Word
from pipeline.settings import Settings
from pipeline.trust import vietnamese_quality

VERSION = 1
MIN_WORDS = 15  # fewer say nothing about a page
MIN_VALID, MIN_MARKED = 0.85, 0.6  # good Vietnamese has 0.98 and more, 0.85 and more
MIN_VALID_ON_SCAN = 0.95  # a layer over a scan is an earlier OCR: a new one costs only time
FILLS_PAGE = 0.5  # a picture of this share of the page is a scan of it
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_LINE = re.compile(r"<line [^>]*>(.*?)</line>", re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', re.DOTALL
)
_BATCH = 50  # pages a pdftotext call: bounds memory


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What a PDF says of one page. `text` is None where its text layer is not to be trusted.

    `layer`: the layer as it stands, for where OCR finds nothing. `image_dpi`: of a scan that fills the page;
    `is_grey`: nothing on the page has a colour.
    """

    page: int
    width_pt: float
    height_pt: float
    image_dpi: float | None
    is_grey: bool
    text: OcrPage | None
    layer: OcrPage
    reason: str


def pdf_pages(path: Path, settings: Settings) -> list[PdfPage]:
    """Every page of a PDF with its trusted text or the reason why it needs OCR. Raises Rejected, RunError."""
    shapes = _shapes_of(path)
    layers = list(_layers_of(path, len(shapes), settings))
    if len(layers) != len(shapes):
        raise DocumentError("PDF hỏng: số trang không khớp. Hãy tải lại hoặc quét lại văn bản.")
    pages = []
    for shape, layer in zip(shapes, layers, strict=True):
        text, reason = judge_layer(layer, has_scan=shape.image_dpi is not None)
        pages.append(
            PdfPage(layer.page, shape.width_pt, shape.height_pt, shape.image_dpi, shape.is_grey, text, layer, reason)
        )
    return pages


def judge_layer(layer: OcrPage, has_scan: bool) -> tuple[OcrPage | None, str]:
    """The words of `layer` to use, in Unicode, or None for fresh OCR; with the reason."""
    raw = "\n".join(" ".join(word.text for word in line) for line in layer.lines)
    count = len(raw.split())
    if not count:
        return None, "không có lớp chữ"
    if raw.count("(cid:") * 20 > count or _unmapped(raw) * 50 > len(raw):
        return None, "lớp chữ hỏng mã ký tự"
    if count < MIN_WORDS:
        return (None, "lớp chữ chỉ là chữ ký số") if has_scan else (_in_unicode(layer, None), "lớp chữ ngắn")
    text, legacy = to_unicode(raw)
    quality = vietnamese_quality(text)
    if has_scan and count < 60 and _SIGNED.search(text):
        return None, "lớp chữ chỉ là chữ ký số"
    least = MIN_VALID_ON_SCAN if has_scan else MIN_VALID
    if quality.words and (quality.valid < least or quality.marked < MIN_MARKED):
        return None, f"lớp chữ mất dấu ({quality.marked:.0%} từ có dấu, {quality.valid:.0%} đúng âm tiết)"
    if text == raw:
        return layer, "lớp chữ tốt"
    return _in_unicode(layer, legacy), f"lớp chữ {legacy} đổi sang Unicode" if legacy else "lớp chữ tốt"


_SIGNED = re.compile(r"(?i)k[ýy] bởi|người ký|thời gian ký|\d\d:\d\d:\d\d|\+07:00|@")


def _unmapped(text: str) -> int:
    """Characters that stand for no letter: replacement, private use, control."""
    return sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or c < " " and c not in "\n\t" for c in text)


def _in_unicode(layer: OcrPage, legacy: str | None) -> OcrPage:
    lines = []
    for line in layer.lines:
        # Converted line by line: whether a word is in capitals shows in its neighbours.
        texts = to_unicode(" ".join(word.text for word in line), legacy)[0].split(" ")
        if len(texts) != len(line):
            texts = [to_unicode(word.text, legacy)[0] for word in line]
        lines.append(tuple(Word(text, word.bbox, word.confidence) for text, word in zip(texts, line, strict=True)))
    return OcrPage(layer.page, tuple(lines))


@dataclass(frozen=True, slots=True)
class _Shape:
    """A page as it is shown: its size, the dpi of a scan that fills it, whether nothing on it has a colour."""

    width_pt: float
    height_pt: float
    image_dpi: float | None
    is_grey: bool


def _shapes_of(path: Path) -> list[_Shape]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Rejected("PDF bị cắt cụt, hỏng hoặc có mật khẩu: tải lại hoặc quét lại văn bản.") from error
    try:
        shapes = []
        for number in range(len(document)):
            page = document[number]
            width, height = page.get_size()
            dpi = _scan_dpi(page, width * height)
            shapes.append(_Shape(width, height, dpi, dpi is not None and _is_grey(page.raw)))
            page.close()
        return shapes
    except pypdfium2.PdfiumError as error:
        raise Rejected("PDF bị hỏng: tải lại hoặc quét lại văn bản.") from error
    finally:
        document.close()


def _scan_dpi(page: pypdfium2.PdfPage, area: float) -> float | None:
    """The dpi of the pictures that together fill the page (scanners cut pages into strips), None where none do."""
    covered, dpi = 0.0, 0.0
    bounds, pixels = [ctypes.c_float() for _ in range(4)], [ctypes.c_uint() for _ in range(2)]
    for picture in _pictures(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, depth=4):
        if not pdfium.FPDFPageObj_GetBounds(picture, *bounds) or not pdfium.FPDFImageObj_GetImagePixelSize(picture, *pixels):
            continue
        left, bottom, right, top = (bound.value for bound in bounds)
        wide, high = (side.value for side in pixels)
        size = max(0.0, right - left) * max(0.0, top - bottom)
        if size > 0.02 * area and wide and high:
            covered += size
            dpi = max(dpi, (wide * high / size) ** 0.5 * 72)
    return dpi if covered >= FILLS_PAGE * area else None


def _is_grey(page: Any) -> bool:
    """Whether the page shows grey pictures and nothing else: no notes or signatures over it, no text but hidden text."""
    if pdfium.FPDFPage_GetAnnotCount(page):
        return False
    about = pdfium.FPDF_IMAGEOBJ_METADATA()
    for at in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, at)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            if pdfium.FPDFTextObj_GetTextRenderMode(item) != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
                return False
        elif (
            kind != pdfium.FPDF_PAGEOBJ_IMAGE
            or not pdfium.FPDFImageObj_GetImageMetadata(item, page, about)
            or about.colorspace not in (pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_CALGRAY)
        ):
            return False
    return True


def _pictures(holder: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any], depth: int) -> Iterator[Any]:
    """The pictures on a page or in a form on it. Without an object of Python's for each letter: a page has hundreds."""
    for at in range(count(holder)):
        item = get(holder, at)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield item
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth > 1:
            yield from _pictures(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth - 1)


def _layers_of(path: Path, count: int, settings: Settings) -> Iterator[OcrPage]:
    for first in range(1, count + 1, _BATCH):
        last = min(count, first + _BATCH - 1)
        command = ["pdftotext", "-bbox-layout", "-f", str(first), "-l", str(last), "-enc", "UTF-8", str(path), "-"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=settings.render_timeout_s, check=False)
        except FileNotFoundError as error:
            raise RunError("Thiếu poppler: hãy cài gói poppler-utils.") from error
        except subprocess.TimeoutExpired as error:
            raise DocumentError(f"Đọc lớp chữ của PDF quá {settings.render_timeout_s:.0f} giây.") from error
        found = _PAGE.findall(done.stdout.decode("utf-8", errors="replace"))
        for number, (width, height, body) in enumerate(found, start=first):
            yield OcrPage(number, tuple(_lines_of(body, float(width), float(height))))


def _lines_of(body: str, width: float, height: float) -> Iterator[tuple[Word, ...]]:
    for line in _LINE.findall(body):
        words = []
        for x0, y0, x1, y1, text in _WORD.findall(line):
            text = (html.unescape(text) if "&" in text else text).replace("\u00a0", " ").strip()
            if text:
                box = _box(float(x0) / width, float(y0) / height, float(x1) / width, float(y1) / height)
                words.append(Word(text, box, 1.0))
        if words:
            yield tuple(words)


def _box(x0: float, y0: float, x1: float, y1: float) -> BoundingBox:
    if not (0 <= x0 <= x1 <= 1 and 0 <= y0 <= y1 <= 1):  # off the page, or written right to left
        x0, x1 = sorted(min(1.0, max(0.0, x)) for x in (x0, x1))
        y0, y1 = sorted(min(1.0, max(0.0, y)) for y in (y0, y1))
    return BoundingBox(x0, y0, x1, y1)
