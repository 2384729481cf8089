"""What else the engine saw in a word, from its slices, and on a page."""

from __future__ import annotations

import pytest

from pipeline import tesseract
from pipeline.rivals import rival_readings
from tests.reading.pages import SCANS, read_file

NONE = {"": 0.99}


def slices(*letters: dict[str, float] | str) -> list[dict[str, float]]:
    """Each letter seen in two slices, with "no letter" between."""
    out = []
    for letter in letters:
        odds = {letter: 0.99} if isinstance(letter, str) else letter
        out += [odds, odds, NONE]
    return out


def test_a_sure_word_has_no_rivals():
    assert rival_readings("tổ", slices("t", "ổ")) == ()


def test_two_letters_in_question_are_two_readings():
    ((reading, share),) = rival_readings("đối", slices("đ", {"ố": 0.7, "ổ": 0.3}, "i"))
    assert reading == "đổi" and share == pytest.approx(0.3, abs=0.01)


def test_a_letter_that_changes_midway_is_either_and_never_both():
    told = dict(rival_readings("thâm", [*slices("t", "h"), {"â": 0.9, "ẩ": 0.1}, {"ẩ": 0.6, "â": 0.4}, NONE, {"m": 0.99}]))
    assert "thẩm" in told and not any("âẩ" in reading or "ẩâ" in reading for reading in told)
    assert sum(told.values()) < 1


def test_a_number_has_no_rivals():
    assert rival_readings("2017", slices("2", "0", {"1": 0.6, "7": 0.4}, "7")) == ()


def test_a_page_tells_its_doubtful_words_and_their_rivals_survive_the_cache(settings, tmp_path):
    from pipeline.page_cache import load_reading, save_reading

    pages = read_file(SCANS / "ubnd-xa.jpg", settings)
    lines = [line for page in pages for line in page.lines]
    rivals = [rival for line in lines for rival in line.word_rivals]
    assert all(len(line.word_rivals) == len(line.raw_text.split()) for line in lines)
    assert 0 < sum(map(bool, rivals)) < len(rivals) / 2
    assert all(0 < sum(share for _, share in told) <= 1 for told in rivals if told)
    save_reading(tmp_path / "ab" / "x-1.json.gz", pages)
    assert load_reading(tmp_path / "ab" / "x-1.json.gz") == pages


@pytest.mark.parametrize("text", ["&amp;", "A&#39;B"])
def test_marks_of_hocr_are_read(text):
    page = "<div class='ocr_page'><span class='ocr_line'><span class='ocrx_word' id='w' title='bbox 1 2 30 40; x_wconf 95'>"
    ((word,),) = tesseract.lines_of(f"{page}{text}</span></span></div>", 100, 100)
    assert word.text in ("&", "A'B") and word.confidence == 0.955 and word.rivals == ()
