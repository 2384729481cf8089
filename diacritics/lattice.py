"""The lattice of a damaged passage: every reading of every form, with its cost, between places in the text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from diacritics import kernels
from diacritics.alphabet import char_ids
from diacritics.damage import MIN_DOUBT, Doubt
from diacritics.model import Model, load_model
from diacritics.scan import Piece, PieceKind
from diacritics.words import modern_tones

KEEP = 60  # candidates of a form
KEEP_SINGLE = 200  # of a form of one letter, where most of the word is lost
WINDOW = 12.0  # nats behind the best candidate
PRIOR_WEIGHT = 1.0  # of the unigram, in choosing candidates
UNKNOWN_CHAR = 4.0  # nats a character of a word the model does not know
DIGIT = 2.6  # the same of a digit
STRANGE_CHAR = 2.5  # the same in text that is mostly right, where names and foreign words are
USUAL_CHANGE = 3.5  # nats that the slip channel already charges for a changed word
MOST_DROPPED = 2  # letters of a form that no reading leaves out
GLUED = 3.0  # nats for a blank lost between two words that are right
RIVAL_WEIGHT = 0.8  # on the nats by which the engine preferred its own reading to another
FOOTNOTE, CALLS = 7.0, "1235789"  # nats for taking such a digit at a form's end for a footnote's call; others are vowels
BAR_AS_ONE = 1.0  # nats for a bar that is the number 1
NUMBER_KEEP = 24  # words that a bare number may be
# nats for taking a break as a sentence end
PAUSE = {PieceKind.LINE: 1.6, PieceKind.DASH: 1.0, PieceKind.COMMA: 2.5}
SPLIT_FROM = 2  # shortest form in capitals that may be two words; other forms have four characters and more
SENTENCE_CASE, OTHER_CASE = 3, 4  # case classes after a sentence end, after a number or an unknown word
SHORT = 3  # longest form in capitals that may be two words whatever it is as one, which then counts as
SHORT_BEST = 6.0  # nats
HALF_KEEP = 12  # candidates of each of two words
SPLIT_OVER = 3.0  # nats of the best single reading from which two are tried
SPLIT_REACH = 4.0  # nats that two words may cost more than one
JOIN_REACH = 2.0  # nats that one word may cost more than two
MAX_ALONE = 40.0  # nats that two hopeless forms count at most
MAX_JOINED = 9  # longest two forms that may be one word


@dataclass(frozen=True, slots=True)
class Readings:
    """Words by column, best first. `codes`: word and case in one (see `kernels`)."""

    words: list[int]
    costs: list[float]
    codes: list[int]
    cases: list[int]

    @property
    def best(self) -> float:
        return self.costs[0] if self.costs else float(kernels.NEVER)


@lru_cache(maxsize=60_000)
def readings(form: str, channel: str, keep: int = 0, ceiling: float = math.inf) -> Readings:
    """The likeliest words that `form` may stand for, each at less than `ceiling` nats."""
    model = load_model()
    letters = [c for c in form if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    cases = 0
    if upper < 3 or upper < len(letters) - 1:
        cases |= 1
    if not form[0].islower():
        cases |= 2
    if upper and upper >= len(letters) - 2:
        cases |= 4
    if not letters:
        cases = 7
    keep = keep or KEEP
    code = np.empty(keep, np.int64)
    cost = np.empty(keep, np.float32)
    found = kernels.candidates(
        char_ids(form[: kernels.MAX_RAW]), cases, model.banks, model.inner, model.language[0],
        model.channels[channel].candidates, model.letters,
        np.float32(PRIOR_WEIGHT), np.float32(WINDOW), min(np.float32(ceiling), kernels.NEVER), code, cost,
    )  # fmt: skip
    code = code[:found]
    return Readings((code // 3).tolist(), cost[:found].tolist(), code.tolist(), (code % 3).tolist())


@dataclass(slots=True)
class Lattice:
    """Edges by column. `span`: the raw characters that the edge reads."""

    source: list[int] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    word: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    code: list[int] = field(default_factory=list)  # -1: leaves the raw characters
    span: list[tuple[int, int]] = field(default_factory=list)
    literal: dict[int, str] = field(default_factory=dict)  # what an edge puts there that is no word
    seen: set[int] = field(default_factory=set)  # edges whose word the OCR engine saw itself
    case: list[int] = field(default_factory=list)  # the case class that the next word sees; -1: the one before

    def add(
        self, source: int, target: int, word: int, cost: float, code: int, span: tuple[int, int], case: int = OTHER_CASE
    ) -> None:
        self.source.append(source)
        self.target.append(target)
        self.word.append(word)
        self.cost.append(cost)
        self.code.append(code)
        self.span.append(span)
        self.case.append(case)

    def add_readings(self, source: int, target: int, span: tuple[int, int], found: Readings, extra: float) -> None:
        """An edge for each of `found`, each costing `extra` nats more."""
        count = len(found.words)
        self.source += [source] * count
        self.target += [target] * count
        self.word += found.words
        self.cost += [cost + extra for cost in found.costs] if extra else found.costs
        self.code += found.codes
        self.span += [span] * count
        self.case += found.cases


def build_lattice(
    pieces: Sequence[Piece], channel: str, model: Model, doubts: Sequence[Doubt] | None = None
) -> Lattice:
    """Places are raw offsets of piece starts (and of splits inside forms); the last is past the end.

    `doubts`: of each piece, for text that is mostly right; without them every form is in doubt.
    """
    lattice = Lattice()
    last = pieces[-1].end + 1 if pieces else 0
    for i, piece in enumerate(pieces):
        after = pieces[i + 1].start if i + 1 < len(pieces) else last
        span = (piece.start, piece.end)
        match piece.kind:
            case PieceKind.END:
                lattice.add(piece.start, after, model.boundary, 0.0, -1, span, SENTENCE_CASE)
            case PieceKind.LINE | PieceKind.DASH | PieceKind.COMMA:
                lattice.add(piece.start, after, -1, 0.0, -1, span, -1)
                case = SENTENCE_CASE if piece.kind is PieceKind.LINE else -1
                lattice.add(piece.start, after, model.boundary, PAUSE[piece.kind], -1, span, case)
            case PieceKind.KEPT:
                lattice.add(piece.start, after, model.unknown, 0.0, -1, span)
            case PieceKind.CODE:
                lattice.add(piece.start, after, model.code, 0.0, -1, span)
            case PieceKind.NUMBER:
                lattice.add(piece.start, after, model.number, DIGIT * min(len(piece.text), 4), -1, span)
                if doubts is None and len(piece.text) <= 3 and piece.text.isdigit():
                    lattice.add_readings(piece.start, after, span, readings(piece.text, channel, NUMBER_KEEP), 0.0)
            case PieceKind.FORM if doubts is not None:
                _add_slip(lattice, piece, after, channel, model, doubts[i])
            case PieceKind.FORM:
                _add_form(lattice, piece, after, channel, model)
                if i + 1 < len(pieces):
                    _add_joined(lattice, piece, pieces[i + 1], pieces[i + 2].start if i + 2 < len(pieces) else last, channel, model)
    return lattice


def _add_form(lattice: Lattice, piece: Piece, after: int, channel: str, model: Model) -> None:
    form = piece.text
    found = readings(form, channel, KEEP_SINGLE if len(form) == 1 else 0)
    span = (piece.start, piece.end)
    lattice.add_readings(piece.start, after, span, found, 0.0)
    digits = sum(c.isdigit() for c in form)
    as_it_is = model.code if digits and form[-1].isdigit() else model.unknown
    lattice.add(piece.start, after, as_it_is, DIGIT * digits + UNKNOWN_CHAR * (len(form) - digits), -1, span)
    if form == "|":
        lattice.literal[len(lattice.word)] = "1"
        lattice.add(piece.start, after, model.number, BAR_AS_ONE, -1, span)
    if len(form) > 2 and digits == 1 and form[-1] in CALLS:
        lattice.add_readings(piece.start, after, (piece.start, piece.end - 1), readings(form[:-1], channel, HALF_KEEP), FOOTNOTE)
    # short words in capitals stand close: SY is Sở Y as often as a word
    best = max(found.best, SHORT_BEST) if form.isupper() and len(form) <= SHORT else found.best
    if len(form) >= SPLIT_FROM and best > SPLIT_OVER and (len(form) > 3 or form.isupper()):
        lost = model.channels[channel].space_lost_cost
        for k in range(1, len(form)):
            left = readings(form[:k], channel, HALF_KEEP, best + SPLIT_REACH)
            right = readings(form[k:], channel, HALF_KEEP, best + SPLIT_REACH - left.best) if left.words else left
            if right.words:
                middle = piece.start + k
                lattice.add_readings(piece.start, middle, (piece.start, middle), left, lost)
                lattice.add_readings(middle, after, (middle, piece.end), right, 0.0)


def case_class(form: str) -> int:
    """0 lower, 1 Title, 2 UPPER."""
    return 0 if not form[0].isupper() else 2 if len(form) > 1 and form.isupper() else 1


def _add_slip(lattice: Lattice, piece: Piece, after: int, channel: str, model: Model, doubt: Doubt) -> None:
    """A form that is probably right: as it is, and where there is doubt also what it may have been."""
    form, span = piece.text, (piece.start, piece.end)
    word = model.index.get(modern_tones(form).lower(), model.unknown)
    kept = -math.log(1 - doubt.wrong) if word != model.unknown else STRANGE_CHAR * len(form)
    own_case = case_class(form)
    lattice.add(piece.start, after, word, kept, -1, span, own_case)
    costs: dict[int, float] = {}
    seen = set()
    short = form.isascii() and form[:1].isupper() and not form[1:].islower()  # an abbreviation, initial or numeral
    for reading, behind in doubt.rivals:
        other = model.index.get(modern_tones(reading).lower())
        if other is not None and not (short and reading.isascii()):
            code = 3 * other + case_class(reading)
            seen.add(code)
            costs[code] = min(costs.get(code, math.inf), RIVAL_WEIGHT * behind)
    if doubt.wrong >= MIN_DOUBT:
        changed = -math.log(doubt.wrong) - USUAL_CHANGE
        # a plain strange word is a name or foreign, or has lost its marks: it never becomes another plain word
        plain = short or word == model.unknown and form.isascii()
        found = readings(form, channel)
        for other, cost, code in zip(found.words, found.costs, found.codes, strict=True):
            if other == word or (plain and model.words[other].isascii()):
                continue
            if len(form) < len(model.words[other]) + MOST_DROPPED:
                costs[code] = min(costs.get(code, math.inf), cost + changed)
        if word == model.unknown:
            _add_halves(lattice, piece, after, model)
    costs.pop(3 * word + own_case, None)
    for code, cost in costs.items():
        if code in seen:
            lattice.seen.add(len(lattice.word))
        lattice.add(piece.start, after, code // 3, cost, code, span, code % 3)


def _add_halves(lattice: Lattice, piece: Piece, after: int, model: Model) -> None:
    """Two words that only lack the blank between them, as `nhiệmcủa`."""
    form = piece.text
    for k in range(2, len(form) - 1):
        left, right = (model.index.get(modern_tones(half).lower()) for half in (form[:k], form[k:]))
        if left is not None and right is not None and not (form[:k].isascii() or form[k:].isascii()):
            middle = piece.start + k
            lattice.add(piece.start, middle, left, GLUED, -1, (piece.start, middle), case_class(form[:k]))
            lattice.add(middle, after, right, 0.0, -1, (middle, piece.end), case_class(form[k:]))


def _add_joined(lattice: Lattice, piece: Piece, then: Piece, after: int, channel: str, model: Model) -> None:
    joined = piece.text + then.text
    if then.kind is PieceKind.FORM and then.start == piece.end + 1 and len(joined) <= MAX_JOINED:
        alone = readings(piece.text, channel).best + readings(then.text, channel).best
        found = readings(joined, channel, 4, min(alone, MAX_ALONE) + JOIN_REACH)
        lattice.add_readings(piece.start, after, (piece.start, then.end), found, model.channels[channel].space_added_cost)
