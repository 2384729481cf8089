"""Raw text to pieces: word forms, numbers, codes, sentence ends, and what must never change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

SYMBOLS = "€&¢£¥$@§©®°|"  # what OCR writes for letters
_LETTER = rf"(?:[^\W_]|[{SYMBOLS}])"
_PIECE = re.compile(
    r"(?P<kept>(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|org|net|gov|edu)\b\S*"
    r"|(?<!\S)[a-zđ]\)"  # the marker of a list
    r"|(?<![^\n])Số(?=\s?:))"  # before the number of a document, often by hand and read as anything
    rf"|(?P<number>\d+(?:[.,/:–-]\d+)*(?!{_LETTER}|[/-][^\W\d_]))"
    r"|(?P<code>(?=\S*\d)(?=\S*[A-ZĐÐ])[^\W_]+(?:[/-][^\W_]+)+)"
    rf"|(?P<form>{_LETTER}(?:{_LETTER}|['’‘`´](?={_LETTER}))*)"
    r"|(?P<end>[.!?;:](?=[”\"’)]*(?:\s|$)))"
    r"|(?P<dash>(?<=\s)[–—-]+(?=\s))"
    r"|(?P<comma>,(?=[”\"’)]*\s))"
    r"|(?P<line>[\n\f]+)"
)


class PieceKind(StrEnum):
    KEPT = "kept"
    NUMBER = "number"
    CODE = "code"
    FORM = "form"
    END = "end"
    DASH = "dash"
    COMMA = "comma"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Piece:
    kind: PieceKind
    start: int
    end: int
    text: str


def scan(text: str) -> list[Piece]:
    """The pieces of `text` in order; all else (blanks, quotes, brackets) lies between them."""
    return [
        Piece(PieceKind(match.lastgroup or ""), match.start(), match.end(), match[0]) for match in _PIECE.finditer(text)
    ]
