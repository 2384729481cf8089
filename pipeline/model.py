"""The frozen types that flow through the pipeline.

Pages are 1-based. Boxes are fractions 0..1 of the original page, origin top left. Offsets count NFC code
points. Confidences are 0..1. What is absent is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

    from diacritics import Edit


class TextSource(StrEnum):
    """Where the text of a page or a plan came from (`plans.text_source`)."""

    OCR = "ocr"
    EMBEDDED = "embedded"
    MIXED = "mixed"
    TEXT = "text"


class Status(StrEnum):
    """What became of a file (`documents.status`)."""

    EXTRACTED = "extracted"
    DUPLICATE = "duplicate"
    NOT_A_PLAN = "not_a_plan"
    REJECTED = "rejected"
    FAILED = "failed"


class Role(StrEnum):
    """What a line is on its page. Layout sets what geometry tells, the outline what the words tell."""

    BODY = "body"
    ISSUER = "issuer"  # left column of the letterhead: bodies and the document number
    MOTTO = "motto"  # right column of the letterhead: quốc hiệu, tiêu ngữ, place and date
    PAGE_NUMBER = "page_number"
    RUNNING_HEAD = "running_head"
    FOOTNOTE = "footnote"
    RECIPIENTS = "recipients"  # Nơi nhận
    SIGNATURE = "signature"
    STAMP = "stamp"  # seals, e-signature boxes, arrival stamps, handwriting
    TABLE = "table"


class Part(StrEnum):
    """The part of the document in which an item stands."""

    PREAMBLE = "preamble"
    SECTION = "section"
    CLOSING = "closing"
    FOOTNOTE = "footnote"
    ANNEX = "annex"


class Kind(StrEnum):
    """What a section or an item is about (codes of TABLES.md)."""

    PURPOSE = "purpose"
    SUBJECTS = "subjects"
    CONTENT = "content"
    CRITERIA = "criteria"
    AWARDS = "awards"
    SOLUTIONS = "solutions"
    TIMELINE = "timeline"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """A rectangle in fractions of the page, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if not (0 <= self.x0 <= self.x1 <= 1 and 0 <= self.y0 <= self.y1 <= 1):
            raise ValueError(f"not a box inside the page: {self}")

    @classmethod
    def around(cls, boxes: Iterable[BoundingBox]) -> BoundingBox:
        """The smallest box that holds all of `boxes` (at least one)."""
        boxes = list(boxes)
        return cls(
            min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes)
        )


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as taken in. `media_type` was found by content, never by name."""

    path: Path
    name: str
    sha256: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: uint8 (height, width) grey or (height, width, 3) RGB."""

    page: int
    pixels: numpy.ndarray
    dpi: int


@dataclass(frozen=True, slots=True)
class Word:
    """`rivals`: (reading, share) of what else the engine saw in it, likeliest first; with `text` they share 1."""

    text: str
    bbox: BoundingBox
    confidence: float
    rivals: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What an engine read on a page: its lines of words, in the engine's order."""

    page: int
    lines: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line in reading order. `edits` applied to `raw_text` give `text`.

    `ocr_confidence` and `bbox` are None where the source had no picture; `confidence` is the restoration's.
    """

    page: int
    raw_text: str
    text: str
    role: Role = Role.BODY
    bbox: BoundingBox | None = None
    ocr_confidence: float | None = None
    confidence: float = 1.0
    edits: tuple[Edit, ...] = ()
    word_confidences: tuple[float, ...] | None = None  # one a blank-separated word of raw_text
    word_rivals: tuple[tuple[tuple[str, float], ...], ...] | None = None  # likewise, see `Word`


@dataclass(frozen=True, slots=True)
class PageReport:
    """What became of one page: every page has exactly one."""

    page: int
    text_source: TextSource
    reason: str  # why this source of text
    steps: tuple[str, ...] = ()  # clean-up steps applied
    mean_confidence: float | None = None
    suspicious_words: int = 0
    seals: tuple[BoundingBox, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page read: raw lines in reading order, not yet restored."""

    page: int
    lines: tuple[Line, ...]
    report: PageReport


@dataclass(frozen=True, slots=True)
class Region:
    page: int
    bbox: BoundingBox | None


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered or dashed item, or an unnumbered paragraph. `regions`: its place, one a page it stands on."""

    item_id: str
    parent_item_id: str | None
    path: str
    level: int
    marker: str | None
    part: Part
    kind: Kind | None
    text: str
    raw_text: str
    regions: tuple[Region, ...]
    ocr_confidence: float | None
    confidence: float
    numeral: str | None = None  # of the section in which it stands
    is_heading: bool = False  # a heading line with sub-items, not a passage of its own
    is_table: bool = False  # a row of a printed table

    @property
    def page(self) -> int:
        return self.regions[0].page

    @property
    def bbox(self) -> BoundingBox | None:
        return self.regions[0].bbox


@dataclass(frozen=True, slots=True)
class Section:
    """A Roman-numeral section; `item_id` is that of its heading in `items`."""

    numeral: str
    heading: str
    kinds: tuple[Kind, ...]
    item_id: str
    page_first: int
    page_last: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A plan taken apart. `items` is the whole outline in reading order, section headings included."""

    issuer: tuple[Line, ...]
    motto: tuple[Line, ...]
    title: tuple[Line, ...]  # after KẾ HOẠCH
    items: tuple[Item, ...]
    sections: tuple[Section, ...]
    recipients: tuple[Line, ...]
    signature: tuple[Line, ...]
    page_count: int | None = None
    notes: tuple[str, ...] = field(default=())  # what a reviewer should know: gaps in numbering, missing parts

    def children(self, item: Item) -> tuple[Item, ...]:
        return tuple(i for i in self.items if i.parent_item_id == item.item_id)


@dataclass(frozen=True, slots=True)
class Document:
    """A file ever dropped in and what became of it: a row of `documents`.

    `source_sha256`, `media_type` and `bytes` are None where the file could not even be opened; `reason` is a
    sentence for a clerk, None where all went well.
    """

    source_sha256: str | None
    source_file: str
    media_type: str | None
    bytes: int | None
    received_at: datetime
    status: Status
    reason: str | None
    plan_id: str | None
    pages: int | None
    text_source: TextSource | None
    seconds: float
    pipeline_version: str
