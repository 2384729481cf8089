"""Arrival stamps over a page: their words told apart, what they hide read."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from pipeline.model import Role
from tests.reading.pages import drawn, missing, read_image, texts, typeset


def stamped(image: Image.Image, x: int, y: int, columns: bool) -> Image.Image:
    """`image` with a black arrival stamp, its left top corner at (x, y), a form with dotted lines."""
    image = image.convert("L")
    draw = ImageDraw.Draw(image)
    width, height = 420, 150
    draw.rectangle((x, y, x + width, y + height), outline=0, width=3)
    draw.line((x, y + 44, x + width, y + 44), fill=0, width=3)
    if columns:
        draw.line((x + 110, y + 44, x + 110, y + height), fill=0, width=3)
    head, rest = typeset.font("LiberationSans-Bold", 11), typeset.font("LiberationSerif-Regular", 10)
    draw.text((x + 20, y + 34), "SỞ NỘI VỤ TỈNH TÂN HÒA", fill=0, font=head, anchor="ls")
    draw.text((x + 8, y + 104), "ĐẾN", fill=0, font=typeset.font("LiberationSans-Bold", 16), anchor="ls")
    for row, form in enumerate(("Số:", "Ngày:", "Chuyển:")):
        line = y + 76 + 32 * row
        draw.text((x + 120, line), form, fill=0, font=rest, anchor="ls")
        for dot in range(x + 210, x + width - 12, 6):
            draw.rectangle((dot, line - 2, dot + 2, line), fill=0)
    return image


@pytest.mark.parametrize("columns", [True, False])
def test_an_arrival_stamp_in_the_margin_is_no_text(columns, tmp_path, settings):
    image, lines = drawn("ubnd-xa")
    wide = Image.new("L", (image.width, image.height + 220), 255)
    wide.paste(image, (0, 220))
    reading = read_image(stamped(wide, 90, 60, columns), tmp_path, settings)
    assert missing(reading.lines, "\n".join(lines)) < 0.02
    said = " ".join(texts(reading, Role.STAMP))
    assert "TÂN HÒA" in said
    text = " ".join(line.raw_text for line in reading.lines if line.role != Role.STAMP)
    assert "HÒA" not in text.replace("CỘNG HÒA", "") and "Chuyển" not in text


def test_print_beneath_an_arrival_stamp_is_read(tmp_path, settings):
    """Real page ct08: the stamp's frame runs through the title and the heads of three lines."""
    image, lines = drawn("ubnd-xa")
    reading = read_image(stamped(image, 40, 905, True), tmp_path, settings)
    assert "frame" in reading.report.steps
    assert missing(reading.lines, "\n".join(lines)) < 0.03
    text = " ".join(line.raw_text for line in reading.lines if line.role != Role.STAMP)
    assert "TÂN HÒA" not in text and "Chuyển:" not in text
