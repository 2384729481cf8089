"""`kehoach evaluate`: gold plans read from their files through the whole way, and how right text, rows and cells are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.commit import rows_of
from pipeline.evaluate_gold import GoldPlan
from pipeline.evaluate_tables import CELLS, TableScore, score_table, wrong_cells
from pipeline.evaluate_text import TextScore, score_text
from pipeline.ingest import extract_lines, read_lines
from pipeline.intake import take_in
from pipeline.schema import as_row
from pipeline.settings import Settings

_BANDS = (0.9, 0.7, 0.0)  # lower ends of the bands of confidence


@dataclass(frozen=True, slots=True)
class PlanScore:
    name: str
    source: Path
    text: TextScore | None
    tables: Mapping[str, TableScore]
    faults: tuple[str, ...]

    @property
    def cell_f1(self) -> float | None:
        return cell_f1(list(self.tables.values())) if self.tables else None

    @property
    def row_f1(self) -> float | None:
        return row_f1(list(self.tables.values())) if self.tables else None


@dataclass(frozen=True, slots=True)
class Band:
    """Rows whose confidence is at least `lowest` (and under the next band), and how many are right in every cell."""

    lowest: float
    rows: int
    right: int


def evaluate_plan(gold: GoldPlan, settings: Settings) -> PlanScore:
    """Raises DocumentError where the file can not be read at all."""
    source = take_in(gold.source, settings)
    pages, lines = read_lines(source, settings)
    text = None
    if gold.text is not None:
        text = score_text("\n".join(line.text for line in lines), gold.text.read_text(encoding="utf-8"))
    tables: dict[str, TableScore] = {}
    faults: list[str] = []
    if gold.tables is not None:
        extraction = extract_lines(pages, lines)
        rows = {"plans": [as_row(extraction.plan)], **rows_of(extraction, gold.name)}
        for table, true in gold.rows().items():
            if table in CELLS:
                tables[table] = score_table(table, rows.get(table, ()), true)
                faults += wrong_cells(table, rows.get(table, ()), true)
    return PlanScore(gold.name, gold.source, text, tables, tuple(faults))


def by_table(scores: Sequence[PlanScore]) -> dict[str, TableScore]:
    """All plans' counts of each table added up."""
    added: dict[str, TableScore] = {}
    for score in scores:
        for table, counts in score.tables.items():
            added[table] = added[table] + counts if table in added else counts
    return added


def row_f1(tables: Sequence[TableScore]) -> float:
    """Over all rows of all tables."""
    return 2 * sum(t.paired for t in tables) / max(1, sum(t.rows + t.gold_rows for t in tables))


def cell_f1(tables: Sequence[TableScore]) -> float:
    """Over all cells of all tables."""
    return 2 * sum(t.cells_right for t in tables) / max(1, sum((t.rows + t.gold_rows) * t.columns for t in tables))


def calibration(tables: Sequence[TableScore]) -> list[Band]:
    """How often rows of high, middle and low confidence are right in every cell."""
    judged = [pair for table in tables for pair in table.judged]
    bands = []
    upper = 1.01
    for lowest in _BANDS:
        inside = [right for confidence, right in judged if lowest <= confidence < upper]
        bands.append(Band(lowest, len(inside), sum(inside)))
        upper = lowest
    return bands
