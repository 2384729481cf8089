"""Sets words on A4 pages: fonts, line breaks, justified paragraphs, footnotes, and what stands on each printed line.

Positions are pixels at 200 dpi, origin top left, y the baseline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import ImageFont

from .source import Paragraph, Source

DPI = 200
WIDTH, HEIGHT = 1654, 2339
LEFT, RIGHT, TOP, BOTTOM = 236, WIDTH - 132, 160, HEIGHT - 150
INDENT = 100
FONTS = Path(__file__).parent.parent / "fonts"
FACES = {"": "Regular", "b": "Bold", "i": "Italic", "bi": "BoldItalic"}


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
class Token:
    """A blank-separated word of one or more styled pieces, and the footnotes that it calls."""

    pieces: tuple[tuple[str, str, float, float], ...]  # text, face, points, rise
    notes: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece[0] for piece in self.pieces)

    @property
    def width(self) -> float:
        return sum(measure(text, face, points) for text, face, points, _ in self.pieces)


def tokens_of(text: str, style: str, points: float) -> list[Token]:
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
        tokens.append(Token(tuple(pieces), tuple(notes)))
    return tokens


def break_lines(tokens: list[Token], width: float, indent: float, blank: float) -> list[list[Token]]:
    lines, line, used = [], [], indent
    for token in tokens:
        needed = token.width + (blank if line else 0)
        if line and used + needed > width:
            lines.append(line)
            line, used, needed = [], 0.0, token.width
        line.append(token)
        used += needed
    return [*lines, line]


class Typesetter:
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

    def _note_lines(self, number: int) -> list[list[Token]]:
        tokens = tokens_of(f"[^{number}] {self.source.notes[number]}", "", 10.5)
        return break_lines(tokens, RIGHT - LEFT, 0, self.blank(10.5))

    def notes_height(self, notes: list[int]) -> float:
        return 40 + 34 * sum(len(self._note_lines(n)) for n in notes) if notes else 0

    def _set_notes(self) -> None:
        if not self.notes:
            return
        self.y = BOTTOM - self.notes_height(self.notes) + 20
        self.page.rules.append((LEFT, self.y, LEFT + 400, self.y))
        self.y += 10
        for number in self.notes:
            for line in self._note_lines(number):
                self.y += 34
                self.set_tokens(line, LEFT, self.blank(10.5))
        self.notes = []

    # ---- lines
    def blank(self, points: float) -> float:
        return measure(" ", "LiberationSerif-Regular", points)

    def set_tokens(self, tokens: list[Token], x: float, blank: float, record: bool = True) -> None:
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
        blank = self.blank(self.points)
        tokens = tokens_of(paragraph.text, style, self.points)
        lines = break_lines(tokens, RIGHT - LEFT, INDENT, blank)
        self.y += pixels(self.points) * 0.32
        for n, line in enumerate(lines):
            notes = [number for token in line for number in token.notes]
            room = BOTTOM - self.notes_height(self.notes + notes)
            keep = 3 if paragraph.style == "heading" and n == 0 else 1
            if self.y + keep * self.step > room:
                self.new_page()
            self.y += self.step
            self.notes += notes
            start = LEFT + (INDENT if n == 0 else 0)
            slack = RIGHT - start - sum(token.width for token in line)
            last = n == len(lines) - 1 or len(line) == 1
            self.set_tokens(line, start, blank if last else slack / (len(line) - 1))
