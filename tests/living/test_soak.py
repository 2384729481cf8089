"""Files of every sort, a watcher killed again and again: the accounts must balance."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def soak(folder: Path, files: int, kills: int, seed: int) -> dict:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.living.soak", str(folder), str(files), str(kills), str(seed)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    assert not result["faults"], f"{result}\n{done.stderr[-2000:]}"
    return result


def test_a_short_soak(tmp_path):
    result = soak(tmp_path, files=24, kills=4, seed=7)
    assert result["kills"] == 4 and result["files"] >= 24


@pytest.mark.benchmark
def test_a_long_soak(tmp_path):
    """Another run: KEHOACH_SOAK_SEED=8 python -m pytest -m benchmark tests/living/test_soak.py"""
    result = soak(tmp_path, files=500, kills=20, seed=int(os.environ.get("KEHOACH_SOAK_SEED", "7")))
    assert result["kills"] == 20 and result["files"] >= 500
