"""The Python door, as outputs/README.md shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import tables
from pipeline.errors import RunError


def test_a_frame_holds_all_rows_in_reading_order(outputs: Path) -> None:
    awards = tables.frame("awards", outputs)
    assert list(awards.columns[:2]) == ["plan_id", "ordinal"]
    assert awards.equals(awards.sort_values(["plan_id", "ordinal"], ignore_index=True))
    assert len(awards) > 0


def test_sql_over_frames_and_tables(outputs: Path) -> None:
    with tables.connect(outputs) as db:
        by_province = db.sql("SELECT province, count(*) AS n FROM awards JOIN plans USING (plan_id) GROUP BY 1").df()
    assert by_province["n"].sum() == len(tables.frame("awards", outputs))
    assert "Hà Tĩnh" in set(by_province["province"])


def test_the_folder_comes_from_the_environment(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEHOACH_OUTPUTS", str(outputs))
    assert len(tables.frame("plans")) >= 2


def test_a_wrong_name_is_answered_with_the_right_ones(outputs: Path) -> None:
    with pytest.raises(RunError, match="awards"):
        tables.frame("award; DROP TABLE plans", outputs)
