"""The plan's own row: letterheads, titles and signatures of many kinds of office."""

import pytest

from extractors.plans import extract_plan
from extractors.signature import person_name, read_signature
from pipeline.model import Line
from tests.extractors.cases import cases_of
from tests.extractors.outlines import outline_of_text


@pytest.mark.parametrize("case", cases_of("plans", "synthetic"))
def test_plans_of_cases(case, tmp_path):
    plan = extract_plan(outline_of_text(case["input"], tmp_path))
    found = {name: getattr(plan, name) for name in case["expected"]}
    if found.get("issue_date"):
        found["issue_date"] = found["issue_date"].isoformat()
    assert {n: str(v).casefold() for n, v in found.items()} == {n: str(v).casefold() for n, v in case["expected"].items()}


def test_what_the_page_leaves_blank_is_doubted(tmp_path):
    blank = next(p.values[0] for p in cases_of("plans", "synthetic") if p.id == "number and day left blank")
    whole = next(p.values[0] for p in cases_of("plans", "synthetic") if p.id == "province, two lines")
    plan, sure = (extract_plan(outline_of_text(c["input"], tmp_path)) for c in (blank, whole))
    assert {"doc_number", "issue_date"} <= set(plan.doubts)
    assert plan.confidence < 0.9 <= sure.confidence


@pytest.mark.parametrize("speck", ["'", "’ ", "`", "´ ,"])
def test_a_speck_before_the_title_is_no_part_of_it(tmp_path, speck):
    """A scan of `bo-giao-duc`, `ubnd-bac-giang` and `trung-tam-gdtx` read `'Tổ chức`."""
    page = next(p.values[0] for p in cases_of("plans", "synthetic") if p.id == "province, two lines")["input"]
    title = extract_plan(outline_of_text(page, tmp_path)).title
    spoilt = page.replace(title.split()[0], speck + title.split()[0], 1)
    assert spoilt != page and extract_plan(outline_of_text(spoilt, tmp_path)).title == title


def lines(*texts, confidence=None):
    return [Line(1, t, t, ocr_confidence=confidence) for t in texts]


@pytest.mark.parametrize(
    ("printed", "name", "title"),
    [
        (("KT.GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Hà Văn Phúc"), "Hà Văn Phúc", "Phó Giám đốc"),
        (("TM. BAN CHỈ ĐẠO", "PHÓ TRƯỞNG BAN THƯỜNG TRỰC", "Lê Văn Ba"), "Lê Văn Ba", "Phó Trưởng ban Thường trực"),
        (("KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "(Đã ký)", "NGUYỄN VĂN AN"), "Nguyễn Văn An", "Phó Hiệu trưởng"),
        (("GIÁM ĐỐC", "Đại tá Trần Minh Tiến"), "Trần Minh Tiến", "Giám đốc"),
        (("„6ø. GIÁM ĐỐC", "h2“ PHÓ GIÁM ĐỐC", "sÀ ⁄", "` Phan Thị Minh Châu"), "Phan Thị Minh Châu", "Phó Giám đốc"),
        (("_ .CHÚ TỊCH", "Đỉnh Văn Quyết"), "Đinh Văn Quyết", "Chủ tịch"),
        (("GIÁM ĐỐC",), None, "Giám đốc"),
    ],
)
def test_signatures(printed, name, title):
    signer = read_signature(lines(*printed), [], "")
    assert (signer.name, signer.title) == (name, title)


def test_a_signature_glued_to_the_recipients():
    recipients = lines("Nơi nhận: KT. BỘ TRƯỞNG", "- Bộ Nội vụ (để báo cáo); THỨ TRƯỞNG", "- Lưu: VT, TCCB. Đỗ Văn Tuyên")
    signer = read_signature([], recipients, "")
    assert (signer.name, signer.title) == ("Đỗ Văn Tuyên", "Thứ trưởng")


@pytest.mark.parametrize("line", ["- Lưu: VT", "Lưu BCĐ", "GIÁM ĐỐC", "Như mục II", "sÀ ⁄", "Độc lập Tự do Hạnh phúc Việt Nam"])
def test_no_person(line):
    assert person_name(line) is None
