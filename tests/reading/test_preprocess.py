"""Clean-up: found where needed, nothing done to a good page, every box on the original page."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.model import BoundingBox, PageImage
from pipeline.preprocess import clean_page, place_on_page, turn_page
from tests.reading.pages import drawn, source, specimen, wear

DPI = 200


def page(image: Image.Image) -> PageImage:
    return PageImage(1, np.asarray(image if image.mode == "RGB" else image.convert("L")), DPI)


@pytest.fixture(scope="module")
def good() -> Image.Image:
    return drawn("ubnd-xa")[0].convert("L")


def test_a_good_page_is_left_as_it_is(good):
    clean = clean_page(page(good))
    assert clean.steps == ()
    assert np.array_equal(clean.image.pixels, np.asarray(good))
    assert 0.8 < clean.x_height / (0.0935 * DPI) < 1.2


@pytest.mark.parametrize("turn", [-8.0, -1.4, 0.8, 3.0])
def test_skew_is_taken_out_and_boxes_lead_back(good, turn):
    skewed = good.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)
    clean = clean_page(page(skewed))
    (step,) = [step for step in clean.steps if step.startswith("straighten")]
    assert float(step.split()[1]) == pytest.approx(-turn, abs=0.25)
    # A point of the straight page, turned as the page was, is the same point of the skewed page.
    box = place_on_page(BoundingBox(0.2, 0.3, 0.2, 0.3), clean)
    height, width = np.asarray(good).shape
    angle = np.deg2rad(turn)
    x, y = 0.2 * width - width / 2, 0.3 * height - height / 2
    expected = (x * np.cos(angle) + y * np.sin(angle)) / width + 0.5, (y * np.cos(angle) - x * np.sin(angle)) / height + 0.5
    assert (box.x0, box.y0) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_keeps_its_boxes(good, degrees):
    clean = clean_page(page(good))
    turned = turn_page(clean, degrees)
    marked = clean.image.pixels.copy()
    marked[300:340, 100:180] = 7
    again = turn_page(type(clean)(PageImage(1, marked, DPI), clean.to_page), degrees).image.pixels
    ys, xs = np.nonzero(again == 7)
    height, width = again.shape
    box = BoundingBox(xs.min() / width, ys.min() / height, xs.max() / width, ys.max() / height)
    back = place_on_page(box, turned)
    height, width = clean.image.pixels.shape
    assert (back.x0 * width, back.y0 * height) == pytest.approx((100, 300), abs=2)


def test_uneven_light_is_evened(good):
    pixels = np.asarray(good, dtype=np.float32)
    shade = np.linspace(1.0, 0.45, pixels.shape[1])[None, :]
    clean = clean_page(PageImage(1, (pixels * shade).astype(np.uint8), DPI))
    assert "even light" in clean.steps
    paper = clean.image.pixels[pixels > 250]
    assert np.percentile(paper, 5) > 225


def test_a_photographed_sheet_is_made_flat():
    read, pages = specimen("ubnd-xa")
    picture = wear.photograph(wear.stamp_page(pages[0], read.seal, 1), 1)
    clean = clean_page(page(picture))
    assert "flatten" in clean.steps
    corners = [place_on_page(BoundingBox(x, y, x, y), clean) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
    where = [(box.x0 * picture.width, box.y0 * picture.height) for box in corners]
    for found, true in zip(where, [(96, 70), (1640, 118), (1588, 2330), (58, 2290)], strict=True):
        assert found == pytest.approx(true, abs=14)


def test_a_seal_is_recorded_and_the_print_under_it_stays():
    read, pages = specimen("ubnd-xa")
    plain = np.asarray(wear.draw_page(pages[0]).convert("L"))
    stamped = wear.stamp_page(pages[0], read.seal, read.seed)
    clean = clean_page(page(stamped))
    assert "red ink" in clean.steps
    (seal,) = clean.seals
    x, y = pages[0].seal_at
    assert seal.x0 - 0.1 < x / plain.shape[1] < seal.x1 + 0.1 and seal.y0 - 0.1 < y / plain.shape[0] < seal.y1 + 0.1
    height, width = plain.shape
    window = np.s_[int(seal.y0 * height) : int(seal.y1 * height), int(seal.x0 * width) : int(seal.x1 * width)]
    dark_before, dark_after = plain[window] < 80, clean.image.pixels[window] < 110
    assert (dark_before & dark_after).sum() > 0.85 * dark_before.sum()
    assert (dark_after & (plain[window] > 200)).sum() < 0.02 * dark_after.size


def test_specks_go_and_marks_stay(good):
    specked = good.copy()
    draw = ImageDraw.Draw(specked)
    for x, y in [(60, 900), (75, 1500), (1620, 1200), (800, 2300)]:
        draw.ellipse((x, y, x + 2, y + 2), fill=0)
    clean = clean_page(page(specked))
    assert clean.steps == ("specks",)
    before, after = np.asarray(good) < 100, clean.image.pixels < 100
    assert (before & ~after).sum() == 0 and (after & ~before).sum() == 0


def test_a_dark_rim_goes(good):
    rimmed = good.copy()
    ImageDraw.Draw(rimmed).rectangle((0, 0, 30, rimmed.height), fill=0)
    clean = clean_page(page(rimmed))
    assert "edges" in clean.steps
    assert (clean.image.pixels[:, :25] > 200).mean() > 0.99


def test_the_cells_of_a_table_are_found():
    """The specimen's annex: as many cells as it has rows and columns."""
    name = next(path.stem for path in _sources() if source.read_source(path).annex)
    read, pages = specimen(name)
    cells = clean_page(page(wear.draw_page(pages[-1]))).cells
    wanted = sum(len(row) for row in read.annex.rows)
    assert len(cells) == wanted
    assert clean_page(page(wear.draw_page(pages[0]))).cells == ()


def _sources():
    from tests.reading.pages import SOURCES

    return sorted(SOURCES.glob("*.toml"))
