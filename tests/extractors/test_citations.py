"""Citations: each document once, its relation, and the one plan that is the parent."""

import json
from dataclasses import replace

import pytest

from extractors.citations import extract
from extractors.plans import Plan
from pipeline.model import Item, Outline, Part, Region
from tests.extractors.cases import cases_of

PLAN = Plan(*[None] * 8, "", *[None] * 6, 1.0)


def outline_of(paragraphs: list[list[str]]) -> Outline:
    items = tuple(
        Item(str(i), None, str(i), 1, None, Part(part), None, text, text, (Region(1, None),), None, 1.0)
        for i, (part, text) in enumerate(paragraphs)
    )
    return Outline((), (), (), items, (), (), ())


@pytest.mark.parametrize("case", cases_of("citations", "synthetic"))
def test_citations_of_cases(case):
    rows = extract(outline_of(case["input"]), replace(PLAN, title=case["title"]))
    found = [[r.doc_number, r.doc_type, r.relation, r.doc_date and r.doc_date.isoformat(), r.doc_issuer, r.is_parent] for r in rows]
    assert found == case["expected"], case["comment"]


def test_a_plan_does_not_cite_itself():
    outline = outline_of([["annex", "(Kèm theo Kế hoạch số 07-KH/BTC ngày 26/7/2023 của Ban Tổ chức)"]])
    assert extract(outline, replace(PLAN, doc_number="07-KH/BTC")) == []


def test_a_number_misread_in_a_scan_is_set_right_by_the_others():
    items = outline_of([["preamble", "Căn cứ Kế hoạch số 10-KH/BCĐ ngày 22/4/2023; Quyết định số 16-QĐ/BCPĐ ngày 20/6/2023;"]]).items
    scanned = replace(outline_of([]), items=tuple(replace(i, ocr_confidence=0.9) for i in items))
    assert [r.doc_number for r in extract(scanned, PLAN)] == ["10-KH/BCĐ", "16-QĐ/BCĐ"]
    assert [r.doc_number for r in extract(replace(scanned, items=items), PLAN)] == ["10-KH/BCĐ", "16-QĐ/BCPĐ"]


@pytest.mark.parametrize("name", ["002", "004", "007", "010"])
def test_documents_cited_by_real_plans(shared, tmp_path, name):
    from extractors.plans import extract_plan
    from tests.extractors.outlines import outline_of_text

    facts = next(f for f in map(json.loads, (shared / "real" / "index.jsonl").read_text(encoding="utf-8").splitlines()) if f["id"] == name)
    outline = outline_of_text((shared / "real" / f"{name}.txt").read_text(encoding="utf-8"), tmp_path)
    plan = extract_plan(outline)
    found = {(c.doc_number, c.doc_type, c.relation, str(c.doc_date), c.doc_issuer and c.doc_issuer.replace("–", "-")) for c in extract(outline, plan)}
    assert found == {(c["doc_number"], c["doc_type"], c["relation"], c["doc_date"], c["doc_issuer"]) for c in facts["citations"]}
    assert (plan.doc_number, plan.issuer, plan.issue_date.isoformat(), plan.title) == tuple(facts[k] for k in ("doc_number", "issuer", "issue_date", "title"))
