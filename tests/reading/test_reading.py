"""Whole files read, pages of every kind, and what happens where a tool fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from pipeline import embedded, rasterise
from pipeline.errors import DocumentError, Rejected, RunError, UnreadPages
from pipeline.model import Role, TextSource
from tests.reading.pages import GOLD, SCANS, drawn, missing, one_worker, read_file, read_image, save, texts


def gold(name: str, page: int | None = None) -> str:
    pages = (GOLD / f"{name}.txt").read_text(encoding="utf-8").split("\f")
    return "\f".join(pages) if page is None else pages[page - 1]


def test_a_born_digital_pdf_takes_no_ocr_and_its_boxes_fit(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", _tools(tmp_path, "pdftotext", "pdfinfo"))
    pages = read_file(SCANS / "so-noi-vu-quang-ninh.pdf", settings)
    lines = [line for page in pages for line in page.lines]
    assert missing(lines, gold("so-noi-vu-quang-ninh")) == 0
    assert {page.report.text_source for page in pages} == {TextSource.EMBEDDED}
    assert texts(pages[0], Role.ISSUER) and texts(pages[0], Role.MOTTO)
    assert all(line.ocr_confidence is None and line.bbox.x1 - line.bbox.x0 > 0.004 for line in lines)


def test_a_mixed_pdf_is_read_page_by_page(settings):
    pages = read_file(SCANS / "so-khcn-lam-dong.pdf", settings)
    assert [page.report.text_source for page in pages] == [TextSource.EMBEDDED, TextSource.OCR]
    assert missing([line for page in pages for line in page.lines], gold("so-khcn-lam-dong")) < 0.015
    assert pages[1].report.seals and pages[1].report.seconds > 0 and pages[1].report.mean_confidence > 0.8


def test_a_photograph_is_read(settings):
    (page,) = read_file(SCANS / "ubnd-xa.jpg", settings)
    assert missing(page.lines, gold("ubnd-xa")) < 0.04
    assert texts(page, Role.MOTTO)[0] == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert texts(page, Role.ISSUER)[-1] == "Số: 47/KH-UBND"
    assert texts(page, Role.RECIPIENTS)[0] == "Nơi nhận:"
    assert "flatten" in page.report.steps


def test_a_fax_of_two_pages_is_read_in_order(settings):
    seen = []
    from pipeline.intake import take_in
    from pipeline.reading import read_pages

    pages = read_pages(take_in(SCANS / "trung-tam-gdtx.tif"), settings, lambda done, total: seen.append((done, total)))
    assert [page.page for page in pages] == [1, 2] and seen == [(1, 2), (2, 2)]
    for page in pages:
        assert missing(page.lines, gold("trung-tam-gdtx", page.page)) < 0.07


@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_lying_on_its_side_or_head_is_turned(turn, tmp_path, settings):
    image, lines = drawn("ubnd-xa")
    reading = read_image(image.rotate(turn, expand=True), tmp_path, settings)
    assert missing(reading.lines, "\n".join(lines)) < 0.03
    assert any(step.startswith("turn") for step in reading.report.steps)
    # The letterhead of a page turned half round stands at its foot; of one turned left at its left.
    first = next(line for line in reading.lines if line.role == Role.ISSUER)
    assert first.bbox.y0 > 0.85 if turn == 180 else first.bbox.x0 < 0.15


def test_an_empty_page_is_a_page(tmp_path, settings):
    reading = read_image(Image.new("L", (1654, 2339), 255), tmp_path, settings)
    assert reading.lines == () and "trang trắng" in reading.report.reason


def test_real_letterheads_come_out_column_by_column(shared, settings):
    """Two-column letterheads of real scans: issuer and number left, motto, place and date right, then the title."""
    (page,) = read_file(shared / "scans" / "ct16_p1.png", settings)
    issuer, motto = texts(page, Role.ISSUER), texts(page, Role.MOTTO)
    assert len(issuer) == 3 and issuer[0].isupper() and "/" in issuer[2]
    assert motto[0].startswith("CỘNG") and motto[1].startswith("Độc") and "tháng" in motto[2]
    assert missing(page.lines, (shared / "scans" / "ct16_p1.gt.txt").read_text(encoding="utf-8")) < 0.025
    assert page.report.seals


def test_a_real_one_bit_plan_is_read(shared, settings):
    pages = read_file(shared / "real" / "004.pdf", settings)
    assert missing([line for page in pages for line in page.lines], (shared / "real" / "004.txt").read_text()) < 0.05
    assert texts(pages[1], Role.SIGNATURE)[-1].endswith("Phúc")


# ---- tools that fail

def _tools(folder: Path, *names: str, **scripts: str) -> str:
    """A PATH with only `names` of the real tools, and `scripts` instead of others."""
    bin_ = folder / "bin"
    bin_.mkdir(exist_ok=True)
    import shutil

    for name in names:
        (bin_ / name).symlink_to(shutil.which(name))
    for name, script in scripts.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_ / name).chmod(0o755)
    return str(bin_)


@pytest.fixture
def one_page(tmp_path) -> Path:
    return save(drawn("ubnd-xa")[0], tmp_path / "page.png")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("kill -SEGV $$", "dừng giữa chừng"),
        ("exit 1", "dừng giữa chừng"),
        ("exec /bin/sleep 30", "quá"),
        ("exit 0", "không trả kết quả"),
        ('echo "garbage" > "$2.hocr"', "kết quả lạ"),
    ],
    ids=["crashes", "fails", "hangs", "writes nothing", "writes garbage"],
)
def test_a_page_that_tesseract_can_not_read_fails_the_document(script, sentence, one_page, tmp_path, settings, monkeypatch):
    monkeypatch.setenv("PATH", _tools(tmp_path, tesseract=script))
    with pytest.raises(UnreadPages, match=sentence) as caught:
        read_file(one_page, one_worker(settings, ocr_timeout_s=1.0))
    assert list(caught.value.reasons) == [1] and caught.value.status == "failed"


def test_the_pages_that_were_read_are_kept_beside_the_one_that_was_not(tmp_path, settings, monkeypatch):
    """A fake that finds an empty page the first time it is called and crashes ever after."""
    blank = Image.new("L", (400, 600), 255)
    blank.save(tmp_path / "two.tif", save_all=True, append_images=[blank], dpi=(50, 50))
    script = f'if [ -e {tmp_path}/once ]; then exit 1; fi; : > {tmp_path}/once; echo "<div class=ocr_page></div>" > "$2.hocr"'
    monkeypatch.setenv("PATH", _tools(tmp_path, tesseract=script))
    with pytest.raises(UnreadPages, match="1 trên 2 trang") as caught:
        read_file(tmp_path / "two.tif", one_worker(settings))
    assert [page.page for page in caught.value.readings] == [1] and list(caught.value.reasons) == [2]


def test_a_missing_tesseract_stops_the_run(one_page, tmp_path, settings, monkeypatch):
    monkeypatch.setenv("PATH", _tools(tmp_path))
    with pytest.raises(RunError, match="tesseract-ocr"):
        read_file(one_page, settings)


def test_a_missing_language_stops_the_run(one_page, tmp_path, settings, monkeypatch):
    fake = 'echo "Failed loading language \'vie\'" >&2; exit 1'
    monkeypatch.setenv("PATH", _tools(tmp_path, tesseract=fake))
    with pytest.raises(RunError, match="tesseract-ocr-vie"):
        read_file(one_page, settings)


def test_a_page_that_poppler_can_not_draw_fails_the_document(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("PATH", _tools(tmp_path, "tesseract", "pdfinfo", "pdftotext", pdftoppm="exit 99"))
    with pytest.raises(DocumentError, match="dựng"):
        read_file(SCANS / "bo-giao-duc.pdf", settings)


def test_the_size_of_a_page_is_checked_before_it_is_drawn(settings):
    a0 = 2384.0, 3370.0
    dpi = rasterise.pdf_dpi(*a0, 600.0, settings)
    assert dpi == rasterise.pdf_dpi(*a0, None, settings) < 300
    assert a0[0] * a0[1] / 72**2 * dpi**2 <= settings.max_pixels
    assert rasterise.pdf_dpi(595, 842, 200.0, settings) == 200
    with pytest.raises(Rejected, match="quá lớn"):
        rasterise.pdf_dpi(14400.0, 144000.0, None, settings)


def test_one_tesseract_takes_one_core():
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


def test_a_grey_page_is_rendered_grey_with_nothing_lost_and_a_seal_keeps_its_colour(settings):
    path = SCANS / "bo-giao-duc.pdf"
    pages = embedded.pdf_pages(path, settings)
    assert [page.is_grey for page in pages] == [True, True, True, False]  # the last one has the seal
    grey, coloured = (rasterise.render_pdf_page(path, 1, 100, settings, is_grey).pixels for is_grey in (True, False))
    assert grey.ndim == 2 and (coloured == grey[..., None]).all()
