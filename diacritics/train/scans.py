"""Training pairs from real scans: documents with their truth beside them, read by an English Tesseract, lines aligned."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2
from PIL import Image

from diacritics.train.pages import Reader, match_lines
from diacritics.words import modern_tones

PDF_DPI = (300, 200)


def scans_with_truth(folder: Path) -> dict[Path, Path]:
    """Every `NAME.pdf`, `.png` or `.jpg` in `folder` with its text in `NAME.txt` or `NAME.gt.txt`."""
    found = {}
    for scan in sorted(path for path in folder.rglob("*") if path.suffix in (".pdf", ".png", ".jpg")):
        beside = scan.with_suffix(".gt.txt"), scan.with_suffix(".txt")
        found |= {scan: path for path in beside if path.is_file()}
    return found


def scan_pairs(folder: Path, readers: Sequence[Reader]) -> Iterator[tuple[str, str]]:
    """(true, read) lines of the scans of `folder`."""
    for scan, truth in scans_with_truth(folder).items():
        text = modern_tones(unicodedata.normalize("NFC", truth.read_text(encoding="utf-8")))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        for pages in _pages(scan):
            for reader in readers:
                yield from match_lines(lines, [line for page in pages for line in reader.read_layout(page)])


def _pages(scan: Path) -> Iterator[list[Image.Image]]:
    """The pages of `scan`; a PDF's at each of `PDF_DPI`."""
    if scan.suffix != ".pdf":
        yield [Image.open(scan)]
        return
    document = pypdfium2.PdfDocument(scan)
    for dpi in PDF_DPI:
        yield [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
