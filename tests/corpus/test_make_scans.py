"""The scans can be made again, byte for byte."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

make_scans = pytest.importorskip("corpus.make_scans", reason="the scan maker needs reportlab (pip install -e .[dev])")
from corpus.maker.formats import misread  # noqa: E402
from corpus.maker.layout import lay_out  # noqa: E402
from corpus.maker.typeset import RIGHT  # noqa: E402
from corpus.maker.source import read_source  # noqa: E402

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.mark.parametrize("name", ["trung-tam-gdtx", "ubnd-xa", "so-noi-vu-quang-ninh", "so-tu-phap-hue", "benh-vien-tra-lung"])
def test_a_scan_is_made_again_byte_for_byte(name: str) -> None:
    made = make_scans.make(read_source(CORPUS / "sources" / f"{name}.toml"))
    differ = [path for path, content in made.items() if (CORPUS / path).read_bytes() != content]
    if differ and make_scans.made_with() != (CORPUS / "MADE_WITH.txt").read_text(encoding="utf-8"):
        pytest.skip(f"made with other library versions than corpus/MADE_WITH.txt: {', '.join(map(str, differ))}")
    assert not differ


@pytest.mark.parametrize("path", sorted((CORPUS / "sources").glob("*.toml")), ids=lambda path: path.stem)
def test_true_text_is_what_the_layout_prints(path: Path) -> None:
    source = read_source(path)
    text = (CORPUS / "gold/text" / f"{path.stem}.txt").read_text(encoding="utf-8")
    if source.kind == "docx":
        assert text == make_scans.document_text(source)
        return
    pages = lay_out(source)
    assert text == make_scans.true_text(pages)
    for page in pages:
        assert all(word.x + word.width < RIGHT + 1 for word in page.words), "a word runs over the margin"


def test_misread_leaves_no_vietnamese_letter() -> None:
    text = misread("Thực hiện Kế hoạch của Ủy ban nhân dân tỉnh đến năm 2030", random.Random(1))
    text.encode("latin-1")
    assert "2030" in text and not set(text) & set("ựệếạủỦđỉ")
