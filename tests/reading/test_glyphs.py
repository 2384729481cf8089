"""Slashes read as a capital I, Đ read twice."""

from __future__ import annotations

import pytest

from diacritics import apply_edits
from pipeline.model import BoundingBox, Line, Role
from pipeline.restoration import restore_lines


def line(text: str, read: bool = True) -> Line:
    sure = (0.95,) * len(text.split())
    box = BoundingBox(0.1, 0.1, 0.9, 0.12)
    return Line(1, text, text, Role.BODY, box, 0.95 if read else None, word_confidences=sure if read else None)


@pytest.mark.parametrize(
    ("seen", "printed"),
    [
        ("ngày 17I3I2026 của Bộ Chính trị", "ngày 17/3/2026 của Bộ Chính trị"),
        ("Thông tư số 35I2015ITT-BGDĐT", "Thông tư số 35/2015/TT-BGDĐT"),
        ("Kế hoạch số 173IKH-UBND ngày 01/7/2025", "Kế hoạch số 173/KH-UBND ngày 01/7/2025"),
        ("Nghị quyết số 57-NQITW của Bộ Chính trị", "Nghị quyết số 57-NQ/TW của Bộ Chính trị"),
        ("Luật số 58I2014IQH13 của Quốc hội", "Luật số 58/2014/QH13 của Quốc hội"),
    ],
)
def test_slashes_come_back_and_every_change_is_told(seen, printed):
    (restored,) = restore_lines([line(seen)])
    assert restored.text == printed and restored.raw_text == seen
    assert apply_edits(seen, restored.edits) == printed
    assert {edit.rule for edit in restored.edits} == {"slash"}


def test_a_second_d_goes():
    (restored,) = restore_lines([line("Quyết định số 244/QĐÐ-UBND của trường CĐÐSP")])
    assert restored.text == "Quyết định số 244/QĐ-UBND của trường CĐSP"
    assert apply_edits(restored.raw_text, restored.edits) == restored.text


@pytest.mark.parametrize("text", ["Quý I/2025 và Quý II/2025", "Phụ lục I", "Bảng 1.I", "Mục 2 II", "COVID-19 loại 3I"])
def test_a_capital_i_elsewhere_stays(text):
    (restored,) = restore_lines([line(text)])
    assert restored.text == text


def test_text_that_no_page_image_gave_stays():
    (restored,) = restore_lines([line("mã 17I3I2026", read=False)])
    assert restored.text == "mã 17I3I2026"
