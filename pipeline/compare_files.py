"""A matrix as CSV or as an Excel workbook that an office opens without a warning."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from pipeline.compare import Matrix
from pipeline.errors import RunError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 60, 12  # of a column, in letters


def as_csv(matrix: Matrix) -> str:
    """The matrix as CSV. A cell that a spreadsheet would run as a formula begins with an apostrophe."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([_harmless(c) for c in (matrix.corner, *matrix.columns)])
    writer.writerows([[_harmless(c) for c in (label, *cells)] for label, cells in matrix.rows])
    return lines.getvalue()


def as_xlsx(matrix: Matrix) -> bytes:
    """The matrix as a workbook: head and first column stay in sight, filters on, texts wrapped, no cell a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = matrix.title[:31].translate({ord(c): " " for c in "[]:*?/\\"})
    table = [(matrix.corner, *matrix.columns), *((label, *cells) for label, cells in matrix.rows)]
    for r, line in enumerate(table, 1):
        for c, text in enumerate(line, 1):
            cell = sheet.cell(r, c)
            if text.isdecimal():
                cell.value = int(text)
            else:
                cell.value, cell.data_type, cell.quotePrefix = text, "s", text.startswith(_FORMULA)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if r == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
    for c in range(1, len(matrix.columns) + 2):
        longest = max(len(line[c - 1]) for line in table)
        sheet.column_dimensions[get_column_letter(c)].width = min(_WIDEST, max(_NARROWEST, longest + 2))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "1:1", "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def save(matrix: Matrix, path: Path) -> None:
    """Writes `path` as its suffix says. Raises RunError for another suffix or an unwritable place."""
    try:
        if path.suffix.lower() == ".xlsx":
            path.write_bytes(as_xlsx(matrix))
        elif path.suffix.lower() == ".csv":
            path.write_text(as_csv(matrix), encoding="utf-8-sig", newline="")  # with its mark Excel reads it as UTF-8
        else:
            raise RunError(f"Không rõ ghi {path} theo dạng nào: đặt tên tệp .csv hoặc .xlsx.")
    except OSError as error:
        raise RunError(f"Không ghi được {path} ({error.strerror}).") from error


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
