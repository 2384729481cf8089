"""What `restore` gives back: the cases, and what holds for any text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import vietnam_provinces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diacritics import apply_edits, restore, restore_many
from diacritics.syllables import strip_marks

CASES = json.loads((Path(__file__).parents[1] / "cases" / "restoration.json").read_text(encoding="utf-8"))
PROFILE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

LOSSY_WORDS = st.sampled_from("thyc hién Quyét dinh s6 chuyén d6i nghi¢p vu, tir nam dén ctia & dugc BO Y TE thi dua.".split())
FIXED = st.sampled_from(
    ["14/5/2025", "2025-2030", "57-NQ/TW", "1.200", "thidua@moh.gov.vn", "https://moh.gov.vn/a-b", "30%", "Covid-19"]
)
DAMAGED = st.lists(st.one_of(LOSSY_WORDS, FIXED, st.text(max_size=8)), max_size=30).map(" ".join)
GOOD_SENTENCES = st.lists(
    st.sampled_from(
        [
            "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
            "Các cơ quan, đơn vị, địa phương chủ động xây dựng kế hoạch và tổ chức thực hiện.",
            "Giao Sở Nội vụ chủ trì, phối hợp với các đơn vị liên quan theo dõi, đôn đốc, kiểm tra.",
            "Phấn đấu đến năm 2030, 100% hồ sơ được xử lý trên môi trường mạng.",
        ]
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("case", [*CASES["in_the_wild"], *CASES["synthetic"]], ids=lambda case: case["label"])
def test_restores(case: dict[str, str]) -> None:
    assert restore(case["input"]).text == case["expected"]


@pytest.mark.parametrize("case", CASES["must_not_change"], ids=lambda case: case["label"])
def test_leaves_correct_text(case: dict[str, str]) -> None:
    assert restore(case["input"]).text == case["input"]


@PROFILE
@given(DAMAGED)
def test_edits_make_the_text(raw: str) -> None:
    import unicodedata

    raw = unicodedata.normalize("NFC", raw)
    restored = restore(raw)
    assert apply_edits(raw, restored.edits) == restored.text
    assert 0 <= restored.confidence <= 1
    assert all(0 <= edit.probability <= 1 and edit.before != edit.after for edit in restored.edits)


@PROFILE
@given(st.lists(st.one_of(LOSSY_WORDS, FIXED), min_size=1, max_size=20))
def test_numbers_dates_codes_addresses_survive(words: list[str]) -> None:
    fixed = {"14/5/2025", "2025-2030", "57-NQ/TW", "1.200", "thidua@moh.gov.vn", "https://moh.gov.vn/a-b"}
    out = restore(" ".join(words)).text.split()
    for word in fixed:
        assert out.count(word) >= words.count(word)


@PROFILE
@given(st.lists(st.lists(LOSSY_WORDS, max_size=6).map(" ".join), max_size=8), st.sampled_from(["\n", "\n\n", "\f"]))
def test_lines_stay_lines(lines: list[str], end: str) -> None:
    raw = end.join(lines)
    assert re.findall(r"[\n\f]+", restore(raw).text) == re.findall(r"[\n\f]+", raw)


@PROFILE
@given(GOOD_SENTENCES, st.sampled_from([" ", "\n"]))
def test_correct_text_is_left_and_restoring_twice_is_once(sentences: list[str], between: str) -> None:
    good = between.join(sentences)
    assert restore(good).text == good
    once = restore(strip_marks(good)).text
    assert restore(once).text == once


def test_doubtful_word_has_alternatives() -> None:
    edits = restore("Thur trudng; P5 Xuan Tuyén; dat, s6 gid, ctia Vu T6 chie").edits
    assert any(edit.alternatives for edit in edits)
    for edit in edits:
        assert edit.after not in dict(edit.alternatives)
        assert sum(p for _, p in edit.alternatives) + edit.probability <= 1.001


def test_confidence_of_the_ocr_decides_about_real_words() -> None:
    """`tô chức` is Vietnamese, but not where the OCR was unsure and the sentence asks for `tổ chức`."""
    raw = "Các đơn vị tô chức thực hiện Kế hoạch này và báo cáo kết quả trước ngày 15 tháng 11 hằng năm."
    words = raw.split()
    unsure = [0.6 if word == "tô" else 0.97 for word in words]
    assert restore(raw, unsure).text == raw.replace("tô chức", "tổ chức")
    assert restore(raw, [0.99] * len(words)).text == raw


def test_confidences_must_fit_the_words() -> None:
    with pytest.raises(ValueError):
        restore("hai từ", [0.9])
    with pytest.raises(ValueError):
        restore("hai từ", [0.9, 0.9], [()])


def test_of_what_the_engine_saw_the_sentence_chooses() -> None:
    """`đối mới` is no phrase and `đổi mới` is; where the engine saw both, and only there, the word changes."""
    raw = "Xây dựng kế hoạch đối sách, sáng tạo và phù hợp với tình hình của đơn vị; gửi Phòng trước ngày 15/4/2026."
    raw = raw.replace("đối sách", "đối mới")
    words = raw.split()
    rivals = [(("đổi", 0.3), ("đội", 0.1)) if word == "đối" else () for word in words]
    (edit,) = restore(raw, [0.99] * len(words), rivals).edits
    assert (edit.before, edit.after, edit.rule) == ("đối", "đổi", "rivals") and edit.probability > 0.9


def test_the_rivals_of_a_right_word_leave_it() -> None:
    raw = "Các phòng chủ động phối hợp, đối chiếu số liệu II. NỘI DUNG và báo cáo Giám đốc Sở (TTr số 12) theo quy định."
    words = raw.split()
    wrong = {"đối": "đổi", "số": "sổ", "II.": "III.", "(TTr": "(TT", "12)": "72)", "báo": "bảo"}
    rivals = [((wrong[word], 0.45),) if word in wrong else () for word in words]
    assert restore(raw, [0.99] * len(words), rivals).text == raw


LIST = "a) Hồ sơ đề nghị;\nb) Tờ trình của đơn vị;\nc) Biên bản họp;\n{}) Danh sách kèm theo;\n{}) Ý kiến của Sở."


def read_list(letters: str, rival: str = "") -> str:
    """`LIST` restored where the engine saw `rival` too at its fourth letter; its last two letters."""
    raw = LIST.format(*letters)
    words = raw.split()
    fourth = len(raw[: raw.index("họp;") + 5].split())
    rivals = [((f"{rival})", 0.2),) if rival and i == fourth else () for i in range(len(words))]
    restored = restore(raw, [0.99] * len(words), rivals)
    assert all(edit.rule == "order" for edit in restored.edits)
    return "".join(line[0] for line in restored.text.splitlines()[3:])


def test_the_letters_of_a_list_follow_each_other() -> None:
    assert read_list("đe", rival="d") == "de"  # after c) comes d), and the engine saw it
    assert read_list("đđ") == "dđ"  # and no letter comes twice
    assert read_list("đe") == "đe"  # points of a law may be left out
    assert read_list("dd") == "dđ" and read_list("dđ") == "dđ"


def test_many_texts_are_restored_apart() -> None:
    texts = ["Quyét dinh s6 5", "Văn bản đúng thì giữ nguyên như cũ, không sửa gì.", ""]
    assert [r.text for r in restore_many(texts)] == [restore(text).text for text in texts]


def test_glued_and_split_words() -> None:
    text = restore("Cacdon vi truc thuéc S& Y té trién khai Phong trao thi dua trong toan nganh").text
    assert text.startswith("Các đơn vị trực thuộc Sở Y tế")


def test_what_the_document_says_elsewhere_decides() -> None:
    """`chuyên môn chuyên đổi` fits a trigram as well; a document that speaks of `chuyển đổi số` means that."""
    doubtful = "Ddi mdi quan ly chuyén mon, chuyén d6i s6 trong truong hoc."
    elsewhere = "Ké hoach chuyén d6i s6 nam 2026.\nDay manh chuyén d6i s6.\n"
    assert restore(elsewhere + doubtful).text.endswith("Đổi mới quản lý chuyên môn, chuyển đổi số trong trường học.")


@pytest.mark.parametrize(
    ("raw", "restored"),
    [
        ("Nang cao trinh 46 phat trién cua dia phuong.", "Nâng cao trình độ phát triển của địa phương."),
        (
            "H6 trg ngudi dan mua nha 6 x4 hdi dot 13, gom 46 hd, 14 can hd va 6 khu nha.",
            "Hỗ trợ người dân mua nhà ở xã hội đợt 13, gồm 46 hộ, 14 căn hộ và 6 khu nhà.",
        ),
        (
            "Cac don vi cua SY té bao cao trudc ngay 14 thang 6; 13 xa, 46 thon.",
            "Các đơn vị của Sở Y tế báo cáo trước ngày 14 tháng 6; 13 xã, 46 thôn.",
        ),
    ],
)
def test_digits_and_capitals_that_are_words(raw: str, restored: str) -> None:
    """A digit becomes a word only where the sentence demands one: the same digits stay where they count something."""
    assert restore(raw).text == restored


LOSSY = "Hoi dong thi dua, khen thuéng; cong tac thi dua, khen thuong cua don vi. "


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (LOSSY + "Luu VT, TDKT.", "TĐKT"),  # spelt out
        ("Ban giam hiéu truong hoc t6 chttc danh gia hoc sinh; danh gia hiéu qua. Luu VT, BGH.", "BGH"),  # not đánh giá h…
        (LOSSY + "Can ctt Quyét dinh s6 12/QD-UBND.", "12/QĐ-UBND"),
        (LOSSY + "Tuyén truyén trén YouTube va trang thong tin.", "YouTube"),
        (LOSSY + "Ké hoach cua Uy ban nhan dan tinh1, Bd Y té.", "tỉnh1"),  # a footnote's call
        (LOSSY + "Giai doan | (tir 2025 - 2027): Xay dung Ké hoach.", "1"),
        (LOSSY + "trong nghién ctru, g dung khoa hoc, d6i méi sang tao.", "ứng"),  # most of the word is lost (Bộ Y tế 2025)
    ],
)
def test_what_is_hardly_a_word(raw: str, word: str) -> None:
    assert word in re.findall(r"[^\s,.;()]+", restore(raw).text)


def test_names_of_places_are_left_as_they_are() -> None:
    """All communes of today, as one letter in a thousand of correct text would ruin them (Thạnh, Đak, Pơ)."""
    names = [ward.name for ward in vietnam_provinces.Ward.iter_all()]
    text = "\n".join(f"Ủy ban nhân dân {name} phối hợp với các đơn vị tổ chức thực hiện Kế hoạch theo quy định." for name in names)
    assert restore(text).edits == ()


def test_words_that_only_lack_the_blank_are_parted_and_none_is_dropped() -> None:
    raw = "Các đơn vị nâng cao trách nhiệmcủa từng cá nhân và báo cáo kết quả thực hiện Kế hoạch theo quy định."
    assert restore(raw).text == raw.replace("nhiệmcủa", "nhiệm của")


def test_long_documents_are_restored_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts break at line ends only, and hardly anything is lost at the seams."""
    raw = "\n".join([LOSSY, "Ké hoach trién khai phong trao thi dua d6i méi sang tao va chuyén d6i s6 nganh Y té."] * 20)
    whole = restore(raw)
    monkeypatch.setattr("diacritics.restoration.LONGEST", 400)
    parts = restore(raw)
    assert apply_edits(raw, parts.edits) == parts.text
    assert parts.text.splitlines()[1:] == whole.text.splitlines()[1:]
