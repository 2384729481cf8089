"""The closed grammar of administrative time as patterns; `extractors.dates` reads the matches.

Groups of a moment carry a tag: `a` for the first of a range or a point, `z` for the last of a range.
"""

from __future__ import annotations

import re

_D = r"(?P<d@>0?[1-9]|[12]\d|3[01])"
_M = r"(?P<m@>1[0-2]|0?[1-9])"
_Y = r"(?P<y@>(?:19|20)\d\d)"
_SEP = r"\s?[/.\-]\s?"
_CLOCK = r"(?:\d{1,2}\s?(?:h|giờ|g|:)\s?(?:\d{1,2})?\s?(?:phút|['’`´′]+)?,?\s*(?:sáng|chiều|tối)?,?\s*)?"
_YEAR_WORDS = r"(?:,?\s*năm|\s?/)\s*"
_QUARTER = r"[Qq](?:uý|úy)\s*(?P<q@>IV|I{1,3}|[1-4])"
_EVERY_YEAR = r"(?:h[ằàăâắầ]ng|mỗi|từng|các)\s+năm"


def _moment(tag: str) -> str:
    """One point or unit of time; groups are suffixed with `tag`."""
    day = (
        rf"{_CLOCK}(?:ngày\s*)?(?<!\d){_D}{_SEP}{_M}(?:{_SEP}{_Y})?(?![\d/])"
        rf"|{_CLOCK}ngày\s*{_D.replace('<d', '<dw')}\s*tháng\s*{_M.replace('<m', '<mw')}(?:{_YEAR_WORDS}{_Y.replace('<y', '<yw')})?(?!\d)"
    )
    month = rf"tháng\s*{_M.replace('<m', '<mm')}(?:(?:{_YEAR_WORDS}|{_SEP}){_Y.replace('<y', '<ym')})?(?![\d/])"
    quarter = rf"{_QUARTER}(?:(?:{_YEAR_WORDS}|\s*[-.]\s*){_Y.replace('<y', '<yq')})?(?![\dIVX])"
    half = rf"(?P<h@>0?6 tháng (?:đầu|cuối))(?:\s+năm)?(?:\s+{_Y.replace('<y', '<yh')})?"
    year = rf"(?P<part@>(?:đầu|giữa|cuối|hết)\s+)?năm\s*{_Y.replace('<y', '<yy')}(?!\d)|(?P<bare@>(?<![\d/.])){_Y.replace('<y', '<yb')}(?![\d/.])"
    loose = r"(?P<loose@>(?:cuối|đầu|giữa|hết)\s+năm(?!\s*\d|\s+học))"
    return f"(?:{'|'.join((day, month, quarter, half, year, loose))})".replace("@", tag)


_LEAD_FROM = r"(?:kể\s+|bắt đầu\s+|tính\s+)?từ\s+(?:khoảng\s+|đầu\s+)?"
_TO = r"\s*(?:,?\s*(?:cho\s+)?đến\s+(?:hết\s+)?|,?\s*tới\s+(?:hết\s+)?|\s[-–—]\s|[-–—]\s?)\s*"
RANGE = re.compile(
    rf"(?P<from>{_LEAD_FROM})?(?P<label>(?:[Gg]iai\s+đoạn|[Nn]hiệm\s+kỳ|[Nn]ăm\s+học)\s+(?:năm\s+)?)?"
    rf"(?<![\d/]){_moment('a')}{_TO}(?:hết\s+)?{_moment('z')}",
    re.I,
)
SHORT_DAYS = re.compile(  # từ ngày 11 đến ngày 20/9/2026, ngày 11-13/9/2026
    rf"(?P<from>{_LEAD_FROM})?ngày\s*{_D.replace('@', 'a')}{_TO}(?:ngày\s*)?{_D.replace('@', 'z')}"
    rf"(?:{_SEP}|\s*tháng\s*){_M.replace('@', 'z')}(?:(?:{_SEP}|{_YEAR_WORDS}){_Y.replace('@', 'z')})?(?!\d)",
    re.I,
)
MONTHS = re.compile(
    rf"(?P<from>{_LEAD_FROM})?tháng\s*{_M.replace('@', 'a')}{_TO}(?:tháng\s*)?{_M.replace('@', 'z')}"
    rf"(?:{_YEAR_WORDS}|{_SEP}){_Y.replace('@', 'z')}(?!\d)",
    re.I,
)
_LEAD = (
    r"(?P<lead>(?P<before>trước(?:\s+thời\s+hạn|\s+thời\s+điểm)?\s+)"
    r"|(?P<by>(?:chậm\s+nhất|muộn\s+nhất|hạn\s+(?:chót|cuối|cuối\s+cùng)|thời\s+hạn|hạn\s+nộp|không\s+quá|không\s+muộn\s+hơn"
    r"|đến\s+hết|đến|tới|hết|xong\s+trong|hạn)\s*:?\s*(?:đến\s+hết\s+|đến\s+|là\s+|trước\s+|vào\s+|trong\s+)*)"
    rf"|(?P<since>{_LEAD_FROM})"
    r"|(?P<in>(?:vào\s+(?:dịp\s+|khoảng\s+|thời\s+điểm\s+|lúc\s+)?|trong\s+(?:khoảng\s+)?|lúc\s+|dự\s+kiến\s*:?\s*(?:vào\s+|trong\s+)?)))"
)
POINT = re.compile(rf"(?:{_LEAD})?(?<![\d/]){_moment('a')}(?P<every>\s*,?\s*(?:của\s+)?{_EVERY_YEAR})?", re.I)
YEARLY_DAYS = re.compile(
    rf"(?:{_LEAD})?(?:ngày\s*)?{_D.replace('@', 'a')}\s+(?P<monthly>h[ằàăâắầ]ng\s+tháng|mỗi\s+tháng|(?:của\s+)?tháng\s+(?:cuối|đầu)(?:\s+(?:mỗi|h[ằàăâắầ]ng))?\s+quý(?:\s+(?:sau|tiếp\s+theo))?|của\s+tháng(?:\s+(?:sau|tiếp\s+theo))?)",
    re.I,
)
_TIMES = r"(?:(?:mỗi\s+)?(?:ít\s+nhất\s+)?\d{1,2}\s*(?:\([^)]*\)\s*)?lần\s*(?:/|trong|mỗi)\s*(?:một\s+|0?1\s+)?)"
EVERY = re.compile(
    rf"(?:định\s+kỳ\s*(?:theo\s+)?:?\s*)?(?:"
    rf"(?P<semiannual>(?<!\w)(?:h[ằàăâắầ]ng\s+|mỗi\s+)?(?:0?6|sáu)\s+tháng(?:\s*/\s*(?:0?1\s+)?lần|\s+(?:một|0?1)\s+lần)|nửa\s+năm\s+(?:một|0?1)\s+lần|định\s+kỳ\s+(?:0?6|sáu)\s+tháng)"
    rf"|(?P<annual>{_EVERY_YEAR}|định\s+kỳ\s+năm|{_TIMES}năm|năm\s+(?:một|0?1)\s+lần)"
    rf"|(?P<quarterly>(?:h[ằàăâắầ]ng|mỗi|từng)\s+quý|{_TIMES}quý|định\s+kỳ\s+quý|quý\s+(?:một|0?1)\s+lần|(?:0?3|ba)\s+tháng(?:\s*/\s*|\s+(?:một\s+)?)(?:0?1\s+)?lần)"
    rf"|(?P<monthly>(?:h[ằàăâắầ]ng|mỗi)\s+tháng|{_TIMES}tháng|tháng\s+(?:một|0?1)\s+lần)"
    rf"|(?P<weekly>(?:h[ằàăâắầ]ng|mỗi)\s+tuần|{_TIMES}tuần|thứ\s+(?:hai|ba|tư|năm|sáu)\s+h[ằàăâắầ]ng\s+tuần|tuần\s+(?:một|0?1)\s+lần)"
    rf")(?!\w)",
    re.I,
)
EVERY_WORD = re.compile(r"(?:định\s+kỳ\s+)?(?:(?:h[ằàăâắầ]ng|mỗi)\s+)?(?P<word>tuần|0?6 tháng|tháng|quý|năm)(?:\s+0?1\s+lần)?", re.I)
EVERY_LIST = re.compile(  # định kỳ hằng quý, 6 tháng, năm
    r"(?:định\s+kỳ|báo\s+cáo|h[ằàăâắầ]ng)\s+(?:(?:h[ằàăâắầ]ng\s+)?(?:tuần|0?6 tháng|tháng|quý|năm)\s*(?:,|và|hoặc)\s*)+"
    r"(?:h[ằàăâắầ]ng\s+)?(?:0?6 tháng|tháng|quý|năm)(?!\s*\d|\w)",
    re.I,
)
