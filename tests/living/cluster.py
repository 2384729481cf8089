"""A Dask scheduler and worker processes on this machine, for tests and measurements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import LocalCluster


@contextmanager
def local_workers(processes: int, threads: int = 1) -> Iterator[str]:
    """The address of a scheduler with so many worker processes, each of which reads `threads` documents at a time."""
    with LocalCluster(
        n_workers=processes, threads_per_worker=threads, processes=True, host="127.0.0.1", dashboard_address=None,
        memory_limit=None, silence_logs=50,
    ) as cluster:  # fmt: skip
        yield cluster.scheduler_address
