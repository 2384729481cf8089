"""What a heading is about: the kinds of TABLES.md, by the vocabulary of headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.vocabulary import bare_vocabulary, fold, marked_phrases, vocabulary, without_marks
from pipeline.model import Kind

_MEMBER = re.compile(r"(?:^|[,;:/–+&-]|\bvà\b|\bcủa\b)\s*")
_BARE_MEMBER = re.compile(r"(?:^|[,;:/–+&-]|\bva\b|\bcua\b)\s*")


def heading_kinds(heading: str, opens: bool = False) -> tuple[Kind, ...]:
    """The kinds that `heading` names, in order; `opens`: only if its first words name one.

    A phrase counts where it opens a member of the heading (`NỘI DUNG VÀ TIÊU CHÍ`), not in the midst of one
    (`Hội đồng Thi đua - Khen thưởng` is no award heading). Marks that OCR lost (`TÔ CHỨC THỰC HIỆN`) do not matter
    in the heading of a section.
    """
    members = {m.end() for m in _MEMBER.finditer(heading.lower())}
    found = list(vocabulary("section_headings").find(heading, members))
    if not opens:
        bare = without_marks(heading)
        members = {m.end() for m in _BARE_MEMBER.finditer(bare)} - {m.start for m in found}
        found = sorted([*found, *bare_vocabulary("section_headings").find(bare, members)], key=lambda m: m.start)
    if opens and not (found and found[0].start <= 1):
        return ()
    return tuple(dict.fromkeys(Kind(m.code) for m in found))


def restored_heading(heading: str) -> str:
    """A heading of a section in capitals with the marks that its words have wherever they head a section.

    `TÔ CHỨC THỰC HIỆN` → `TỔ CHỨC THỰC HIỆN`; what names no part stays as read.
    """
    bare = without_marks(heading)
    marked = marked_phrases("section_headings")
    for match in bare_vocabulary("section_headings").find(bare, {m.end() for m in _BARE_MEMBER.finditer(bare)}):
        phrase = marked.get(bare[match.start : match.end])
        if phrase and heading[match.start : match.end].isupper():
            heading = heading[: match.start] + phrase.upper() + heading[match.end :]
    return heading


def main_kind(kinds: Sequence[Kind]) -> Kind | None:
    """The kind of what no sub-heading of a section tells apart: its first, who it is for coming last."""
    return next((k for k in kinds if k != Kind.SUBJECTS), kinds[0] if kinds else None)


def told_kind(text: str, kinds: Sequence[Kind]) -> Kind | None:
    """Which of the `kinds` of a mixed section the words of an item tell; None if they do not."""
    folded = fold(text)
    for kind in reversed(kinds):
        cues = vocabulary("section_headings")[kind].attributes.get("cues") or ()
        if any(cue in folded for cue in cues):
            return kind
    return None
