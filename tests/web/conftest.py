"""A served copy of our specimens, read without a fault, with the scan of one of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.settings import Settings
from pipeline.store import keep_original
from pipeline.web import create_app
from tests.stored import gold, store

CHILD, PARENT = "ubnd-ha-tinh", "bo-giao-duc"


@pytest.fixture
def outputs(corpus: Path, tmp_path: Path) -> Path:
    """Two plans, the one carrying out the other; the child's scan is kept as ingest keeps it."""
    folder = tmp_path / "outputs"
    child, parent = gold(corpus, CHILD), gold(corpus, PARENT)
    child["citations"] = [row | {"cited_plan_id": PARENT if row["is_parent"] else None} for row in child["citations"]]
    scan = corpus / "scans" / f"{CHILD}.pdf"
    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    child["plans"]["source_sha256"] = sha256
    keep_original(scan, sha256, Settings(outputs=folder).originals)
    store(folder, {CHILD: child, PARENT: parent})
    return folder


@pytest.fixture
def client(outputs: Path) -> TestClient:
    return TestClient(create_app(outputs), base_url="http://localhost", follow_redirects=False)
