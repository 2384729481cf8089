"""Pages to read, made from the specimens: their pictures, and where each word of them stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from pipeline.intake import take_in
from pipeline.model import Line, PageReading, Role
from pipeline.reading import read_pages
from pipeline.settings import Settings

layout = pytest.importorskip("corpus.maker.layout", reason="the scan maker (corpus/maker) is not in this checkout")
typeset = pytest.importorskip("corpus.maker.typeset")
source = pytest.importorskip("corpus.maker.source")
wear = pytest.importorskip("corpus.maker.wear")
formats = pytest.importorskip("corpus.maker.formats", reason="the scan maker needs reportlab and python-docx")

SOURCES = Path(__file__).parents[2] / "corpus" / "sources"
GOLD = Path(__file__).parents[2] / "corpus" / "gold" / "text"
SCANS = Path(__file__).parents[2] / "corpus" / "scans"


def specimen(name: str, pages: int | None = None):
    """The printed pages of a specimen."""
    read = source.read_source(SOURCES / f"{name}.toml")
    return read, layout.lay_out(read)[:pages]


def drawn(name: str, page: int = 1) -> tuple[Image.Image, list[str]]:
    """A page of a specimen as a clean picture at 200 dpi, and its printed lines."""
    _, pages = specimen(name)
    return wear.draw_page(pages[page - 1]), pages[page - 1].lines


def save(image: Image.Image, path: Path) -> Path:
    image.save(path, dpi=(200, 200))
    return path


def read_file(path: Path, settings: Settings) -> list[PageReading]:
    return read_pages(take_in(path, settings), settings)


def read_image(image: Image.Image, folder: Path, settings: Settings) -> PageReading:
    (reading,) = read_file(save(image, folder / "page.png"), settings)
    return reading


def words(text: str) -> list[str]:
    return [word for word in "".join(c if c.isalnum() else " " for c in text).split()]


def missing(lines: list[Line] | tuple[Line, ...], truth: str) -> float:
    """The share of the words of `truth` that `lines` lack, in any order, stamps left out."""
    read = Counter(words(" ".join(line.raw_text for line in lines if line.role != Role.STAMP)))
    wanted = Counter(words(truth))
    return 1 - sum((read & wanted).values()) / sum(wanted.values())


def texts(reading: PageReading, role: Role) -> list[str]:
    return [line.raw_text for line in reading.lines if line.role == role]


def one_worker(settings: Settings, **changes: object) -> Settings:
    return replace(settings, page_workers=1, **changes)
