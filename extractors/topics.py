"""The top-level items of a part, with title and themes: what contents and solutions share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from extractors.passages import is_lead_in, sub_items, title_of, whole_text
from extractors.vocabulary import bare_vocabulary, vocabulary, without_marks
from pipeline.model import Item, Kind, Outline, Part
from extractors.headings import heading_kinds

_IN_BODY = 2  # a theme that the title leaves out counts where the text names it this often
_MAX_HEADING = 12


def topics(outline: Outline, kind: Kind) -> Iterator[tuple[Item, str]]:
    """The top-level items of the parts of `kind`, each with its whole text.

    Unnumbered paragraphs belong to the item before them; where nothing is numbered each is a topic.
    """
    for holder in outline.items:
        if holder.part == Part.SECTION and _holds(outline, holder, kind):
            yield from _top_level(outline, holder, kind)


def _holds(outline: Outline, item: Item, kind: Kind) -> bool:
    """Whether `item` is the heading of a part of `kind`: its section, or a heading inside that starts that kind."""
    if item.kind != kind or not item.is_heading:
        return False
    parent = next((i for i in outline.items if i.item_id == item.parent_item_id), None)
    if parent is None or parent.numeral is None:
        return True
    if len(item.text.split()) > _MAX_HEADING or kind not in heading_kinds(item.text.split(":")[0], opens=True):
        return False
    return parent.kind != kind or len(heading_kinds(parent.text)) > 1


def _top_level(outline: Outline, holder: Item, kind: Kind) -> Iterator[tuple[Item, str]]:
    children = [c for c in sub_items(outline, holder) if c.kind == kind and not _holds(outline, c, kind)]
    listed = [c for c in children if c.marker]
    if not listed:
        plain = (c for c in children if not c.is_table and not is_lead_in(outline, c))
        yield from ((c, whole_text(outline, c)) for c in plain)
        return
    style = _style(listed[0].marker)
    top: Item | None = None
    texts: list[str] = []
    for child in children:
        if child.marker and _style(child.marker) == style:
            if top:
                yield top, " ".join(texts)
            top, texts = child, [whole_text(outline, child)]
        elif top:
            marker = f"{child.marker} " if child.marker else ""
            texts.append(marker + whole_text(outline, child))
    if top:
        yield top, " ".join(texts)


def _style(marker: str) -> str:
    """Numbers, letters or the bullet itself."""
    if marker[0].isalnum() or marker[0] == "(":
        return "number" if any(c.isdigit() for c in marker) else "letter"
    return marker[0]


def themes_of(title: str, text: str) -> tuple[tuple[str, ...], float]:
    """The codes of the themes, the main one first, and how sure that is (0..1)."""
    words = vocabulary("themes")
    named = words.codes(title) or bare_vocabulary("themes").codes(without_marks(title))
    counts = Counter(m.code for m in words.find(text))
    if named:
        return (*named, *(c for c, n in counts.most_common() if n >= _IN_BODY and c not in named)), 0.95
    found = tuple(c for c, _ in counts.most_common(3))
    return (found, 0.75) if found else (("other",), 0.6)


def topic_rows(outline: Outline, kind: Kind) -> Sequence[tuple[str, str, float, str, tuple[str, ...]]]:
    """(item_id, text, confidence, title, themes) of each topic."""
    rows = []
    for item, text in topics(outline, kind):
        title = title_of(item.text)
        themes, sure = themes_of(title, text)
        rows.append((item.item_id, text, round(item.confidence * sure, 4), title, themes))
    return rows
