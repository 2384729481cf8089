"""What a clause with a time says: which duty, whose, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.bare import find_loosely
from extractors.bodies import bodies_after, heading_body, opening_body, opens_with_body
from extractors.passages import ancestors
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Item, Kind, Outline

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZĐÁÀẢÃẠÂĂÊÔƠƯỦ“\"-])")
_CLAUSE_END = re.compile(r";\s*|(?<=[.!?])\s+(?=[A-ZĐÁÀẢÃẠÂĂÊÔƠƯỦ“\"-])")
_FRONTED = re.compile(r"^[\s):,.–-]*(?:[Tt]rên cơ sở|[Cc]ăn cứ|[Ss]au khi|[Kk]hi|[Đđ]ể|[Nn]hằm|[Tt]heo|[Tt]hông qua|[Qq]ua)\b[^,]*,\s*")
_BEFORE_SUBJECT = re.compile(r"^\W*(?:Sau đó|Đồng thời|Trong đó|Riêng|Ngoài ra|Tiếp đó|Cùng với đó|đồng thời|sau đó)\s*,?\s*")
_RUN_IN = re.compile(r"^\W*(?:[Gg]iai đoạn|[Đđ]ợt|[Bb]ước|[Nn]ăm|[Tt]háng|[Qq]uý|[Tt]hời gian|[Tt]ừ|[Nn]gày|[Tt]rước)\b[^:;.]{0,60}:\s*")
_GENERIC = re.compile(r"(?:Sở|Bộ|Ban|Trường|Trung tâm|Thành phố|Huyện|Xã|Phường|Tỉnh|Hội|Đoàn)(?=\s*[(,.;]|\s+(?:trước|để|theo|chậm|định|hằng|hàng|khen|xem|tổng)\b|$)")
_ASKS = re.compile(r"\b(?:đề nghị|trình|đề xuất(?: với)?|kiến nghị)\s+")
_SENDS = re.compile(r"\b(?:gửi về|gửi|về|nộp về|nộp|cho|tới|báo cáo với|báo cáo|(?<!phối hợp )(?<!kết hợp )(?<!cùng )(?<!gắn )với)\s+(?!với\b)")
_HANDS = re.compile(r"\b(?:gửi về|gửi|trình|nộp về|nộp|báo cáo|thông báo[^,;]{0,40}? đến|bàn giao cho)\s+(?!với\b|kết quả\b)")
_CONDITION = re.compile(r"^\W*(?:Trường hợp|Nếu|Đối với)\b")


def sentence_bounds(text: str, at: int) -> tuple[int, int]:
    """(start, end) of the sentence of `text` that holds offset `at`."""
    return _bounds(_SENTENCE_END, text, at)


def clause_bounds(text: str, at: int) -> tuple[int, int]:
    """(start, end) of the clause, between semicolons, that holds offset `at`."""
    return _bounds(_CLAUSE_END, text, at)


def _bounds(ends: re.Pattern[str], text: str, at: int) -> tuple[int, int]:
    start, stop = 0, len(text)
    for match in ends.finditer(text):
        if match.end() <= at:
            start = match.end()
        elif match.start() >= at:
            stop = match.start()
            break
    return start, stop


def duty_of(before: str, after: str) -> str | None:
    """The code of the first duty in the words before a time or, where these name none, after it."""
    told = (_FRONTED.sub("", before), _FRONTED.sub("", after))
    for words in told:
        if found := vocabulary("deadline_kinds").first(words):
            return found.code
    for words in told:
        if found := find_loosely("deadline_kinds", words)[0]:
            return found[0].code
    return None


def body_of(outline: Outline, item: Item, at: int) -> str | None:
    """Who must act: what opens the clause or the sentence, else the group heading of the organisation part."""
    text = item.text
    for start, end in _openings(text, at):
        words = re.sub(r"\s*(?:\([^)]*\)|“[^”]*”)", "", text[start:end])
        words = _BEFORE_SUBJECT.sub("", _RUN_IN.sub("", words))
        if _CONDITION.match(words):
            continue
        body, task = opening_body(words)
        if body and _acts(words, task) and (len(body.split()) > 2 or words.startswith(body) or body[0].isupper()):
            return body
    nearest = _subject_beside(text, at)
    if nearest:
        return nearest
    if item.kind is not Kind.ORGANISATION:
        return None
    for heading in ancestors(outline, item):
        if heading.is_heading and heading.level > 1 and (body := heading_body(heading.text)) and opens_with_body(body):
            return body
        if not heading.is_heading and (body := opening_body(heading.text)[0]):
            return body
    return None


def body_in_row(text: str, after: int) -> str | None:
    """Who acts by a row of a timetable: the cell behind the time, which ends the row."""
    for cell in re.finditer(r"(?<=\s)(?=[A-ZĐ])", text[after:]):
        rest = text[after + cell.start() :].strip()
        if opens_with_body(rest):
            return rest.rstrip(" .;")
    return None


def _openings(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Where a subject may open: the clause of the time, then the clauses before it in the same passage."""
    start, end = clause_bounds(text, at)
    yield start, end
    while start > 1:
        start, end = clause_bounds(text, start - 2)
        yield start, end


def _acts(words: str, task: int) -> bool:
    """Whether what follows the name is a deed and the name so a subject, not a thing done or a place."""
    rest = words[task:].lstrip(" ,:")
    return bool(rest) and not rest.startswith(("được ", "là "))


def _subject_beside(text: str, at: int) -> str | None:
    """The body right before a time in mid clause: `…, các cơ quan, đơn vị hằng năm lựa chọn`."""
    start, _ = clause_bounds(text, at)
    before = text[start:at].rstrip()
    for opening in re.finditer(r"(?:^|,\s+)(?=(?:các|những|mỗi|từng)\s+(?:cơ quan|đơn vị|địa phương|sở|phòng|trường|khoa))", before):
        name = before[opening.end() :]
        if opens_with_body(name) and len(name.split()) <= 8 and not re.search(r"[:;()]", name):
            body, end = opening_body(name)
            if body and not name[end:].strip(" ,"):
                return body
    return None


def addressee_of(text: str, at: int, kind: str) -> str | None:
    """To whom, in the clause that holds `at`: the first receiver of a report, a nomination, or of what is handed over."""
    start, end = clause_bounds(text, at)
    clause = text[start:end]
    folded = fold(clause)
    if kind in ("report", "nomination"):
        patterns = (_SENDS, _ASKS) if kind == "report" else (_ASKS, _SENDS)
    else:
        patterns = (_HANDS,)
    for pattern in patterns:
        for found in pattern.finditer(folded):
            if receiver := _receiver(clause, found.end()):
                return receiver
    return None


def _receiver(clause: str, start: int) -> str | None:
    if re.match(r"(?:đơn vị|cơ quan|tổ chức|công tác|tập thể|cá nhân)\b", clause[start:]):
        return None
    if found := re.match(r"(?:từng|các) (?:đơn vị|cơ quan|địa phương)\b", clause[start:]):
        return found[0]
    if found := re.match(r"cấp (?:trên|có thẩm quyền|ủy)", clause[start:]):
        return found[0]
    if found := _GENERIC.match(clause, start):
        return found[0]
    names = bodies_after(clause, start)
    return re.sub(r"\s*(?:\||\s(?:để|xem xét|khen thưởng|tặng|xét|tổng hợp|theo dõi)\b).*$", "", names[0]) if names else None
