"""Full-text search the way Vietnamese readers type: `thi dua` finds “thi đua”; a mark that is typed must be there.

A word is found where each of its letters stands, with at least the marks typed: `đua` finds “đua” and “đùa”, not “dua”.
All words of a query must stand in one passage; passages with the words side by side, as typed, come first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.tables import records
from pipeline.wording import fold, key, words

if TYPE_CHECKING:
    import duckdb

_CANDIDATES = 250  # passages looked at closely: by then the phrase was met often enough
# The text as compared: DuckDB knows no đ without its stroke.
FOLDED = "replace(strip_accents(lower({column})), 'đ', 'd')"
_HEADS = "concat_ws(' · ', doc_number, title, issuer)"
# The text as compared, of each table that is searched: what a server may keep in a column.
FOLDED_OF = {"items": FOLDED.format(column="text"), "plans": FOLDED.format(column=_HEADS)}


def passages(kept: str | None = None) -> str:
    """SQL of all that is searched. `kept`: format of the names of tables that keep the text as compared as `folded`."""
    items, plans = (kept.format(table) if kept else table for table in FOLDED_OF)
    folded_item, folded_head = ("folded", "folded") if kept else FOLDED_OF.values()
    return (
        f"SELECT plan_id, item_id, path, page, text, ordinal, {folded_item} AS folded FROM {items} "
        f"UNION ALL SELECT plan_id, NULL, NULL, 1, {_HEADS}, 1, {folded_head} FROM {plans}"
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage. `section`: its path in the outline (`III.1.a`), None for the head of a plan. `spans`: found words."""

    plan_id: str
    doc_number: str | None
    issuer: str | None
    section: str | None
    page: int | None
    item_id: str | None
    ordinal: int | None  # of the item in `items`, 1 for the head
    text: str
    spans: tuple[tuple[int, int], ...]
    score: float

    def excerpt(self, letters: int = 160) -> str:
        """The passage round its first found word, at most about `letters` long."""
        if len(self.text) <= letters:
            return self.text
        start = max(0, self.spans[0][0] - letters // 3)
        start = self.text.rfind(" ", 0, start) + 1 if start else 0
        end = self.text.rfind(" ", start, start + letters)
        return f"{'… ' if start else ''}{self.text[start:end]}{' …' if end < len(self.text) else ''}"

    def marked(self) -> list[tuple[str, bool]]:
        """The passage in stretches, each found word apart from what stands between."""
        parts, at = [], 0
        for start, end in self.spans:
            parts += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return [*parts, (self.text[at:], False)]


@dataclass(frozen=True, slots=True)
class Found:
    """`has_more`: there are more passages than were looked at."""

    hits: tuple[Hit, ...]
    has_more: bool


def search(connection: duckdb.DuckDBPyConnection, query: str, limit: int = 20, source: str | None = None) -> Found:
    """The best `limit` passages for `query`. `source`: a view of `passages()` where the connection has one."""
    source = source or f"({passages()})"
    wanted = words(unicodedata.normalize("NFC", query))
    if not wanted:
        return Found((), False)
    bare = [fold(word) for word in wanted]
    every = " AND ".join(f"contains(folded, $word{n})" for n in range(len(bare)))
    typed = "contains(lower(text), $phrase) DESC, " if fold(query) != query.lower() else ""
    rows = records(
        connection,
        f"SELECT s.*, p.doc_number, p.issuer FROM (SELECT * FROM {source} WHERE {every} "
        f"ORDER BY contains(folded, $bare) DESC, {typed}length(text), plan_id, ordinal LIMIT {_CANDIDATES + 1}) s "
        "JOIN plans p USING (plan_id)",
        {f"word{n}": word for n, word in enumerate(bare)}
        | {"bare": " ".join(bare)}
        | ({"phrase": query.strip().lower()} if typed else {}),
    )
    hits = [hit for row in rows[:_CANDIDATES] if (hit := _hit(row, wanted))]
    hits.sort(key=lambda hit: (-hit.score, hit.plan_id, hit.page or 0))
    return Found(tuple(hits[:limit]), len(rows) > _CANDIDATES or len(hits) > limit)


def _hit(row: Mapping[str, Any], wanted: Sequence[str]) -> Hit | None:
    text = unicodedata.normalize("NFC", row["text"])
    places = _places(text)
    fits = [[n for n, (word, _, _) in enumerate(places) if _covers(word, want)] for want in wanted]
    if not all(fits):
        return None
    runs = [start for start in fits[0] if all(start + k in fits[k] for k in range(len(wanted)))]
    found = sorted({start + k for start in runs for k in range(len(wanted))} or {n for each in fits for n in each})
    exact = sum(key(places[n][0]) in {key(want) for want in wanted} for n in found) / len(found)
    is_heading = len(text) < 90 or row["item_id"] is None
    score = 2.0 * bool(runs) + exact + 0.5 * is_heading + min(len(found) / (len(places) or 1), 0.5)
    spans = tuple((places[n][1], places[n][2]) for n in found)
    return Hit(
        row["plan_id"], row["doc_number"], row["issuer"], row["path"], row["page"], row["item_id"],
        row["ordinal"], text, spans, score,
    )  # fmt: skip


def _places(text: str) -> list[tuple[str, int, int]]:
    """The words of `text` with their place."""
    found, at = [], 0
    for word in words(text):
        at = text.index(word, at)
        found.append((word, at, at + len(word)))
        at += len(word)
    return found


def _covers(word: str, want: str) -> bool:
    """Whether `word` is `want` with perhaps more marks. A tone counts wherever in the word it is written."""
    letters, tone = _letters(word)
    wanted, wanted_tone = _letters(want)
    if len(letters) != len(wanted) or (wanted_tone and wanted_tone != tone):
        return False
    return all(a == b or (a[0] == b[0] and set(b[1:]) <= set(a[1:])) for a, b in zip(letters, wanted, strict=True))


@lru_cache(maxsize=65536)
def _letters(word: str) -> tuple[tuple[str, ...], str]:
    """The letters, each with its marks (`ư` → `u` and horn, `đ` → `d` and stroke), and the tone of the word."""
    spelled = key(word)
    tone = "".join(c for c in spelled if unicodedata.combining(c))
    letters = []
    for letter in spelled.removesuffix(tone) if tone else spelled:
        letters.append("d-" if letter == "đ" else unicodedata.normalize("NFD", letter))
    return tuple(letters), tone
