"""Work handed out ahead and taken back in order."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from pipeline.in_order import in_order


class Desk:
    """Hands out futures, and finishes them when told to."""

    def __init__(self) -> None:
        self.futures: dict[str, Future[str]] = {}

    def submit(self, job: str) -> Future[str] | None:
        if job.isupper():
            return None
        self.futures[job] = Future()
        return self.futures[job]

    def finish(self, *jobs: str) -> None:
        for job in jobs:
            self.futures[job].set_result(job * 2)


def test_results_come_in_the_order_of_the_jobs_whoever_was_faster():
    desk = Desk()

    def jobs():
        yield from "abc"
        desk.finish("c", "b")
        yield "D"
        desk.finish("a")

    got = list(in_order(jobs(), desk.submit, Future.result, ahead=10))
    assert got == [("a", "aa"), ("b", "bb"), ("c", "cc"), ("D", None)]


def test_no_more_is_begun_than_may_wait():
    desk, begun = Desk(), []

    def submit(job: str) -> Future[str]:
        begun.append(job)
        future = desk.submit(job)
        desk.finish(job)
        return future

    most = 0
    for done, (job, _) in enumerate(in_order("abcdefgh", submit, Future.result, ahead=3)):
        most = max(most, len(begun) - done)
    assert begun == list("abcdefgh") and most <= 3


def test_what_is_done_is_fetched_before_older_work_is():
    desk, fetched = Desk(), []

    def fetch(future: Future[str]) -> str:
        fetched.append(future.result())
        return future.result()

    def jobs():
        yield "a"
        yield "b"
        desk.finish("b")
        yield "c"
        assert fetched == ["bb"]
        desk.finish("a", "c")

    assert [result for _, result in in_order(jobs(), desk.submit, fetch, ahead=10)] == ["aa", "bb", "cc"]


def test_what_fetching_raises_ends_the_work():
    desk = Desk()

    def jobs():
        yield "a"
        desk.futures["a"].set_exception(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        list(in_order(jobs(), desk.submit, Future.result, ahead=2))
