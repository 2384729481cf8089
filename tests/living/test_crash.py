"""kill -9 before any change that the watcher makes on disk: nothing lost, nothing twice, no half a plan to be seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_crashes(folder: Path, step: int) -> list[dict]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.living.crash", str(folder), str(step)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    deaths = [json.loads(line) for line in done.stdout.splitlines()]
    faults = [death for death in deaths if death["faults"]]
    assert done.returncode == 0 and not faults, f"{faults}\n{done.stderr[-2000:]}"
    return deaths


def test_killed_at_some_point_of_every_stage(tmp_path):
    deaths = run_crashes(tmp_path, step=12)
    stages = " ".join(death["event"] for death in deaths)
    assert len(deaths) >= 10 and all(stage in stages for stage in ("queue", "originals", "editions", "inbox")), stages


@pytest.mark.benchmark
def test_killed_at_every_point(tmp_path):
    assert len(run_crashes(tmp_path, step=1)) > 100
