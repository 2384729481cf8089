"""What tells the two-column parts of a page: the state motto, the document number, `Nơi nhận`, e-signature boxes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import median

from rapidfuzz import fuzz

from pipeline.model import Word
from pipeline.vote import is_possible

_TITLES = ("ke hoach", "quyet dinh", "chi thi", "bao cao", "thong bao", "huong dan", "cong van", "to trinh", "phu luc")
_MOTTOES = ("cong hoa xa hoi chu nghia viet nam", "doc lap - tu do - hanh phuc", "dang cong san viet nam")
_SIGNERS = (
    "giam doc", "chu tich", "bo truong", "thu truong", "truong ban", "hieu truong", "cuc truong", "vu truong",
    "chanh van phong", "tong giam doc",
)  # fmt: skip
_PLACE_AND_DATE = re.compile(r"\bng[aàáâăâ]\S{0,2}\b.{0,12}\bth[aáàâ]ng\b.{0,9}\bn[aăâ]m\b", re.IGNORECASE)
_ESIGNATURE = re.compile(r"(?i)\bk[ýy] bởi|người ký|cơ quan:|thời gian k[ýy]|\d\d:\d\d:\d\d|\+0?7:00|\w@\w|ký số")


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """`text` without marks, small letters, single blanks: what survives bad OCR."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


@dataclass(frozen=True)
class Fragment:
    """Words on one base line, left to right. Coordinates in page fractions."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @cached_property
    def left(self) -> float:
        return min(word.bbox.x0 for word in self.words)

    @cached_property
    def right(self) -> float:
        return max(word.bbox.x1 for word in self.words)

    @cached_property
    def top(self) -> float:
        return median(word.bbox.y0 for word in self.words)

    @cached_property
    def bottom(self) -> float:
        return median(word.bbox.y1 for word in self.words)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @cached_property
    def type_size(self) -> float:
        """Median height of its words: grows with the type."""
        return median(word.bbox.y1 - word.bbox.y0 for word in self.words)

    @cached_property
    def confidence(self) -> float:
        return sum(word.confidence for word in self.words) / len(self.words)

    @cached_property
    def motto_at(self) -> int | None:
        """The index of the word with which quốc hiệu, tiêu ngữ or the Party's name begins, None where absent."""
        words = [plain(word.text) for word in self.words]
        best, best_at = 0.0, None
        for at in range(len(words)):
            tail = " ".join(words[at:])
            likeness = max(fuzz.ratio(tail, motto) for motto in _MOTTOES)
            if likeness > best:
                best, best_at = likeness, at
        return best_at if best > 78 else None

    @property
    def is_motto(self) -> bool:
        return self.motto_at is not None


@dataclass(frozen=True, slots=True)
class Band:
    """A strip of the page from `top` to `bottom` in two columns parted at `gutter`."""

    top: float
    bottom: float
    gutter: float
    motto_top: float = 0.0  # what stands above it on the right is no part of the letterhead


def find_letterhead(fragments: Sequence[Fragment]) -> Band | None:
    """The letterhead: anchored on the motto, down to the place-and-date line and the number, above the title."""
    mottoes = [f for f in fragments if f.middle < 0.35 and f.is_motto]
    if not mottoes:
        return None
    first = min(mottoes, key=lambda f: f.middle)
    start = first.words[first.motto_at or 0].bbox
    height = first.type_size
    left_edge = min(f.words[f.motto_at or 0].bbox.x0 for f in mottoes)
    low = max(f.middle for f in mottoes)
    ends = [f.bottom for f in fragments if low - height < f.middle < low + 0.12 and _closes_letterhead(f, start.x0)]
    bottom = max([f.bottom for f in mottoes] + ends) + 0.3 * height
    title = [f.top for f in fragments if f.middle > low and _is_title(f)]
    if title:
        bottom = min(bottom, min(title) - 0.01 * height)
    top = start.y0 - 0.75 * height
    # A body named above the motto's own line still belongs to the left column.
    above = [f for f in fragments if top - 2.2 * height < f.middle < top and f.right < left_edge and f.text.isupper()]
    top = min([top] + [f.top - 0.2 * height for f in above])
    inside = [f for f in fragments if top <= f.middle <= bottom]
    return Band(top, bottom, _gutter(inside, left_edge), start.y0 - 0.2 * height)


def _closes_letterhead(fragment: Fragment, right_column: float) -> bool:
    number = any(re.match(r"(?i)^s[oốôóòõổ6]\b|^s[oốôóòõổ6]?:", word.text) for word in fragment.words[:2])
    in_columns = fragment.left < right_column or fragment.right > right_column
    return in_columns and (bool(_PLACE_AND_DATE.search(fragment.text)) or number or "/KH-" in fragment.text)


def _is_title(fragment: Fragment) -> bool:
    return len(fragment.words) <= 4 and fragment.text.isupper() and any(
        fuzz.ratio(fragment.plain, title) > 80 for title in _TITLES
    )


def _gutter(inside: Sequence[Fragment], left_edge: float) -> float:
    """The x that the fewest words cross, at or left of the motto's left edge (the date line may begin before it)."""
    words = [word for fragment in inside for word in fragment.words]
    candidates = [left_edge - 0.002 - 0.004 * step for step in range(40)]

    def cost(x: float) -> tuple[int, float]:
        crossing = sum(w.bbox.x0 < x < w.bbox.x1 for w in words)
        # The gap round x, at most 0.05 counted: the widest white strip.
        gap = min((abs(x - edge) for w in words for edge in (w.bbox.x0, w.bbox.x1)), default=1.0)
        return crossing, -min(gap, 0.05)

    return min(candidates, key=cost)


def find_signature(fragments: Sequence[Fragment]) -> Band | None:
    """The block of recipients (left) and signature (right): anchored on `Nơi nhận`, else on the signer's title."""
    anchor = next((f for f in fragments if _recipients_at(f) is not None), None)
    signer = next((f for f in fragments if _signer_at(f) is not None and f.middle > 0.05), None)
    if anchor is None and signer is None:
        return None
    start = min((f for f in (anchor, signer) if f is not None), key=lambda f: f.middle)
    height = max(start.type_size, 0.008)
    if anchor is not None and signer is not None and abs(signer.middle - anchor.middle) > 8 * height:
        start = anchor
    below = [f for f in fragments if f.middle > start.top - height]
    gutter = _signature_gutter(below)
    if gutter is None:
        return Band(start.top - 0.2 * height, _block_end(below, start), 1.0 if start is anchor else 0.0)
    # The signer's title may stand a line or two above the recipients.
    above = [f for f in fragments if start.top - 4 * height < f.middle < start.top and f.left > gutter]
    top = min([start.top] + [f.top for f in above]) - 0.2 * height
    blocked = [f.bottom for f in fragments if top < f.middle < start.top - height and f.left < gutter]
    return Band(max([top, *blocked]), _block_end(below, start), gutter)


def _signer_at(fragment: Fragment) -> int | None:
    """The index of the word with which a signer's title begins, right of a wide gap or alone on the right."""
    words = fragment.words
    gaps = [(b.bbox.x0 - a.bbox.x1, at) for at, (a, b) in enumerate(zip(words, words[1:], strict=False), start=1)]
    wide, at = max(gaps, default=(0.0, 0))
    at = at if wide > 0.06 else 0
    tail = words[at:]
    title = plain(" ".join(word.text for word in tail))
    if tail[0].bbox.x0 < 0.42 or len(tail) > 8 or not " ".join(w.text for w in tail).isupper():
        return None
    known = any(len(title) >= len(t) - 1 and fuzz.partial_ratio(title, t) > 80 for t in _SIGNERS)
    return at if known or re.match(r"(kt|tm|tl|tuq|q)\b\.?", title) else None


def _recipients_at(fragment: Fragment) -> int | None:
    words = [plain(word.text).strip(":.,;") for word in fragment.words]
    for at in range(min(3, len(words))):
        if fuzz.ratio(" ".join(words[at : at + 2]), "noi nhan") > 80 or words[at] == "noinhan":
            return at
    return None


def _signature_gutter(fragments: Sequence[Fragment]) -> float | None:
    """The middle of the widest white strip between the two columns, None where there is only one."""
    words = [w for f in fragments[:40] for w in f.words if w.confidence > 0.3 and any(map(str.isalnum, w.text))]
    best, best_width = None, 0.005
    for edge in sorted({word.bbox.x1 for word in words if 0.2 < word.bbox.x1 < 0.75}):
        if any(w.bbox.x0 < edge + 0.002 < w.bbox.x1 for w in words):
            continue
        following = [w for w in words if w.bbox.x0 > edge]
        if not any(len(w.text) > 1 and w.text.isupper() for w in following):
            continue
        width = min(w.bbox.x0 for w in following) - edge
        if width > best_width:
            best, best_width = edge + width / 2, width
    return best


def _block_end(below: Sequence[Fragment], start: Fragment) -> float:
    """The block ends at the foot of the page, or where an annex begins."""
    annex = [f.top for f in below if f.middle > start.middle and fuzz.ratio(f.plain[:8], "phu luc") > 85]
    return min(annex, default=1.0)


def looks_like_esignature(text: str) -> bool:
    """Whether `text` is a line of an electronic signature's box."""
    return bool(_ESIGNATURE.search(text))


def is_scrawl(fragment: Fragment, least: int) -> bool:
    """Whether a line is what is left of a seal or a pen stroke: fewer than `least` letters in words that exist."""
    read = [w for w in fragment.words if len(w.text) > 1 and any(map(str.isalpha, w.text))]
    if any(len(w.text) > 3 and w.confidence > 0.85 for w in read):
        return False
    return sum(len(w.text) for w in read if w.confidence > 0.6 and is_possible(w.text)) < least
