"""A specimen as its author wrote it: `sources/<name>.toml`, paragraphs with light marks, no line breaks.

In the body one line is one paragraph; an empty line is ignored. `== ` opens a heading kept with what follows,
`__ ` an italic paragraph, `**…**` is bold within a line and `[^1]` calls footnote 1.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

MARKS = {"== ": "heading", "__ ": "italic"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str  # with ** and [^n] marks
    style: str  # body, heading, italic


@dataclass(frozen=True, slots=True)
class Annex:
    """A table after the signature: `widths` in parts of the text width, `rows` of cells, header first."""

    heading: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    left: tuple[str, ...]  # letterhead bodies, the issuer's between ** marks
    number: str
    place: str
    title: tuple[str, ...]
    body: tuple[Paragraph, ...]
    notes: dict[int, str]
    recipients: tuple[str, ...]
    signature: tuple[str, ...]
    signer: str
    seal: str
    annex: Annex | None
    points: float  # body size
    kind: str  # office, lossy, digital, mixed, fax, photo, docx, text
    seed: int
    skew: float  # degrees, a list's worth is drawn round it
    answers: str  # the specimen whose plan this one carries out, or ""


def read_source(path: Path) -> Source:
    """Read one specimen. A missing key is a KeyError that names it."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    annex = raw.get("annex")
    return Source(
        name=path.stem,
        left=tuple(raw["left"]),
        number=raw["number"],
        place=raw["place"],
        title=tuple(raw["title"]),
        body=tuple(_paragraph(line) for line in raw["body"].splitlines() if line.strip()),
        notes={int(k): v for k, v in raw.get("notes", {}).items()},
        recipients=tuple(raw["recipients"]),
        signature=tuple(raw["signature"]),
        signer=raw["signer"],
        seal=raw["seal"],
        annex=annex
        and Annex(
            heading=tuple(annex["heading"]),
            widths=tuple(annex["widths"]),
            rows=tuple(tuple(cell.strip() for cell in row.split("|")) for row in annex["rows"]),
        ),
        points=raw.get("points", 14.0),
        kind=raw["scan"]["kind"],
        seed=raw["scan"]["seed"],
        skew=raw["scan"].get("skew", 0.0),
        answers=raw.get("answers", ""),
    )


def _paragraph(line: str) -> Paragraph:
    for mark, style in MARKS.items():
        if line.startswith(mark):
            return Paragraph(line.removeprefix(mark).strip(), style)
    return Paragraph(line.strip(), "body")
