"""Responsibilities: who does what, with whom, reporting to whom."""

import pytest

from extractors.bodies import body_class, canonical_body
from extractors.responsibilities import extract
from pipeline.model import Line
from pipeline.outline import outline_of
from tests.extractors.cases import cases_of


def outline(*texts):
    return outline_of([Line(1, t, t) for t in ("KẾ HOẠCH", "Công tác năm", "I. MỤC ĐÍCH", "- Làm tốt.", "II. TỔ CHỨC THỰC HIỆN", *texts)], None)


@pytest.mark.parametrize("case", cases_of("responsibilities", "synthetic"))
def test_duties_of_cases(case):
    (row,) = extract(outline("- " + case["input"]), None)
    assert [row.body, row.role, list(row.with_bodies), row.reports_to] == case["expected"], case["comment"]


def test_the_group_heading_is_the_body_of_all_under_it():
    rows = extract(outline("1. Sở Công Thương", "- Chủ trì hội chợ.", "2. VNPT Cao Bằng", "Bảo đảm đường truyền.", "3. Kinh phí thực hiện", "- Từ ngân sách tỉnh."), None)
    assert [r.body for r in rows] == ["Sở Công Thương", "VNPT Cao Bằng"]
    assert [r.body_class for r in rows] == ["department", "other"]


def test_an_unknown_body_is_kept_with_less_confidence():
    known, unknown = extract(outline("1. Sở Công Thương", "- Chủ trì hội chợ.", "2. Mobifone khu vực", "- Phủ sóng."), None)
    assert unknown.body == "Mobifone khu vực"
    assert unknown.confidence < 0.9 <= known.confidence


def test_a_note_for_all_is_not_the_last_group_s():
    rows = extract(outline("1. Sở Công Thương", "- Chủ trì hội chợ.", "* Lưu ý: Các cơ quan, đơn vị tổ chức chạy thử."), None)
    assert [r.body for r in rows] == ["Sở Công Thương", "Các cơ quan, đơn vị"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("UBND tỉnh", "Ủy ban nhân dân tỉnh"),
        ("Uỷ ban nhân dân tỉnh", "Ủy ban nhân dân tỉnh"),
        ("Phòng TCHC", "Phòng Tổ chức hành chính"),
        ("phòng Tổ chức hành chính", "Phòng Tổ chức hành chính"),
        ("Phòng QLĐT", "Phòng QLĐT"),
        (None, None),
    ],
)
def test_one_name_for_all_spellings(body, name):
    assert canonical_body(body, outline("1. Phòng Tổ chức hành chính", "- Tham mưu.")) == name


@pytest.mark.parametrize(
    ("body", "code"),
    [("Sở Y tế", "department"), ("Cục Thuế", "ministry_department"), ("Văn phòng", "office"), ("Phòng Dược", "division"),
     ("Hội đồng Khoa học", "council"), ("Hội Nông dân", "union"), ("Ban Dân tộc", "commission"), ("Các khoa", "units"),
     ("UBND xã", "committee"), ("Viettel", None)],
)  # fmt: skip
def test_classes(body, code):
    assert body_class(body) == code
