"""Who signed: name and title of the signature block, chữ ký."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extractors.bare import bare, find_loosely
from extractors.printed_case import in_printed_case
from extractors.vocabulary import fold, vocabulary
from pipeline.model import Line

_ON_BEHALF = re.compile(r"\b(?:T/?M|K/?T|T/?L|TUQ|T/?U/?Q)\s?\.?\s?(?=[A-ZĐÂÊÔƠƯĂÁÀẢÃẠỦỨỪỬỮỰ])")
_NAME_WORD = re.compile(r"[A-ZĐÂÊÔƠƯĂ][^\W\d_]*$|[A-ZĐÁÀẢÃẠÂẤẦẨẪẬĂẮẰẲẴẶÉÈẺẼẸÊẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢÚÙỦŨỤƯỨỪỬỮỰÝỲỶỸỴ][^\W\d_]*$")
_RANK = re.compile(
    r"^(?:(?:PGS|GS|TS|ThS|Ths|BSCKII?|BSCKI|BS|CKII?|DS|KS|CN|NGƯT|NGND|TTƯT|TTND|Đ/c|Ông|Bà|Đồng chí|[ĐT]hiếu tướng|Thiếu tướng|Trung tướng|Thượng tướng"
    r"|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy|Đại uý|Thượng úy|Trung úy|Dược sĩ|Bác sĩ)\s*[.,]?\s*)+",
)
SURNAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn mai trịnh trương lâm phùng tô vương hà tạ lương tống "
    "đào tăng thái châu cao quách thạch sơn kim danh lò lường giàng vàng vừ sùng hạng tẩn chảo ma nông hứa triệu lục bế chu la đàm lưu doãn "
    "khuất nghiêm quang kiều đồng từ mạc thân ninh văn tôn âu ông khổng đường giáp mã ứng viên cù lại bạch phí cầm điêu quàng cà tòng lù "
    "lầu thào mùa cứ phàn lỳ pờ vi lữ y h' rơ ksor siu rah nay a rcom cil k' bnước ya liêng hoa trình thiều thi chế tiêu hầu khúc nhâm".split()
)


@dataclass(frozen=True, slots=True)
class Signer:
    name: str | None = None
    title: str | None = None
    confidence: float = 0.0


def person_name(line: str) -> str | None:
    """The name of a person that makes up a line, ranks and degrees apart; None where the line is no name."""
    text = _RANK.sub("", re.sub(r"^[\W_]+|[\W_]+$", "", re.sub(r"\s+", " ", line)))
    words = text.split()
    if not 2 <= len(words) <= 6 or not all(_NAME_WORD.match(w) for w in words):
        return None
    if not text.isupper() and any(w.isupper() and len(w) > 1 for w in words):
        return None
    if fold(words[0]) not in SURNAMES:
        alike = {s for s in SURNAMES if bare(s) == bare(words[0])}
        if not alike:
            return None
        if len(alike) == 1:  # Đỉnh → Đinh: no surname is spelt as it was read
            words[0] = alike.pop().capitalize()
    if _title_at(text):
        return None
    return " ".join(w.capitalize() if w.isupper() else w for w in words)


@cache
def _title_at(text: str) -> tuple[int, int, str] | None:
    """(start, end, name) of the first title of office in `text`."""
    found, _ = find_loosely("signer_titles", text)
    return (found[0].start, found[0].end, found[0].entry.name) if found else None


def _capitals_at_end(line: str) -> str:
    """The capitals that end a line of recipients glued with the signature column: `- Bộ Nội vụ; THỨ TRƯỞNG`."""
    words = line.split()
    start = len(words)
    while start and words[start - 1].upper() == words[start - 1] and not words[start - 1].endswith((";", ":", ",")):
        start -= 1
    tail = " ".join(words[start:])
    return tail if _title_at(tail) or _ON_BEHALF.search(tail) else ""


def _name_at_end(line: str) -> str | None:
    """The name that ends a line of recipients glued with the signature column: `- Lưu: VT, TĐKT. Đỗ Văn An`."""
    words = line.split()
    for count in (5, 4, 3, 2):
        before = words[-count - 1] if len(words) > count else ""
        if len(words) >= count and (not before or before.endswith((".", ";")) or before.isupper()):
            if name := person_name(" ".join(words[-count:])):
                return name
    return None


def _title_lines(lines: Sequence[str]) -> list[str]:
    """The lines that print the title itself: after the last line on behalf of somebody, up to the name."""
    titles: list[str] = []
    for line in lines:
        behalf = _ON_BEHALF.search(line)
        if behalf:
            rest = line[behalf.end() :]
            first = _title_at(rest)
            again = _title_at(rest[first[1] :]) if first else None
            titles = [rest[first[1] + again[0] :].strip()] if again else []
            continue
        found = _title_at(line)
        if found and _is_junk(line[: found[0]]):
            own = line[found[0] :]
            if titles and bare(own).startswith("pho ") and bare(titles[-1]) == bare(own)[4:]:
                titles.pop()  # `KT. GIÁM ĐỐC` with its KT. unread
            titles.append(own)
        elif titles and (fold(titles[-1]).endswith(("kiêm", "ban", "phòng")) or _goes_on(line)):
            titles.append(line)
    return titles


def _is_junk(before: str) -> bool:
    """Whether what stands before a title on its line is the rim of a stamp and no word."""
    return len(re.findall(r"[^\W\d_]", before)) <= 3


def _goes_on(line: str) -> bool:
    """Whether a line goes on with the title above it: `kiêm`, `thường trực`, the body that it is a title of."""
    folded = fold(line).strip(" ./,")
    opens = any(m.start == 0 for m in vocabulary("issuers").find_all(line))
    return folded in ("kiêm", "phụ trách", "thường trực") or (line.isupper() and opens)


def _joined_title(lines: Sequence[str], text: str) -> str | None:
    """The title in one line and proper case; of two titles, `A kiêm B` where printed so, else `A, B`."""
    known = " . ".join(e.name for e in vocabulary("signer_titles").entries)
    joined = ""
    for line in lines:
        line = in_printed_case(re.sub(r"^[\W_]+|[\W_]+$", "", line), f"{known} . {text}")
        opens = (found := _title_at(line)) is not None and found[0] == 0
        if not joined:
            joined = line
        elif fold(line) == "kiêm" or joined.endswith(" kiêm"):
            joined += f" {line.lower() if fold(line) == 'kiêm' else line}"
        else:
            joined += f", {line}" if opens else f" {line}"
    return joined or None


def _as_elsewhere(name: str | None, text: str) -> str | None:
    """`name` as the text prints it, where it does with the same bare letters."""
    if name and name not in text and (at := bare(text).find(bare(name))) >= 0:
        elsewhere = text[at : at + len(name)]
        return elsewhere if elsewhere.istitle() else name
    return name


def read_signature(lines: Sequence[Line], recipients: Sequence[Line], text: str) -> Signer:
    """The signer told by the signature block, also where it was read in one column with the recipients.

    `text`: the running text of the document, for the proper case of what is printed in capitals."""
    own = [re.sub(r"\s+", " ", line.text).strip() for line in lines]
    glued = [_capitals_at_end(line.text) for line in recipients]
    printed = [t for t in own if t] or []
    if not any(_title_at(t) for t in printed):
        printed = [t for t in glued if t] + printed
    names = [(i, person_name(t)) for i, t in enumerate(printed)]
    at, name = next(((i, n) for i, n in reversed(names) if n), (len(printed), None))
    if name is None:
        name = next((n for line in reversed(recipients) if (n := _name_at_end(line.text))), None)
    title_lines = _title_lines(printed[:at] or printed)
    title = _joined_title(title_lines, text)
    if title and len(halves := title.split(", ")) == 2 and halves[0] == halves[1]:
        title = None  # `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`, neither read to its end: which of the two can not be told
    name = _as_elsewhere(name, text)
    sure = min((min(line.confidence, line.ocr_confidence or 1.0) for line in lines), default=0.5)
    return Signer(name, title, round(sure * (0.97 if name and title else 0.6), 3))
