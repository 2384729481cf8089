"""The issuing body with its place, its level and its province, cơ quan ban hành."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractors.bare import bare
from extractors.letterhead import Letterhead
from extractors.places import Province, find_provinces, province_of_unit
from extractors.printed_case import in_printed_case
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Outline, Part


@dataclass(frozen=True, slots=True)
class Issuer:
    """`parents`: the bodies printed above it, outermost first, long forms. `level`: code of `plans.issuer_level`."""

    name: str | None = None
    level: str | None = None
    province: Province | None = None
    province_as_printed: str | None = None
    parents: tuple[str, ...] = ()
    confidence: float = 0.0


_GENERIC = re.compile(r"^(?:ban tổ chức|ban chỉ đạo|ban giám khảo|tổ |hội đồng|tiểu ban|cụm |khối )")
_GENERAL = re.compile(r"^(?:ủy ban nhân dân|hội đồng nhân dân)\b")
_OWN_PLACE = re.compile(r"\b(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)\s+\S")
_AREA = re.compile(r"\b(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)\s+.+$", re.I)
_NAMED_SELF = re.compile(r"^(?:trường|bệnh viện|đại học|học viện|công ty|viện|nhà|bảo tàng|báo|đài)\b")
_ISSUES = re.compile(
    r"(?:^|[.;,:]\s+|\bcủa\s+)(?P<body>[A-ZĐỦÂÔ][^.;:]{2,90}?)\s+(?:đã\s+|tiến hành\s+)?(?:xây dựng(?:,| và)?\s*(?:ban hành\s+)?|ban hành|triển khai|đề ra|lập|tổ chức(?: triển khai)?(?: thực hiện)?)\s+(?:[Kk]ế hoạch|KH)\b"
)


def expanded(text: str) -> str:
    """`text` with the short forms of letterheads written out; the case of the letters round them decides theirs."""
    result, at = [], 0
    for match in vocabulary("letterhead_abbreviations").find(text):
        long = match.entry.name
        printed = text[match.start : match.end]
        if not printed.isupper():
            continue
        others = re.sub(re.escape(printed), "", text)
        result += [text[at : match.start], long.upper() if not others.strip() or others.isupper() else long]
        at = match.end + (text[match.end : match.end + 1] == "." and match.code == "TP")
    return "".join([*result, text[at:]])


def level_of(body: str, parents: Sequence[str]) -> str | None:
    """The level of a body; one of general name (`Ban Tổ chức …`) has that of the body above it."""
    folded = fold(body)
    found = [m for m in vocabulary("issuers").find_all(body) if m.start == 0]
    entries = vocabulary("issuers").entries
    own = min((entries.index(m.entry) for m in found), default=None)
    level = entries[own].code if own is not None else None
    if level == "province" and not _GENERAL.match(folded) and parents and not _GENERAL.match(fold(parents[-1])):
        return level_of(parents[-1], parents[:-1])
    if level == "province" and _GENERAL.match(folded) and "thành phố" in folded:
        named = find_provinces(body)
        return "province" if not named or named[-1].is_marked and named[-1].province.is_city else "department"
    if level == "department" and parents and not find_provinces(body) and level_of(parents[-1], parents[:-1]) == "central":
        return "central"
    return level


def _province(texts: Sequence[str]) -> tuple[Province, str] | None:
    """The first province that the texts name, one marked as such before others."""
    for text in texts:
        named = find_provinces(text)
        if named:
            best = next((n for n in named if n.is_marked), named[0])
            return best.province, best.printed
    return None


def _last_body(phrase: str) -> str | None:
    """The body that ends a phrase: what stands before it after a comma belongs to something else."""
    starts = [0, *(m.end() for m in re.finditer(r",\s+", phrase))]
    for start in reversed(starts):
        body = phrase[start:].strip()
        if body[:1].isupper() and any(m.start == 0 for m in vocabulary("issuers").find_all(body)) and len(body.split()) <= 14:
            return body
    return None


def _body_in_text(outline: Outline) -> str | None:
    """The body that says `ban hành Kế hoạch` in the preamble or, failing that, in the closing words."""
    for part in (Part.PREAMBLE, Part.CLOSING):
        for item in reversed([i for i in outline.items if i.part is part]):
            for match in reversed(list(_ISSUES.finditer(item.text))):
                if body := _last_body(match["body"]):
                    return body
    return None


def _spoilt(printed: Sequence[str], found: str) -> list[str] | None:
    """The bodies above, where the last one printed is `found` badly read (`SOY TẾ` for Sở Y tế); None where it is not."""
    head, body = (re.sub(r"\W", "", bare(t)) for t in (printed[-1], found))
    if len(body) < 4 or vocabulary("issuers").first(found) is None:
        return None
    tail = head[-len(body) - 2 :]
    if fold(found) in fold(printed[-1]) or fuzz.partial_ratio(body, tail) < 80:
        return None
    words = printed[-1].split()
    while words and fuzz.partial_ratio(body, re.sub(r"\W", "", bare(" ".join(words)))[-len(body) - 2 :]) >= 80:
        words.pop()
    rest = " ".join(words)
    while rest and len(re.sub(r"\W", "", bare(rest))) > len(head) - len(body) + 2:
        rest = rest.rsplit(" ", 1)[0] if " " in rest else ""
    return [*printed[:-1], *([rest] if rest else [])]


def _word(province: tuple[Province, str]) -> str:
    return "thành phố" if province[0].is_city and province[0].name == province[1] else "tỉnh"


def _with_place(body: str, parents: Sequence[str], province: tuple[Province, str] | None, level: str | None) -> str:
    """`body` with `tỉnh`/`thành phố` and the name of its place, where it does not print one itself."""
    folded = fold(body)
    if level == "central":
        return body
    if _GENERIC.match(folded) and parents and not _GENERAL.match(fold(parents[-1])):
        return f"{body}, {_with_place(parents[-1], parents[:-1], province, None)}"
    if _OWN_PLACE.search(folded):
        if re.search(r"\b(?:tỉnh|thành phố)$", folded):
            return f"{body} {province[1]}" if province else body
        is_below = not re.search(r"\b(?:tỉnh|thành phố)\b", folded) and province is not None
        return f"{body} {_word(province)} {province[1]}" if is_below and fold(province[1]) not in folded else body
    if province:
        word = _word(province)
        if fold(province[1]) in folded:
            at = folded.find(fold(province[1]))
            return body if _NAMED_SELF.match(folded) else f"{body[:at]}{word} {body[at:]}"
        ends_bare = re.search(r"\s(?:tỉnh|thành phố)$", folded)
        return f"{body} {province[1]}" if ends_bare else f"{body} {word} {province[1]}"
    area = next((m[0] for p in reversed(parents) if (m := _AREA.search(p))), None)
    return f"{body} {area[:1].lower() + area[1:]}" if area else body


def name_issuer(head: Letterhead, title: str, outline: Outline, text: str) -> Issuer:
    """The issuer from the letterhead or, failing that, from the title and the text."""
    preamble = [i.text for i in outline.items if i.part is Part.PREAMBLE]
    closing = [i.text for i in outline.items if i.part is Part.CLOSING]
    printed = [in_printed_case(expanded(b), text) for b in head.bodies]
    sure = head.bodies_confidence * 0.97
    if not printed:
        found = _body_in_text(outline)
        if found is None:
            return Issuer()
        printed, sure = [expanded(found)], 0.85
    elif (found := _body_in_text(outline)) and (spoilt := _spoilt(printed, found)) is not None:
        printed = [*spoilt, expanded(found)]
    *parents, body = printed
    level = level_of(body, parents)
    province = None
    if level != "central":
        province = _province([*reversed(head.bodies), title, head.place or "", *preamble, *closing])
        if province is None:
            unit = province_of_unit(" , ".join([*head.bodies, title]))
            province = (unit, None) if unit else None
    named = province if province and province[1] else None
    return Issuer(
        _with_place(body, parents, named, level), level, province[0] if province else None,
        province[1] if province else None, tuple(parents), round(sure, 3),
    )  # fmt: skip
