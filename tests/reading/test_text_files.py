"""Plain text and Word files: every encoding, the pages, the furniture."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from pipeline.errors import Rejected
from pipeline.legacy import decode_bytes, to_unicode
from pipeline.model import Role, TextSource
from pipeline.plain_text import read_plain_text
from pipeline.settings import Settings
from tests.reading.pages import GOLD, SCANS, missing, read_file

CASES = json.loads((Path(__file__).parents[1] / "cases" / "encodings.json").read_text(encoding="utf-8"))
SENTENCE = "Căn cứ Nghị quyết số 57-NQ/TW của Bộ Chính trị về đột phá phát triển; người lao động ở cơ sở."


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_legacy_encodings(case):
    assert to_unicode(case["input"]) == (case["expected"], case["encoding"])
    assert to_unicode(case["expected"])[0] == case["expected"]


@pytest.mark.parametrize(
    "data",
    [
        SENTENCE.encode(),
        b"\xef\xbb\xbf" + SENTENCE.encode(),
        SENTENCE.encode("utf-16"),
        SENTENCE.encode("utf-16-le"),
        unicodedata.normalize("NFD", SENTENCE).encode(),
        next(case["input"] for case in CASES if case["encoding"] == "TCVN3").encode("latin-1"),
        next(case["input"] for case in CASES if case["encoding"] == "VNI").encode("cp1252"),
    ],
    ids=["UTF-8", "BOM", "UTF-16", "UTF-16 without BOM", "NFD", "TCVN3", "VNI"],
)
def test_bytes_of_any_encoding_become_vietnamese_nfc(data):
    text, _ = decode_bytes(data)
    assert text.startswith("Căn cứ Nghị quyết số 57-NQ/TW")
    assert text == unicodedata.normalize("NFC", text)


def test_bytes_that_are_no_text_are_rejected():
    with pytest.raises(Rejected):
        decode_bytes(bytes(range(256)) * 8)


def read(tmp_path: Path, text: str):
    path = tmp_path / "ke-hoach.txt"
    path.write_text(text, encoding="utf-8", newline="")
    return read_plain_text(path)


def test_form_feeds_part_pages_and_blank_lines_are_no_lines(tmp_path):
    pages = read(tmp_path, "KẾ HOẠCH\r\n\r\nTriển khai\r\n\f2\r\n\r\nnội dung\r\n\f")
    assert [[line.raw_text for line in page.lines] for page in pages] == [["KẾ HOẠCH", "Triển khai"], ["2", "nội dung"]]
    assert [line.role for line in pages[1].lines] == [Role.PAGE_NUMBER, Role.BODY]
    assert all(page.report.text_source == TextSource.TEXT for page in pages)


def test_a_leading_blank_parts_pages_only_where_the_text_is_not_indented(tmp_path):
    body = "".join(f"dòng thứ {n} của văn bản\n" for n in range(30))
    assert len(read(tmp_path, f" {body} {body}")) == 2
    indented = "".join(f" dòng thứ {n} của văn bản\n" for n in range(30))
    assert len(read(tmp_path, indented)) == 1


def test_real_plans_fall_into_their_pages(shared):
    """A page number printed in the text is the number of the page it stands on."""
    numbered = 0
    for path in sorted((shared / "plans").glob("*.txt")):
        pages = read_plain_text(path)
        text = "".join(" ".join(line.raw_text for line in page.lines) for page in pages)
        assert len(words := text.split()) > 0.99 * len(path.read_text(encoding="utf-8").split()) - len(pages), words[:3]
        for page in pages:
            for line in page.lines:
                if line.role == Role.PAGE_NUMBER:
                    assert int(line.raw_text) == page.page
                    numbered += 1
        assert all(5 < len(page.lines) < 160 for page in pages)
    assert numbered


def test_a_word_file_is_read_whole_with_its_columns_numbers_and_notes(settings: Settings):
    pages = read_file(SCANS / "so-tu-phap-hue.docx", settings)
    lines = [line for page in pages for line in page.lines]
    assert missing(lines, (GOLD / "so-tu-phap-hue.txt").read_text(encoding="utf-8")) == 0
    assert [line.role for line in lines[:2]] == [Role.ISSUER, Role.ISSUER]
    assert any(line.role == Role.MOTTO and "Độc lập" in line.raw_text for line in lines)


def test_word_numbers_that_word_only_draws_are_written_out(tmp_path, settings):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    for text, style in [("Mục đích", "List Number"), ("Yêu cầu", "List Number"), ("Một ý", "List Bullet")]:
        document.add_paragraph(text, style=style)
    document.add_page_break()
    document.add_paragraph("Trang sau")
    document.save(tmp_path / "so.docx")
    pages = read_file(tmp_path / "so.docx", settings)
    assert [line.raw_text for line in pages[0].lines] == ["1. Mục đích", "2. Yêu cầu", "- Một ý"]
    assert [line.raw_text for line in pages[1].lines] == ["Trang sau"]


@pytest.mark.parametrize(("encoding", "name"), [("TCVN3", "latin-1"), ("VNI", "cp1252")])
def test_a_legacy_text_file_goes_the_whole_way(encoding, name, tmp_path, settings):
    text = next(case["input"] for case in CASES if case["encoding"] == encoding)
    path = tmp_path / "cu.txt"
    path.write_bytes((text + "\n").encode(name))
    (page,) = read_file(path, settings)
    assert page.lines[0].raw_text.startswith("Căn cứ Nghị quyết") and encoding in page.report.reason
