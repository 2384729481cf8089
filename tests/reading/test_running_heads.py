"""Running heads told apart from the body, headings not."""

from __future__ import annotations

from pipeline.model import BoundingBox, Line, PageReading, PageReport, Role, TextSource
from pipeline.running_heads import mark_running_heads


def reading(page: int, *lines: tuple[float, str]) -> PageReading:
    made = tuple(Line(page, text, text, Role.BODY, BoundingBox(0.1, y, 0.9, y + 0.012)) for y, text in lines)
    return PageReading(page, made, PageReport(page, TextSource.EMBEDDED, ""))


def roles(pages: list[PageReading]) -> list[list[Role]]:
    return [[line.role for line in page.lines] for page in mark_running_heads(pages)]


def test_a_line_that_comes_again_in_the_margin_is_a_running_head():
    pages = [
        reading(n, (0.04, f"Kế hoạch phòng, chống thiên tai - trang {n}"), (0.3, "Nội dung riêng"), (0.95, "Sở Y tế Tân Hòa"))
        for n in range(1, 6)
    ]
    assert roles(pages) == [[Role.RUNNING_HEAD, Role.BODY, Role.RUNNING_HEAD]] * 5


def test_it_may_be_misread_and_lacking_on_some_pages():
    heads = ["Kế hoạch năm 2025", "Kê hoạch năm 2025", "", "Kế hoạch nãm 2025", ""]
    pages = [reading(n, *([(0.05 + 0.002 * n, head)] if head else []), (0.4, "thân bài")) for n, head in enumerate(heads, 1)]
    assert sum(page.count(Role.RUNNING_HEAD) for page in roles(pages)) == 3


def test_headings_and_sentences_stay():
    tops = ["I. MỤC ĐÍCH, YÊU CẦU", "II. NỘI DUNG", "III. TỔ CHỨC THỰC HIỆN", "1. Sở Y tế", "2. Sở Y tế", "3. Sở Y tế"]
    assert roles([reading(n, (0.07, top), (0.5, "thân bài")) for n, top in enumerate(tops, 1)]) == [[Role.BODY] * 2] * 6


def test_what_comes_again_on_the_paper_itself_stays():
    pages = [reading(n, (0.3, "- Đơn vị chủ trì: Sở Y tế."), (0.6, "- Đơn vị chủ trì: Sở Y tế.")) for n in range(1, 6)]
    assert roles(pages) == [[Role.BODY] * 2] * 5
    assert roles([reading(n, (0.04, "Chung hai trang")) for n in (1, 2)]) == [[Role.BODY]] * 2
