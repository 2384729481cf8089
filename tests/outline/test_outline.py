"""Plans taken apart: cases of tests/cases/outline.json, whole plans, what every outline must be."""

from __future__ import annotations

import random
import re

import pytest

from extractors import EXTRACTORS, contents, criteria, purposes, responsibilities, solutions
from pipeline.model import BoundingBox, Line, Part, Role
from pipeline.outline import outline_of
from pipeline.plain_text import read_plain_text
from tests.extractors.cases import cases_of


def plain(texts):
    return [Line(1, text, text) for text in texts]


def printed(texts, page=1):
    """Lines as on a picture: a first line (led by blanks) set in, full lines to the right margin."""
    lines = []
    for number, text in enumerate(texts):
        x0 = 0.2 if text.startswith("  ") else 0.15
        text = text.strip()
        box = BoundingBox(x0, 0.1 + 0.02 * number, min(0.92, x0 + 0.0105 * len(text)), 0.115 + 0.02 * number)
        lines.append(Line(page, text, text, Role.BODY, box, 0.95))
    return lines


def rows_of(module, outline):
    return module.extract(outline, None)


@pytest.mark.parametrize("case", cases_of("outline", "synthetic"))
def test_case(case):
    outline = outline_of(plain(case["input"]), None)
    expected = case["expected"]
    paths = {i.path for i in outline.items}
    for path in expected.get("paths", ()):
        assert path in paths
    found = {
        "issuer": [line.text for line in outline.issuer],
        "title": " ".join(line.text for line in outline.title),
        "signature": [line.text for line in outline.signature],
        "recipients": [line.text for line in outline.recipients],
        "sections": [[s.numeral, s.heading, [str(k) for k in s.kinds]] for s in outline.sections],
        "contents": [r.text for r in rows_of(contents, outline)],
        "solutions": [r.text for r in rows_of(solutions, outline)],
        "purposes": [[r.text, r.aspect] for r in rows_of(purposes, outline)],
        "criteria": [[r.subject, r.subject_text] for r in rows_of(criteria, outline)],
        "responsibilities": [[r.body, r.role, list(r.with_bodies)] for r in rows_of(responsibilities, outline)],
        "canonical": [r.body_canonical for r in rows_of(responsibilities, outline)],
    }
    for key in expected.keys() - {"paths"}:
        wanted = expected[key]
        if key in ("responsibilities", "canonical"):
            assert found[key][: len(wanted)] == wanted
        else:
            assert found[key] == wanted


def plan_files(shared, corpus):
    files = sorted((corpus / "gold" / "text").glob("*.txt"))
    return files + [shared / "plans" / "ha-noi.txt", shared / "plans" / "vinh-long.txt", *sorted((shared / "real").glob("*.txt"))]


def test_every_outline_is_a_tree_that_keeps_the_words(shared, corpus):
    for path in plan_files(shared, corpus):
        lines = [line for page in read_plain_text(path) for line in page.lines]
        outline = outline_of(lines, None)
        ids = [i.item_id for i in outline.items]
        assert len(ids) == len(set(ids)), path
        known = set(ids)
        assert all(i.parent_item_id is None or i.parent_item_id in known for i in outline.items), path
        assert all(i.text and 0 <= i.confidence <= 1 for i in outline.items), path
        words = sum(len(line.text.split()) for line in lines)
        kept = sum(len(i.text.split()) + (i.marker is not None) for i in outline.items)
        kept += sum(len(x.text.split()) for x in (*outline.issuer, *outline.motto, *outline.title))
        kept += sum(len(x.text.split()) for x in (*outline.recipients, *outline.signature))
        assert kept > 0.97 * words, (path, kept, words)


def test_every_row_stands_in_its_item(shared, corpus):
    for path in plan_files(shared, corpus):
        outline = outline_of([line for page in read_plain_text(path) for line in page.lines], None)
        items = {i.item_id: i for i in outline.items}
        for module in (purposes, contents, criteria, responsibilities, solutions):
            for row in rows_of(module, outline):
                assert items[row.item_id].text in row.text, (path, row)


def test_numbered_markers_run_on(shared):
    outline = outline_of([x for p in read_plain_text(shared / "plans" / "ha-noi.txt") for x in p.lines], None)
    for parent in outline.items:
        letters = [i.marker[0] for i in outline.children(parent) if i.marker and re.match(r"[a-zđ][).]", i.marker)]
        assert letters == list("abcdđeghik")[: len(letters)]


def test_a_paragraph_goes_on_over_the_page_break():
    first = printed(["KẾ HOẠCH", "Trồng rừng năm 2026", "I. NỘI DUNG", "  1. Trồng mới ba nghìn héc ta rừng phòng hộ ven biển và rừng sản xuất"])
    second = printed(["trên địa bàn các xã bãi ngang, bảo đảm tỷ lệ sống trên chín mươi phần trăm.", "  2. Khoán bảo vệ rừng."], page=2)
    outline = outline_of(first + second, 2)
    item = next(i for i in outline.items if i.path == "I.1")
    assert item.text.endswith("chín mươi phần trăm.")
    assert [r.page for r in item.regions] == [1, 2]


def test_an_indent_starts_a_paragraph_where_no_marker_is_printed():
    lines = printed(
        [
            "KẾ HOẠCH",
            "Trồng rừng năm 2026",
            "I. MỤC ĐÍCH",
            "  Phủ xanh đất trống, đồi núi trọc; nâng độ che phủ rừng toàn tỉnh lên.",
            "  Giữ nguồn nước cho hồ chứa, hạn chế xói lở bờ sông và sa mạc hóa ven",
            "biển phía nam của tỉnh trong mùa khô.",
        ]
    )
    texts = [i.text for i in outline_of(lines, 1).items if i.part == Part.SECTION][1:]
    assert len(texts) == 2
    assert texts[1].startswith("Giữ nguồn nước") and texts[1].endswith("mùa khô.")


def test_specks_of_ocr_are_no_text():
    lines = printed(["KẾ HOẠCH", "Chống rét", "I. NỘI DUNG", "- Che chắn chuồng trại; -", ": Dự trữ thức ăn thô;", "„ - Tiêm vắc xin đợt một."])
    markers = [(i.marker, i.text) for i in outline_of(lines, 1).items if i.level == 2]
    assert [text for _, text in markers] == ["Che chắn chuồng trại;", "Dự trữ thức ăn thô;", "Tiêm vắc xin đợt một."]


def test_a_table_stays_out_of_the_text_around_it():
    lines = plain(["KẾ HOẠCH", "Lịch tiêm chủng", "I. NỘI DUNG", "1. Lịch tiêm:", "STT Xã Ngày", "01 Xã An Bình 05/6/2026", "02 Xã Vĩnh Hòa 06/6/2026", "2. Theo dõi sau tiêm."])
    outline = outline_of(lines, None)
    assert [i.text for i in outline.items if i.is_table] == ["STT Xã Ngày", "01 Xã An Bình 05/6/2026", "02 Xã Vĩnh Hòa 06/6/2026"]
    assert [i.text for i in outline.items if i.level == 2] == ["Lịch tiêm:", "Theo dõi sau tiêm."]


def test_a_page_that_is_no_plan_gives_an_empty_outline_with_remarks():
    outline = outline_of(plain(["Thực đơn tuần này", "Thứ hai: cá kho"]), 1)
    assert outline.sections == () and outline.notes


def test_one_extractor_a_table():
    tables = [e.table for e in EXTRACTORS]
    assert len(tables) == len(set(tables))


def test_no_loss_or_disorder_of_lines_breaks_it(corpus):
    """A page missing, turned round or read in pieces still gives an outline, and rows with items."""
    chance = random.Random(20)
    documents = [[x for p in read_plain_text(f) for x in p.lines] for f in sorted((corpus / "gold" / "text").glob("*.txt"))]
    for _ in range(40):
        lines = [line for line in chance.choice(documents) if chance.random() < 0.7]
        if chance.random() < 0.3:
            chance.shuffle(lines)
        outline = outline_of(lines, None)
        ids = {i.item_id for i in outline.items}
        assert len(ids) == len(outline.items)
        for module in (purposes, contents, criteria, responsibilities, solutions):
            assert all(row.item_id in ids for row in rows_of(module, outline))
