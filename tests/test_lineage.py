"""Lineage: who carries out whose plan, also when the parent arrives later."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lineage import ancestors, descendants, link_citations


def plan(plan_id, number, issuer, issued=None, province=None):
    return {
        "plan_id": plan_id, "doc_number": number, "issuer": issuer, "issue_date": issued,
        "province_as_printed": province, "province_code": None,
    }  # fmt: skip


def cites(plan_id, number, issuer=None, issued=None, is_parent=True):
    return {
        "plan_id": plan_id, "doc_number": number, "doc_issuer": issuer, "doc_date": issued, "is_parent": is_parent,
        "doc_type": "Kế hoạch",
    }  # fmt: skip


STATE = plan("tw", "923/QĐ-TTg", "Thủ tướng Chính phủ", date(2025, 5, 14))
PROVINCE = plan("tinh", "190/KH-UBND", "Ủy ban nhân dân tỉnh Lào Cai", date(2025, 7, 18), "Lào Cai")
OTHER = plan("tinh-khac", "190/KH-UBND", "Ủy ban nhân dân tỉnh Sơn La", date(2025, 7, 20), "Sơn La")
DEPARTMENT = plan("so", "55/KH-SYT", "Sở Y tế tỉnh Lào Cai", date(2025, 8, 1), "Lào Cai")
CENTRE = plan("tt", "12/KH-TTYT", "Trung tâm Y tế khu vực Bát Xát tỉnh Lào Cai", date(2025, 9, 1), "Lào Cai")
CITATIONS = [
    cites("tinh", "923/QĐ-TTg", "Thủ tướng Chính phủ", date(2025, 5, 14)),
    cites("so", "190/KH-UBND", "UBND tỉnh", date(2025, 7, 18)),
    cites("tt", "55/KH-SYT", "Sở Y tế", date(2025, 8, 1)),
    cites("tt", "190/KH-UBND", "UBND tỉnh", None, is_parent=False),
]
ALL = [STATE, PROVINCE, OTHER, DEPARTMENT, CENTRE]


def test_number_date_and_issuer_together_find_the_plan():
    assert link_citations(ALL, CITATIONS) == ["tw", "tinh", "so", "tinh"]


def test_the_same_number_of_another_province_is_another_plan():
    assert link_citations([OTHER, DEPARTMENT], [CITATIONS[1]]) == [None]
    assert link_citations([OTHER, DEPARTMENT], [cites("so", "190/KH-UBND", "UBND tỉnh")]) == [None]


def test_another_date_is_another_document():
    assert link_citations(ALL, [cites("so", "923/QĐ-TTg", "Thủ tướng Chính phủ", date(2024, 5, 14))]) == [None]


def test_without_date_and_issuer_nothing_is_guessed():
    assert link_citations(ALL, [cites("so", "923/QĐ-TTg")]) == [None]


def test_a_number_spelt_otherwise_is_the_same():
    assert link_citations(ALL, [cites("tinh", "923-QĐ-TTg", "Thủ tướng Chính phủ", date(2025, 5, 14))]) == ["tw"]


def test_a_plan_does_not_cite_itself():
    assert link_citations(ALL, [cites("so", "55/KH-SYT", "Sở Y tế", date(2025, 8, 1))]) == [None]


def test_ancestors_up_to_the_top():
    assert [(k.distance, k.plan_id) for k in ancestors("tt", ALL, CITATIONS)] == [(1, "so"), (2, "tinh"), (3, "tw")]


def test_a_parent_outside_the_corpus_is_named_and_found_when_it_arrives():
    before = ancestors("so", [DEPARTMENT], CITATIONS)
    assert [(k.plan_id, k.doc_number) for k in before] == [(None, "190/KH-UBND")]
    after = ancestors("so", [DEPARTMENT, PROVINCE], CITATIONS)
    assert [k.plan_id for k in after] == ["tinh", None]


def test_descendants_are_a_tree():
    assert [(k.distance, k.plan_id) for k in descendants("tw", ALL, CITATIONS)] == [(-1, "tinh"), (-2, "so"), (-3, "tt")]


def test_two_plans_that_cite_each_other_end():
    circle = [cites("a", "2/KH-B", "B"), cites("b", "1/KH-A", "A")]
    plans = [plan("a", "1/KH-A", "A"), plan("b", "2/KH-B", "B")]
    assert [k.plan_id for k in ancestors("a", plans, circle)] == ["b"]
    assert [k.plan_id for k in descendants("a", plans, circle)] == ["b"]


@given(st.permutations(ALL), st.permutations(CITATIONS))
def test_order_of_arrival_makes_no_difference(plans, citations):
    found = {(c["plan_id"], c["doc_number"]): p for c, p in zip(citations, link_citations(plans, citations), strict=True)}
    assert found == {("tinh", "923/QĐ-TTg"): "tw", ("so", "190/KH-UBND"): "tinh", ("tt", "55/KH-SYT"): "so", ("tt", "190/KH-UBND"): "tinh"}


@pytest.mark.parametrize("cited", ["Ủy ban nhân dân tỉnh", "UBND tỉnh Lào Cai", "Chủ tịch UBND tỉnh", "Uỷ ban nhân dân tỉnh Lào Cai"])
def test_bodies_are_the_same_however_written(cited):
    assert link_citations(ALL, [cites("so", "190/KH-UBND", cited)]) == ["tinh"]
