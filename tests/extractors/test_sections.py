"""Sections and the outline as rows."""

import pytest

from extractors import items, sections
from extractors.headings import heading_kinds, restored_heading
from pipeline.model import BoundingBox, Line
from pipeline.outline import outline_of


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("NỘI DUNG, TIÊU CHÍ THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG", ["content", "criteria", "awards"]),
        ("THỜI GIAN VÀ TRÁCH NHIỆM THỰC HIỆN", ["timeline", "organisation"]),
        ("TIÊU CHUẨN, HÌNH THỨC KHEN THƯỞNG", ["awards"]),
        ("ĐỐI TƯỢNG VÀ TIÊU CHUẨN DANH HIỆU THI ĐUA", ["subjects", "criteria"]),
        ("NHIỆM VỤ TRỌNG TÂM VÀ GIẢI PHÁP", ["content", "solutions"]),
        ("PHÂN CÔNG NHIỆM VỤ", ["organisation"]),
        ("TÔ CHỨC THỰC HIỆN", ["organisation"]),
        ("KINH PHÍ THỰC HIỆN", []),
        ("ĐIỀU KHOẢN THI HÀNH", []),
    ],
)
def test_kinds_of_headings(heading, kinds):
    assert list(heading_kinds(heading)) == kinds


@pytest.mark.parametrize("heading", ["Hội đồng Thi đua - Khen thưởng tỉnh", "Nâng cao chất lượng công tác khen thưởng", "Phòng Tổ chức cán bộ", "Giai đoạn 1"])
def test_headings_inside_a_section_that_start_no_part(heading):
    assert heading_kinds(heading, opens=True) == ()


def test_headings_get_back_their_marks_and_names_stay():
    assert restored_heading("TÔ CHỨC THỰC HIỆN") == "TỔ CHỨC THỰC HIỆN"
    assert restored_heading("KINH PHÍ THỰC HIỆN") == "KINH PHÍ THỰC HIỆN"
    assert restored_heading("GIẢI BÓNG ĐÁ TÔ HIỆU") == "GIẢI BÓNG ĐÁ TÔ HIỆU"


def test_rows_of_sections_and_items():
    lines = [
        Line(page, text, text, bbox=BoundingBox(0.15, y, 0.9, y + 0.02), ocr_confidence=0.95)
        for page, y, text in [
            (1, 0.1, "KẾ HOẠCH"), (1, 0.2, "Diễn tập"), (1, 0.3, "I. NỘI DUNG"), (1, 0.9, "1. Diễn tập ứng phó bão mạnh với sự tham gia của các"),
            (2, 0.1, "lực lượng tại chỗ."), (2, 0.2, "II. KINH PHÍ"), (2, 0.3, "Ngân sách xã."),
        ]
    ]  # fmt: skip
    outline = outline_of(lines, 2)
    first, second = sections.extract(outline, None)
    assert (first.numeral, first.heading, first.kinds, first.page_first, first.page_last) == ("I", "NỘI DUNG", ("content",), 1, 2)
    assert second.kinds == () and second.confidence < 0.9
    rows = {r.path: r for r in items.extract(outline, None)}
    assert rows["I.1"].regions == ("1:0.1500,0.9000,0.9000,0.9200", "2:0.1500,0.1000,0.9000,0.1200")
    assert rows["I.1"].marker == "1." and rows["I.1"].parent_item_id == "I" and rows["I.1"].kind == "content"
