"""Lines of a document restored together: context across lines and pages, edits at home in their own line."""

from __future__ import annotations

from diacritics import apply_edits
from pipeline.model import Line, PageReading, PageReport, Role, TextSource
from pipeline.restoration import restore_pages


def _page(number: int, *lines: tuple[str, Role]) -> PageReading:
    report = PageReport(page=number, text_source=TextSource.TEXT, reason="test")
    return PageReading(number, tuple(Line(number, text, text, role) for text, role in lines), report)


PAGES = [
    _page(
        1,
        ("UY BAN NHAN DAN", Role.ISSUER),
        ("CONG HOA XA HOI CHU NGHIA VIET NAM", Role.MOTTO),
        ("Trién khai Phong trao thi dua d6i moi sang tao va chuyén", Role.BODY),
        ("1", Role.PAGE_NUMBER),
    ),
    _page(2, ("2", Role.PAGE_NUMBER), ("d6i sé trong toan nganh Y té.", Role.BODY), ("", Role.BODY)),
]


def test_context_runs_over_the_page_and_around_its_number() -> None:
    texts = [line.text for line in restore_pages(PAGES)]
    assert texts == [
        "ỦY BAN NHÂN DÂN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Triển khai Phong trào thi đua đổi mới sáng tạo và chuyển",
        "1",
        "2",
        "đổi số trong toàn ngành Y tế.",
        "",
    ]


def test_edits_make_each_line() -> None:
    for line in restore_pages(PAGES):
        assert apply_edits(line.raw_text, line.edits) == line.text
        assert 0 <= line.confidence <= 1


def test_order_pages_and_roles_stay() -> None:
    before = [(line.page, line.raw_text, line.role) for page in PAGES for line in page.lines]
    assert [(line.page, line.raw_text, line.role) for line in restore_pages(PAGES)] == before
