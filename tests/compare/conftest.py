"""Outputs that hold our specimens, read without a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stored import gold, store


@pytest.fixture(scope="session")
def outputs(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("specimens") / "outputs"
    names = sorted(path.stem for path in (corpus / "gold" / "tables").glob("*.json"))
    store(folder, {name: gold(corpus, name) for name in names})
    return folder
