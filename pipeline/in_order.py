"""Work handed out many at a time and taken back in the order in which it was given.

The order in which tables change must not hang on which machine was faster; and what is done is fetched at once, so that a
machine that goes away takes nothing with it but what it was at.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def in_order(
    jobs: Iterable[_Job], submit: Callable[[_Job], Any], fetch: Callable[[Any], _Result], ahead: int
) -> Iterator[tuple[_Job, _Result | None]]:
    """Every job with its result, in the order of `jobs`. At most `ahead` jobs are begun and not yet yielded.

    `submit` gives a future that knows `add_done_callback`, or None where the job needs no work: its result is None.
    `fetch` takes the result out of a future that is done; what it raises goes on to the caller.
    """
    finished: queue.SimpleQueue[int] = queue.SimpleQueue()
    begun: dict[int, _Job] = {}
    futures: dict[int, Any] = {}
    results: dict[int, _Result | None] = {}
    oldest = 0

    def fetch_finished(is_waiting: bool) -> None:
        while futures:
            try:
                number = finished.get(block=is_waiting)
            except queue.Empty:
                return
            results[number] = fetch(futures.pop(number))
            is_waiting = False

    for newest, job in enumerate(jobs):
        begun[newest] = job
        future = submit(job)
        if future is None:
            results[newest] = None
        else:
            futures[newest] = future
            future.add_done_callback(lambda _, number=newest: finished.put(number))
        fetch_finished(is_waiting=False)
        while oldest in results or len(begun) >= ahead:
            if oldest not in results:
                fetch_finished(is_waiting=True)
                continue
            yield begun.pop(oldest), results.pop(oldest)
            oldest += 1
    while begun:
        if oldest not in results:
            fetch_finished(is_waiting=True)
            continue
        yield begun.pop(oldest), results.pop(oldest)
        oldest += 1
