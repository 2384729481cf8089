"""Numerals of headings and letters of lists that OCR misread, by the order in which they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diacritics import restore
from diacritics.markers import ROMANS, misread_numerals

HEADINGS = ["MUC DICH, YEU CAU", "NOI DUNG PHONG TRAO", "TIEU CHI KHEN THUONG", "GIAI PHAP", "TO CHUC THUC HIEN"]


def document(*numerals: str) -> str:
    """A section for each of `numerals`, with Arabic items in each."""
    sections = [f"{numeral}. {heading}\n1. Muc dich\n2. Yeu cau" for numeral, heading in zip(numerals, HEADINGS, strict=False)]
    return "\n".join(sections)


def numerals_of(text: str) -> list[str]:
    found = list(misread_numerals(text))
    for misread in reversed(found):
        text = text[: misread.start] + misread.after + text[misread.start + len(misread.before) :]
    return [line.split(".")[0] for line in text.splitlines() if line.isupper()]


@pytest.mark.parametrize(
    "read",
    [
        ["|", "I1", "111", "IV", "V"],  # Lai Châu and Bình Định 2025
        ["I", "Il", "Il", "Iv", "V"],  # strokes run together: II twice before IV
        ["l", "11", "lll", "IV", "v"],
        ["I", "1", "III", "IV", "V"],
        ["1", "II", "III", "IV", "V"],
        ["I", "1", "HI", "IV", "V"],  # as Tesseract 5.5 reads a scan
        ["I", "H", "IH", "IV", "V"],
    ],
)
def test_headings_follow_each_other(read: list[str]) -> None:
    assert numerals_of(document(*read)) == ["I", "II", "III", "IV", "V"]


@given(st.integers(1, 5))
def test_right_numerals_stay(count: int) -> None:
    assert not list(misread_numerals(document(*ROMANS[:count])))


@pytest.mark.parametrize(
    "text",
    [
        "I. MUC DICH\n1. CAP TINH\n2. CAP XA\nII. NOI DUNG",
        "9. Bao cao\n10. Kiem tra\n11. Tong hop",
        "10. BAO CAO\n11. KIEM TRA",
        "I. Cá nhân\nI. Tập thể",  # two annexes
        "A. MOT\nG. HAI\nH. BA\nI. BON",
        "v. v. và những việc khác\nl. Mục đích\n|. Yêu cầu",  # as likely a 1
    ],
)
def test_arabic_numbers_and_other_letters_stay(text: str) -> None:
    assert list(misread_numerals(text)) == []


def test_a_round_sign_is_the_letter_that_is_due() -> None:
    raw = "a) Hồ sơ đề nghị;\nb) Tờ trình;\n€) Biên bản;\nd) Danh sách;\nđ) Ý kiến;\n©) Báo cáo; 5 €)\n€) Hết."
    restored = restore(raw, [0.99] * len(raw.split()))
    assert [line[0] for line in restored.text.splitlines()] == list("abcdđe€")


def test_a_lossy_plan_gets_its_numerals_and_its_stroked_letter() -> None:
    raw = (
        "|. MUC PiCH, YEU CAU\n1. Muc dich\na) Nang cao nhan thirc cua can b6, céng chirc;\nb) Tao su chuyén bién manh mé;\n"
        "c) Kip thdi biéu duong, tén vinh;\nd) Phan d4u dat cac muc tiéu;\nd) Thi dua phat trién kinh té sé;\n"
        "e) Bao dam qudc phong, an ninh.\nI1. NOI DUNG PHONG TRAO THI PUA\n111. TO CHUC THUC HIEN\n"
    )
    lines = restore(raw).text.splitlines()
    assert [line.split()[0] for line in lines] == ["I.", "1.", "a)", "b)", "c)", "d)", "đ)", "e)", "II.", "III."]
    assert lines[0] == "I. MỤC ĐÍCH, YÊU CẦU" and lines[8] == "II. NỘI DUNG PHONG TRÀO THI ĐUA"
