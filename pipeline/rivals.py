"""What else the engine saw in a word: its readings, from what the network gave each slice of the picture.

The network gives every slice (about a third of a letter wide) odds over all letters and "no letter"; a reading is
what remains when repeats are drawn together and "no letter" left out (CTC).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter

from diacritics.syllables import strip_marks
from pipeline.vote import is_possible

Slice = Mapping[str, float]  # letter: odds 0..1; "" is no letter; odds under 1 % are not told
UNTOLD = 0.005  # for a letter that is not told where it is elsewhere
BEAM = 12  # readings followed
LEAST = 0.002  # share from which a reading is worth telling
KEPT = 6
_odds = itemgetter(1)


def rival_readings(text: str, slices: Sequence[Slice]) -> tuple[tuple[str, float], ...]:
    """(reading, share) of what else than `text` the slices may say, likeliest first.

    Words that cannot be Vietnamese are told where there is room, numbers never: no context settles a digit.
    """
    if not any(len(odds) - ("" in odds) > 1 for odds in slices):
        return ()  # nowhere two letters in question
    shares: dict[str, float] = {}
    for reading, share in _readings(slices):
        for single in _parted(reading.strip()):
            shares[single] = shares.get(single, 0.0) + share / 2
    total = sum(shares.values())
    told = [r for r, s in shares.items() if s >= LEAST * total and r != text and not any(map(str.isdigit, r))]
    told.sort(key=lambda r: (not is_possible(r), -shares[r]))
    return tuple((r, round(shares[r] / total, 4)) for r in sorted(told[:KEPT], key=shares.__getitem__, reverse=True) if r)


def _readings(slices: Sequence[Slice]) -> list[tuple[str, float]]:
    """The likeliest readings by prefix beam search, with their odds."""
    beam = [("", 1.0, 1.0, 0.0)]  # reading so far, odds (sum; the last slice was no letter; was its last letter)
    before = None
    for odds in slices:
        if len(odds) < 2 and odds == before:
            continue  # more of the same
        before = odds
        grown: dict[str, list[float]] = {}
        for reading, both, apart, going in beam:
            last = reading[-1:]
            for letter, p in odds.items():
                if p < UNTOLD:
                    p = UNTOLD
                if not letter:
                    grown.setdefault(reading, [0.0, 0.0])[0] += both * p
                elif letter != last:
                    grown.setdefault(reading + letter, [0.0, 0.0])[1] += both * p
                else:
                    grown.setdefault(reading, [0.0, 0.0])[1] += going * p
                    if apart:
                        grown.setdefault(reading + letter, [0.0, 0.0])[1] += apart * p
        beam = [(reading, apart + going, apart, going) for reading, (apart, going) in grown.items()]
        if len(beam) > BEAM:
            beam.sort(key=_odds, reverse=True)
            del beam[BEAM:]
    return [(reading, both) for reading, both, _, _ in beam]


def _parted(reading: str) -> tuple[str, str]:
    """`thâấm`, where the network wavers inside one letter, is `thâm` or `thấm`; any other reading is itself, twice."""
    for at in range(1, len(reading)):
        one, other = reading[at - 1], reading[at]
        if one != other and _base(one) == _base(other):
            return reading[:at] + reading[at + 1 :], reading[: at - 1] + reading[at:]
    return reading, reading


@cache
def _base(letter: str) -> str:
    return strip_marks(letter).lower()
