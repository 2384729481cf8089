"""What is printed after the number of a document cited: its date, and the body that issued it."""

from __future__ import annotations

import datetime
import re

from extractors.dates import find_date

_DATED = re.compile(r"[\s,(]*(?:ký\s+|ban hành\s+)?(?=ng\wy\s*\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})")
_BY = re.compile(r"[\s,.)]*(?:được\s+|đã\s+)?(?:ban hành\s+)?(?P<by>c[uủùúũụ]a|do)\s+(?=[A-ZĐÂƯỦÔĂ\d])")
_BODY_HEAD = re.compile(
    r"[\s,)]*(?=(?:Sở|Bộ|UBND|HĐND|[UỦ]ỷ ban|Uỷ ban|Ủy ban|Ban|BCĐ|Chính phủ|Thủ tướng|Chủ tịch|Quốc hội|Hội đồng|Tỉnh [uủ]|Thành [uủ]|Huyện [uủ]"
    r"|Đảng [uủ]|Văn phòng|Cục|Tổng cục|Phòng|Trung ương|Tỉnh đoàn|Công an|Liên đoàn|Trường)\b)"
)
_BODY_ENDS = re.compile(
    r"\s+(?:ngày(?=\s*\d)|về|VỀ|Về|v/v|quy định|ban hành|thực hiện|triển khai|hướng dẫn|phê duyệt|sửa đổi|bổ sung|giao|thành lập|công bố|thông qua"
    r"|tổ chức|yêu cầu|cho|trong|tại|đến|ký|nhằm|để|phát động|chỉ đạo|kèm|gửi|tăng cường|quyết định|bãi bỏ|thay thế|thì|là|đã|được|có|do"
    r"|trên cơ sở|và\s+(?:Kế hoạch|Quyết định|Nghị quyết|Chỉ thị|Công văn|Hướng dẫn|Chương trình|các|văn bản|Thông tư|Nghị định))(?!\w)"
    r"|(?<!Văn hóa)(?<!Văn hoá)(?<!Thi đua)(?<!Nông nghiệp)\s*,|\s*[;:.(“\"”)]|\s[-–]\s(?=[a-zđ])"
)


def issuer_after(text: str, start: int, is_dated: bool) -> tuple[str | None, int]:
    """The body named at text[start:] as the one that issued, and where its name ends."""
    opening = _BY.match(text, start) or (is_dated and _BODY_HEAD.match(text, start))
    if not opening:
        return None, start
    end = _BODY_ENDS.search(text, opening.end())
    stop = end.start() if end else len(text)
    name = text[opening.end() : stop].strip(" .,;–-")
    return (name, stop) if name and len(name.split()) <= 16 else (None, start)


def facts_after(text: str, end: int) -> tuple[datetime.date | None, str | None, int]:
    """Date and issuer printed after a number: in either order, `ngày … của …` or `của … ngày …`."""
    issuer, after = issuer_after(text, end, is_dated=False)
    date = None
    if opening := _DATED.match(text, after):
        found = find_date(text, opening.end())
        if found and found[1] == opening.end():
            date, after = found[0], found[2]
    if issuer is None:
        issuer, after = issuer_after(text, after, is_dated=date is not None)
    return date, issuer, after
