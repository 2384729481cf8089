"""More than one machine: Dask workers give what one process gives, and one that dies takes nothing with it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.cluster import check_worker, reason_of, slots_of
from pipeline.editions import current_edition
from pipeline.errors import RunError
from pipeline.ingest import ingest_file
from pipeline.nightly import plan_night
from pipeline.query import ask
from pipeline.settings import Settings

SPECIMENS = ("benh-vien-tra-lung.txt", "so-tu-phap-hue.docx", "so-noi-vu-quang-ninh.pdf", "ubnd-xa.jpg")


def shim_tesseract(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A `tesseract` that counts the pages it reads; where the second file is there, it takes it away and kills the Dask worker
    above the process that called."""
    real, log, trap = shutil.which("tesseract"), folder / "calls", folder / "trap"
    log.touch()
    shim = folder / "shims" / "tesseract"
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec "{real}" "$@"\necho call >> "{log}"\n'
        f'if rm "{trap}" 2>/dev/null; then kill -9 "$(sed -n s/^PPid:.//p /proc/$PPID/status)"; fi\n'
        f'exec "{real}" "$@"\n'
    )
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
    return log, trap


def parts(outputs: Path) -> dict[str, str]:
    """The bytes of every part of the tables; of `documents`, that tells when and how fast, the names alone."""
    edition = current_edition(outputs)
    return {
        str(path.relative_to(edition)): hashlib.sha256(path.read_bytes()).hexdigest() if path.parent.name != "documents" else ""
        for path in edition.rglob("*.parquet")
    }


def test_two_workers_one_of_them_killed_give_the_bytes_that_one_process_gives(corpus, tmp_path, monkeypatch):
    import flows
    from tests.living.cluster import local_workers

    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    calls, trap = shim_tesseract(tmp_path, monkeypatch)
    dropped = tmp_path / "dropped"
    dropped.mkdir()
    for name in SPECIMENS:
        shutil.copy(corpus / "scans" / name, dropped)
    shutil.copy(dropped / "ubnd-xa.jpg", dropped / "zz cung mot tep.jpg")
    (dropped / "hong.pdf").write_bytes(b"%PDF-1.7\n")
    files = sorted(dropped.iterdir())

    one = Settings(outputs=tmp_path / "one", page_workers=1)
    expected = flows.run_ingest(files, one)
    alone = len(calls.read_text().splitlines())
    calls.write_text("")
    trap.touch()
    many = Settings(outputs=tmp_path / "many", page_workers=1)
    with local_workers(2) as address:
        outcomes = flows.run_ingest(files, many, dask=address)

    assert not trap.exists(), "no worker was killed"
    assert [(o.document.source_file, o.document.status, o.rows) for o in outcomes] == [
        (o.document.source_file, o.document.status, o.rows) for o in expected
    ]
    statuses = [o.document.status for o in outcomes]
    assert sorted(statuses) == ["duplicate", *["extracted"] * 4, "rejected"]
    assert parts(many.outputs) == parts(one.outputs)
    columns = "SELECT * EXCLUDE (received_at, seconds) FROM documents ORDER BY source_file"
    assert ask(many.outputs, columns).rows == ask(one.outputs, columns).rows
    assert len(calls.read_text().splitlines()) == alone + 1, "more was read again than the page at which the worker died"


def test_a_night_on_workers_re_extracts_what_is_outdated(corpus, tmp_path):
    import flows
    from tests.living.cluster import local_workers

    older = Settings(outputs=tmp_path / "outputs", page_workers=1, dpi=200)
    ingest_file(corpus / "scans" / "benh-vien-tra-lung.txt", older)
    today = replace(older, dpi=Settings().dpi)
    assert len(plan_night(today)) == 1
    with local_workers(1) as address:
        report = flows.run_nightly(today, is_accepting_losses=False, dask=address)
    assert (report.re_extracted, report.is_published, report.changes, report.failures) == (1, True, (), ())
    assert plan_night(today) == ()


def test_without_dask_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "prefect_dask", None)
    with pytest.raises(RunError, match=r"kehoach\[dask\]"):
        slots_of("tcp://127.0.0.1:8786")


def test_a_scheduler_that_is_not_there_or_has_no_workers_is_said(monkeypatch):
    from tests.living.cluster import local_workers

    monkeypatch.setattr("pipeline.cluster._CONNECT_TIMEOUT_S", 1)
    with pytest.raises(RunError, match="dask scheduler"):
        slots_of("tcp://127.0.0.1:9")
    with pytest.raises(RunError, match="sửa địa chỉ"):
        slots_of("may-ao")
    with local_workers(0) as address, pytest.raises(RunError, match=f"dask worker {address}"):
        slots_of(address)


def test_a_machine_that_would_read_otherwise_or_sees_no_originals_is_said(tmp_path):
    with pytest.raises(RunError, match="cùng một phiên bản"):
        check_worker(tmp_path, "/srv", "0.1+b", "0.1+a")
    with pytest.raises(RunError, match="không thấy bản gốc trong /srv"):
        check_worker(None, "/srv", "0.1+a", "0.1+a")
    check_worker(tmp_path, "/srv", "0.1+a", "0.1+a")


def test_a_document_that_kills_every_worker_ends_alone_and_a_lost_scheduler_ends_the_run():
    from concurrent.futures import CancelledError

    assert "để sang một bên" in reason_of(RuntimeError())
    with pytest.raises(RunError, match="Mất liên lạc"):
        reason_of(CancelledError())


@pytest.mark.benchmark
def test_four_workers_wait_on_the_coordinator_for_less_than_half_of_their_time(tmp_path):
    """The whole table: python -m tests.living.machines FOLDER"""
    from tests.living.machines import run_waiting

    run_waiting(tmp_path / "warm", 1, [0.0])
    run = run_waiting(tmp_path / "measured", 4, [4.0, 8.0])  # a page or two of OCR
    print(run)
    assert run.efficiency > 0.5, run
