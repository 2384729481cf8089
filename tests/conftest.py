"""Fixtures that every area shares."""

from __future__ import annotations

import fcntl
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


@pytest.fixture(scope="session")
def corpus_outputs(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `./dev run` makes of corpus/scans, read once for all tests and test processes: not to be changed."""
    from pipeline.ingest import ingest_file
    from pipeline.links import refresh_links

    base = tmp_path_factory.getbasetemp()
    if base.name.startswith("popen-"):  # pytest-xdist: one folder above is common to its processes
        base = base.parent
    outputs = base / "corpus-outputs"
    with (base / "corpus-outputs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / "corpus-outputs.done").exists():
            settings = Settings(outputs=outputs)
            for scan in sorted((corpus / "scans").iterdir()):
                ingest_file(scan, settings, source_file=f"corpus/scans/{scan.name}")
            refresh_links(outputs)
            (base / "corpus-outputs.done").touch()
    return outputs
