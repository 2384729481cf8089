"""Which text to trust: of a PDF's layer, and of two readings of a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.embedded import judge_layer
from pipeline.model import BoundingBox, OcrPage, Word
from pipeline.trust import syllable_is_possible, vietnamese_quality
from pipeline.vote import likelier, merge_readings

GOOD = (
    "Căn cứ Kế hoạch số 148/KH-SYT ngày 01/7/2025 của Sở Y tế về triển khai, thực hiện Phong trào thi đua đổi mới "
    "sáng tạo và chuyển đổi số trên địa bàn tỉnh giai đoạn 2025 - 2030, đơn vị ban hành Kế hoạch như sau"
)
LOSSY = (
    "Can ctir KE hoach s6 148/KH-SYT ngay 01/7/2025 ciia So Y té vé trién khai, thuc hién Phong trao thi dua d6i moi "
    "sang tao va chuyén doi sd trén dia ban tinh giai doan 2025 - 2030, don vi ban hanh Ké hoach nhu sau"
)
TCVN3 = (
    "C¨n cø KÕ ho¹ch sè 148/KH-SYT ngµy 01/7/2025 cña Së Y tÕ vÒ triÓn khai, thùc hiÖn Phong trµo thi ®ua ®æi míi "
    "s¸ng t¹o vµ chuyÓn ®æi sè trªn ®Þa bµn tØnh giai ®o¹n 2025 - 2030, ®¬n vÞ ban hµnh KÕ ho¹ch nh­ sau"
)
SIGNED = "Ký bởi: Ủy ban nhân dân tỉnh Cơ quan: Văn phòng Thời gian ký: 18/03/2024 08:41:42 +07:00 ttcb@tinh.gov.vn"


def layer(text: str) -> OcrPage:
    words = text.split()
    box = BoundingBox(0.1, 0.1, 0.2, 0.12)
    return OcrPage(1, tuple(tuple(Word(w, box, 1.0) for w in words[i : i + 12]) for i in range(0, len(words), 12)))


@pytest.mark.parametrize(
    ("text", "has_scan", "kept", "reason"),
    [
        (GOOD, False, True, "lớp chữ tốt"),
        (GOOD, True, True, "lớp chữ tốt"),
        (LOSSY, True, False, "mất dấu"),
        (LOSSY, False, False, "mất dấu"),
        (TCVN3, True, True, "TCVN3"),
        ("", True, False, "không có lớp chữ"),
        ("Ban Tuyên giáo 26-07-2023 10:17:01 +07:00", True, False, "chữ ký số"),
        (SIGNED, True, False, "chữ ký số"),
        ("(cid:12)(cid:45) (cid:3) (cid:77) (cid:9)", False, False, "hỏng mã"),
        ("\ue012\ue034 \ue056\ue078 Kế hoạch", False, False, "hỏng mã"),
        ("Trang này để trống", False, True, "ngắn"),
    ],
)
def test_each_layer_is_kept_or_set_aside_for_a_reason(text, has_scan, kept, reason):
    words, why = judge_layer(layer(text), has_scan)
    assert (words is not None, reason in why) == (kept, True), why


def test_a_legacy_layer_comes_out_in_unicode():
    words, _ = judge_layer(layer(TCVN3), has_scan=False)
    assert " ".join(word.text for line in words.lines for word in line) == GOOD


def test_good_and_lossy_texts_lie_far_apart(shared):
    for path in sorted((shared / "real").glob("*.txt")):
        quality = vietnamese_quality(path.read_text(encoding="utf-8"))
        assert quality.valid > 0.97 and quality.marked > 0.8, path.name
    for name in ("binh-dinh", "bo-y-te", "lai-chau"):
        assert vietnamese_quality((shared / "plans" / f"{name}.txt").read_text(encoding="utf-8")).marked < 0.4, name


@pytest.mark.parametrize("word", "nghiệm giếng quyết gì khuỷu tuần xoong uỷ ủy Đắk yêu oanh giữa thuở quốc".split())
def test_vietnamese_syllables_are_possible(word):
    assert syllable_is_possible(word) == (word != "Đắk")  # Đắk is no Kinh syllable


@pytest.mark.parametrize("word", ["trién", "hoat", "thuât", "bw", "ñgày", "Eung", "quyêt", "cáp̣"])
def test_damaged_syllables_are_not(word):
    assert not syllable_is_possible(word)


def word(text: str, confidence: float, x: float = 0.1) -> Word:
    return Word(text, BoundingBox(x, 0.1, x + 0.05, 0.12), confidence)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (("thâu", 0.93), ("thầu", 0.90), "thầu"),  # a lost mark
        (("thâu", 0.97), ("thầu", 0.60), "thâu"),  # but not on a guess
        (("thẩầu", 0.96), ("thầu", 0.70), "thầu"),  # no such syllable
        (("cáo", 0.95), ("cao", 0.96), "cáo"),
        (("2017", 0.9), ("2011", 0.6), "2017"),
    ],
)
def test_of_two_readings_the_likelier_is_believed(a, b, expected):
    assert likelier(word(*a), word(*b)).text == likelier(word(*b), word(*a)).text == expected


def test_readings_meet_by_place_and_what_only_one_saw_stays():
    first = (word("nhà", 0.9, 0.1), word("thâu", 0.9, 0.2), word("năm", 0.9, 0.3))
    second = (word("thầu", 0.9, 0.2), word("xa", 0.9, 0.8))
    assert [w.text for w in merge_readings(first, second)] == ["nhà", "thầu", "năm"]


def test_a_piece_of_the_line_above_is_not_the_word():
    """Cut out for the second look, a line brings the feet of the one above."""
    first = (word("thâm", 0.8),)
    second = (word("2LỄ.", 0.9), word("thẩm", 0.9))
    assert merge_readings(first, second)[0].text == "thẩm"


def test_what_either_reading_thought_possible_stays_known():
    first = (replace(word("đối", 0.85), rivals=(("đổi", 0.3),)),)
    second = (replace(word("đổi", 0.95), rivals=(("đội", 0.2),)),)
    (merged,) = merge_readings(first, second)
    assert merged.text == "đổi" and merged.rivals == (("đối", 0.35), ("đội", 0.1))
    (alone,) = merge_readings(first, (word("đối", 0.9),))
    assert alone.text == "đối" and alone.rivals == (("đổi", 0.15),)
