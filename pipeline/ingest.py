"""All of the way for one file: bytes in, rows in the tables, one row of `documents` whatever became of it."""

from __future__ import annotations

import logging
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from extractors import EXTRACTORS, plans
from pipeline import outline as outline_stage
from pipeline import reading, restoration
from pipeline.commit import DocumentOutcome, Extraction, commit_document, commit_extraction, known_document
from pipeline.errors import DocumentError, RunError, fault_of_machine
from pipeline.intake import sha256_of, take_in
from pipeline.limits import WorkerPool
from pipeline.model import Document, Line, PageReading, SourceFile, Status, TextSource
from pipeline.page_cache import cache_path, load_reading, save_reading
from pipeline.places import url_of
from pipeline.plan_check import check_is_plan
from pipeline.settings import Settings
from pipeline.store import keep_original
from pipeline.versions import pipeline_version, reading_version, record_versions
from pipeline.working_copy import fetch_file, keep_file

log = logging.getLogger("kehoach")

OnPage = Callable[[int, int], None]  # pages done, pages of the document
_T = TypeVar("_T")

_INTAKE_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A file taken in, not read yet. `source.path`: its kept original. `document`: its row as far as it is known."""

    source: SourceFile
    document: Document
    is_arrival: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave: an extraction, or the status and reason of there being none. It took `seconds`."""

    extraction: Extraction | None
    status: Status
    reason: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Failure:
    status: Status
    reason: str


def ingest_file(
    path: Path,
    settings: Settings,
    on_page: OnPage | None = None,
    source_file: str | None = None,
    workers: WorkerPool | None = None,
    arrived_at: datetime | None = None,
) -> DocumentOutcome:
    """Reads `path` into the tables and says what became of it; only a RunError goes on to the caller.

    `workers`: the processes that open and read the file, so that it can harm no other; None reads it in this one.
    `source_file`: the name to record where it is not `path` (a file that was moved into the store).
    `arrived_at`: when it was dropped in; the same bytes dropped in again, even by the same name, are an arrival more.
    """
    opened = begin_file(path, settings, source_file, workers, arrived_at)
    if isinstance(opened, DocumentOutcome):
        return opened
    return finish_file(opened, lambda: read_file(opened.source, settings, on_page, workers), settings)


def begin_file(
    path: Path,
    settings: Settings,
    source_file: str | None = None,
    workers: WorkerPool | None = None,
    arrived_at: datetime | None = None,
) -> Opened | DocumentOutcome:
    """Opens the file and keeps its bytes; the outcome where that is all there is to do. Arguments as in `ingest_file`."""
    began = time.monotonic()
    name = unicodedata.normalize("NFC", source_file or str(path))
    received_at, version = arrived_at or datetime.now(UTC), pipeline_version(settings)
    blank = Document(None, name, None, None, received_at, Status.FAILED, None, None, None, None, 0.0, version)
    source = _attempt(name, lambda: open_document(path, settings, workers))
    if isinstance(source, _Failure):
        return _told(_without_rows(_failed(blank, source, began), path, None, settings))
    blank = replace(blank, source_sha256=source.sha256, media_type=source.media_type, bytes=source.bytes)
    known = known_document(source.sha256, settings.outputs)
    if known is not None and is_settled(known, version):
        document = replace(blank, seconds=_seconds_since(began))
        return _told(_seen_again(document, known, settings, is_arrival=arrived_at is not None))
    kept = _attempt(name, lambda: keep_original(path, source.sha256, settings.originals))
    if isinstance(kept, _Failure):
        return _told(_without_rows(_failed(blank, kept, began), path, known, settings))
    return Opened(replace(source, path=kept), blank, is_arrival=arrived_at is not None)


def read_file(
    source: SourceFile, settings: Settings, on_page: OnPage | None, workers: WorkerPool | None
) -> Reading:
    """Reads an opened file, on whatever machine. Raises RunError."""
    began = time.monotonic()
    found = _attempt(source.name, lambda: read_extraction(source, settings, on_page, workers))
    if isinstance(found, _Failure):
        return Reading(None, found.status, found.reason, _seconds_since(began))
    return Reading(found, Status.EXTRACTED, None, _seconds_since(began))


def finish_file(opened: Opened, read: Callable[[], Reading], settings: Settings) -> DocumentOutcome:
    """Puts what `read` gives into the tables; does not ask where a file of the same bytes was first. Raises RunError."""
    document, path = opened.document, opened.source.path
    known = known_document(opened.source.sha256, settings.outputs)
    if known is not None and is_settled(known, document.pipeline_version):
        return _told(_seen_again(document, known, settings, opened.is_arrival))
    reading = read()
    extraction = reading.extraction
    document = replace(document, status=reading.status, reason=reading.reason, seconds=reading.seconds)
    if extraction is None:
        return _told(_without_rows(document, path, known, settings))
    record_versions(settings)
    found = replace(document, pages=extraction.page_count, text_source=extraction.text_source)
    outcome = _attempt(document.source_file, lambda: commit_extraction(found, extraction, settings.outputs))
    if isinstance(outcome, _Failure):
        outcome = _without_rows(replace(document, status=outcome.status, reason=outcome.reason), path, known, settings)
    return _told(outcome)


def _attempt(name: str, deed: Callable[[], _T]) -> _T | _Failure:
    """What `deed` gives, or why one file ends here. Raises RunError alone."""
    try:
        return deed()
    except RunError:
        raise
    except DocumentError as error:
        return _Failure(Status(error.status), str(error))
    except Exception as error:  # the one place: a fault of ours ends this file, not the run
        if fault := fault_of_machine(error):
            raise fault from error
        log.exception("%s: %s", name, type(error).__name__)
        reason = f"Lỗi của chương trình khi đọc tệp này ({type(error).__name__}): gửi tệp cho người quản trị."
        return _Failure(Status.FAILED, reason)


def _failed(blank: Document, failure: _Failure, began: float) -> Document:
    return replace(blank, status=failure.status, reason=failure.reason, seconds=_seconds_since(began))


def _seconds_since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _told(outcome: DocumentOutcome) -> DocumentOutcome:
    """The one line of log that each document gets."""
    done = outcome.document
    log.info("%s: %s, %s, %.1f s", done.source_file, done.status, done.plan_id or done.reason, done.seconds)
    return outcome


def refuse_file(source_file: str, reason: str, settings: Settings, arrived_at: datetime) -> DocumentOutcome:
    """The row of `documents` for a file that was not even opened."""
    version = pipeline_version(settings)
    document = Document(
        None, source_file, None, None, arrived_at, Status.REJECTED, reason, None, None, None, 0.0, version
    )
    return _told(commit_document(document, settings.outputs))


def open_document(path: Path, settings: Settings, workers: WorkerPool | None) -> SourceFile:
    """As `take_in`: decoders of foreign files run in a worker."""
    if workers is None:
        return take_in(path, settings)
    return workers.run(take_in, path, settings, timeout_s=_INTAKE_TIMEOUT_S)


def read_extraction(
    source: SourceFile, settings: Settings, on_page: OnPage | None, workers: WorkerPool | None
) -> Extraction:
    """As `extract_document`, in a worker that is killed where the document takes too long or too much.

    A store that the outputs follow gives the reading of the pages if it has one, and keeps it if it has not.
    """
    kept = cache_path(source.sha256, reading_version(settings), settings)
    is_new = url_of(settings.outputs) is not None and not kept.exists() and fetch_file(settings.outputs, kept) is None
    extraction = _extract(source, settings, on_page, workers)
    if is_new and kept.exists():
        keep_file(settings.outputs, kept)
    return extraction


def _extract(
    source: SourceFile, settings: Settings, on_page: OnPage | None, workers: WorkerPool | None
) -> Extraction:
    if workers is None:
        return extract_document(source, settings, on_page)
    hard_timeout_s = settings.document_timeout_s + settings.render_timeout_s + settings.ocr_timeout_s
    report = on_page or (lambda done, total: None)
    return workers.run(
        _extract_reporting, source, settings, timeout_s=hard_timeout_s, on_event=lambda pages: report(*pages)
    )


def _extract_reporting(source: SourceFile, settings: Settings, on_event: Callable[[Any], None]) -> Extraction:
    return extract_document(source, settings, lambda done, total: on_event((done, total)))


def extract_document(source: SourceFile, settings: Settings, on_page: OnPage | None = None) -> Extraction:
    """All stages but the store. Raises NotAPlan and other DocumentErrors, RunError."""
    return extract_lines(*read_lines(source, settings, on_page))


def read_lines(
    source: SourceFile, settings: Settings, on_page: OnPage | None = None
) -> tuple[list[PageReading], tuple[Line, ...]]:
    """The raw pages of a file, from the cache where it has them, and all their lines restored."""
    kept = cache_path(source.sha256, reading_version(settings), settings)
    pages = load_reading(kept)
    if pages is None:
        pages = reading.read_pages(source, settings, on_page)
        save_reading(kept, pages)
    return pages, tuple(restoration.restore_pages(pages))


def extract_lines(pages: Sequence[PageReading], lines: Sequence[Line]) -> Extraction:
    """Outline and rows of a document's restored lines. Raises NotAPlan."""
    has_pages = len(pages) > 1 or any(page.report.text_source is not TextSource.TEXT for page in pages)
    outline = outline_stage.outline_of(lines, len(pages) if has_pages else None)
    check_is_plan(lines, outline)
    plan = plans.extract_plan(outline)
    rows = {extractor.table: extractor.extract(outline, plan) for extractor in EXTRACTORS}
    items = {item.item_id: item for item in outline.items}
    return Extraction(plan, rows, items, outline.page_count, _text_source(pages))


def _text_source(pages: Sequence[PageReading]) -> TextSource:
    sources = {page.report.text_source for page in pages}
    return sources.pop() if len(sources) == 1 else TextSource.MIXED


def is_settled(known: Mapping[str, Any], version: str) -> bool:
    """Whether reading these bytes again would find nothing else (what failed may succeed another time)."""
    return known["pipeline_version"] == version and known["status"] not in (Status.REJECTED, Status.FAILED)


def _seen_again(
    document: Document, known: Mapping[str, Any], settings: Settings, is_arrival: bool
) -> DocumentOutcome:
    """The same bytes again: no work, and a row of `documents` where they came under another name or once more."""
    is_same_name = known["source_file"] == document.source_file
    if is_same_name and is_arrival and known["received_at"] == document.received_at:  # cut off after its commit
        return DocumentOutcome(Document(**known))
    if known["status"] == Status.NOT_A_PLAN:
        document = replace(document, status=Status.NOT_A_PLAN, reason=known["reason"])
    else:
        reason = f"Tệp này trùng từng byte với {known['source_file']}, đã đọc rồi: không cần làm gì."
        document = replace(document, status=Status.DUPLICATE, reason=reason, plan_id=known["plan_id"])
    document = replace(document, pages=known["pages"], text_source=known["text_source"])
    if is_same_name and not is_arrival:
        return DocumentOutcome(document)
    return commit_document(document, settings.outputs, is_apart=is_same_name)


def _without_rows(
    document: Document, path: Path, known: Mapping[str, Any] | None, settings: Settings
) -> DocumentOutcome:
    """A file that ended in an error. Bytes that an older version read keep the rows that it found."""
    if known is not None and known["status"] == Status.EXTRACTED:
        return DocumentOutcome(document)
    if document.source_sha256 is None and path.is_file() and not path.is_symlink():
        document = replace(document, source_sha256=sha256_of(path), bytes=path.stat().st_size)
    return commit_document(document, settings.outputs)
