"""The files a specimen comes as. Every function returns the same bytes for the same specimen."""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile
from collections.abc import Callable
from itertools import zip_longest

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .layout import MOTTO, STATE, true_text
from .source import Source
from .typeset import DPI, FONTS, HEIGHT, WIDTH, Page
from .wear import fax, office_scan, photograph, stamp_page

rl_config.useA85 = 0
SCALE = 72 / DPI
SIZE = (WIDTH * SCALE, HEIGHT * SCALE)


def _worn(source: Source, pages: list[Page]) -> list[Image.Image]:
    """Each page as the office scanner sees it, no two turned alike."""
    return [
        office_scan(stamp_page(page, source.seal, source.seed), source.seed + page.number, turn)
        for page, turn in zip(pages, _turns(source, len(pages)), strict=True)
    ]


def _turns(source: Source, count: int) -> list[float]:
    """Skew of each page in degrees, round the specimen's own."""
    return [source.skew + (-0.3, 0.15, 0.3, -0.1)[n % 4] for n in range(count)]


def _canvas(buffer: io.BytesIO) -> Canvas:
    canvas = Canvas(buffer, pagesize=SIZE, invariant=1, pageCompression=1)
    canvas.setCreator("")
    canvas.setProducer("")
    return canvas


def _place_picture(canvas: Canvas, image: Image.Image, quality: int) -> None:
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=quality, dpi=(DPI, DPI), subsampling=2)
    canvas.drawImage(ImageReader(jpeg), 0, 0, *SIZE)


def office_pdf(source: Source, pages: list[Page]) -> bytes:
    """Pictures only."""
    buffer = io.BytesIO()
    canvas = _canvas(buffer)
    for image in _worn(source, pages):
        _place_picture(canvas, image, 28)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lossy_pdf(source: Source, pages: list[Page]) -> bytes:
    """Pictures under an invisible text layer such as English OCR leaves of Vietnamese."""
    buffer = io.BytesIO()
    canvas = _canvas(buffer)
    rng = random.Random(source.seed)
    for page, image in zip(pages, _worn(source, pages), strict=True):
        _place_picture(canvas, image, 28)
        for word in page.words:
            text = misread(word.text, rng)
            layer = canvas.beginText(word.x * SCALE, SIZE[1] - word.y * SCALE)
            layer.setTextRenderMode(3)
            layer.setFont("Helvetica", word.points)
            layer.setHorizScale(100 * word.width * SCALE / pdfmetrics.stringWidth(text, "Helvetica", word.points))
            layer.textOut(text + " ")
            canvas.drawText(layer)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


# What English OCR makes of a letter and its mark: the letter bare, an accent of Latin-1, or a look-alike.
_TONES = {"\u0301": "\u0301", "\u0300": "\u0300", "\u0309": "\u0301", "\u0303": "\u0303", "\u0323": ""}
_LOOK_ALIKES = {"ư": "u", "ơ": "o", "đ": "d", "Đ": "DP", "ă": "a", "â": "aâ", "ê": "ée", "ô": "oô6", "ứ": ["tr"], "ữ": ["it"],
                "ố": "6ó", "ộ": "6o", "ổ": "ô6", "ở": "oó", "ế": "é", "ề": "é", "ể": "ê", "ệ": "é", "ợ": "o", "ử": ["tr"]}


def misread(text: str, rng: random.Random) -> str:
    """Latin-1 text in place of Vietnamese, letter by letter."""
    return "".join(_misread_letter(letter, rng) for letter in text)


def _misread_letter(letter: str, rng: random.Random) -> str:
    if letter in "–—“”‘’…•":
        return {"–": "-", "—": "-", "“": '"', "”": '"', "…": "...", "•": "-"}.get(letter, "'")
    if letter in _LOOK_ALIKES:
        return rng.choice(_LOOK_ALIKES[letter])
    base, *marks = unicodedata.normalize("NFD", letter)
    if not marks:
        return letter
    kept = _TONES.get(marks[-1], "") if rng.random() < 0.6 else ""
    shown = unicodedata.normalize("NFC", base + kept)
    return shown if len(shown) == 1 and ord(shown) < 256 else base


def digital_pdf(source: Source, pages: list[Page]) -> bytes:
    """Born digital: the print itself with its fonts."""
    buffer = io.BytesIO()
    canvas = _canvas(buffer)
    for page in pages:
        _print_page(canvas, page)
    canvas.save()
    return buffer.getvalue()


def mixed_pdf(source: Source, pages: list[Page]) -> bytes:
    """Born digital, but for the last page, which was signed on paper and scanned."""
    buffer = io.BytesIO()
    canvas = _canvas(buffer)
    for page in pages[:-1]:
        _print_page(canvas, page)
    _place_picture(canvas, _worn(source, pages)[-1], 28)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _print_page(canvas: Canvas, page: Page) -> None:
    for word in page.words:
        if word.face not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(word.face, FONTS / f"{word.face}.ttf"))
        canvas.setFont(word.face, word.points)
        canvas.drawString(word.x * SCALE, SIZE[1] - word.y * SCALE, word.text + " ")
    canvas.setLineWidth(0.7)
    for x0, y0, x1, y1 in page.rules:
        canvas.line(x0 * SCALE, SIZE[1] - y0 * SCALE, x1 * SCALE, SIZE[1] - y1 * SCALE)
    canvas.showPage()


def fax_tiff(source: Source, pages: list[Page]) -> bytes:
    """One bit a dot, many pages, CCITT group 4."""
    turns = _turns(source, len(pages))
    first, *rest = [
        fax(stamp_page(page, source.seal, source.seed), source.seed + page.number, turn)
        for page, turn in zip(pages, turns, strict=True)
    ]
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", compression="group4", dpi=(DPI, DPI), save_all=True, append_images=rest)
    return buffer.getvalue()


def photo_jpeg(source: Source, pages: list[Page]) -> bytes:
    """One sheet, one shot."""
    (page,) = pages
    buffer = io.BytesIO()
    photograph(stamp_page(page, source.seal, source.seed), source.seed).save(buffer, "JPEG", quality=62)
    return buffer.getvalue()


def plain_text(source: Source, pages: list[Page]) -> bytes:
    """What a converter leaves: hard line breaks, blank lines between all lines, form feeds."""
    spaced = (line + " \n\n" if line else "\n" for line in true_text(pages).split("\n"))
    return "".join(spaced).rstrip().encode() + b"\n"


def document_text(source: Source) -> str:
    """The true text of a Word file, one paragraph a line: it has no printed lines and no page numbers."""
    rows = zip_longest(source.left, (STATE, MOTTO), fillvalue="")
    head = [*(" ".join(row).replace("**", "").strip() for row in rows), f"{source.number} {source.place}"]
    body = (paragraph.text.replace("**", "") for paragraph in source.body)
    foot = ("Nơi nhận:", *source.recipients, *source.signature, source.signer)
    return "\n".join((*head, "KẾ HOẠCH", *source.title, *body, *foot)) + "\n"


def word_document(source: Source, pages: list[Page]) -> bytes:
    """A Word file with letterhead and signature in borderless tables; its zip carries no time of making."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(source.points)
    rows = [*zip_longest(source.left, (STATE, MOTTO), fillvalue=""), (source.number, source.place)]
    for cells, row in zip(document.add_table(len(rows), 2).rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            _write(cell.paragraphs[0], f"**{text}**" if text in (STATE, MOTTO) else text, 12, True)
    for text in ("KẾ HOẠCH", *source.title):
        _write(document.add_paragraph(), f"**{text}**", source.points, True)
    for paragraph in source.body:
        text = f"**{paragraph.text}**" if paragraph.style == "heading" else paragraph.text
        made = document.add_paragraph()
        made.paragraph_format.first_line_indent = Cm(1.27)
        _write(made, text, source.points)
    foot = document.add_table(1, 2).rows[0].cells
    for cell, texts in zip(foot, (("Nơi nhận:", *source.recipients), (*source.signature, "", source.signer)), strict=True):
        for n, text in enumerate(texts):
            _write(cell.paragraphs[0] if n == 0 else cell.add_paragraph(), text, 12, cell is foot[1])
    return _without_times(document)


def _write(paragraph: docx.text.paragraph.Paragraph, text: str, points: float, centred: bool = False) -> None:
    for n, part in enumerate(text.split("**")):
        if part:
            run = paragraph.add_run(part)
            run.bold, run.font.size = n % 2 == 1, Pt(points)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _without_times(document: docx.document.Document) -> bytes:
    packed, buffer = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


# kind of scan: (ending, what SOURCES.tsv says, maker)
KINDS: dict[str, tuple[str, str, Callable[[Source, list[Page]], bytes]]] = {
    "office": ("pdf", "image-only PDF, office scanner, 200 dpi", office_pdf),
    "lossy": ("pdf", "scanned PDF with a lossy text layer", lossy_pdf),
    "digital": ("pdf", "born-digital PDF", digital_pdf),
    "mixed": ("pdf", "born-digital PDF, last page scanned", mixed_pdf),
    "fax": ("tif", "fax-like TIFF, 1 bit, 200 dpi", fax_tiff),
    "photo": ("jpg", "phone photo", photo_jpeg),
    "docx": ("docx", "Word file", word_document),
    "text": ("txt", "plain text, hard line breaks", plain_text),
}
