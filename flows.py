"""Prefect drives many files: one task a document, pages in parallel inside it. No logic of its own.

Nothing needs to be set up: where `PREFECT_API_URL` names no server, Prefect starts a temporary one.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any


def _prefect_home() -> str:
    """A folder for Prefect's database: it does not make its own, and can not start without one."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kehoach" / "prefect"
    try:
        home.mkdir(parents=True, exist_ok=True)
        return str(home)
    except OSError:  # a service account without a home
        return tempfile.mkdtemp(prefix="kehoach-prefect-")


# Before the import: Prefect reads its settings once. What the user has set stays.
for _name, _value in {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # an error reaches the user as our sentence, not as Prefect's traceback too
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_HOME": _prefect_home(),
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",  # a Dask worker need not reach the server to read
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # 10 s on an idle machine, minutes on a loaded one
}.items():
    os.environ.setdefault(_name, _value)

from prefect import Flow, flow, get_client, task  # noqa: E402
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.futures import PrefectFuture  # noqa: E402
from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: E402
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner  # noqa: E402

from pipeline.cluster import check_worker, cluster_errors, reason_of, slots_of  # noqa: E402
from pipeline.commit import DocumentOutcome  # noqa: E402
from pipeline.errors import RunError  # noqa: E402
from pipeline.in_order import in_order  # noqa: E402
from pipeline.ingest import Opened, Reading, begin_file, finish_file, read_file  # noqa: E402
from pipeline.limits import WorkerPool  # noqa: E402
from pipeline.links import refresh_links  # noqa: E402
from pipeline.model import SourceFile, Status  # noqa: E402
from pipeline.night_report import NightReport, as_text, summary  # noqa: E402
from pipeline.nightly import Outdated, Staged, begin_again, plan_night, publish_night, stage_reading  # noqa: E402
from pipeline.places import outputs_at, place_of  # noqa: E402
from pipeline.settings import Settings, settings_from, usable_cores  # noqa: E402
from pipeline.store import original_of  # noqa: E402
from pipeline.versions import pipeline_version  # noqa: E402

logging.getLogger("EventsWorker").setLevel(logging.ERROR)  # at exit it tells how many events it still sends


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear how far a run is; called from the threads that work."""

    on_page: Callable[[Path, int, int], None] = lambda path, done, total: None
    on_document: Callable[[Path, DocumentOutcome], None] = lambda path, outcome: None


_AHEAD = 100  # documents begun and not yet in the tables: what is read ahead waits in memory

_listener: ContextVar[Listener] = ContextVar("listener", default=Listener())  # Prefect hands it on to its threads


@cache
def _workers(settings: Settings) -> WorkerPool:
    """The processes in which this one reads documents; they end with it."""
    return WorkerPool(usable_cores(), settings.worker_memory_bytes)


@cache
def _opener(settings: Settings) -> WorkerPool:
    """The process that opens files while others read."""
    return WorkerPool(1, settings.worker_memory_bytes)


def read_here(path: Path, source: SourceFile, place: str, settings: Settings, version: str) -> Reading:
    """Reads a document on this machine. `place`: of the outputs; `version`: of the pipeline that asks. Raises RunError."""
    settings = replace(settings, outputs=outputs_at(place))
    original = original_of(source.sha256, settings)
    check_worker(original, place, pipeline_version(settings), version)
    return read_file(replace(source, path=original), settings, partial(_listener.get().on_page, path), _workers(settings))


# Made of a function with another name: Dask then sends its name, not its code with all that this module holds.
read_document = task(
    read_here, name="read document", task_run_name="{source.name}", cache_policy=NO_CACHE, persist_result=False
)


@flow(name="ingest", validate_parameters=False, persist_result=False)
def ingest(paths: Sequence[Path], settings: Settings, reading: Settings) -> list[DocumentOutcome]:
    """One outcome a path, in order. `reading`: the settings for who reads. Tables are written here and nowhere else.

    Raises RunError where no file can be read at all (no Tesseract, no space).
    """
    version, place, begun = pipeline_version(settings), place_of(settings.outputs), set[str]()
    opened = ((path, begin_file(path, settings, workers=_opener(settings))) for path in paths)

    def submit(job: tuple[Path, Opened | DocumentOutcome], is_copy_too: bool = False) -> PrefectFuture[Reading] | None:
        path, file = job
        if isinstance(file, DocumentOutcome) or (file.source.sha256 in begun and not is_copy_too):
            return None  # nothing to read, or a copy of what is being read: looked at again when its turn comes
        begun.add(file.source.sha256)
        return read_document.submit(path, file.source, place, reading, version)

    outcomes = []
    for job, read in in_order(opened, submit, _result_of, _AHEAD):
        path, file = job
        if isinstance(file, Opened):
            file = finish_file(file, lambda: read or _result_of(submit(job, is_copy_too=True)), settings)
        outcomes.append(file)
        _tell(path, file)
    return outcomes


def run_ingest(
    paths: Sequence[Path], settings: Settings, listener: Listener = Listener(), dask: str | None = None
) -> list[DocumentOutcome]:
    """`ingest` with as many documents at once as there are cores, here or (`dask`: its scheduler) on many machines.

    What cores are left read pages side by side.
    """
    documents = max(1, min(len(paths), settings.page_workers))
    reading = replace(settings, page_workers=1 if dask else max(1, settings.page_workers // documents))
    token = _listener.set(listener)
    try:
        with _task_runner(documents, dask) as runner:
            outcomes = _run(ingest.with_options(task_runner=runner), paths, settings, reading)
    finally:
        _listener.reset(token)
    refresh_links(settings.outputs)
    return outcomes


@flow(name="re-extract", validate_parameters=False, persist_result=False)
def re_extract(documents: Sequence[Outdated], settings: Settings) -> list[Staged]:
    """Each document extracted anew, in order, and put aside. Raises RunError."""
    version, place, reading = pipeline_version(settings), place_of(settings.outputs), replace(settings, page_workers=1)

    def submit(job: tuple[Outdated, SourceFile | Staged]) -> PrefectFuture[Reading] | None:
        file = job[1]
        return None if isinstance(file, Staged) else read_document.submit(file.path, file, place, reading, version)

    begun = ((one, begin_again(one, settings, _opener(settings))) for one in documents)
    return [
        stage_reading(one, read, settings) if read else source
        for (one, source), read in in_order(begun, submit, _result_of, _AHEAD)
    ]


@flow(name="nightly", validate_parameters=False, persist_result=False)
def nightly(
    outputs: str,
    workers: int | None = None,
    is_accepting_losses: bool = False,
    dask: str | None = None,
    engine: str | None = None,
) -> NightReport:
    """Re-extracts what is outdated and publishes one edition. Its parameters are plain, for a schedule to hold them."""
    settings = settings_from(outputs, workers, engine)
    outdated, staged = plan_night(settings), []
    if outdated:
        with _task_runner(settings.page_workers, dask) as runner:
            staged = re_extract.with_options(task_runner=runner)(outdated, settings)
    report = publish_night(settings, staged, is_accepting_losses)
    create_markdown_artifact(as_text(report), key="nightly", description=summary(report))
    return report


def run_nightly(settings: Settings, is_accepting_losses: bool, dask: str | None = None) -> NightReport:
    return _run(nightly, place_of(settings.outputs), settings.page_workers, is_accepting_losses, dask, settings.engine)


def serve_nightly(settings: Settings, cron: str, dask: str | None = None) -> None:
    """Registers the nightly run with the Prefect server of `PREFECT_API_URL`, and carries it out until stopped.

    Raises RunError where there is no such server: a temporary one would never fire.
    """
    if not os.environ.get("PREFECT_API_URL"):
        raise RunError(
            "Chưa có máy chủ Prefect: chạy `prefect server start`, đặt PREFECT_API_URL=http://127.0.0.1:4200/api, "
            "hoặc dùng cron/systemd với `kehoach nightly`."
        )
    parameters = {
        "outputs": place_of(settings.outputs), "workers": settings.page_workers, "dask": dask, "engine": settings.engine,
    }  # fmt: skip
    nightly.serve(name="kehoach", cron=cron, parameters=parameters, limit=1)


def _result_of(future: PrefectFuture[Reading]) -> Reading:
    """A document that took its machine down again and again ends alone. Raises RunError."""
    try:
        return future.result()
    except cluster_errors() as error:
        return Reading(None, Status.FAILED, reason_of(error), 0.0)


def _tell(path: Path, outcome: DocumentOutcome) -> None:
    _listener.get().on_document(path, outcome)


@contextmanager
def _task_runner(documents: int, dask: str | None) -> Iterator[TaskRunner[Any]]:
    """Where tasks run: `documents` threads of this process, each with its worker process, or the workers of Dask.

    Raises RunError where Dask is not installed, not reached, or has no workers.
    """
    if dask is None:
        yield ThreadPoolTaskRunner(max_workers=documents)
        return
    slots_of(dask)
    from prefect_dask import DaskTaskRunner

    with _starting_server():
        url = str(get_client(sync_client=True).api_url)
    with temporary_settings({PREFECT_API_URL: url}):  # the workers report to the same server
        yield DaskTaskRunner(address=dask)


def _run(run: Flow[..., Any], *args: object) -> Any:
    with _starting_server():
        return run(*args)


@contextmanager
def _starting_server() -> Iterator[None]:
    """Raises RunError where Prefect's temporary server does not start: nothing has been read then."""
    try:
        yield
    except RuntimeError as error:
        if "ephemeral Prefect API server" not in str(error):
            raise
        raise RunError(
            "Máy chủ tạm của Prefect không khởi động kịp (máy đang quá tải?): chạy lại sau, "
            "hoặc chạy `prefect server start` và đặt PREFECT_API_URL=http://127.0.0.1:4200/api."
        ) from error
