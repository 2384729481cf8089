"""Matching on bare letters: what is left to go by where scanning spoilt the marks (`GIÁM ĐÓC`, `SỞ Y TÉ`)."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import cache

from extractors.vocabulary import Match, Vocabulary, vocabulary


def bare(text: str) -> str:
    """`text` in lower case without marks, letter for letter."""
    return "".join("d" if c in "đĐ" else _letter(c) for c in text)


@cache
def _letter(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[:1].lower()
    return base if len(base) == 1 else character


@cache
def _bare_vocabulary(name: str) -> Vocabulary:
    return Vocabulary(name, [replace(e, patterns=tuple(bare(p) for p in e.patterns)) for e in vocabulary(name).entries])


def find_loosely(name: str, text: str) -> tuple[tuple[Match, ...], bool]:
    """The matches of vocabulary `name` in `text`, and whether they are sure: where no phrase matches as spelt, its bare
    letters may."""
    if found := vocabulary(name).find(text):
        return found, True
    return _bare_vocabulary(name).find(bare(text)), False
