"""Prefect drives many files: one task a document, pages in parallel inside it. No logic of its own.

Nothing needs to be set up: where `PREFECT_API_URL` names no server, Prefect starts a temporary one.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Sequence
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
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # 10 s on an idle machine, minutes on a loaded one
}.items():
    os.environ.setdefault(_name, _value)

from prefect import Flow, flow, task  # noqa: E402
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.task_runners import ThreadPoolTaskRunner  # noqa: E402

from pipeline.commit import DocumentOutcome  # noqa: E402
from pipeline.errors import RunError  # noqa: E402
from pipeline.ingest import ingest_file  # noqa: E402
from pipeline.limits import WorkerPool  # noqa: E402
from pipeline.links import refresh_links  # noqa: E402
from pipeline.night_report import NightReport, as_text, summary  # noqa: E402
from pipeline.nightly import Outdated, Staged, plan_night, publish_night, stage_document  # noqa: E402
from pipeline.settings import Settings, settings_from, usable_cores  # noqa: E402

logging.getLogger("EventsWorker").setLevel(logging.ERROR)  # at exit it tells how many events it still sends


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear how far a run is; called from the threads that work."""

    on_page: Callable[[Path, int, int], None] = lambda path, done, total: None
    on_document: Callable[[Path, DocumentOutcome], None] = lambda path, outcome: None


_listener: ContextVar[Listener] = ContextVar("listener", default=Listener())  # Prefect hands it on to its threads


@cache
def _workers(settings: Settings) -> WorkerPool:
    """The processes in which this one reads documents; they end with it."""
    return WorkerPool(usable_cores(), settings.worker_memory_bytes)


@task(name="ingest document", task_run_name="{path}", cache_policy=NO_CACHE, persist_result=False)
def ingest_document(path: Path, settings: Settings) -> DocumentOutcome:
    listener = _listener.get()
    outcome = ingest_file(path, settings, partial(listener.on_page, path), workers=_workers(settings))
    listener.on_document(path, outcome)
    return outcome


@flow(name="ingest", validate_parameters=False, persist_result=False)
def ingest(paths: Sequence[Path], settings: Settings) -> list[DocumentOutcome]:
    """One outcome a path, in order. Raises RunError where no file can be read at all (no Tesseract, no space)."""
    futures = [ingest_document.submit(path, settings) for path in paths]
    return [future.result() for future in futures]


def run_ingest(paths: Sequence[Path], settings: Settings, listener: Listener = Listener()) -> list[DocumentOutcome]:
    """`ingest` with as many documents at once as there are cores; what cores are left read pages side by side."""
    documents = max(1, min(len(paths), settings.page_workers))
    settings = replace(settings, page_workers=max(1, settings.page_workers // documents))
    token = _listener.set(listener)
    try:
        outcomes = _run(ingest.with_options(task_runner=ThreadPoolTaskRunner(max_workers=documents)), paths, settings)
    finally:
        _listener.reset(token)
    refresh_links(settings.outputs)
    return outcomes


@task(name="re-extract document", task_run_name="{outdated.document.source_file}", cache_policy=NO_CACHE, persist_result=False)
def re_extract_document(outdated: Outdated, settings: Settings) -> Staged:
    return stage_document(outdated, settings, _workers(settings))


@flow(name="nightly", validate_parameters=False, persist_result=False)
def nightly(outputs: str, workers: int | None = None, is_accepting_losses: bool = False) -> NightReport:
    """Re-extracts what is outdated and publishes one edition. Its parameters are plain, for a schedule to hold them."""
    settings = settings_from(Path(outputs), workers)
    futures = [re_extract_document.submit(outdated, settings) for outdated in plan_night(settings)]
    report = publish_night(settings, [future.result() for future in futures], is_accepting_losses)
    create_markdown_artifact(as_text(report), key="nightly", description=summary(report))
    return report


def run_nightly(settings: Settings, is_accepting_losses: bool) -> NightReport:
    return _run(_nightly_of(settings), str(settings.outputs), 1, is_accepting_losses)


def serve_nightly(settings: Settings, cron: str) -> None:
    """Registers the nightly run with the Prefect server of `PREFECT_API_URL`, and carries it out until stopped.

    Raises RunError where there is no such server: a temporary one would never fire.
    """
    if not os.environ.get("PREFECT_API_URL"):
        raise RunError(
            "Chưa có máy chủ Prefect: chạy `prefect server start`, đặt PREFECT_API_URL=http://127.0.0.1:4200/api, "
            "hoặc dùng cron/systemd với `kehoach nightly`."
        )
    _nightly_of(settings).serve(
        name="kehoach", cron=cron, parameters={"outputs": str(settings.outputs.resolve()), "workers": 1}, limit=1
    )


def _nightly_of(settings: Settings) -> Flow[..., NightReport]:
    """`nightly` with as many documents at once as there are cores, a page at a time each."""
    return nightly.with_options(task_runner=ThreadPoolTaskRunner(max_workers=settings.page_workers))


def _run(run: Flow[..., Any], *args: object) -> Any:
    """`run(*args)`. Raises RunError where Prefect's temporary server does not start: nothing has been read then."""
    try:
        return run(*args)
    except RuntimeError as error:
        if "ephemeral Prefect API server" not in str(error):
            raise
        raise RunError(
            "Máy chủ tạm của Prefect không khởi động kịp (máy đang quá tải?): chạy lại sau, "
            "hoặc chạy `prefect server start` và đặt PREFECT_API_URL=http://127.0.0.1:4200/api."
        ) from error
