"""DOCX files: paragraphs and tables in their order, list numbers and footnotes written out."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from pipeline.docx_numbers import ListNumbers
from pipeline.errors import DocumentError
from pipeline.legacy import to_unicode
from pipeline.model import Line, PageReading, PageReport, Role, TextSource

VERSION = 1
_PAGE_BREAK = "\f"


@dataclass(slots=True)
class _Page:
    lines: list[tuple[str, Role]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)


def read_docx(path: Path) -> list[PageReading]:
    """The pages of a Word file (parted where Word last broke them) as raw lines, one a paragraph.

    Raises DocumentError where the file can not be opened.
    """
    try:
        pages = _pages_of(Document(str(path)))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise DocumentError("Không mở được tệp Word: hãy lưu lại thành .docx hoặc PDF rồi đưa vào lại.") from error
    _, legacy = to_unicode("\n".join(text for page in pages for text, _ in page.lines))
    reason = f"tệp Word, đổi từ bảng mã {legacy}" if legacy else "tệp Word"
    readings = []
    for number, page in enumerate(pages, start=1):
        rows = page.lines + [(text, Role.FOOTNOTE) for text in page.footnotes]
        lines = tuple(_line(number, text, role, legacy) for text, role in rows)
        readings.append(PageReading(number, lines, PageReport(number, TextSource.TEXT, reason)))
    return readings


def _line(page: int, text: str, role: Role, legacy: str | None) -> Line:
    text = to_unicode(text, legacy)[0] if legacy else unicodedata.normalize("NFC", text)
    return Line(page, text, text, role)


def _pages_of(document: Document) -> list[_Page]:
    numbers, notes = ListNumbers(document), _footnotes_of(document)
    pages = [_Page()]
    for block in document.iter_inner_content():
        rows = _rows_of_table(block, numbers) if isinstance(block, Table) else _rows_of_paragraph(block, numbers)
        for text, role, calls in rows:
            for at, part in enumerate(text.split(_PAGE_BREAK)):
                if at:
                    pages.append(_Page())
                pages[-1].lines += [(" ".join(row.split()), role) for row in part.split("\n") if row.strip()]
            pages[-1].footnotes += [f"{numbers.note_number(call)} {notes[call]}" for call in calls if call in notes]
    return [page for page in pages if page.lines] or pages[:1]


_Row = tuple[str, Role, list[str]]


def _rows_of_paragraph(paragraph: Paragraph, numbers: ListNumbers, role: Role = Role.BODY) -> Iterator[_Row]:
    text, calls = _text_of(paragraph, numbers)
    if not text.strip():
        if _PAGE_BREAK in text:
            yield text, role, []
        return
    marker = numbers.marker_of(paragraph)
    if marker:
        lead = len(text) - len(text.lstrip("\f\n "))
        text = f"{text[:lead]}{marker} {text[lead:]}"
    yield text, role, calls


def _rows_of_table(table: Table, numbers: ListNumbers) -> Iterator[_Row]:
    """A letterhead or signature block column by column, any other table row by row."""
    roles = _roles_of_columns(table)
    if roles:
        for column, role in enumerate(roles):
            for row in table.rows:
                cells = row.cells
                if column < len(cells) and (column == 0 or cells[column]._tc is not cells[column - 1]._tc):
                    for paragraph in cells[column].paragraphs:
                        yield from _rows_of_paragraph(paragraph, numbers, role)
        return
    for row in table.rows:
        cells, calls, seen = [], [], set()
        for cell in row.cells:  # a merged cell comes once for each column it spans
            if cell._tc in seen:
                continue
            seen.add(cell._tc)
            parts = [part for p in cell.paragraphs for part in _rows_of_paragraph(p, numbers)]
            cells.append(" ".join(text.replace(_PAGE_BREAK, " ").replace("\n", " ") for text, _, _ in parts))
            calls += [call for _, _, found in parts for call in found]
        if any(cells):
            yield " | ".join(cells), Role.TABLE, calls


def _roles_of_columns(table: Table) -> tuple[Role, Role] | None:
    if len(table.columns) != 2:
        return None
    text = unicodedata.normalize("NFC", " ".join(cell.text for row in table.rows for cell in row.cells)).casefold()
    if "độc lập" in text and "hạnh phúc" in text or "đảng cộng sản việt nam" in text:
        return Role.ISSUER, Role.MOTTO
    if text.lstrip().startswith("nơi nhận"):
        return Role.RECIPIENTS, Role.SIGNATURE
    return None


def _text_of(paragraph: Paragraph, numbers: ListNumbers) -> tuple[str, list[str]]:
    """The text of a paragraph with its page breaks as form feeds, and the footnotes that it calls."""
    parts, calls = [], []
    for node in paragraph._p.iter():
        match etree.QName(node).localname if isinstance(node.tag, str) else "":
            case "t":
                parts.append(node.text or "")
            case "tab":
                parts.append(" " if node.getparent().tag == qn("w:r") else "")
            case "noBreakHyphen":
                parts.append("-")
            case "lastRenderedPageBreak":
                parts.append(_PAGE_BREAK)
            case "br":
                parts.append(_PAGE_BREAK if node.get(qn("w:type")) == "page" else "\n")
            case "footnoteReference":
                calls.append(node.get(qn("w:id")))
                parts.append(numbers.note_number(node.get(qn("w:id"))))
    text = "".join(parts)
    while "\f\f" in text:  # a break typed and the same break drawn
        text = text.replace("\f\f", "\f")
    return text, calls


def _footnotes_of(document: Document) -> dict[str, str]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes"):
            root = etree.fromstring(relation.target_part.blob)
            return {
                note.get(qn("w:id")): " ".join("".join(note.itertext(qn("w:t"))).split())
                for note in root.findall(qn("w:footnote"))
                if note.get(qn("w:type")) is None
            }
    return {}
