"""Awards: forms, who confers them, on what occasion."""

import pytest

from extractors.awards import extract
from extractors.plans import Plan
from pipeline.model import Item, Kind, Outline, Part, Region
from tests.extractors.cases import cases_of

PLAN = Plan(*[None] * 8, "Phát động phong trào thi đua", *[None] * 6, 1.0)


def outline_under(headings: list[str], text: str, kind: Kind = Kind.AWARDS) -> Outline:
    texts = [*headings, text]
    items = tuple(
        Item(str(i), str(i - 1) if i else None, str(i), i + 1, None, Part.SECTION, kind, t, t, (Region(1, None),), None, 1.0,
             is_heading=i < len(headings))
        for i, t in enumerate(texts)
    )  # fmt: skip
    return Outline((), (), (), items, (), (), ())


@pytest.mark.parametrize("case", cases_of("awards", "synthetic"))
def test_awards_of_cases(case):
    rows = extract(outline_under(case["headings"], case["input"]), PLAN)
    found = [[r.award, str(r.award_type), r.authority, r.award_level, r.occasion] for r in rows]
    assert found == case["expected"], case["comment"]


def test_award_forms_outside_the_awards_part_are_no_rows():
    assert extract(outline_under(["Phòng Tổ chức cán bộ"], "Trình xét tặng Giấy khen.", Kind.ORGANISATION), PLAN) == []


def test_what_is_spelt_badly_is_found_with_less_confidence():
    (right,) = extract(outline_under(["Khen thưởng"], "Bằng khen của Chủ tịch UBND tỉnh"), PLAN)
    (spoilt,) = extract(outline_under(["Khen thưởng"], "Băng khen của Chủ tịch UBND tỉnh"), PLAN)
    assert spoilt.award_type == right.award_type
    assert spoilt.confidence < 0.9 <= right.confidence
