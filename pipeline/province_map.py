"""A map of today's provinces as tiles: each about where it lies, all of one size, so that small ones are seen too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Codes of provinces from north to south, west to east; `..` is no province.
_GRID = """
12 15 08 04
11 25 19 20
14 01 24 22
.. 37 33 31
.. 38 .. ..
.. 40 .. ..
.. 42 .. ..
.. .. 44 ..
.. .. 46 ..
.. .. .. 48
.. .. .. 51
.. .. .. 52
.. .. .. 66
.. .. 68 56
.. 80 75 ..
91 82 79 ..
92 86 .. ..
96 .. .. ..
"""
PLACES: Mapping[str, tuple[int, int]] = {
    code: (column, row)
    for row, line in enumerate(_GRID.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
COLUMNS, ROWS = (1 + max(place[n] for place in PLACES.values()) for n in (0, 1))
_SHADES = (1, 2, 5, 10)  # plans from which a tile is a shade darker


@dataclass(frozen=True, slots=True)
class Tile:
    """A province at `column`, `row`, from the upper left. `shade`: 0 without a plan, 4 with the most."""

    name: str
    plans: int
    column: int
    row: int

    @property
    def shade(self) -> int:
        return sum(self.plans >= least for least in _SHADES)


def province_tiles(names: Mapping[str, str], plans: Mapping[str, int]) -> Sequence[Tile]:
    """The tiles in reading order. `names`: by province code; `plans`: how many, by name."""
    return [Tile(names[code], plans.get(names[code], 0), *place) for code, place in PLACES.items()]
