"""Documents cited, văn bản được viện dẫn: one row a document, however often and however short it is named.

The word printed decides the relation; what stands inside another document's title is a mention. At most one document
is the parent: the plan that this one carries out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import fuzz

from extractors.bare import bare
from extractors.cited import facts_after
from extractors.numbers import DocNumber, find_numbers, find_short_forms, number_key, regularity, set_right, type_of_letters
from extractors.plans import Plan
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Outline, Part

VERSION = 2


class Relation(StrEnum):
    BASIS = "basis"
    IMPLEMENTS = "implements"
    MENTIONS = "mentions"


@dataclass(frozen=True, slots=True)
class Citation:
    """A row of `citations`; the store fills `cited_plan_id` from the lineage."""

    item_id: str | None
    text: str
    confidence: float
    relation: Relation
    doc_type: str | None
    doc_number: str
    doc_date: datetime.date | None = None
    doc_issuer: str | None = None
    is_parent: bool = False
    cited_plan_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Mention:
    """One naming of a document. `about`: its title as far as the passage gives it."""

    number: DocNumber
    date: datetime.date | None
    issuer: str | None
    relation: Relation
    about: str
    item_id: str | None
    text: str
    confidence: float


_TRIGGER = re.compile(
    r"(?:^|[;.:]\s*|,\s*(?=[A-ZĐ]))(?:và\s+)?(?P<word>căn cứ|(?:để\s+|nhằm\s+)?(?:tiếp tục\s+)?(?:tổ chức\s+)?(?:triển khai|thực hiện)|xét|theo|trên cơ sở)\b",
    re.I,
)
_TITLE_OPENS = re.compile(
    r"\b(?:về|v/v|(?<!kèm )ban hành(?! kèm)|thực hiện|triển khai|quy định|hướng dẫn|sửa đổi|phê duyệt|thay thế|thi hành|hợp nhất)\b", re.I
)
_PROMULGATES = re.compile(  # on bare letters
    r"\W*(?:\w{1,4}\W+)?(?:v/v\s+|v.\s+)?(?:viec\s+)?(?:ban hanh|phe duyet|trien khai|thuc hien|dieu chinh)?\s*(?:va\s+)?(?:k.\s*hoach|chuong trinh|de an|phuong an)"
    r"|\W*(?:v/v\s+|v.\s+)?(?:viec\s+)?phat dong"
)
_STRENGTH = {Relation.BASIS: 2, Relation.IMPLEMENTS: 1, Relation.MENTIONS: 0}


def _relation_at(text: str, position: int, before: Relation) -> Relation:
    """The relation that the last opening word before `position` gives; `before` where the passage has none."""
    relation = before
    for match in _TRIGGER.finditer(text[:position]):
        word = match["word"].lower()
        if word.startswith("căn cứ"):
            relation = Relation.BASIS
        elif "triển khai" in word or "thực hiện" in word:
            relation = Relation.IMPLEMENTS
        else:
            relation = Relation.MENTIONS
    return relation


def _is_nested(gap: str, was_nested: bool, was_dated: bool) -> bool:
    """Whether what follows `gap` (from the end of the last document to the next) stands in the last one's title."""
    if ";" in gap:
        return False
    listed = [m for m in re.finditer(r"(?:,|\bvà)\s+", gap) if m.end() == len(gap) or _starts_document(gap[m.end() :])]
    if listed:
        last = listed[-1]
        if last[0].startswith("và") or not (was_dated or gap[: last.start()].strip()):
            return was_nested
        return bool(_TITLE_OPENS.search(gap[last.end() :]))
    return was_nested or bool(_TITLE_OPENS.search(gap))


def _starts_document(text: str) -> bool:
    match = vocabulary("doc_types").first(text)
    return match is not None and match.start == 0 and text[0].isupper()


def _mentions(text: str, item_id: str | None, confidence: float, opens: Relation | None) -> list[_Mention]:
    """The documents named in one passage. `opens`: the relation before any opening word; None in the body of the plan,
    where every document is a mention."""
    numbers = sorted((*find_numbers(text), *find_short_forms(text)), key=lambda n: n.start)
    found: list[_Mention] = []
    last_end, was_nested, was_dated = 0, False, True
    for i, number in enumerate(numbers):
        if found and text[: number.type_start].rstrip(" “\"").endswith(("viết tắt là", "gọi tắt là", "gọi là")):
            continue  # defines the short form of the document before it
        date, issuer, end = facts_after(text, number.end)
        nested = bool(found) and _is_nested(text[last_end : number.type_start], was_nested, was_dated)
        relation = Relation.MENTIONS
        if opens is not None and not nested:
            relation = _relation_at(text, number.type_start, opens)
        limit = next((n.type_start for n in numbers[i + 1 :]), len(text))
        about = text[end:limit] if not nested else ""
        found.append(_Mention(number, date, issuer, relation, about, item_id, text, confidence))
        last_end, was_nested, was_dated = end, nested, date is not None
    return found


def _all_mentions(outline: Outline, plan: Plan) -> list[_Mention]:
    found = _mentions(plan.title, None, plan.confidence, Relation.MENTIONS)
    opens = Relation.MENTIONS
    for item in outline.items:
        in_preamble = item.part is Part.PREAMBLE
        found += _mentions(item.text, item.item_id, item.confidence, opens if in_preamble else None)
        if in_preamble:  # a list of documents may go on in the next paragraph
            goes_on = item.text.rstrip().endswith((";", ","))
            opens = _relation_at(item.text, len(item.text), opens) if goes_on else Relation.MENTIONS
    found = _set_right(outline, found)
    own = number_key(plan.doc_number) if plan.doc_number else None
    return [m for m in found if number_key(m.number.text) != own]


def _set_right(outline: Outline, mentions: list[_Mention]) -> list[_Mention]:
    """The mentions with the letters of bodies set right in what was read from a scan."""
    scanned = {i.item_id for i in outline.items if i.ocr_confidence is not None}
    seen = frozenset(re.split(r"[-/]", m.number.text)[-1] for m in mentions)
    return [
        replace(m, number=replace(m.number, text=set_right(m.number.text, seen))) if m.item_id in scanned and m.number.has_letters else m
        for m in mentions
    ]


def _bodies_agree(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return True
    long, short = sorted((fold(a).replace("ubnd", "ủy ban nhân dân"), fold(b).replace("ubnd", "ủy ban nhân dân")), key=len, reverse=True)
    return fuzz.partial_ratio(long, short) >= 85


def _numbers_agree(a: _Mention, b: _Mention) -> bool:
    """The same number, or one misread: its kind, digits and date are the same."""
    if number_key(a.number.text) == number_key(b.number.text):
        return True
    return a.date is not None and (a.number.doc_type, a.number.digits, a.date) == (b.number.doc_type, b.number.digits, b.date)


def _is_same(group: Sequence[_Mention], mention: _Mention) -> bool:
    if mention.number.has_letters:
        same = any(m.number.has_letters and _numbers_agree(m, mention) for m in group)
    else:
        same = any(m.number.doc_type == mention.number.doc_type and m.number.digits == mention.number.digits for m in group)
    return same and all(
        (m.date is None or mention.date is None or m.date == mention.date) and _bodies_agree(m.issuer, mention.issuer)
        for m in group
    )


def _grouped(mentions: Sequence[_Mention]) -> list[list[_Mention]]:
    """One group a document. Short forms join the document whose digits they share; they are placed last, so that a
    definition that follows its first use still counts."""
    groups: list[list[_Mention]] = []
    for mention in sorted(mentions, key=lambda m: not m.number.has_letters):
        home = next((g for g in groups if _is_same(g, mention)), None)
        home.append(mention) if home is not None else groups.append([mention])
    return groups


def _citation(group: Sequence[_Mention]) -> Citation:
    passages = [m for m in group if m.item_id is not None] or list(group)
    strongest = max(passages, key=lambda m: _STRENGTH[m.relation])
    spelling = max((m.number for m in group), key=lambda n: (n.has_letters, type_of_letters(n.text) == n.doc_type, regularity(n.text)))
    date = next((m.date for m in group if m.date), None)
    issuer = next((m.issuer for m in passages if m.issuer), next((m.issuer for m in group if m.issuer), None))
    agree = date is not None and issuer is not None and type_of_letters(spelling.text) == spelling.doc_type
    certainty = 1.0 if agree else 0.95 if spelling.has_letters and date else 0.9 if spelling.has_letters else 0.6
    return Citation(
        strongest.item_id, strongest.text, round(strongest.confidence * certainty, 3), strongest.relation,
        spelling.doc_type, spelling.text, date, issuer,
    )  # fmt: skip


def _parent_score(group: Sequence[_Mention], citation: Citation, title: str) -> float:
    """How surely this is the plan that the present one carries out; 0: surely not."""
    if not citation.doc_date and not citation.doc_issuer and citation.relation is Relation.MENTIONS:
        return 0
    in_title = any(m.item_id is None for m in group)
    about = " ".join(m.about for m in group if m.relation is not Relation.MENTIONS or m.item_id is None)
    is_plan = citation.doc_type in ("Kế hoạch", "Chương trình", "Đề án", "Phương án") or (
        citation.doc_type == "Quyết định" and _PROMULGATES.match(bare(about))
    )
    is_order = citation.doc_type == "Chỉ thị" or re.search(r"phát động", about[:80], re.I)
    if citation.relation is Relation.MENTIONS and not in_title:
        return 0
    likeness = fuzz.token_set_ratio(fold(about), fold(title)) / 100 if about else 0
    if in_title:
        return 4 + likeness
    if is_plan:
        weight = 3 if citation.relation is Relation.IMPLEMENTS else 2
        enough = citation.relation is Relation.IMPLEMENTS or likeness >= 0.6
        bonus = 0.5 if citation.doc_type in ("Kế hoạch", "Quyết định") else 0
        return weight + bonus + likeness if enough else 0
    return 1 + likeness if is_order and citation.relation is Relation.IMPLEMENTS else 0


def extract(outline: Outline, plan: Plan) -> list[Citation]:
    """The documents that the plan cites, in the order in which they are first named."""
    mentions = _all_mentions(outline, plan)
    groups = sorted(_grouped(mentions), key=lambda g: min(mentions.index(m) for m in g if m.item_id or len(g) == 1) if any(m.item_id for m in g) else mentions.index(g[0]))
    rows = [_citation(g) for g in groups]
    scores = [_parent_score(g, c, plan.title) for g, c in zip(groups, rows, strict=True)]
    if any(scores):
        best = max(range(len(scores)), key=lambda i: (scores[i], i))
        rows[best] = replace(rows[best], is_parent=True)
    return rows
