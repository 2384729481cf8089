"""Syllables, marks and tone placement."""

from __future__ import annotations

import pytest

from diacritics.codes import restore_code
from diacritics.syllables import is_syllable, strip_marks
from diacritics.words import lm_tokens, modern_tones


@pytest.mark.parametrize("word", "được nguồn giữa gì giếng quyền khuỷu thuở nghiêng ủy yêu ở".lower().split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["đat", "ngươk", "hoạchf", "xyz", "tậc̣", "bb"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_marks_off() -> None:
    assert strip_marks("Đổi mới sáng tạo, ĐƯỜNG") == "Doi moi sang tao, DUONG"


def test_modern_tones_leave_quy_and_inner_vowels() -> None:
    assert modern_tones("hoà bình, UỶ BAN, quý, quỹ, hoàn, khoẻ") == "hòa bình, ỦY BAN, quý, quỹ, hoàn, khỏe"


def test_tokens_of_the_language_model() -> None:
    line = "1. Quyết định số 923/QĐ-TTg, ngày 14/5/2025: hòa."
    assert lm_tokens(line) == ["<num>", "<b>", "quyết", "định", "số", "<code>", "ngày", "<num>", "<b>", "hòa", "<b>"]


@pytest.mark.parametrize(
    ("raw", "true"),
    [("923/QD-TTg", "923/QĐ-TTg"), ("12/2020/ND-CP", "12/2020/NĐ-CP"), ("3751/HD-BNV", "3751/HD-BNV"), ("57-NQ/TW", "57-NQ/TW")],
)
def test_codes(raw: str, true: str) -> None:
    assert restore_code(raw) == true
