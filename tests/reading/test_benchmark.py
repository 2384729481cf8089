"""What reading pages costs and how right it is on rendered pages. On demand, on an idle machine:

    python -m pytest -m benchmark tests/reading/test_benchmark.py -s

Speed is told as ratios of one run. `ocrmypdf` (pip install ocrmypdf) is needed for its comparison alone.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from pipeline.evaluate_ocr import printed_text
from pipeline.evaluate_text import TextScore, score_text
from pipeline.restoration import restore_pages
from pipeline.settings import ENGINES
from tests.reading.measure import cost_of
from tests.reading.pages import SCANS, drawn, read_file
from tests.reading.rendered import SYSTEM_FONTS, TYPES, WEARS, set_pages

pytestmark = pytest.mark.benchmark
READ = """
import sys
from dataclasses import replace
from pathlib import Path
from pipeline.intake import take_in
from pipeline.reading import read_pages
from pipeline.restoration import restore_pages
from pipeline.settings import Settings
settings = replace(Settings(), page_workers=int(sys.argv[2]), engine=sys.argv[3], document_timeout_s=1e9)
pages = read_pages(take_in(Path(sys.argv[1]), settings), settings)
lines = restore_pages(pages)
print(len(pages), "pages", len(lines), "lines")
"""
PLAIN_LOOP = """
import sys
from multiprocessing import Pool
import pytesseract
from pdf2image import convert_from_path, pdfinfo_from_path

def read(page):
    (image,) = convert_from_path(sys.argv[1], dpi=300, first_page=page, last_page=page)
    return pytesseract.image_to_string(image, lang="vie")

with Pool(2) as pool:
    print(sum(map(len, pool.map(read, range(1, pdfinfo_from_path(sys.argv[1])["Pages"] + 1), chunksize=1))))
"""


def reading(path: Path, workers: int = 2, engine: str = ENGINES[0]) -> list[str]:
    return [sys.executable, "-c", READ, str(path), str(workers), engine]


def repeat_pages(path: Path, count: int) -> pypdfium2.PdfDocument:
    """The pages of a PDF again and again, `count` in all."""
    source, many = pypdfium2.PdfDocument(path), pypdfium2.PdfDocument.new()
    while len(many) < count:
        many.import_pages(source, list(range(min(len(source), count - len(many)))))
    return many


# ---- how right


@pytest.mark.parametrize("name", WEARS)
def test_rendered_pages_are_read_right(name, shared, tmp_path, settings):
    """Plans that no constant was tuned on, without their two-column parts, in two families and three sizes."""
    if not SYSTEM_FONTS.is_dir():
        pytest.skip("needs fonts-liberation2")
    dpi, picture_dpi, wear, aim = WEARS[name]
    scores: list[TextScore] = []
    for type_ in TYPES:
        for plan in ("012", "033"):
            text = body_of((shared / "real" / f"{plan}.txt").read_text(encoding="utf-8"))
            for number, (page, truth) in zip(range(2), set_pages(text, type_, dpi), strict=False):
                path = tmp_path / f"{type_.family}-{type_.points}-{plan}-{number}.png"
                wear(page, number + 3).save(path, dpi=(picture_dpi, picture_dpi))
                lines = restore_pages(read_file(path, settings))
                scores.append(score_text(printed_text(lines, restored=True), truth))
    wer = 100 * sum(s.word_distance for s in scores) / sum(s.words for s in scores)
    print(f"\n{name}: WER {wer:.2f} % of {sum(s.words for s in scores)} words on {len(scores)} pages (aim {aim})")
    assert wer <= aim


def body_of(text: str) -> str:
    """A plan from its title to `Nơi nhận`: what stands in one column."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if re.fullmatch(r"(KẾ HOẠCH|QUYẾT ĐỊNH|QUY CHẾ)", line.strip()))
    end = next((n for n, line in enumerate(lines) if n > start + 20 and line.strip().startswith("Nơi nhận")), len(lines))
    return "\n".join(lines[start:end])


# ---- how fast


@pytest.fixture(scope="module")
def forty_pages(tmp_path_factory) -> Path:
    """Forty scans at 300 dpi in one PDF, no two alike (KEHOACH_BENCH_PAGES for fewer)."""
    count = min(40, int(os.environ.get("KEHOACH_BENCH_PAGES", "40")))
    folder = tmp_path_factory.mktemp("forty")
    text = "\n".join((path.read_text(encoding="utf-8")) for path in sorted((SCANS.parent / "gold" / "text").glob("*.txt")))
    pages = []
    for type_ in TYPES:
        for number, (page, _) in enumerate(set_pages(text, type_, 300)):
            if len(pages) < count and number < 7:
                pages.append(page.rotate(0.4, Image.Resampling.BICUBIC, fillcolor=255))
    pages[0].save(folder / "forty.pdf", save_all=True, append_images=pages[1:], resolution=300)
    return folder / "forty.pdf"


def test_forty_pages_against_a_plain_loop_and_ocrmypdf(forty_pages, tmp_path):
    ours = cost_of(reading(forty_pages))
    loop = tmp_path / "loop.py"
    loop.write_text(PLAIN_LOOP)
    plain = cost_of([sys.executable, str(loop), str(forty_pages)])
    print(f"\nours {ours}\nplain pytesseract loop {plain}: wall {ours.wall_s / plain.wall_s:.2f} ×, CPU {ours.cpu_s / plain.cpu_s:.2f} ×")
    rival = shutil.which("ocrmypdf")
    if rival:
        command = [rival, "--deskew", "-l", "vie", "-j", "2", "--output-type", "pdf", str(forty_pages), str(tmp_path / "out.pdf")]
        other = cost_of(command)
        print(f"ocrmypdf --deskew {other}: wall {ours.wall_s / other.wall_s:.2f} ×, CPU {ours.cpu_s / other.cpu_s:.2f} ×")
        assert ours.wall_s <= 0.6 * other.wall_s
    assert ours.wall_s <= 0.9 * plain.wall_s


def test_forty_pages_by_the_engine_inside_the_process(forty_pages):
    pytest.importorskip("tesserocr")
    child, inside = (cost_of(reading(forty_pages, engine=engine)) for engine in ("pytesseract", "tesserocr"))
    print(f"\npytesseract {child}\ntesserocr {inside}: wall {inside.wall_s / child.wall_s:.2f} ×, CPU {inside.cpu_s / child.cpu_s:.2f} ×")
    assert inside.cpu_s < child.cpu_s


def test_born_digital_pages_cost_little_more_than_taking_their_text(tmp_path):
    many = repeat_pages(SCANS / "so-noi-vu-quang-ninh.pdf", 200)
    path = tmp_path / "born.pdf"
    many.save(path)
    bare = cost_of(["pdftotext", "-bbox-layout", str(path), str(tmp_path / "out.html")])
    few = tmp_path / "few.pdf"
    shutil.copy(SCANS / "so-noi-vu-quang-ninh.pdf", few)
    ours = cost_of(reading(path)).cpu_s - cost_of(reading(few)).cpu_s  # less what starting takes
    print(f"\n{len(many)} pages: {len(many) / ours:.0f} pages a CPU second, {ours / bare.cpu_s:.1f} × pdftotext")
    assert ours < 8 * bare.cpu_s


# ---- how much memory


def test_memory_does_not_grow_with_the_pages(tmp_path):
    """Of a scan of 600 dense pages (KEHOACH_BENCH_PAGES for fewer), under 1 GB over all processes."""
    count = int(os.environ.get("KEHOACH_BENCH_PAGES", "600"))
    peaks = {}
    for pages in (max(24, count // 20), count):
        path = tmp_path / f"{pages}.pdf"
        repeat_pages(SCANS / "bo-giao-duc.pdf", pages).save(path)
        peaks[pages] = cost_of(reading(path)).peak_bytes / 2**20
    print("\n" + ", ".join(f"{pages} pages: {peak:.0f} MiB" for pages, peak in peaks.items()))
    few, many = peaks.values()
    assert many < 1024 and many < few + 150


def test_a_sheet_of_a0_at_600_dpi_is_read_within_bounds(tmp_path):
    """84 × 119 cm, 558 million pixels, black and white."""
    small = drawn("ubnd-xa")[0].convert("L")
    sheet = Image.new("1", (19866, 28087), 1)
    for x in range(3):
        sheet.paste(small.resize((4962, 7017), Image.Resampling.BICUBIC).point(lambda v: 255 * (v > 128), "1"), (600 + 6200 * x, 800))
    path = tmp_path / "a0.pdf"
    sheet.save(path, resolution=600)
    cost = cost_of(reading(path))
    print(f"\nA0 at 600 dpi: {cost.peak_bytes / 2**20:.0f} MiB, {cost.cpu_s:.0f} CPU s")
    assert cost.peak_bytes < 2 * 2**30
