"""Words a processor second, and pyvi in the same run. On demand: python -m pytest -m benchmark tests/quality -s

pyvi comes with `pip install -e .[benchmark]`; without it only our own speeds are printed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from diacritics import restore
from diacritics.lattice import readings
from diacritics.syllables import strip_marks
from pipeline.evaluate_text import score_text

pytestmark = pytest.mark.benchmark


def _read(shared: Path, *parts: str) -> str:
    return shared.joinpath(*parts).read_text(encoding="utf-8")


def _timed(run: Callable[[str], str], text: str) -> tuple[str, float]:
    """What `run` makes of `text`, and its words a processor second."""
    started = time.process_time()
    out = run(text)
    return out, len(text.split()) / (time.process_time() - started)


def _ours(text: str) -> str:
    return restore(text).text


def test_speed_by_damage(shared: Path) -> None:
    """At least what was asked, on an idle core; correct text is not searched, and forms met before cost less than new ones."""
    good, lossy = _read(shared, "plans", "ha-noi.txt"), _read(shared, "plans", "bo-y-te.txt")
    _ours("Ké hoach trién khai\n\fKe hoach trien khai")
    speeds = {}
    for name, text in (("correct", good), ("stripped", strip_marks(good)), ("lossy, new", lossy), ("lossy, recurring", lossy)):
        if name != "lossy, recurring":
            readings.cache_clear()
        speeds[name] = _timed(_ours, text)[1]
        print(f"{name:18s}{speeds[name]:10,.0f} words/s")
    assert speeds["correct"] >= 20_000
    assert speeds["lossy, recurring"] > speeds["lossy, new"] >= 3_000


def test_against_pyvi(shared: Path) -> None:
    """The same text through both; a line on which pyvi raises stays as it is."""
    reason = "pyvi is not installed (pip install -e .[benchmark])"
    add_accents = pytest.importorskip("pyvi.ViDiac", reason=reason).add_accents
    raised = 0

    def theirs(text: str) -> str:
        nonlocal raised
        lines = []
        for line in text.split("\n"):
            try:
                lines.append(add_accents(line))
            except Exception:  # IndexError on some lines, whatever the cause
                raised += 1
                lines.append(line)
        return "\n".join(lines)

    good = _read(shared, "plans", "ha-noi.txt")
    lossy, truth = _read(shared, "plans", "bo-y-te.txt"), _read(shared, "gold", "text", "bo-y-te.txt")
    _ours("Ké hoach trién khai\n\fKe hoach trien khai"), theirs("Ke hoach")
    for name, raw, true in (("stripped", strip_marks(good), good), ("lossy", lossy, truth)):
        readings.cache_clear()
        raised = 0
        (ours, our_speed), (other, their_speed) = _timed(_ours, raw), _timed(theirs, raw)
        our_wer, their_wer = score_text(ours, true).wer, score_text(other, true).wer
        print(f"\n{name}: ours {our_speed:,.0f} words/s, WER {our_wer:.2%}; ", end="")
        print(f"pyvi {their_speed:,.0f} words/s, WER {their_wer:.2%}, {raised} lines raise; {our_speed / their_speed:.2f} times")
        assert our_wer < their_wer / 10
