"""Awards, hình thức khen thưởng: one row an award form on one occasion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from extractors.bare import bare, find_loosely
from extractors.plans import Plan
from extractors.vocabulary import Match, fold, vocabulary
from pipeline.model import Item, Kind, Outline, Part

VERSION = 2


class AwardType(StrEnum):
    ORDER = "order"
    EMULATION_FLAG = "emulation_flag"
    CERTIFICATE = "certificate"
    COMMENDATION = "commendation"
    TITLE = "title"
    OTHER = "other"


class AwardLevel(StrEnum):
    STATE = "state"
    MINISTRY = "ministry"
    PROVINCE = "province"
    DEPARTMENT = "department"
    UNIT = "unit"


class Occasion(StrEnum):
    ANNUAL = "annual"
    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Award:
    """A row of `awards`. `award_type` is None for a form that the vocabulary does not know."""

    item_id: str
    text: str
    confidence: float
    award: str
    award_type: AwardType | None
    authority: str | None
    award_level: AwardLevel | None
    occasion: Occasion | None


_OCCASIONS = (
    (Occasion.ANNUAL, re.compile(r"\b(?:hang|moi|tung) nam\b|thuong nien|dinh ky nam")),
    (Occasion.INTERIM, re.compile(r"\bso ket|\bso,? (?:- )?tong ket|giua ky")),
    (Occasion.FINAL, re.compile(r"\btong ket|cuoi ky")),
)  # on bare letters: tống kết is tổng kết
_AUTHORITY = (
    r"(?:Chủ tịch nước|Thủ tướng|Chính phủ|Nhà nước|Bộ trưởng|Bộ\s+[A-ZĐ]|Chủ tịch|Chủ nhiệm|UBND|HĐND|[UỦ]ỷ ban|Ủy ban|Uỷ ban|Hội đồng|Ban\s|BCH|BCĐ"
    r"|[Gg]iám đốc|[Hh]iệu trưởng|[Tt]hủ trưởng|Sở|Tỉnh\s|Thành\s|Trung ương|Công đoàn|Liên đoàn|Đoàn|Hội\s|Công an|Tổng\s|Cục|Đảng|Huyện|Trường|Trung tâm|Bệnh viện|Liên hiệp|Mặt trận)"
)
_PLACES = r"(?:tỉnh|thành phố|Thành phố|huyện|xã|phường|ngành|đơn vị|nhà trường|Nhà trường|cơ quan|cấp\s+\w+)"
_AFTER = re.compile(rf"\s*[“\"”]?\s*(?:(?P<of>(?:của|do)\s+)(?P<who>{_AUTHORITY}|{_PLACES})|(?P<bare>{_AUTHORITY})|(?P<levels>(?:các cấp|cấp\s+(?:tỉnh|cơ sở|Nhà nước|bộ|sở|huyện|xã|trường|thành phố)))\b)")
_AUTHORITY_ENDS = re.compile(
    r"\s*[.;:()“\"”]|\s*,(?!\s+cấp\s+(?:xã|huyện|cơ sở))|\s+(?:cho|tặng|trao|đối với|theo|vào|và|hoặc|khi|trong|để|trình|kèm|nhân dịp|đã|được|có|phù hợp|tại|với|là|như|xét|từ|về|tổng kết|sơ kết)(?!\w)|$"
)
_GIVES = re.compile(
    rf"(?P<who>{_AUTHORITY}[^.;:()“”]*?)\s+(?:quyết định\s+)?(?:xét\s+)?(?:tặng thưởng|trao tặng|tặng|trao|cấp|ban hành|khen thưởng bằng)\s*(?:các\s+hình\s+thức\s*:?\s*)?[“\"]?$"
)
_NAMED_TITLE = re.compile(r"[Dd]anh hiệu\s+[“\"][^”\"]{3,60}[”\"]")
_ALREADY = re.compile(r"(?:đã|từng|lần|liên tục|năm)\s+(?:được\s+|đạt\s+)*(?:tặng|đạt|nhận|khen|công nhận)[^.;:]{0,60}$|(?:được\s+tặng|đạt)\s+(?:danh hiệu\s+)?[“\"]?$", re.I)
_NAME_GOES_ON = re.compile(r"\s+(?!(?:của|cho|do|đối|theo|và|hoặc|trong|kèm|là)\b)(?P<name>[^.,;:()“”]{3,60})")
_FORMS_BELOW = re.compile(r"hình thức (?:khen|thi đua)|mức khen|(?:cơ cấu )?giải thưởng|danh hiệu thi đua|các hình thức")
_NO_FORM = re.compile(r"\b(?:theo|thực hiện|căn cứ|quy định|đối với|tiêu chuẩn|số lượng|trường hợp|tập thể|cá nhân|hồ sơ|lựa chọn|tiền thưởng|kinh phí|mức)\b")


def occasions(text: str) -> tuple[Occasion, ...]:
    """The occasions that `text` names."""
    plain = bare(text)
    return tuple(o for o, pattern in _OCCASIONS if pattern.search(plain))


def _authority(text: str, form: Match, since: int) -> tuple[str | None, int]:
    """Who confers the form, as printed beside it, and where the award's name ends. `since`: the end of the form before."""
    after = _AFTER.match(text, form.end)
    if after and after["levels"]:
        return None, after.end()
    if after:
        start = after.start("who") if after["who"] else after.start("bare")
        end = _AUTHORITY_ENDS.search(text, start + 1).start()
        if joined := re.match(r"\s+và\s+(?=[A-ZĐ])(?!(?:Bằng|Giấy|Cờ|Huân|Danh))", text[end:]):  # Bộ Giáo dục và Đào tạo
            end = _AUTHORITY_ENDS.search(text, end + joined.end() + 1).start()
        return text[start:end].strip(), end
    before = _GIVES.search(text[since : form.start])
    if before:
        who = re.split(r"\s(?:đề nghị|trình|gửi|báo cáo)\s+", before["who"])[-1].strip(" ,:")
        return who, form.end
    return None, form.end


def _level(award: str, authority: str | None, form: Match | None, headings: list[str]) -> AwardLevel | None:
    """State, ministry … from the form, from who confers it, else from the nearest heading that names a level."""
    if form is not None and (level := form.entry.attributes.get("level")):
        return AwardLevel(level)
    if authority and (found := find_loosely("award_levels", authority)[0]):
        return AwardLevel(found[0].code)
    for text in (award, *headings) if authority is None else ():
        if found := vocabulary("award_levels").find(text):
            return AwardLevel(found[0].code)
    return None


def _ancestors(outline: Outline, item: Item) -> Iterator[Item]:
    by_id = {i.item_id: i for i in outline.items}
    while item.parent_item_id and (item := by_id.get(item.parent_item_id)):
        yield item


def _occasions_of(item: Item, ancestors: list[Item]) -> tuple[Occasion | None, ...]:
    """From the item itself, else from the nearest heading over it; (None,) where nothing ties it to one."""
    for text in (item.text, *(a.text for a in ancestors if a.is_heading or len(a.text.split()) <= 20)):
        if found := occasions(text):
            return found
    return (None,)


def _named_other(text: str, form: Match) -> int:
    """End of the rest of the name of a certificate of another kind (`giấy chứng nhận Sáng kiến cấp cơ sở năm 2017`)."""
    if form.entry.name == "Kỷ niệm chương" and (quoted := re.compile(r"\s*[“\"][^”\"]+[”\"]").match(text, form.end)):
        return quoted.end()
    rest = _NAME_GOES_ON.match(text, form.end)
    return rest.end() if rest and form.entry.name == "Giấy chứng nhận" else form.end


def _with_named_titles(text: str, forms: tuple[Match, ...]) -> list[Match]:
    """The forms, and the titles that the plan names itself: `danh hiệu “Khoa số tiêu biểu”`."""
    title = vocabulary("award_forms")["title"]
    named = [Match(title, m.start(), m.end()) for m in _NAMED_TITLE.finditer(text)]
    free = [n for n in named if all(n.end <= f.start or f.end <= n.start for f in forms)]
    return sorted([*forms, *free], key=lambda m: m.start)


def _rows_of(item: Item, ancestors: list[Item]) -> Iterator[Award]:
    text = item.text
    headings = [a.text for a in ancestors]
    forms, as_spelt = find_loosely("award_forms", text)
    forms = _with_named_titles(text, forms)
    since = 0
    for form in forms:
        if _ALREADY.search(text[: form.start]):
            continue
        form = Match(form.entry, form.start, _named_other(text, form))
        authority, end = _authority(text, form, since)
        since = end
        award = _unquoted(text[form.start : end].strip(" .,;:"))
        label = re.split(r"[;,.]", text[: form.start])[-1]
        level = _level(award, authority, form, [label, *headings] if re.search(r"cấp|khen thưởng", label) else headings)
        for occasion in _occasions_of(item, ancestors):
            yield Award(item.item_id, text, round((0.95 if as_spelt and not _is_own(form, authority, level) else 0.8) * item.confidence, 3), award, AwardType(form.code), authority, level, occasion)


def _is_own(form: Match, authority: str | None, level: AwardLevel | None) -> bool:
    """Whether a title is one that the plan makes itself, of which it does not say who confers it."""
    return form.code == AwardType.TITLE and authority is None and level is None


def _unquoted(award: str) -> str:
    """`award` without quotation marks that stand alone or round the whole."""
    marks = [c for c in award if c in "“”\"‘’"]
    if len(marks) == 1 or (len(marks) == 2 and award[0] in "“\"‘" and award[-1] in "”\"’"):
        return re.sub(r"[“”\"‘’]", "", award).strip()
    return award


def _unknown(item: Item, ancestors: list[Item]) -> Iterator[Award]:
    """A short leaf under a heading of forms that names none that is known: kept as printed, for review."""
    parent = ancestors[0] if ancestors else None
    if not parent or not _FORMS_BELOW.search(fold(parent.text)) or len(item.text.split()) > 10:
        return
    if _NO_FORM.search(fold(item.text)) or item.text.rstrip().endswith(":"):
        return
    award = item.text.strip(" .;,")
    for occasion in _occasions_of(item, ancestors):
        yield Award(item.item_id, item.text, round(0.5 * item.confidence, 3), award, None, None, _level(award, None, None, []), occasion)


def extract(outline: Outline, plan: Plan) -> list[Award]:
    """The award forms of the awards part, in the order printed, each once an occasion."""
    parents = {i.parent_item_id for i in outline.items}
    rows: list[Award] = []
    seen: set[tuple[str, Occasion | None]] = set()
    for item in outline.items:
        if item.kind is not Kind.AWARDS or item.part in (Part.CLOSING, Part.FOOTNOTE):
            continue
        ancestors = list(_ancestors(outline, item))
        found = list(_rows_of(item, ancestors))
        if not found and item.item_id not in parents:
            found = list(_unknown(item, ancestors))
        if item.is_heading and item.item_id in parents and not re.search(r":", item.text):
            found = [r for r in found if r.authority]
        for row in found:
            key = (re.sub(r"^danh hiệu\s+|[“”\"‘’']", "", fold(row.award)).strip(), row.occasion)
            if key not in seen:
                seen.add(key)
                rows.append(row)
    return rows
