"""The list numbers that Word draws but does not write: `I.`, `1.1.`, `a)`, `-`, counted as Word counts them."""

from __future__ import annotations

from collections import defaultdict

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def _roman(number: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        while number >= value:
            out, number = out + letters, number - value
    return out


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


_FORMATS = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperLetter": lambda n: _letter(n).upper(),
    "lowerLetter": _letter,
}


class ListNumbers:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # numId -> level -> (format, text, start)
        self._lists: dict[str, str] = {}  # numId -> abstractNumId: lists that count on together
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._notes: dict[str, str] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {node.get(qn("w:abstractNumId")): node for node in root.findall(qn("w:abstractNum"))}
        for num in root.findall(qn("w:num")):
            ref = num.find(qn("w:abstractNumId"))
            node = abstract.get(ref.get(qn("w:val"))) if ref is not None else None
            if node is None:
                continue
            number = num.get(qn("w:numId"))
            self._lists[number] = number if num.find(qn("w:lvlOverride")) is not None else ref.get(qn("w:val"))
            self._levels[number] = {int(level.get(qn("w:ilvl"))): _level(level) for level in node.findall(qn("w:lvl"))}

    def note_number(self, note_id: str) -> str:
        """The number that Word shows for a footnote: they count in the order of their calls."""
        return self._notes.setdefault(note_id, str(len(self._notes) + 1))

    def marker_of(self, paragraph: Paragraph) -> str | None:
        """The number or sign before `paragraph`, None where it is in no list. Call once a paragraph, in order."""
        number, level = _place(paragraph)
        levels = self._levels.get(number or "", {})
        if level not in levels:
            return None
        style, text, start = levels[level]
        counts = self._counts[self._lists[number]]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if style == "bullet":
            return "+" if text == "+" else "-"
        if style not in _FORMATS:
            return None
        for at in range(level + 1):
            at_style, _, at_start = levels.get(at, ("decimal", "", 1))
            text = text.replace(f"%{at + 1}", _FORMATS.get(at_style, str)(counts.get(at, at_start)))
        return text.strip() or None


def _value(node: object, name: str, default: str) -> str:
    child = node.find(qn(name))
    return default if child is None else child.get(qn("w:val"), default)


def _level(node: object) -> tuple[str, str, int]:
    return _value(node, "w:numFmt", "decimal"), _value(node, "w:lvlText", ""), int(_value(node, "w:start", "1"))


def _place(paragraph: Paragraph) -> tuple[str | None, int]:
    """(numId, level) of a paragraph, its own or its style's."""
    nodes, style = [paragraph._p.pPr], paragraph.style
    while style is not None:
        nodes.append(style.element.find(qn("w:pPr")))
        style = style.base_style
    for node in nodes:
        numbering = node.find(qn("w:numPr")) if node is not None else None
        if numbering is not None:
            number = _value(numbering, "w:numId", "0")
            return (None if number == "0" else number), int(_value(numbering, "w:ilvl", "0"))
    return None, 0
