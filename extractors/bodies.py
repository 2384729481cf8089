"""Bodies, cơ quan và đơn vị: where their names stand in a text, their class, one name for all their spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.passages import without_stop
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Outline

_ASKED = re.compile(
    r"^(?:\(?\*\)?\s*)?(?:Lưu ý\s*:\s*)?(?:(?:Trân trọng|Kính|Giao cho|Giao|Đề nghị|Yêu cầu|Mời|Phân công|Riêng|Đối với|đề nghị|yêu cầu|giao)\s+(?!với\b))*"
)
_ADVERBIAL = re.compile(
    r"^(?:Căn cứ|Định kỳ|H[ằà]ng|Trên cơ sở|Trong|Trước|Sau|Khi|Từ|Vào|Theo|Chậm nhất|Nhằm|Để|Ngoài|Nếu|Kết thúc|Thông qua|Cuối|Đến)\b"
)
# Where a name ends: at punctuation, at what a body does, at a word that no name holds. One a line: | joins them.
_END_WORDS = "|".join(
    r"""
    có (?:trách nhiệm|nhiệm vụ|văn bản|kế hoạch)
    chịu trách nhiệm|là|sẽ|cần|phải|được|đã|không|tự|làm|giao|trình|xem xét|lồng|bằng|diễn ra|(?<!công )nhận
    chủ động|thường xuyên|tiếp tục|kịp thời|tích cực|khẩn trương|nghiêm túc|đồng thời
    định kỳ|chậm nhất|hằng|hàng|trước|sau|khi|đến|từ|vào|nếu|chỉ|qua
    trong(?! (?:toàn )?(?:tỉnh|ngành|thành phố|huyện|xã|cơ quan|hệ thống))|trên(?! địa bàn)|tại
    để|nhằm|theo|với|(?<!giúp việc )cho|cùng(?! cấp)|(?<!hoạt động )(?<!quản lý )về
    (?<!trả )kết quả|danh sách|tình hình|số liệu|nội dung|(?<!giúp )việc
    (?:các|những) (?:nội dung|nhiệm vụ|vấn đề|vướng mắc|khó khăn)
    """.strip().split("\n    ")
)
_ENDS = re.compile(rf"[,;:.()“”\"]| [-–] (?=[a-zđ])| (?:{_END_WORDS})(?= |$)")
_NAMED_BY_VERB = re.compile(r"(?:^|\s)(?:đoàn|tổ|hội đồng|nhóm|các|những|mặt trận|của|thanh tra|cấp|(?<!các )(?:ban|phòng|bộ phận|cơ quan))\s*$")
_LEVEL = re.compile(r"cấp (?:cơ sở|tỉnh|huyện|xã|trên|bộ|ngành|thành phố|trung ương|quốc gia|trường)\b")
# Common nouns that go on a row of bodies under one head: `UBND các xã, phường`, `các Sở, ban, ngành`.
_COMMON = re.compile(
    r"(?:ban|ngành|đoàn thể|địa phương|khoa|phòng|thành phố|xã|phường|đặc khu|thị trấn|huyện|thị xã|trực thuộc|đơn vị|trường|thị|thôn|bản|tổ dân phố|nghiệp vụ|khen thưởng)\b"
)
_NAME_WORDS = 12
_NO_NAME = re.compile(r"(?i)(?:kinh phí|chế độ|công tác|giai đoạn|bước|đợt|về|trong|thời|điều khoản|một số|các bước|hồ sơ|lưu ý)\b")
_NO_BODY = "none"  # the vocabulary's code for words that only look like a body
_SHORT = {
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "MTTQ": "Mặt trận Tổ quốc",
    "MTTQVN": "Mặt trận Tổ quốc Việt Nam",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "UBMTTQVN": "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "TĐKT": "Thi đua - Khen thưởng",
    "TĐ-KT": "Thi đua - Khen thưởng",
    "GDĐT": "Giáo dục và Đào tạo",
    "GD&ĐT": "Giáo dục và Đào tạo",
    "KHCN": "Khoa học và Công nghệ",
    "KH&CN": "Khoa học và Công nghệ",
    "VHTTDL": "Văn hóa, Thể thao và Du lịch",
    "LĐLĐ": "Liên đoàn Lao động",
    "TNCS": "Thanh niên Cộng sản",
    "BCĐ": "Ban Chỉ đạo",
    "BHXH": "Bảo hiểm xã hội",
    "CNTT": "Công nghệ thông tin",
    "TTYT": "Trung tâm Y tế",
    "CDC": "Trung tâm Kiểm soát bệnh tật",
    "VP": "Văn phòng",
    "TP": "thành phố",
    "TP.": "thành phố",
}


def body_class(body: str | None) -> str | None:
    """The class code of a body's name; None where no vocabulary entry knows it."""
    if not body:
        return None
    match = vocabulary("bodies").first(body)
    return match.code if match and match.code != _NO_BODY else None


def opens_with_body(text: str) -> bool:
    return body_class(text) is not None


def is_body_name(text: str) -> bool:
    """Whether `text` is nothing but the name of a body (or a row of them)."""
    text = text[_ASKED.match(text).end() :]
    if not opens_with_body(text):
        return False
    rest = text[name_end(text, 0) :]
    return not any(text[m.start + len(text) - len(rest)].islower() for m in vocabulary("roles").find(rest)) and "trách nhiệm" not in rest


def opening_body(text: str) -> tuple[str | None, int]:
    """The body that opens a sentence, up to `có trách nhiệm`, the colon or the verb, and where its task starts.

    `Căn cứ Kế hoạch này, Thủ trưởng các đơn vị xây dựng …` opens with its second member. (None, where the task
    starts) if none does.
    """
    start = _ASKED.match(text).end()
    if not opens_with_body(text[start:]):
        start = _after_adverbials(text, start)
        if not opens_with_body(text[start:]):
            return None, _ASKED.match(text).end()
    end = name_end(text, start)
    return without_stop(text[start:end]), end


def _after_adverbials(text: str, start: int) -> int:
    """The start of the first member of a sentence that opens with a body, its adverbials over; else `start`."""
    if not _ADVERBIAL.match(text[start:]):
        return start
    for comma in re.finditer(r"[,;]\s+", text.split(". ")[0]):
        at = comma.end() + _ASKED.match(text[comma.end() :]).end()
        if at > start and opens_with_body(text[at:]) and _is_subject(text[at : name_end(text, at)]):
            return at
    return start


def _is_subject(name: str) -> bool:
    """A body in mid sentence counts where its name is more than a common noun."""
    return len(name.split()) >= 2


def name_end(text: str, start: int) -> int:
    """Where the name of the body that starts at `start` ends; names joined by commas or `và` go on."""
    at = start
    while True:
        end = _one_name_end(text, at)
        join = re.match(r"\s*,\s*|\s*\bvà\s+", text[end:])
        rest = text[end + join.end() :] if join else ""
        if rest and (_goes_on(rest) or ("và" in join[0] and not _opens_with_verb(rest))):
            at = end + join.end()
            continue
        return end


def _goes_on(rest: str) -> bool:
    """Whether the words after a comma belong to the same row of bodies: `địa phương`, `ngành`, `các phòng`."""
    return bool(_COMMON.match(rest)) or (rest[0].isalpha() and opens_with_body(rest))


def _opens_with_verb(rest: str) -> bool:
    match = vocabulary("roles").first(rest) if rest[:1].islower() else None
    return match is not None and match.start == 0


def _stands_at(name: str, text: str, start: int) -> bool:
    after = text[start + len(name) : start + len(name) + 1]
    return fold(text[start : start + len(name)]) == fold(name) and not after.isalnum()


def _one_name_end(text: str, start: int) -> int:
    """Where one name ends: at a word that no name holds, at a verb, at the next body of a row.

    A verb right before the colon (`Phòng Kế hoạch tổng hợp: …`) and capitals after a comma (`Vụ Thi đua, Khen
    thưởng`) belong to the name.
    """
    stop = _ENDS.search(text, start)
    end = stop.start() if stop else len(text)
    while stop and stop[0] == "," and (rest := text[end + 1 :].lstrip())[:1].isupper() and not opens_with_body(rest):
        stop = _ENDS.search(text, end + 1)
        end = stop.start() if stop else len(text)
    for match in vocabulary("roles").find(text[start:end]):
        at = start + match.start
        ends_name = start + match.end == end and text[end : end + 1] == ":"
        if at > start and text[at].islower() and not ends_name and not _NAMED_BY_VERB.search(fold(text[start:at])) and not _LEVEL.match(text, at):
            end = at
            break
    for join in re.finditer(r"\svà\s+", text[start:end]):
        rest = text[start + join.end() : end]
        if opens_with_body(rest) or _opens_with_verb(rest):
            return start + join.start()
    return end


def bodies_after(text: str, start: int, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The bodies of a row (`Vụ A và các đơn vị liên quan`) that starts at `start`, one entry a body; () if none.

    `known`: names that the plan prints elsewhere, whose ends are sure (`Phòng Kế hoạch tổng hợp`).
    """
    start += len(text[start:]) - len(text[start:].lstrip())
    if not opens_with_body(text[start:]):
        return ()
    names, at = [], start
    while True:
        end = max([_one_name_end(text, at), *(at + len(k) for k in known if _stands_at(k, text, at))])
        join = re.match(r"\s*(?:,|;)\s*(?:và\s+)?|\s+và\s+", text[end:])
        while join and _COMMON.match(text[end + join.end() :]):
            end = _one_name_end(text, end + join.end())
            join = re.match(r"\s*(?:,|;)\s*(?:và\s+)?|\s+và\s+", text[end:])
        names.append(without_stop(text[at:end]))
        if not join or not opens_with_body(text[end + join.end() :] or " "):
            return tuple(names)
        at = end + join.end()


def heading_body(heading: str) -> str | None:
    """The body that a group heading of the organisation part names, known to the vocabulary or not (`VNPT Sơn La`).

    None where it is about something else (`Kinh phí thực hiện`, `Tổ chức tuyên truyền gồm:`).
    """
    name = without_stop(heading[_ASKED.match(heading).end() :])
    if is_body_name(name):
        return name
    if len(name.split()) > _NAME_WORDS or re.search(r"\b(?:gồm|sau|có trách nhiệm)$", name):
        return None
    if opens_with_body(name):
        return name if heading[-1] not in ".;" else None
    if vocabulary("section_headings").first(heading):
        return None
    return None if not name or vocabulary("roles").first(name) or _NO_NAME.match(name) else name


def canonical_body(body: str | None, outline: Outline) -> str | None:
    """`body` under one name: short forms written out, `Phòng TCHC` by the plan's own long form."""
    if not body:
        return None
    words = []
    for word in re.sub(r"\s+", " ", body).split(" "):
        words.append(_SHORT.get(word, word))
    name = " ".join(words)
    short = re.search(r"\b([A-ZĐ&-]{3,8})$", name)
    if short:
        name = _long_form(name[: short.start()].strip(), short[1], outline) or name
    name = re.sub(r"\b[Uu]ỷ ban\b", "Ủy ban", name)
    return name[:1].upper() + name[1:]


def _long_form(head: str, letters: str, outline: Outline) -> str | None:
    """`head` and the words of the plan whose initials are `letters`: `Phòng`, `TCHC` → `Phòng Tổ chức hành chính`."""
    wanted = re.sub(r"[^A-ZĐ]", "", letters).lower()
    pattern = re.compile(rf"(?i)\b{re.escape(head)}\s+((?:[^\W\d_]+[\s,-]+){{1,9}}[^\W\d_]+)")
    for text in _texts(outline):
        for found in pattern.finditer(text):
            words = re.findall(r"[^\W\d_]+", found[1])
            kept: list[str] = []
            initials = ""
            for word in words:
                kept.append(word)
                if word.lower() != "và":
                    initials += word[0].lower()
                if initials == wanted:
                    return f"{head} {' '.join(kept)}"
                if not wanted.startswith(initials):
                    break
    return None


def _texts(outline: Outline) -> Iterable[str]:
    yield from (item.text for item in outline.items)
    yield from (line.text for line in outline.recipients)
