"""Floors under the accuracy of the tables, on gold; and our own scores against the judge's script."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.evaluate import PlanScore, calibration, cell_f1, evaluate_plan
from pipeline.evaluate_gold import gold_plans
from pipeline.ingest import ingest_file
from pipeline.settings import Settings

REAL_TEXTS = ("bo-y-te", "ha-noi", "vinh-long")
REAL_SCANS = ("002", "004", "007")


def score_of(folder: Path, name: str, outputs: Path) -> PlanScore:
    (gold,) = (plan for plan in gold_plans(folder) if plan.name == name)
    return evaluate_plan(gold, Settings(outputs=outputs))


@pytest.mark.parametrize("name", REAL_TEXTS)
def test_real_plans_as_text(name: str, shared: Path, tmp_path: Path) -> None:
    score = score_of(shared, name, tmp_path)
    assert score.cell_f1 is not None and score.row_f1 is not None
    assert score.cell_f1 >= 0.95 and score.row_f1 >= 0.97, "\n".join(score.faults)


@pytest.mark.parametrize("name", REAL_SCANS)
def test_real_plans_from_their_scans(name: str, shared: Path, tmp_path: Path) -> None:
    score = score_of(shared, name, tmp_path)
    assert score.cell_f1 is not None and score.cell_f1 >= 0.85, "\n".join(score.faults)


def test_specimens_from_their_scans(corpus: Path, corpus_outputs: Path) -> None:
    scores = [evaluate_plan(gold, Settings(outputs=corpus_outputs)) for gold in gold_plans(corpus)]
    tables = [table for score in scores for table in score.tables.values()]
    faults = "\n".join(f"{score.name}: {fault}" for score in scores for fault in score.faults)
    assert cell_f1(tables) >= 0.93, faults
    sure = calibration(tables)[0]
    assert sure.right / sure.rows >= 0.93, faults


def test_our_scores_are_those_of_the_judge(shared: Path, tmp_path: Path) -> None:
    """The same plan stored and scored by ../shared/score.py gives the same figure to its last digit."""
    ingest_file(shared / "plans" / "vinh-long.txt", Settings(outputs=tmp_path))
    gold = shared / "gold" / "tables" / "vinh-long.json"
    command = [sys.executable, str(shared / "score.py"), "tables", str(tmp_path / "tables"), str(gold), "--source", "vinh-long.txt"]
    judged = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]
    assert f"{score_of(shared, 'vinh-long', tmp_path).cell_f1:.4f}" == judged
