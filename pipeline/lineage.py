"""Which cited documents are themselves plans of the corpus."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def link_citations(plans: Sequence[Row], citations: Sequence[Row]) -> list[str | None]:
    """For each row of `citations` the plan_id that it cites, None where the corpus has none or more than one fits.

    The number decides; of plans with one number (every province has its 15/KH-UBND) those whose date and issuer do
    not speak against it. A plan does not cite itself.
    """
    by_number: dict[str, list[Row]] = defaultdict(list)
    for plan in plans:
        if plan["doc_number"]:
            by_number[_bare(plan["doc_number"])].append(plan)
    return [_cited(citation, by_number[_bare(citation["doc_number"] or "")]) for citation in citations]


def _cited(citation: Row, plans: Sequence[Row]) -> str | None:
    found = [
        plan
        for plan in plans
        if plan["plan_id"] != citation["plan_id"]
        and _agree(citation["doc_date"], plan["issue_date"])
        and _same_body(citation["doc_issuer"], plan["issuer"])
    ]
    surer = [plan for plan in found if citation["doc_date"] and plan["issue_date"]]
    found = surer or found
    return found[0]["plan_id"] if len(found) == 1 else None


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def _same_body(cited: str | None, issuer: str | None) -> bool:
    """Whether one name may be short for the other: `UBND tỉnh` for `Ủy ban nhân dân tỉnh Hà Tĩnh`."""
    if not cited or not issuer:
        return True
    short, full = sorted((_words(cited), _words(issuer)), key=len)
    return set(short) <= set(full)


def _words(name: str) -> list[str]:
    name = unicodedata.normalize("NFC", name).casefold()
    for long, short in (("ủy ban nhân dân", "ubnd"), ("uỷ ban nhân dân", "ubnd"), ("hội đồng nhân dân", "hđnd")):
        name = name.replace(long, short)
    return ["".join(c for c in word if c.isalnum()) for word in name.split() if word not in ("tỉnh", "thành", "phố")]


def _bare(number: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", number).casefold() if c.isalnum() or c == "/")
