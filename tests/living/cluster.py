"""A Dask scheduler and worker processes on this machine, for tests and measurements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from distributed import LocalCluster


@contextmanager
def local_workers(count: int) -> Iterator[str]:
    """The address of a scheduler with `count` worker processes, each of which reads one document at a time."""
    with LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        memory_limit=None, silence_logs=50,
    ) as cluster:  # fmt: skip
        yield cluster.scheduler_address
