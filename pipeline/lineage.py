"""Which plan carries out which: citations resolved to the plans of the corpus, and the lines that they make.

Pure functions over rows as stored (`plans`, `citations`), so that a parent that arrives later is found by asking again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from extractors.numbers import number_key
from extractors.vocabulary import fold

VERSION = 1

Row = Mapping[str, Any]

_PLACE = re.compile(r"\b(?:tỉnh|thành phố|tp\.?)\s*")
_ALIKE = 88  # of 100: two spellings of one body


@dataclass(frozen=True, slots=True)
class Kin:
    """A plan, or a document that is not in the corpus (`plan_id` None), `distance` steps up (+) or down (-)."""

    distance: int
    plan_id: str | None
    doc_type: str | None
    doc_number: str | None
    doc_date: date | None
    doc_issuer: str | None


def link_citations(plans: Sequence[Row], citations: Sequence[Row]) -> list[str | None]:
    """The plan of the corpus that each citation names, in the order of `citations`; None where it is none, or not one.

    The number must be the same; dates must not differ, and the issuer must agree where the date can not tell.
    """
    by_number: dict[str, list[Row]] = defaultdict(list)
    by_id = {plan["plan_id"]: plan for plan in plans}
    for plan in plans:
        if plan.get("doc_number"):
            by_number[number_key(plan["doc_number"])].append(plan)
    linked: list[str | None] = []
    for citation in citations:
        citing = by_id.get(citation["plan_id"])
        found = [
            plan
            for plan in by_number.get(number_key(citation["doc_number"]), ())
            if plan["plan_id"] != citation["plan_id"] and _is_cited(plan, citation, citing)
        ]
        linked.append(found[0]["plan_id"] if len(found) == 1 else None)
    return linked


def _is_cited(plan: Row, citation: Row, citing: Row | None) -> bool:
    same_body = _is_issuer(plan, citation.get("doc_issuer"), citing)
    if plan.get("issue_date") and citation.get("doc_date"):
        return plan["issue_date"] == citation["doc_date"] and same_body is not False
    return same_body is True


def _is_issuer(plan: Row, cited: str | None, citing: Row | None) -> bool | None:
    """Whether the body cited is the plan's issuer; None where one of them is not known. A body cited without its
    place (`UBND tỉnh`) is that of the citing plan's province."""
    if not cited or not plan.get("issuer"):
        return None
    ours, theirs = _body(plan["issuer"], plan), _body(cited, plan)
    place = plan.get("province_as_printed")
    if place and fold(place) not in fold(cited) and citing is not None:
        if citing.get("province_as_printed") and fold(citing["province_as_printed"]) != fold(place):
            return False
    return fuzz.ratio(ours, theirs) >= _ALIKE or _leads(ours, theirs) or ours.startswith(f"{theirs} ")


def _leads(ours: str, theirs: str) -> bool:
    """`Thủ tướng Chính phủ` signs for the Government, `Chủ tịch UBND` for the committee, a minister for the ministry."""
    return re.sub(r"^(?:chủ tịch|giám đốc|bộ trưởng|hiệu trưởng|thủ trưởng)\s+", "", theirs) == ours


def _body(name: str, plan: Row) -> str:
    """`name` without its place, short forms written out."""
    text = fold(name).replace("ubnd", "ủy ban nhân dân").replace("hđnd", "hội đồng nhân dân").replace("bcđ", "ban chỉ đạo")
    place = plan.get("province_as_printed")
    if place:
        text = text.replace(fold(place), " ")
    return re.sub(r"\s+", " ", _PLACE.sub(" ", text)).strip()


def ancestors(plan_id: str, plans: Sequence[Row], citations: Sequence[Row]) -> list[Kin]:
    """The plan that `plan_id` carries out, the one that that one carries out, and so on; the last may be a document
    that is not in the corpus."""
    parent_of = _parents(plans, citations)
    found: list[Kin] = []
    seen = {plan_id}
    current: str | None = plan_id
    while current is not None and current in parent_of:
        citation, current = parent_of[current]
        if current in seen:
            break
        found.append(_kin(len(found) + 1, current, citation))
        seen.add(current or "")
    return found


def descendants(plan_id: str, plans: Sequence[Row], citations: Sequence[Row]) -> list[Kin]:
    """The plans of the corpus that carry out `plan_id`, each followed by those that carry it out in turn."""
    by_id = {plan["plan_id"]: plan for plan in plans}
    children: dict[str, list[str]] = defaultdict(list)
    for child, (_, parent) in _parents(plans, citations).items():
        if parent is not None:
            children[parent].append(child)

    def below(parent: str, distance: int, seen: frozenset[str]) -> list[Kin]:
        found: list[Kin] = []
        for child in sorted(children[parent], key=lambda c: (str(by_id[c].get("issue_date") or ""), c)):
            if child not in seen:
                plan = by_id[child]
                found.append(Kin(-distance, child, "Kế hoạch", plan.get("doc_number"), plan.get("issue_date"), plan.get("issuer")))
                found += below(child, distance + 1, seen | {child})
        return found

    return below(plan_id, 1, frozenset({plan_id}))


def _parents(plans: Sequence[Row], citations: Sequence[Row]) -> dict[str, tuple[Row, str | None]]:
    """By plan: the citation of its parent, and the plan_id that this is in the corpus."""
    of_parents = [c for c in citations if c.get("is_parent")]
    return {c["plan_id"]: (c, target) for c, target in zip(of_parents, link_citations(plans, of_parents), strict=True)}


def _kin(distance: int, plan_id: str | None, citation: Row) -> Kin:
    return Kin(distance, plan_id, citation.get("doc_type"), citation["doc_number"], citation.get("doc_date"), citation.get("doc_issuer"))
