"""Floors on real plans, below what is measured today (diacritics/README.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from diacritics import restore
from diacritics.syllables import strip_marks
from pipeline.evaluate_restoration import judge
from pipeline.evaluate_text import score_text


def test_lossy_plan(shared: Path) -> None:
    raw = (shared / "plans" / "bo-y-te.txt").read_text(encoding="utf-8")
    truth = (shared / "gold" / "text" / "bo-y-te.txt").read_text(encoding="utf-8")
    assert score_text(raw, truth).wer > 0.8
    assert score_text(restore(raw).text, truth).wer <= 0.01


@pytest.mark.parametrize("name", ["ha-noi", "vinh-long"])
def test_good_plan_stripped_and_untouched(shared: Path, name: str) -> None:
    good = (shared / "plans" / f"{name}.txt").read_text(encoding="utf-8")
    assert restore(good).text == good
    assert score_text(restore(strip_marks(good)).text, good).wer <= 0.006


def test_judge_counts_repairs_and_harm() -> None:
    truth = "Các đơn vị tổ chức thực hiện Kế hoạch này và báo cáo kết quả."
    raw = truth.replace("tổ", "tô")
    restored = restore(raw, [0.5 if word == "tô" else 0.97 for word in raw.split()])
    judged = judge(raw, restored.text, truth, restored.edits)
    assert (judged.repaired, judged.harmed, judged.wrong) == (1, 0, 1)
