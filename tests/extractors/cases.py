"""The cases of `tests/cases/*.json` as pytest parameters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "cases"


def cases_of(name: str, *groups: str) -> list:
    """The cases of the named groups of `cases/NAME.json`; those of `known_failures` are strict xfails besides."""
    cases = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    found = [pytest.param(case, id=case["label"]) for group in groups for case in cases[group]]
    failing = pytest.mark.xfail(strict=True, reason="known failure")
    return found + [pytest.param(case, id=case["label"], marks=failing) for case in cases["known_failures"]]
