"""`restore`: text in, restored text and the edits that made it out."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from diacritics.codes import initials_of, restore_code
from diacritics.damage import NO_DOUBT, Damage, Doubt, Known, Rivals, doubts_of, line_damages, rivals_of
from diacritics.markers import Misread, misread_letters, misread_numerals
from diacritics.model import Model, load_model
from diacritics.scan import Piece, PieceKind, scan
from diacritics.syllables import is_syllable
from diacritics.words import modern_tones

if TYPE_CHECKING:
    from diacritics.lattice import Lattice

SWEEPS = 2  # over the words of the path, each against its rivals
BEAM = 40
MIN_SURE, MIN_SURE_READ = 0.9, 0.7  # below which a word of mostly right text stays; of text that an OCR vouches for
MAX_RULED_OUT = 0.01  # of a reading that is surely wrong: then the likeliest of the others will do (hằng, hàng năm)
RIVALS = "rivals"  # the rule of an edit to a word that the OCR engine saw itself
LEAST_SHARE = 1e-3  # of a rival, below which it is not counted
ORDER_RULE, SURE_OF_ORDER = "order", 0.95  # of the marker of a list put right
SCALE = 1.0  # of the language model against the channel
LONGEST = 60_000  # code points of a passage, for each of which its lattice takes some 700 bytes
_CASES = (str.lower, str.capitalize, str.upper)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of `raw[start:end]` (NFC code points) from `before` to `after`, with what justified it.

    `alternatives`: what else it may be, with probabilities, best first.
    """

    start: int
    end: int
    before: str
    after: str
    rule: str
    probability: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Restoration:
    """`apply_edits(raw, edits) == text`. `confidence` is the mean probability of its words."""

    text: str
    edits: tuple[Edit, ...]
    confidence: float


def apply_edits(raw: str, edits: Sequence[Edit]) -> str:
    """`raw` with `edits` (ordered, disjoint) made."""
    out, at = [], 0
    for edit in edits:
        if edit.start < at or raw[edit.start : edit.end] != edit.before:
            raise ValueError(f"edit does not fit the text: {edit}")
        out += [raw[at : edit.start], edit.after]
        at = edit.end
    return "".join(out) + raw[at:]


def restore(
    text: str, confidence: Sequence[float] | None = None, rivals: Sequence[Rivals] | None = None
) -> Restoration:
    """`text` restored. `confidence`: the OCR's, one a blank-separated word of `text`.

    `rivals`: for each such word what else the OCR engine saw, (reading, share); with the word the shares make 1.
    Raw offsets count code points of `text` in NFC, into which it is brought first.
    """
    text = unicodedata.normalize("NFC", text)
    model = load_model()
    edits: list[Edit] = []
    sure: list[float] = []
    ocr = _ocr_words(text, confidence, rivals) if confidence is not None else None
    markers = _misread_markers(text, ocr)
    for start, end, damage in _passages(text, model, ocr is not None):
        if damage is Damage.NONE:
            continue
        is_read_by_machine = damage is not Damage.SLIPS or ocr is not None
        misread = {m.start: m for m in markers if start <= m.start < end} if is_read_by_machine else {}
        edits += map(_marker_edit, misread.values())
        pieces = [
            replace(piece, kind=PieceKind.KEPT) if piece.start + start in misread else piece
            for piece in scan(text[start:end])
        ]
        if not pieces:
            continue
        doubts = None
        if damage is Damage.SLIPS:
            doubts = _doubts(pieces, start, ocr, model)
            if not any(doubt.is_open for doubt in doubts):
                continue
        least = 0.0 if damage is not Damage.SLIPS else MIN_SURE if ocr is None else MIN_SURE_READ
        found, probabilities = _restore_passage(text[start:end], pieces, damage, doubts, least, model)
        sure += probabilities
        edits += [replace(edit, start=edit.start + start, end=edit.end + start) for edit in found]
    edits.sort(key=lambda edit: edit.start)
    return Restoration(apply_edits(text, edits), tuple(edits), float(np.mean(sure)) if sure else 1.0)


@dataclass(frozen=True, slots=True)
class _OcrWords:
    """What the OCR told of the blank-separated words that start at `starts`."""

    starts: list[int]
    words: list[str]
    confidences: Sequence[float]
    rivals: Sequence[Rivals]

    def at(self, start: int) -> int:
        """Which word holds the offset `start`."""
        return bisect_right(self.starts, start) - 1


def _ocr_words(text: str, confidence: Sequence[float], rivals: Sequence[Rivals] | None) -> _OcrWords:
    """ValueError where there is not one confidence (and one entry of `rivals`) a word."""
    found = list(re.finditer(r"\S+", text))
    for given in (confidence, rivals):
        if given is not None and len(given) != len(found):
            raise ValueError(f"{len(given)} values for {len(found)} words")
    return _OcrWords([m.start() for m in found], [m[0] for m in found], confidence, rivals or ((),) * len(found))


def _misread_markers(text: str, ocr: _OcrWords | None) -> list[Misread]:
    rivals = dict(zip(ocr.starts, ocr.rivals, strict=True)) if ocr is not None else {}
    return [*misread_letters(text, rivals), *misread_numerals(text)]


def _marker_edit(misread: Misread) -> Edit:
    start, before, after = misread.start, misread.before, misread.after
    return Edit(start, start + len(before), before, after, ORDER_RULE, SURE_OF_ORDER, ((before, 1 - SURE_OF_ORDER),))


def _doubts(pieces: Sequence[Piece], offset: int, ocr: _OcrWords | None, model: Model) -> list[Doubt]:
    forms, seen = [], []
    for piece in pieces:
        if piece.kind is PieceKind.FORM:
            confidence, rivals = None, ()
            if ocr is not None:
                at = ocr.at(piece.start + offset)
                confidence = ocr.confidences[at]
                rivals = rivals_of(piece.text, piece.start + offset - ocr.starts[at], ocr.words[at], ocr.rivals[at])
            word = modern_tones(piece.text).lower()
            known = Known.COMMON if word in model.common else Known.RARE if word in model.index else Known.NOT
            forms.append((piece.text, known, confidence))
            seen.append(rivals)
    found = iter(map(Doubt, doubts_of(forms), seen))
    return [next(found) if piece.kind is PieceKind.FORM else NO_DOUBT for piece in pieces]


def restore_many(texts: Iterable[str]) -> list[Restoration]:
    return [restore(text) for text in texts]


def _passages(text: str, model: Model, has_confidence: bool) -> list[tuple[int, int, Damage]]:
    """Runs of lines of one damage and about `LONGEST` at the most. With confidences no line is beyond doubt."""
    lines = re.split(r"(?<=\n)|(?<=\f)", text)
    damages = line_damages(lines, model.common, model.bare)
    if has_confidence:
        damages = [Damage.SLIPS if damage is Damage.NONE else damage for damage in damages]
    out: list[tuple[int, int, Damage]] = []
    at = 0
    for line, damage in zip(lines, damages, strict=True):
        if out and out[-1][2] is damage and at - out[-1][0] < LONGEST:
            out[-1] = (out[-1][0], at + len(line), damage)
        else:
            out.append((at, at + len(line), damage))
        at += len(line)
    return out


def _restore_passage(
    text: str, pieces: list[Piece], damage: Damage, doubts: Sequence[Doubt] | None, least: float, model: Model
) -> tuple[list[Edit], list[float]]:
    # Imported here because numba takes most of a second, and correct text never gets here.
    from diacritics import search
    from diacritics.context import context_gains
    from diacritics.doubtful import find_doubtful
    from diacritics.lattice import build_lattice
    from diacritics.repeats import repeat_gains

    lattice = build_lattice(pieces, damage, model, doubts)
    places = sorted({*lattice.source, *lattice.target})
    number = {place: i for i, place in enumerate(places)}
    target = np.array([number[t] for t in lattice.target], np.int32)
    order = np.argsort(target, kind="stable")
    columns = (
        np.array([number[s] for s in lattice.source], np.int32)[order],
        target[order],
        np.array(lattice.word, np.int32)[order],
        np.array(lattice.cost, np.float32)[order],
        np.array(lattice.case, np.int8)[order],
        model.case_cost,
    )
    path = search.best_path(len(places), *columns, model.boundary, SCALE, *model.language, BEAM)
    due, local = np.ones(len(path), np.bool_), np.full(len(order), search.NEVER, np.float32)
    search.local_scores(path, *columns, model.boundary, SCALE, *model.language, SWEEPS, due, local)
    doubtful, cost = find_doubtful(path, columns, local, model.boundary), columns[3].copy()
    cost[doubtful.rivals] -= repeat_gains(doubtful, columns[2]) + context_gains(doubtful, columns[2])
    due |= np.isin(columns[1][path], columns[1][cost != columns[3]])
    columns = (*columns[:3], cost, *columns[4:])
    search.local_scores(path, *columns, model.boundary, SCALE, *model.language, SWEEPS, due, local)
    return _edits(text, lattice, order, columns, path, local, damage, least, model)


def _edits(
    text: str,
    lattice: Lattice,
    order: np.ndarray,
    columns: tuple[np.ndarray, ...],
    path: np.ndarray,
    local: np.ndarray,
    damage: Damage,
    least: float,
    model: Model,
) -> tuple[list[Edit], list[float]]:
    from diacritics import search

    edits: list[Edit] = []
    sure: list[float] = []

    def wording(edge: int) -> str:
        start, end = lattice.span[order[edge]]
        code, raw = lattice.code[order[edge]], text[start:end]
        if order[edge] in lattice.literal:
            return lattice.literal[order[edge]]
        if code < 0:
            strange = columns[2][edge] == model.code or (columns[2][edge] == model.unknown and raw.isupper())
            return restore_code(raw, initials) if strange and damage is not Damage.SLIPS else raw
        word = model.words[code // 3]
        return raw if raw.lower() == word and not is_syllable(word) else _CASES[code % 3](word)  # YouTube

    words = (model.words[word] if word >= 0 else "" for word in columns[2][path].tolist())
    initials = initials_of(words) if damage is not Damage.SLIPS else ""
    reached, previous = -1, (0, 0)
    starts, rivals, weights = (found.tolist() for found in search.shares(path, *columns[:2], local, LEAST_SHARE))
    for at, edge in enumerate(path.tolist()):
        start, end = lattice.span[order[edge]]
        before, after = text[start:end], wording(edge)
        if columns[2][edge] < 0 or columns[2][edge] == model.boundary:
            continue
        shares = {after: 0.0}
        for rival in range(starts[at], starts[at + 1]):
            word = wording(rivals[rival])
            shares[word] = shares.get(word, 0.0) + weights[rival]
        shares[after] = min(1.0, shares[after])
        sure.append(shares[after])
        halves = start == reached  # two words in one raw form
        reached = end
        if halves and not (edits and edits[-1].end == start):
            edits.append(Edit(*previous, text[slice(*previous)], text[slice(*previous)], damage.value, sure[-2]))
        previous = (start, end)
        if after != before and shares[after] < least and (shares[after] < 0.5 or shares.get(before, 0.0) > MAX_RULED_OUT):
            continue
        if after != before or halves:
            others = sorted(((w, p) for w, p in shares.items() if w != after and p >= 0.01), key=lambda x: -x[1])
            rule = RIVALS if order[edge] in lattice.seen else damage.value
            edits.append(Edit(start, end, before, after, rule, shares[after], tuple(others[:4])))
    return _with_spaces(edits, text), sure


def _with_spaces(edits: list[Edit], text: str) -> list[Edit]:
    """Words split off inside one raw form get the blank that they lacked."""
    out: list[Edit] = []
    for edit in edits:
        if out and out[-1].end == edit.start:
            first = out.pop()
            edit = Edit(
                first.start, edit.end, first.before + edit.before, f"{first.after} {edit.after}", edit.rule,
                min(first.probability, edit.probability),
            )  # fmt: skip
        out.append(edit)
    return out
