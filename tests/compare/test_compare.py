"""The matrix across provinces, on screen and in files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from pipeline import tables
from pipeline.compare import COMPARED_TABLES, GROUPS, NOTHING, Matrix, compare_table
from pipeline.compare_files import as_csv, as_xlsx, save
from pipeline.errors import RunError

MINISTRY, PROVINCE = "1286/KH-BGDĐT · Bộ Giáo dục và Đào tạo", "352/KH-UBND · Ủy ban nhân dân tỉnh Hà Tĩnh"


def test_awards_with_their_occasions(outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        matrix = compare_table(connection, "awards")
        by_plan = compare_table(connection, "awards", "plan_id")
    assert "Hà Tĩnh" in matrix.columns and "(trung ương)" in matrix.columns
    cells = dict(by_plan.rows)["huân chương (Nhà nước)"]
    assert cells[by_plan.columns.index(MINISTRY)] == "tổng kết"
    assert cells[by_plan.columns.index(PROVINCE)] == NOTHING
    assert PROVINCE in dict(by_plan.left_out())["huân chương (Nhà nước)"]


def test_reporting_days_by_plan(outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        matrix = compare_table(connection, "deadlines", "plan_id")
    assert dict(matrix.rows)["báo cáo, hằng năm"][matrix.columns.index(PROVINCE)] == "15/11"


def test_a_cell_names_days_and_occasions_in_their_order(outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        days, awards = compare_table(connection, "deadlines"), compare_table(connection, "awards")
    assert dict(days.rows)["báo cáo, hằng năm"][days.columns.index("Hà Tĩnh")] == "25/5, 31/5, 15/11"
    assert dict(awards.rows)["bằng khen (tỉnh)"][awards.columns.index("Hà Tĩnh")] == "hằng năm, sơ kết, tổng kết"


def test_a_theme_shows_the_passages_themselves(outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        matrix = compare_table(connection, "contents", "plan_id", theme="security")
    ((label, cells),) = matrix.rows
    assert label == "an ninh, an toàn" and "mạng" in cells[matrix.columns.index(PROVINCE)]


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("table", COMPARED_TABLES)
def test_every_table_compares_by_every_group(outputs: Path, table: str, by: str) -> None:
    with tables.connect(outputs) as connection:
        matrix = compare_table(connection, table, by)
    assert matrix.rows and all(len(cells) == len(matrix.columns) for _, cells in matrix.rows)
    assert all(any(cell != NOTHING for cell in cells) for _, cells in matrix.rows)


@pytest.mark.parametrize(
    "asked",
    [
        ("plans", "province", None),
        ("awards", "nobody", None),
        ("awards", "province", "data"),
        ("contents", "province", "x"),
    ],
)
def test_a_wrong_question_is_answered_with_the_right_ones(outputs: Path, asked: tuple[str, str, str | None]) -> None:
    with tables.connect(outputs) as connection, pytest.raises(RunError):
        compare_table(connection, *asked)


EVIL = Matrix(
    "thử: [a]/b", "góc", ("=1+1", "Hà Nội"), (("@SUM(A1)", ("+84", NOTHING)), ("-2+3", ("7", "\t=cmd|'/c calc'!A1")))
)


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(EVIL))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    assert sheet["B1"].value == "=1+1" and sheet["B3"].value == 7
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:C3")
    assert all(dimension.width >= 12 for dimension in sheet.column_dimensions.values())


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(EVIL))))
    assert rows[0][1:] == ["'=1+1", "Hà Nội"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_a_csv_file_opens_as_utf8_in_excel(tmp_path: Path) -> None:
    save(EVIL, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="xlsx"):
        save(EVIL, tmp_path / "a.pdf")
