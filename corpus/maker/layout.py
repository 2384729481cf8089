"""Lays a specimen out on A4 as Nghị định 30/2020/NĐ-CP asks, and says what stands on each printed line.

Positions are pixels at 200 dpi, origin top left, y the baseline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest
from pathlib import Path

from PIL import ImageFont

from .source import Annex, Paragraph, Source

DPI = 200
WIDTH, HEIGHT = 1654, 2339
LEFT, RIGHT, TOP, BOTTOM = 236, WIDTH - 132, 160, HEIGHT - 150
INDENT = 100
FONTS = Path(__file__).parent.parent / "fonts"
FACES = {"": "Regular", "b": "Bold", "i": "Italic", "bi": "BoldItalic"}
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    x: float
    y: float
    face: str  # file stem of the font
    points: float

    @property
    def width(self) -> float:
        return measure(self.text, self.face, self.points)


@dataclass(slots=True)
class Page:
    number: int
    words: list[Word] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # the true text, one printed line each
    seal_at: tuple[float, float] | None = None


def pixels(points: float) -> float:
    return points * DPI / 72


@cache
def font(face: str, points: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{face}.ttf", pixels(points), layout_engine=ImageFont.Layout.BASIC)


@cache
def measure(text: str, face: str, points: float) -> float:
    return font(face, points).getlength(text)


@dataclass(frozen=True, slots=True)
class _Token:
    """A blank-separated word of one or more styled pieces, and the footnotes that it calls."""

    pieces: tuple[tuple[str, str, float, float], ...]  # text, face, points, rise
    notes: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece[0] for piece in self.pieces)

    @property
    def width(self) -> float:
        return sum(measure(text, face, points) for text, face, points, _ in self.pieces)


def _tokens(text: str, style: str, points: float) -> list[_Token]:
    """Split marked text into words; `style` is one of FACES and the ** marks toggle its bold."""
    tokens, bold = [], False
    for blank_separated in text.split():
        pieces, notes = [], []
        for part in re.split(r"(\*\*|\[\^\d+\])", blank_separated):
            if part == "**":
                bold = not bold
            elif call := re.fullmatch(r"\[\^(\d+)\]", part):
                notes.append(int(call[1]))
                pieces.append((call[1], "LiberationSerif-Regular", points * 0.62, points * 0.36))
            elif part:
                face = FACES["b" * (bold or "b" in style) + "i" * ("i" in style)]
                pieces.append((part, f"LiberationSerif-{face}", points, 0.0))
        tokens.append(_Token(tuple(pieces), tuple(notes)))
    return tokens


def _break_lines(tokens: list[_Token], width: float, indent: float, blank: float) -> list[list[_Token]]:
    lines, line, used = [], [], indent
    for token in tokens:
        needed = token.width + (blank if line else 0)
        if line and used + needed > width:
            lines.append(line)
            line, used, needed = [], 0.0, token.width
        line.append(token)
        used += needed
    return [*lines, line]


class _Typesetter:
    """Sets lines down a page and turns the page when it is full."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.pages: list[Page] = []
        self.notes: list[int] = []
        self.points = source.points
        self.step = pixels(source.points) * 1.2
        self.new_page()

    # ---- pages
    def new_page(self) -> None:
        if self.pages:
            self._set_notes()
        self.page = Page(len(self.pages) + 1)
        self.pages.append(self.page)
        self.y = float(TOP)
        if self.page.number > 1:
            self.set_centred(str(self.page.number), (LEFT + RIGHT) / 2, 120, "", 13)
            self.page.lines.append(str(self.page.number))

    def finish(self) -> None:
        self._set_notes()

    def _note_lines(self, number: int) -> list[list[_Token]]:
        tokens = _tokens(f"[^{number}] {self.source.notes[number]}", "", 10.5)
        return _break_lines(tokens, RIGHT - LEFT, 0, self._blank(10.5))

    def _notes_height(self, notes: list[int]) -> float:
        return 40 + 34 * sum(len(self._note_lines(n)) for n in notes) if notes else 0

    def _set_notes(self) -> None:
        if not self.notes:
            return
        self.y = BOTTOM - self._notes_height(self.notes) + 20
        self.page.rules.append((LEFT, self.y, LEFT + 400, self.y))
        self.y += 10
        for number in self.notes:
            for line in self._note_lines(number):
                self.y += 34
                self._set_tokens(line, LEFT, self._blank(10.5))
        self.notes = []

    # ---- lines
    def _blank(self, points: float) -> float:
        return measure(" ", "LiberationSerif-Regular", points)

    def _set_tokens(self, tokens: list[_Token], x: float, blank: float, record: bool = True) -> None:
        for token in tokens:
            for text, face, points, rise in token.pieces:
                self.page.words.append(Word(text, x, self.y - pixels(rise), face, points))
                x += measure(text, face, points)
            x += blank
        if record:
            self.page.lines.append(" ".join(token.text for token in tokens))

    def set_centred(self, text: str, x: float, y: float, style: str, points: float) -> float:
        """Set one line round x without recording it; return its width."""
        face = f"LiberationSerif-{FACES[style]}"
        width = measure(text, face, points)
        start = x - width / 2
        for word in text.split(" "):
            self.page.words.append(Word(word, start, y, face, points))
            start += measure(word + " ", face, points)
        return width

    def set_paragraph(self, paragraph: Paragraph) -> None:
        """A paragraph justified, its first line indented; a heading keeps two lines of what follows with it."""
        style = {"heading": "b", "italic": "i", "body": ""}[paragraph.style]
        blank = self._blank(self.points)
        tokens = _tokens(paragraph.text, style, self.points)
        lines = _break_lines(tokens, RIGHT - LEFT, INDENT, blank)
        self.y += pixels(self.points) * 0.32
        for n, line in enumerate(lines):
            notes = [number for token in line for number in token.notes]
            room = BOTTOM - self._notes_height(self.notes + notes)
            keep = 3 if paragraph.style == "heading" and n == 0 else 1
            if self.y + keep * self.step > room:
                self.new_page()
            self.y += self.step
            self.notes += notes
            start = LEFT + (INDENT if n == 0 else 0)
            slack = RIGHT - start - sum(token.width for token in line)
            last = n == len(lines) - 1 or len(line) == 1
            self._set_tokens(line, start, blank if last else slack / (len(line) - 1))

    # ---- parts of the document
    def set_letterhead(self) -> None:
        source, page = self.source, self.page
        centre_left, centre_right = LEFT + 210, RIGHT - 390
        bodies = source.left
        rows = max(len(bodies), 2)
        for n in range(rows):
            self.y += 40
            row = []
            if n < len(bodies):
                body = bodies[n].strip("*")
                width = self.set_centred(body, centre_left, self.y, "b" if body != bodies[n] else "", 12)
                row.append(body)
                if n == len(bodies) - 1:
                    page.rules.append((centre_left - width / 5, self.y + 13, centre_left + width / 5, self.y + 13))
            if n == 0:
                self.set_centred(STATE, centre_right, self.y, "b", 12)
                row.append(STATE)
            if n == 1:
                width = self.set_centred(MOTTO, centre_right, self.y, "b", 13)
                row.append(MOTTO)
                page.rules.append((centre_right - width / 2, self.y + 13, centre_right + width / 2, self.y + 13))
            page.lines.append(" ".join(row))
        self.y += 72
        self.set_centred(source.number, centre_left, self.y, "", 13)
        self.set_centred(source.place, centre_right, self.y, "i", 13)
        page.lines += ["", f"{source.number} {source.place}", ""]
        self.y += 84
        self.set_centred("KẾ HOẠCH", (LEFT + RIGHT) / 2, self.y, "b", self.points)
        page.lines.append("KẾ HOẠCH")
        width = 0.0
        for line in source.title:
            self.y += self.step
            width = self.set_centred(line, (LEFT + RIGHT) / 2, self.y, "b", self.points)
            page.lines.append(line)
        middle = (LEFT + RIGHT) / 2
        page.rules.append((middle - width / 6, self.y + 18, middle + width / 6, self.y + 18))
        page.lines.append("")
        self.y += 30

    def set_signature(self) -> None:
        """Nơi nhận on the left, the signature on the right, row by row as the eye reads them."""
        source = self.source
        left = ["Nơi nhận:", *source.recipients]
        name_row = max(len(source.signature) + 4, len(left) - 1)
        right = [*source.signature, *[""] * (name_row - len(source.signature)), source.signer]
        pitch, centre = 39, RIGHT - 300
        if self.y + 60 + pitch * len(right) > BOTTOM - self._notes_height(self.notes):
            self.new_page()
        self.y += 40
        self.page.lines.append("")
        for n, (recipient, sign) in enumerate(zip_longest(left, right, fillvalue="")):
            self.y += pitch
            if recipient:
                style, points = ("bi", 12) if n == 0 else ("", 11)
                tokens = _tokens(recipient, style, points)
                self._set_tokens(tokens, LEFT, self._blank(points), record=False)
            if sign:
                self.set_centred(sign, centre, self.y, "b", self.points)
            if n == len(source.signature) + 1:
                self.page.seal_at = (centre - 120, self.y)
            if recipient or sign:
                self.page.lines.append(f"{recipient} {sign}".strip())

    def set_annex(self, annex: Annex) -> None:
        self.new_page()
        self.y += 20
        for n, line in enumerate(annex.heading):
            self.y += self.step
            self.set_centred(line, (LEFT + RIGHT) / 2, self.y, "i" if n == len(annex.heading) - 1 else "b", self.points)
            self.page.lines.append(line)
        self.page.lines.append("")
        self.y += 40
        unit = (RIGHT - LEFT) / sum(annex.widths)
        edges = [LEFT + unit * sum(annex.widths[:n]) for n in range(len(annex.widths) + 1)]
        top = self.y
        self.page.rules.append((edges[0], self.y, edges[-1], self.y))
        for n, row in enumerate(annex.rows):
            style, points = ("b" if n == 0 else ""), 12
            blank = self._blank(points)
            cells = [
                _break_lines(_tokens(cell, style, points), right - left - 24, 0, blank)
                for cell, left, right in zip(row, edges[:-1], edges[1:], strict=True)
            ]
            self.y += 6
            for printed in zip_longest(*cells, fillvalue=[]):
                self.y += 40
                for tokens, left in zip(printed, edges[:-1], strict=True):
                    self._set_tokens(tokens, left + 12, blank, record=False)
                self.page.lines.append(" ".join(t.text for tokens in printed for t in tokens))
            self.y += 16
            self.page.rules.append((edges[0], self.y, edges[-1], self.y))
        self.page.rules += [(x, top, x, self.y) for x in edges]


def lay_out(source: Source) -> list[Page]:
    """The printed pages of a specimen."""
    setter = _Typesetter(source)
    setter.set_letterhead()
    for paragraph in source.body:
        setter.set_paragraph(paragraph)
    setter.set_signature()
    if source.annex:
        setter.set_annex(source.annex)
    setter.finish()
    return setter.pages


def true_text(pages: list[Page]) -> str:
    """What is printed, one printed line a line, pages separated by form feeds."""
    return "\f".join("\n".join(page.lines).strip() + "\n" for page in pages)
