"""Responsibilities, trách nhiệm: who does what in the organisation part."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.bodies import bodies_after, body_class, canonical_body, heading_body, opening_body, opens_with_body
from extractors.passages import ancestors, passages, without_stop
from extractors.vocabulary import bare_vocabulary, fold, vocabulary, without_marks
from pipeline.model import Item, Kind, Outline

if TYPE_CHECKING:
    from extractors.plans import Plan

VERSION = 1
_WITH = re.compile(r"(?:phối hợp|kết hợp)(?: chặt chẽ| đồng bộ)?(?: cùng)?(?: với)?\s+")
# `Đơn vị chủ trì: Sở Văn hóa và Thể thao`: the duty stands before the colon, the body after it.
_LABEL = re.compile(r"^(?:Cơ quan|Đơn vị|Bộ phận|Các đơn vị)\s+(?P<duty>chỉ đạo|chủ trì|phối hợp|thực hiện|thường trực|tổ chức|đầu mối|tham mưu)\b[^:.;]{0,30}:\s*")
_MONEY = re.compile(r"(?i)(?:nguồn |về )?(?:kinh phí|dự toán)\b")
_REPORTS = re.compile(r"báo cáo\b")
_TO = re.compile(r"^\s*(?:kịp thời|trực tiếp|ngay|lên|cho|về|với|gửi|gửi về|tới)?\s*")
_TOWARDS = re.compile(r"\b(?:về|cho|gửi|gửi về|tới|đến|lên|với)\s+(?!với\b)")
_ADVERBS = re.compile(
    r"^(?:Căn cứ|Định kỳ|H[ằà]ng|Trên cơ sở|Trong|Trước|Sau|Khi|Từ|Vào|Theo|Chậm nhất|Nhằm|Để|Chủ động|Tích cực|Tiếp tục|"
    r"Thường xuyên|Kịp thời|Đồng thời|Có trách nhiệm|Chịu trách nhiệm|Là|Trực tiếp|Nghiêm túc|Khẩn trương|Có|Cần|Phải)\b"
)


@dataclass(frozen=True, slots=True)
class Responsibility:
    """`body_canonical`: the body under one name whatever its spelling, to join plans on."""

    item_id: str
    text: str
    confidence: float
    body: str | None
    body_canonical: str | None
    body_class: str | None
    role: str
    with_bodies: tuple[str, ...]
    reports_to: str | None


def extract(outline: Outline, plan: Plan) -> Sequence[Responsibility]:
    rows = []
    duties = [(item, *_body(outline, item)) for item in passages(outline, Kind.ORGANISATION)]
    duties = [duty for duty in duties if duty[1] or not _is_about_money(outline, duty[0])]
    named = {body for _, body, _, _ in duties if body and len(body.split()) > 2}
    for item, body, task, sure in duties:
        known = body_class(body)
        rows.append(
            Responsibility(
                item.item_id,
                item.text,
                round(item.confidence * sure, 4),
                body,
                canonical_body(body, outline),
                known or ("other" if body else None),
                role_of(item.text[task:]),
                partners_in(item.text, named),
                receiver_in(item.text, named),
            )
        )
    return rows


def _body(outline: Outline, item: Item) -> tuple[str | None, int, float]:
    """Who must act, where the task starts in the text, and how sure that is: the group heading, else what opens it."""
    label = _LABEL.match(item.text)
    if label and opens_with_body(item.text[label.end() :]):
        return without_stop(item.text[label.end() :]), label.start("duty"), 0.9
    opening, task = opening_body(item.text)
    if opening and re.match(r"^\W*Lưu ý", item.text):
        return opening, task, 0.9
    for heading in ancestors(outline, item):
        if heading.level == 1:
            break
        if body := heading_body(heading.text):
            return body, 0, 0.97 if opens_with_body(body) else 0.85
        if body := opening_body(heading.text)[0]:
            return body, 0, 0.85
    return opening, task, 0.95 if opening else 0.75


def _is_about_money(outline: Outline, item: Item) -> bool:
    """`Kinh phí thực hiện: …`, or what stands under that heading: a source of money, nobody's task."""
    return any(_MONEY.match(text) for text in (item.text, *(a.text for a in ancestors(outline, item))))


def role_of(task: str) -> str:
    """The code of the first verb of `task`; `implement` where it names none of ours first."""
    task = task.lstrip(" ,:;.-–")
    found = vocabulary("roles").first(task)
    if found and (found.start == 0 or task[:1].islower() or _ADVERBS.match(task)):
        return found.code
    damaged = bare_vocabulary("roles").first(without_marks(task))  # `Tống hợp`
    return damaged.code if damaged and damaged.start == 0 else "implement"


def partners_in(text: str, named: Collection[str] = ()) -> tuple[str, ...]:
    """What follows `phối hợp với`, one entry a body."""
    for found in _WITH.finditer(fold(text)):
        if names := bodies_after(text, found.end(), named):
            return names
    return ()


def receiver_in(text: str, named: Collection[str] = ()) -> str | None:
    """The first receiver of `báo cáo`: right after it, or after `về`, `cho`, `gửi` in the same sentence."""
    folded = fold(text)
    for found in _REPORTS.finditer(folded):
        end = min((i for i in (folded.find(mark, found.end()) for mark in (". ", "; ")) if i >= 0), default=len(text))
        clause = text[found.end() : end]
        direct = _TO.match(clause).end()
        for start in (direct, *(m.end() for m in _TOWARDS.finditer(clause))):
            if _is_receiver(clause[start:]) and (names := bodies_after(clause, start, named)):
                return names[0]
    return None


def _is_receiver(rest: str) -> bool:
    return bool(rest) and opens_with_body(rest) and not re.match(r"(?:đơn vị|cơ quan|tổ chức|công tác)\b", rest)
