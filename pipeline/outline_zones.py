"""The zones of a document by its words: letterhead, title, body, recipients, signature, annexes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from pipeline.model import Line, Role
from pipeline.outline_markers import UPPER, Rank, bullet_marker, decimal_marker, is_capitals, section_marker

_DROPPED = {Role.PAGE_NUMBER, Role.RUNNING_HEAD, Role.STAMP}
_PAGE_NUMBER = re.compile(r"^\W{0,2}(?:[Tt]rang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?\W{0,2}$")
_WEB = re.compile(
    r"(?i)https?:|www\.|\b[\w-]+\.(?:com|vn|net|org)\b|^nguồn( tra cứu)?:|^(người|thời gian|cơ quan) ký:|@|^email:"
)
_MOTTOES = (
    "cong hoa xa hoi chu nghia viet nam",
    "doc lap - tu do - hanh phuc",
    "dang cong san viet nam",
    "doan tncs ho chi minh",
)
_PLACE_DATE = re.compile(
    rf"(?:(?<!\S)(?:T[Pp]\.?\s?)?[{UPPER}](?![{UPPER}])[^\W\d]*(?:(?:\s-)?\s[{UPPER}](?![{UPPER}])[^\W\d]*)*\s?,?\s*)?(?<!\w)"
    r"[Nn]g[aàâá]y[\s\d.…_]*th[aáàâ]ng[\s\d.…_]*n[aăâàáä]m\b"
)
_TITLES = ("ke hoach", "quy dinh", "huong dan", "chuong trinh", "phuong an", "de an", "the le", "thong bao", "chi thi", "quyet dinh")
_DECISION = _TITLES[-1]
_PREAMBLE = re.compile(
    r"^(Căn cứ|Xét|Theo|Để|Nhằm|Thực hiện|Triển khai|Tiếp tục|Hưởng ứng|Trên cơ sở|Chào mừng|Thi hành|Chấp hành)\b"
)
_ISSUES = re.compile(r"\b(ban hành|xây dựng|triển khai|tổ chức|đề ra)\b.*\b([Kk]ế hoạch|như sau|sau)\b")
_BODY_HEAD = re.compile(r"^(Bộ|Sở|Ủy ban|Uỷ ban|UBND|Ban|Trung tâm|Trường|Công an|Công ty|Cục|Chi cục|Đảng ủy|Đoàn|Hội|Liên đoàn|Phòng|Bệnh viện|Tỉnh|Thành|Huyện|Xã|Phường|BCH)\b")
_END = re.compile(r"\.\s?/\s?\.?\W*\w{0,3}\W*$")
_RECIPIENTS = re.compile(r"^n[oơ]i nh[aâ]n\s*:?")
_OFFICE = re.compile(
    r"\b(?:(?:KT|TM|TL|TUQ|Q|T/M|K/T)\s?\.\s?)?(?:PHÓ |QUYỀN |THỨ |TỔNG |Q\. ?)*"
    r"(?:BỘ TRƯỞNG|TRƯỞNG|GIÁM ĐỐC|CHỦ TỊCH|CHỦ NHIỆM|HIỆU TRƯỞNG|CỤC TRƯỞNG|VỤ TRƯỞNG|CHÁNH|BÍ THƯ|ỦY BAN|UỶ BAN|UBND|BAN|HỘI ĐỒNG|TỔNG|THỦ)\b[^a-z]*$"
)
_NAME_AFTER_FILE = re.compile(rf"(?<=[.,;)])\s(?=[{UPPER}][^\W\d]+(?:\s[{UPPER}][^\W\d]+){{1,4}}$)")
_DEGREE = re.compile(
    r"^(?:(?:GS|PGS|TS|ThS|Ths|BS|Bs|DS|KS|CN|BSCK\s?I+|Đại tá|Thượng tá|Trung tá|Thiếu tướng)[.,]?\s*)+(?=\w)"
)
_ANNEX = re.compile(r"^(phu luc|bieu|mau so|mau \d|danh sach|chuong trinh|de cuong|bang |kich ban|lich |du toan|the le|quy dinh|tien do)")


@dataclass(frozen=True, slots=True)
class Zones:
    """The lines of a document, each in one zone. `decision`: what stands before the title of the plan it carries."""

    issuer: tuple[Line, ...]
    motto: tuple[Line, ...]
    title: tuple[Line, ...]
    decision: tuple[Line, ...]
    body: tuple[Line, ...]
    footnotes: tuple[Line, ...]
    recipients: tuple[Line, ...]
    signature: tuple[Line, ...]
    annex: tuple[Line, ...]


def bare(text: str) -> str:
    """`text` without diacritics, in lower case, for comparing what OCR may have damaged."""
    text = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def zones_of(lines: Sequence[Line]) -> Zones:
    """Parts `lines` (a document's, in reading order) into zones; page numbers, running heads and stamps go."""
    lines, footnotes = _without_footnotes([line for line in lines if re.search(r"[^\W_]", line.text) and line.role not in _DROPPED])
    lines = [line for line in lines if not _is_page_number(line) and not _WEB.search(line.text)]
    at = _title_at(lines)
    issuer, motto, decision = _letterhead(lines[:at])
    title, start = _title(lines, at)
    body, recipients, signature, annex = _tail(lines[start:])
    if decision:
        decision, first_recipients, first_signature, _ = _tail(decision)
        if not signature:
            recipients, signature = first_recipients, first_signature
    return Zones(*(tuple(z) for z in (issuer, motto, title, decision, body, footnotes, recipients, signature, annex)))


def is_name(text: str) -> bool:
    """Whether `text` is printed as a person's name: `Đỗ Xuân Tuyên`, `TS. Nguyễn Văn A`."""
    words = _DEGREE.sub("", text).split()
    return 2 <= len(words) <= 6 and all(w[0].isupper() and (w[1:].islower() or len(w) == 1) for w in words)


def _is_page_number(line: Line) -> bool:
    """A line of digits alone; on a picture only at the edge of the page."""
    if not _PAGE_NUMBER.match(line.text) or line.role == Role.TABLE:
        return False
    return line.bbox is None or line.bbox.y0 < 0.1 or line.bbox.y1 > 0.9


def _without_footnotes(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Footnotes apart from the rest: by role, or `1 Kế hoạch …` after a call `tỉnh1`, up to the page's end."""
    kept: list[Line] = []
    notes: list[Line] = []
    last, page, inside = 0, 0, False
    for line in lines:
        if line.role == Role.FOOTNOTE and not _is_list_item(line, kept):
            notes.append(line)
            continue
        if line.page != page:
            last, page, inside = (0 if line.page > page + 1 else last), line.page, False
        start = re.match(rf"^[\[(]?(\d{{1,2}})[\])]?\s(?=[{UPPER}“\"(])", line.text) if line.role == Role.BODY else None
        if inside and _PAGE_NUMBER.match(line.text):
            inside = False
        elif start and int(start[1]) in (last + 1, 1) and _is_called(int(start[1]), kept):
            last, inside = int(start[1]), True
        (notes if inside else kept).append(replace(line, role=Role.FOOTNOTE) if inside else line)
    return kept, notes


def _is_list_item(line: Line, lines: list[Line]) -> bool:
    """`9. VNPT` at the foot of a page is an item of a list where nothing calls a footnote 9."""
    marker = decimal_marker(line.text)
    return marker is not None and marker.rank == Rank.DECIMAL and marker.printed.endswith(".") and not _is_called(marker.value, lines)


def _is_called(number: int, lines: list[Line]) -> bool:
    call = re.compile(rf"[^\W\d_][”\"]?(?:{number}|\[{number}\]|\({number}\))(?![\d/.)])")
    return any(call.search(line.text) for line in lines[-60:])


def _title_at(lines: list[Line]) -> int:
    """The index of the line `KẾ HOẠCH`; of another kind of document's name; else of the first section."""
    decision = any(bare(line.text) == _DECISION for line in lines[:40])
    for names in (_TITLES[:1], _TITLES[1:-1] if decision else _TITLES[1:], _TITLES[-1:]):
        for i, line in enumerate(lines):
            words = bare(line.text).split()
            head = " ".join(words[:2])
            if line.text[:4].isupper() and any(fuzz.ratio(head, name) >= (85 if name == _TITLES[0] else 90) for name in names):
                if len(words) <= 2 or is_capitals(" ".join(line.text.split()[:2])):
                    return i
    sections = (i for i, line in enumerate(lines) if (m := section_marker(line.text)) and is_capitals(m.rest))
    return next(sections, 0)


def _letterhead(lines: list[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """The issuer's column, the motto's column, and what follows where a decision carries the plan."""
    issuer: list[Line] = []
    motto: list[Line] = []
    names = (i for i, line in enumerate(lines) if bare(line.text) in _TITLES)
    end = next(names, len(lines))
    for line in lines[:end]:
        if line.role in (Role.ISSUER, Role.MOTTO):
            (issuer if line.role == Role.ISSUER else motto).append(line)
            continue
        cut = _motto_start(line.text)
        for text, zone, role in ((line.text[:cut], issuer, Role.ISSUER), (line.text[cut:], motto, Role.MOTTO)):
            if re.search(r"\w", text):
                zone.append(replace(line, text=text.strip(), raw_text=text.strip(), role=role, edits=(), word_confidences=None, word_rivals=None))
    return issuer, motto, lines[end:]


def _motto_start(text: str) -> int:
    """Where the right column of the letterhead starts in a line that may hold both (its length: nowhere)."""
    date = _PLACE_DATE.search(text)
    if date:
        return date.start()
    starts = [word.start() for word in re.finditer(r"\S+", text)]
    likeness = {s: max(fuzz.ratio(bare(text[s:]), m) for m in _MOTTOES) for s in starts}
    best = max(starts, key=lambda s: likeness[s], default=0)
    return best if likeness.get(best, 0) >= 75 else len(text)


def _title(lines: list[Line], at: int) -> tuple[list[Line], int]:
    """The lines of the title after `KẾ HOẠCH`, and the index of the first line after them."""
    if at >= len(lines) or (section_marker(lines[at].text) and is_capitals(lines[at].text)):
        return [], at
    title: list[Line] = []
    words = lines[at].text.split()
    if len(words) > 2:
        text = " ".join(words[2:])
        title.append(replace(lines[at], text=text, raw_text=text, edits=(), word_confidences=None, word_rivals=None))
    for i in range(at + 1, len(lines)):
        line = lines[i]
        if line.role in (Role.ISSUER, Role.MOTTO):
            continue
        if (title and _starts_preamble(lines, i)) or (section_marker(line.text) and (is_capitals(line.text) or title)) or len(title) >= 10:
            return title, i
        title.append(line)
    return title, len(lines)


def _starts_preamble(lines: list[Line], i: int) -> bool:
    text = re.sub(r"^[.,·'’`_~|^-]{1,2}\s?(?=\w)", "", lines[i].text)  # specks
    if text.startswith("("):
        return True
    if _PREAMBLE.match(text):
        return True
    ahead = " ".join(line.text for line in lines[i : i + 4])
    return bool(_BODY_HEAD.match(text)) and not is_capitals(text) and bool(_ISSUES.search(ahead)) and not lines[i - 1].text.rstrip().endswith((",", "-"))


def _tail(lines: list[Line]) -> tuple[list[Line], list[Line], list[Line], list[Line]]:
    """`lines` of a document from its preamble on, as body, recipients, signature, annex."""
    end = _body_end(lines)
    body = [line for line in lines[:end] if line.role not in (Role.RECIPIENTS, Role.SIGNATURE)]
    recipients = [line for line in lines[:end] if line.role == Role.RECIPIENTS]
    signature = [line for line in lines[:end] if line.role == Role.SIGNATURE]
    named = False
    in_list = False
    for i, line in enumerate(lines[end:], start=end):
        text, name = line.text.strip(), is_name(line.text.strip())
        if named and line.role not in (Role.RECIPIENTS, Role.SIGNATURE) and not bullet_marker(text):
            if line.page > signature[-1].page or is_capitals(text) or _ANNEX.match(bare(text)):
                return body, recipients, signature, lines[i:]
            continue
        if line.role == Role.SIGNATURE:
            signature.append(line)
            named = named or name
            continue
        starts = bool(_RECIPIENTS.match(bare(text)))
        if starts or line.role == Role.RECIPIENTS or (bullet_marker(text) and (in_list or not recipients)):
            left, right = _split_office(line)
            in_list = True
            recipients += left
            signature += right
            named = any(is_name(part.text) for part in right)
        elif is_capitals(text) and not _ANNEX.match(bare(text)) and not (in_list and text[-1] in ";,."):
            signature.append(replace(line, role=Role.SIGNATURE))
            in_list = False
        elif name and (not in_list or not recipients or "lưu" in recipients[-1].text.lower()):
            signature.append(replace(line, role=Role.SIGNATURE))
            named = True
        elif bare(text) in ("kiem", "(da ky)", "da ky"):
            signature.append(replace(line, role=Role.SIGNATURE))
        elif _ANNEX.match(bare(text)):
            return body, recipients, signature, lines[i:]
        elif in_list:
            left, right = _split_office(line)
            recipients += left
            signature += right
    return body, recipients, signature, []


def _body_end(lines: list[Line]) -> int:
    """Where the body ends: after the last `./.` before the recipients, else before recipients or signature."""
    starts = (i for i, x in enumerate(lines) if _RECIPIENTS.match(bare(x.text)) or x.role == Role.RECIPIENTS)
    recipients = next(starts, len(lines))
    stops = [i for i, line in enumerate(lines[:recipients]) if line.role == Role.BODY and _END.search(line.text)]
    if stops and recipients - stops[-1] <= 12:
        return stops[-1] + 1
    if stops and recipients == len(lines):
        return stops[-1] + 1
    end = recipients
    while end and (_OFFICE.search(lines[end - 1].text) and is_capitals(lines[end - 1].text)):
        end -= 1
    return end


def _split_office(line: Line) -> tuple[list[Line], list[Line]]:
    """A line of the recipients, and what of the signature's column (office, name) was printed on it."""
    found = _OFFICE.search(line.text) or (_NAME_AFTER_FILE.search(line.text) if "lưu" in line.text.lower() else None)
    if not found or line.role == Role.RECIPIENTS and line.bbox is not None:
        return [replace(line, role=Role.RECIPIENTS)], []
    parts = []
    for text, role in ((line.text[: found.start()], Role.RECIPIENTS), (line.text[found.start() :], Role.SIGNATURE)):
        text = text.strip()
        parts.append([replace(line, text=text, raw_text=text, role=role, edits=(), word_confidences=None, word_rivals=None)] if text else [])
    return parts[0], parts[1]
