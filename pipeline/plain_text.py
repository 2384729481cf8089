"""Plain text files: any encoding of Vietnamese, pages and lines as they were typed or read."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from pipeline.legacy import decode_bytes
from pipeline.model import Line, PageReading, PageReport, Role, TextSource

VERSION = 1
# Text saved from a web viewer starts each page with one blank before its first letter.
_PAGE_START = re.compile(r"^ (?=\S)")


def read_plain_text(path: Path) -> list[PageReading]:
    """The pages of a text file as raw lines, NFC, blank lines left out. Raises Rejected for what is no text."""
    text, encoding = decode_bytes(path.read_bytes())
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    pages = split_pages(text)
    reason = f"văn bản thuần, bảng mã {encoding}"
    return [
        PageReading(number, _lines_of(number, rows), PageReport(number, TextSource.TEXT, reason))
        for number, rows in enumerate(pages, start=1)
    ]


def split_pages(text: str) -> list[list[str]]:
    """The lines of each page: parted by form feeds or, where there is none, by lines led by a single blank."""
    if "\f" in text.rstrip("\f\n "):
        return [page.split("\n") for page in text.rstrip("\f\n ").split("\f")]
    rows = text.split("\n")
    filled = [row for row in rows if row.strip()]
    starts = [row for row in filled if _PAGE_START.match(row)]
    # Where much of the text is indented, a blank is no page break.
    indented = [row for row in filled if row[0] in " \t"]
    if len(starts) * 8 > len(filled) or len(indented) > len(starts):
        return [rows]
    pages: list[list[str]] = [[]]
    for at, row in enumerate(rows):
        begun = any(line.strip() for line in pages[-1])
        if begun and (_PAGE_START.match(row) or _is_page_number(rows, at, len(pages) + 1)):
            pages.append([])
        pages[-1].append(row)
    return pages


def _is_page_number(rows: list[str], at: int, number: int) -> bool:
    """Whether row `at` is `number` alone, blank rows round it."""
    around = rows[max(0, at - 2) : at] + rows[at + 1 : at + 3]
    return rows[at].strip() == str(number) and not any(row.strip() for row in around)


def _lines_of(page: int, rows: list[str]) -> tuple[Line, ...]:
    filled = [at for at, row in enumerate(rows) if row.strip()]
    lines = []
    for at in filled:
        text = " ".join(rows[at].split())
        at_edge = text == str(page) and at in (filled[0], filled[-1])
        number = page > 1 and (at_edge or _is_page_number(rows, at, page))
        lines.append(Line(page, text, text, Role.PAGE_NUMBER if number else Role.BODY))
    return tuple(lines)
