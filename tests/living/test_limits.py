"""A document that hangs, dies or devours memory takes its worker, never the run."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import Rejected
from pipeline.limits import DocumentWorker, TookTooLong, WorkerDied, WorkerPool
from tests.living import deeds

GIB = 1 << 30
LONG_S = 60.0


@pytest.fixture
def worker():
    worker = DocumentWorker(memory_bytes=2 * GIB)
    yield worker
    worker.stop()


def has_ended(handle: int) -> bool:
    """Whether the process of a pidfd ends; returns as soon as it does."""
    try:
        return bool(select.select([handle], [], [], LONG_S)[0])
    finally:
        os.close(handle)


def test_the_same_worker_reads_one_document_after_another(worker):
    assert worker.run(deeds.add, 2, 3, timeout_s=LONG_S) == 5
    first = worker.run(deeds.whoami, timeout_s=LONG_S)
    assert first != os.getpid()
    assert worker.run(deeds.whoami, timeout_s=LONG_S) == first


def test_a_clerks_sentence_comes_through_and_the_worker_stays(worker):
    first = worker.run(deeds.whoami, timeout_s=LONG_S)
    with pytest.raises(Rejected, match="Tệp rỗng"):
        worker.run(deeds.refuse, "Tệp rỗng.", timeout_s=LONG_S)
    assert worker.run(deeds.whoami, timeout_s=LONG_S) == first


def test_pages_are_reported_as_they_are_read(worker):
    pages: list[object] = []
    assert worker.run(deeds.report, 3, timeout_s=LONG_S, on_event=pages.append) == "xong"
    assert pages == [1, 2, 3]


def test_what_can_not_be_sent_back_is_an_error_not_a_hang(worker):
    with pytest.raises(RuntimeError):
        worker.run(deeds.unpicklable, timeout_s=LONG_S)


def test_a_hanging_document_is_stopped_with_the_programs_it_started(worker):
    now, children = [0.0], []

    def note(child: int) -> None:  # the deadline passes once the hanging program has started
        children.append(os.pidfd_open(child))
        now[0] = 1000.0

    with pytest.raises(TookTooLong, match="tách thành các tệp ngắn hơn"):
        worker.run(deeds.hang_with_child, timeout_s=100.0, on_event=note, clock=lambda: now[0])
    assert len(children) == 1 and has_ended(children[0])
    assert worker.run(deeds.add, 1, 1, timeout_s=LONG_S) == 2  # the next file goes on


def test_a_bomb_gets_no_more_memory_than_allowed_and_the_next_file_goes_on(worker):
    with pytest.raises(WorkerDied, match="bộ nhớ"):
        worker.run(deeds.eat_memory, timeout_s=LONG_S)
    assert worker.run(deeds.add, 1, 1, timeout_s=LONG_S) == 2


def test_a_document_that_kills_two_workers_is_set_aside():
    with WorkerPool(1, 2 * GIB) as pool:
        with pytest.raises(WorkerDied, match="SIGKILL.*2 lần"):
            pool.run(deeds.die, timeout_s=LONG_S)
        assert pool.run(deeds.add, 1, 1, timeout_s=LONG_S) == 2


def test_one_death_is_forgiven(tmp_path):
    with WorkerPool(1, 2 * GIB) as pool:
        assert pool.run(deeds.die_once, str(tmp_path / "marker"), timeout_s=LONG_S) == "sống"


def test_a_worker_dies_with_its_parent_however_that_died():
    """kill -9 of the parent leaves nothing behind that holds memory or writes files."""
    script = (
        "from pipeline.limits import DocumentWorker\n"
        "from tests.living import deeds\n"
        "worker = DocumentWorker(1 << 31)\n"
        "print(worker.run(deeds.whoami, timeout_s=60), flush=True)\n"
        "import signal; signal.pause()\n"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root, text=True)
    pid = int(parent.stdout.readline())
    handle = os.pidfd_open(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert has_ended(handle), "the worker outlived its parent"
