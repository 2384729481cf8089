"""Provinces as they are today."""

import json
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from extractors.places import find_provinces, province_of_unit, provinces
from extractors.vocabulary import vocabulary
from tests.extractors.cases import cases_of


@pytest.mark.parametrize("case", cases_of("places", "in_the_wild", "synthetic", "must_not_match"))
def test_provinces_of_cases(case):
    assert [[p.province.code, p.province.name, p.printed] for p in find_provinces(case["input"])] == case["expected"]


def test_sixty_three_became_thirty_four():
    former = [e for e in vocabulary("former_provinces").entries if "202/2025" in e.source]
    assert len(provinces()) == 34
    assert len(former) == 29
    assert Counter(e.attributes["today"] for e in former).most_common(1)[0][1] == 2  # no more than three joined
    assert all(e.attributes["today"] in provinces() for e in former)


def test_former_provinces_are_as_in_an_independent_table():
    table = Path(find_spec("underthesea").submodule_search_locations[0]) / "address" / "data" / "mapping.json"
    data = json.loads(table.read_text(encoding="utf-8"))
    today = {value["short"]: data["province_names"][data["province_mapping"][key]]["code"] for key, value in data["old_province_names"].items()}
    for entry in vocabulary("former_provinces").entries:
        if entry.name in today:
            assert today[entry.name] == entry.attributes["today"], entry.name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UBND HUYỆN MƯỜNG TÈ", "12"),
        ("Ủy ban nhân dân xã Bát Tràng", "01"),
        ("UBND thành phố Thủ Đức", "79"),
        ("UBND HUYỆN CHÂU THÀNH", None),  # one in each of many provinces
        ("UBND XÃ TÂN LẬP", None),
    ],
)
def test_units_below_a_province(text, code):
    found = province_of_unit(text)
    assert (found.code if found else None) == code
