"""Purposes, contents, solutions, criteria: the passages of their parts."""

from __future__ import annotations

import pytest

from extractors import contents, criteria, purposes, solutions
from extractors.passages import title_of
from extractors.topics import themes_of
from pipeline.model import Line
from pipeline.outline import outline_of


def outline(*texts):
    return outline_of([Line(1, t, t) for t in ("KẾ HOẠCH", "Công tác năm", *texts)], None)


def test_aspects():
    plan = outline("I. MỤC ĐÍCH, YÊU CẦU", "- Chung cho cả hai.", "1. Mục đích", "- Nâng cao ý thức.", "2. Yêu cầu", "a) Đúng luật.", "II. MỤC TIÊU", "Đạt 90%.")
    found = [(r.text, r.aspect) for r in purposes.extract(plan, None)]
    assert found == [("Chung cho cả hai.", "both"), ("Nâng cao ý thức.", "purpose"), ("Đúng luật.", "requirement"), ("Đạt 90%.", "purpose")]


def test_lead_ins_and_remarks_are_no_rows():
    plan = outline("I. MỤC ĐÍCH", "Kế hoạch nhằm các mục đích sau:", "- Vui, khỏe.", "(Có phụ lục kèm theo)")
    assert [r.text for r in purposes.extract(plan, None)] == ["Vui, khỏe."]


def test_contents_hold_their_sub_items_and_paragraphs():
    plan = outline("I. NỘI DUNG", "1. Thi đua đọc sách.", "Mỗi lớp một tủ sách.", "- Tuần đọc sách:", "+ Thi kể chuyện.", "2. Giữ trường xanh: trồng cây, nhặt rác.")
    first, second = contents.extract(plan, None)
    assert first.text == "Thi đua đọc sách. Mỗi lớp một tủ sách. - Tuần đọc sách: + Thi kể chuyện."
    assert first.title == "Thi đua đọc sách"
    assert second.title == "Giữ trường xanh" and second.text.endswith("nhặt rác.")


def test_a_heading_of_contents_and_solutions_gives_contents_alone():
    plan = outline("I. NHIỆM VỤ, GIẢI PHÁP", "1. Làm đường.", "II. TỔ CHỨC THỰC HIỆN", "- Các thôn làm.")
    assert len(contents.extract(plan, None)) == 1 and solutions.extract(plan, None) == []


def test_letters_may_be_the_top_level():
    plan = outline("I. NỘI DUNG, GIẢI PHÁP", "1. Nội dung", "a) Một.", "b) Hai.", "2. Giải pháp", "a) Ba.")
    assert [r.text for r in contents.extract(plan, None)] == ["Một.", "Hai."]
    assert [r.text for r in solutions.extract(plan, None)] == ["Ba."]


def test_paragraphs_are_topics_where_nothing_is_numbered():
    plan = outline("I. GIẢI PHÁP", "Tuyên truyền sâu rộng tới từng hộ dân.", "Kiểm tra, giám sát thường xuyên.")
    assert [r.themes[0] for r in solutions.extract(plan, None)] == ["awareness", "emulation"]


@pytest.mark.parametrize(
    ("text", "title"),
    [("Một việc. Hai việc.", "Một việc"), ("Chuyển đổi số: hồ sơ, bệnh án…", "Chuyển đổi số"), ("Đi TP. Huế học tập. Về báo cáo.", "Đi TP. Huế học tập"), ("Không có dấu", "Không có dấu")],
)
def test_titles(text, title):
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("title", "main"),
    [
        ("Thi đua phát triển hạ tầng số, bảo đảm an toàn", "infrastructure"),
        ("Nâng cao năng lực số cho giáo viên", "society"),
        ("Sắp xếp, tinh gọn bộ máy", "apparatus"),
        ("Hoàn thành tốt nhiệm vụ được giao", "assigned_tasks"),
        ("Trồng hoa ven đường", "other"),
    ],
)
def test_main_themes(title, main):
    assert themes_of(title, title)[0][0] == main


def test_criteria_and_whom_they_bind():
    plan = outline("I. TIÊU CHÍ", "1. Đối với các phòng", "- Không trễ hạn.", "2. Đối với đoàn viên", "- Hiến máu.", "3. Đối tượng khác", "Ủng hộ quỹ.")
    assert [(r.subject, r.subject_text) for r in criteria.extract(plan, None)] == [("collective", "các phòng"), ("individual", "đoàn viên"), ("other", "Đối tượng khác")]


def test_a_criterion_of_nobody_is_null_with_less_confidence():
    (row,) = criteria.extract(outline("I. TIÊU CHÍ", "- Sáng, xanh, sạch.", "II. TỔ CHỨC THỰC HIỆN", "- Các thôn làm."), None)
    assert row.subject is None and row.confidence < 0.9


def test_standards_of_awards_are_no_criteria():
    assert criteria.extract(outline("I. TIÊU CHUẨN KHEN THƯỞNG", "- Có thành tích xuất sắc."), None) == []
