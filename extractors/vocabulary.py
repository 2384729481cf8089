"""Reviewed vocabularies: `vocabularies/NAME.yml`, a list of entries

    - code: awards            # of TABLES.md, or our own
      name: hình thức khen thưởng
      patterns: ["^(hình thức|mức) khen thưởng"]
      examples: ["HÌNH THỨC KHEN THƯỞNG"]
      not_examples: ["Hội đồng Thi đua - Khen thưởng"]
      source: where the wording was met

Any other key is kept in `attributes`. Pattern language: words; `(a b|c)` alternatives; `(a)?` may be absent; `...` at
most `GAP` words; `^` at the start of the text; `$` at its end, punctuation apart. Case, placement of tones, kind of
dash and quote, and hằng/hàng năm make no difference. spaCy's Matcher does the matching; it is imported at first use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.errors import RunError

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

FOLDER = Path(__file__).with_name("vocabularies")
GAP = 4
_TOKEN = re.compile(r"\w+|[^\w\s]")
_OPENING_TONES = {
    old: new
    for olds, news in (
        ("oà oá oả oã oạ", "òa óa ỏa õa ọa"),
        ("oè oé oẻ oẽ oẹ", "òe óe ỏe õe ọe"),
        ("uỳ uý uỷ uỹ uỵ", "ùy úy ủy ũy ụy"),
    )
    for old, new in zip(olds.split(), news.split(), strict=True)
}
_TONE = re.compile(r"(?<!q)(" + "|".join(_OPENING_TONES) + r")(?!\w)")
_PLAIN = str.maketrans("–—−“”„‟«»’‘", '---""""""' + "''")


class BrokenVocabulary(RunError):
    """A vocabulary file that does not say what it must."""


def fold(text: str) -> str:
    """`text` (NFC) as compared: lower case, one placement of tones, one kind of dash and quote. Keeps its length."""
    text = "".join(c.lower() if len(c.lower()) == 1 else c for c in unicodedata.normalize("NFC", text))
    text = _TONE.sub(lambda m: _OPENING_TONES[m[1]], text.translate(_PLAIN))
    return text.replace("hằng năm", "hàng năm")


def without_marks(text: str) -> str:
    """`text` (NFC) folded and without diacritics, đ as d. Keeps its length."""
    letters = (unicodedata.normalize("NFD", c)[0] for c in fold(text))
    return "".join(letters).replace("đ", "d")


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    name: str
    patterns: tuple[str, ...]
    examples: tuple[str, ...]
    not_examples: tuple[str, ...] = ()
    source: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """`text[start:end]` of the searched text is a phrase of `entry`."""

    entry: Entry
    start: int
    end: int

    @property
    def code(self) -> str:
        return self.entry.code


class Vocabulary:
    """The entries of one file, and where their phrases stand in a text."""

    def __init__(self, name: str, entries: Iterable[Entry]) -> None:
        self.name = name
        self.entries = tuple(entries)
        self._matcher: tuple[Matcher, Vocab, dict[int, tuple[Entry, bool, bool]]] | None = None

    def find(self, text: str, starts: Container[int] | None = None) -> tuple[Match, ...]:
        """The matches in `text`, in order; of overlapping ones the longest, then the first listed.

        `starts`: only those that start at one of these offsets.
        """
        found = [m for m in self.find_all(text) if starts is None or m.start in starts]
        found.sort(key=lambda m: (m.start - m.end, self.entries.index(m.entry)))
        kept: list[Match] = []
        for match in found:
            if all(match.end <= k.start or k.end <= match.start for k in kept):
                kept.append(match)
        return tuple(sorted(kept, key=lambda m: m.start))

    def find_all(self, text: str) -> tuple[Match, ...]:
        """Every match in `text`, overlapping ones too."""
        from spacy.tokens import Doc

        matcher, vocab, keys = self._matcher or self._build()
        tokens = list(_TOKEN.finditer(fold(text)))
        if not tokens:
            return ()
        last_word = max((i for i, t in enumerate(tokens) if t[0].isalnum()), default=-1)
        found = []
        for key, start, end in matcher(Doc(vocab, words=[t[0] for t in tokens])):
            entry, at_start, at_end = keys[key]
            if (at_start and start > 0) or (at_end and end <= last_word):
                continue
            found.append(Match(entry, tokens[start].start(), tokens[end - 1].end()))
        return tuple(found)

    def first(self, text: str) -> Match | None:
        """The match that stands first in `text`."""
        return next(iter(self.find(text)), None)

    def codes(self, text: str) -> tuple[str, ...]:
        """The codes found in `text`, in order, each once."""
        return tuple(dict.fromkeys(m.code for m in self.find(text)))

    def __getitem__(self, code: str) -> Entry:
        return next(e for e in self.entries if e.code == code)

    def _build(self) -> tuple[Matcher, Vocab, dict[int, tuple[Entry, bool, bool]]]:
        from spacy.matcher import Matcher
        from spacy.vocab import Vocab

        vocab = Vocab()
        matcher = Matcher(vocab)
        keys: dict[int, tuple[Entry, bool, bool]] = {}
        for number, entry in enumerate(self.entries):
            for which, pattern in enumerate(entry.patterns):
                key = f"{number}.{which}"
                phrases = [p for p in _expand(pattern.removeprefix("^").removesuffix("$")) if p.strip()]
                matcher.add(key, [_token_pattern(p) for p in phrases])
                keys[vocab.strings[key]] = (entry, pattern.startswith("^"), pattern.endswith("$"))
        self._matcher = matcher, vocab, keys
        return self._matcher


def _expand(pattern: str) -> list[str]:
    """The plain phrases that `pattern` stands for: groups multiplied out, innermost first."""
    group = re.search(r"\(([^()]*)\)(\?)?", pattern)
    if not group:
        if "(" in pattern or ")" in pattern:
            raise BrokenVocabulary(f"Mẫu có ngoặc không khớp: {pattern}")
        return [pattern]
    choices = group[1].split("|") + ([""] if group[2] else [])
    return [p for c in choices for p in _expand(f"{pattern[: group.start()]} {c} {pattern[group.end() :]}")]


def _token_pattern(phrase: str) -> list[dict[str, Any]]:
    pattern: list[dict[str, Any]] = []
    for part in re.split(r"(\.\.\.)", phrase):
        if part == "...":
            pattern += [{"OP": "?"}] * GAP
        else:
            pattern += [{"ORTH": t} for t in _TOKEN.findall(fold(part))]
    return pattern


@cache
def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of `vocabularies/NAME.yml`."""
    path = FOLDER / f"{name}.yml"
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Vocabulary(name, [_entry(row) for row in rows])
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise BrokenVocabulary(f"Bảng từ vựng {path.name} hỏng: {error}") from error


@cache
def plain_phrases(name: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases without gaps of the vocabulary NAME by code, for a quick look that needs no spaCy."""
    return {
        entry.code: tuple(
            dict.fromkeys(
                " ".join(phrase.split())
                for pattern in entry.patterns
                if "..." not in pattern
                for phrase in _expand(pattern.removeprefix("^").removesuffix("$"))
            )
        )
        for entry in vocabulary(name).entries
    }


@cache
def marked_phrases(name: str) -> Mapping[str, str]:
    """The phrases of two words and more of the vocabulary NAME by their form without diacritics, where that tells one."""
    marked: dict[str, set[str]] = {}
    for entry in vocabulary(name).entries:
        for pattern in entry.patterns:
            for phrase in _expand(pattern.removeprefix("^").removesuffix("$")):
                phrase = " ".join(fold(phrase).split())
                if " " in phrase and re.fullmatch(r"[\w ]+", phrase):
                    marked.setdefault(without_marks(phrase), set()).add(phrase)
    return {bare: phrases.pop() for bare, phrases in marked.items() if len(phrases) == 1}


@cache
def bare_vocabulary(name: str) -> Vocabulary:
    """The vocabulary NAME with its patterns of two words and more without diacritics, for texts that lost theirs."""
    entries = []
    for entry in vocabulary(name).entries:
        phrases = [p for pattern in entry.patterns for p in _expand(pattern) if len(p.split()) > 1]
        entries.append(replace(entry, patterns=tuple(dict.fromkeys(without_marks(p) for p in phrases))))
    return Vocabulary(f"{name} (bare)", entries)


def _entry(row: dict[str, Any]) -> Entry:
    known = {k: row.pop(k) for k in ("code", "name")}
    lists = {k: tuple(row.pop(k, ())) for k in ("patterns", "examples", "not_examples")}
    return Entry(**known, **lists, source=row.pop("source", ""), attributes=row)
