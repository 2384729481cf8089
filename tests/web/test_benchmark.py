"""A thousand plans: every page within a fifth of a second. On demand: python -m pytest -m benchmark tests/web -s

Processor time of all threads: on an idle machine the clock shows no more, on a busy one it shows the others' work too.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.store import new_edition
from pipeline.web import create_app
from tests.stored import copies, gold, stored_rows

PLANS, MOST_S = 1000, 0.2
PAGES = (
    "/", "/?loc=ha+tinh", "/?trang=7", "/ke-hoach/ban-sao-0500", "/ke-hoach/ban-sao-0500?bang=awards&dong=3&cot=authority",
    "/ke-hoach/ban-sao-0500/doi-chieu?voi=ban-sao-0501", "/so-sanh", "/so-sanh?bang=contents&theo=issuer",
    "/so-sanh?bang=deadlines&theo=province", "/tim?q=thi+dua", "/tim?q=h%E1%BB%8Dc+li%E1%BB%87u", "/tim?q=khong+co+tu+nay", "/hang-doi",
)  # fmt: skip


@pytest.mark.benchmark
def test_pages_with_a_thousand_plans(corpus: Path, tmp_path: Path) -> None:
    names = sorted(path.stem for path in (corpus / "gold" / "tables").glob("*.json"))
    with new_edition(tmp_path) as edition:
        for first in range(0, PLANS, 100):  # a hundred plans a part: what is in memory is the same
            rows: dict[str, list] = {}
            for number in range(first, first + 100):
                ((plan_id, tables),) = copies(gold(corpus, names[number % len(names)]), [number]).items()
                for table, of in stored_rows(plan_id, tables, 0.9).items():
                    rows.setdefault(table, []).extend(of)
            for table, of in rows.items():
                edition.write(table, f"part-{first}", of)
    client = TestClient(create_app(tmp_path), base_url="http://localhost")
    began = time.perf_counter()
    client.get("/")
    print(f"\nfirst page, tables loaded: {time.perf_counter() - began:.2f} s")
    slow = {}
    for address in PAGES:
        client.get(address)
        times = []
        for _ in range(7):
            began = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - began)
            assert answer.status_code == 200, address
        taken = min(times)
        print(f"{taken * 1000:6.0f} ms  {len(answer.content) // 1024:5} KB  {address}")
        if taken > MOST_S:
            slow[address] = round(taken, 3)
    assert slow == {}
