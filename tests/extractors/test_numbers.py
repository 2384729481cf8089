"""Numbers of documents, as cited and as printed at a document's own head."""

import pytest

from extractors.numbers import find_numbers, find_short_forms, header_number, normal_number, number_key
from tests.extractors.cases import cases_of


@pytest.mark.parametrize("case", cases_of("numbers", "in_the_wild", "synthetic", "must_not_match"))
def test_numbers_of_cases(case):
    assert [[n.text, n.doc_type] for n in find_numbers(case["input"])] == case["expected"], case["comment"]


@pytest.mark.parametrize("printed", ["57- NQ/TW", "326 / KH- KSBT", "43/2013/QH 13", "5969/QĐ- UBND", "12–KH/TU"])
def test_normalising_twice_is_once(printed):
    assert normal_number(normal_number(printed)) == normal_number(printed)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Số: 1013/KH-BYT", "1013/KH-BYT"),
        ("Số 07 -KH/BTC", "07-KH/BTC"),
        ("Số:48 /KH-SYT", "48/KH-SYT"),
        ("Số: 125 KH/TĐTN-BTG", "125-KH/TĐTN-BTG"),
        ("Số:      /KH-SYT", None),
        ("Số: …/KH-UBND", None),
        ("Số:{24.2 /KH-SYT", None),
    ],
)
def test_own_number_is_read_or_left_open(line, number):
    assert header_number(line)[0] == number


def test_a_line_without_a_number_has_none():
    assert header_number("SỞ Y TẾ") is None


def test_short_forms():
    found = find_short_forms("theo Nghị quyết số 57, Kế hoạch số 139; mẫu số 02, Phụ lục số 3")
    assert [(n.text, n.doc_type) for n in found] == [("57", "Nghị quyết"), ("139", "Kế hoạch")]


def test_spellings_of_one_number_share_a_key():
    assert number_key("57-NQ-TW") == number_key("57-NQ/TW")
    assert number_key("01-KH/BCĐ") != number_key("01-KH/BCĐTW")
