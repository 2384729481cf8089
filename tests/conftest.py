"""Fixtures that every area shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real plans and gold beside the checkout: not part of the project, so a clone may lack it."""
    folder = ROOT.parent / "shared"
    if not (folder / "plans").is_dir():
        pytest.skip("../shared (real plans and their gold) is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    return ROOT / "corpus"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose outputs are a fresh folder."""
    return Settings(outputs=tmp_path / "outputs", page_workers=1)
