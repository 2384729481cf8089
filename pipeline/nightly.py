"""The nightly run: what is outdated is extracted anew, parents are linked, then one edition is published, or none.

Extractions wait on disk (`outputs/nightly/staged`) until all are there: a night that was cut off goes on where it
stopped, and readers see last night's tables until this night's are whole.
"""

from __future__ import annotations

import logging
import os
import pickle
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.commit import Extraction, document_rows, put_document, put_extraction
from pipeline.editions import current_or_none, local_edition
from pipeline.errors import DocumentError
from pipeline.ingest import Reading, open_document, read_file
from pipeline.limits import WorkerPool
from pipeline.links import Links, find_links, put_links, remember_links
from pipeline.model import Document, SourceFile, Status
from pipeline.night_failures import note_failures, set_aside
from pipeline.night_report import NOT_COMPARED, Change, NightReport, compare_plan, save_report
from pipeline.places import url_of
from pipeline.query import ask
from pipeline.schema import schemas
from pipeline.settings import Settings
from pipeline.store import Edition, new_edition, original_of
from pipeline.versions import changed_stages, may_change, pipeline_version, record_versions

log = logging.getLogger("kehoach")


@dataclass(frozen=True, slots=True)
class Outdated:
    """A document that today's pipeline might read otherwise: its row of `documents` as it stands."""

    document: Document


@dataclass(frozen=True, slots=True)
class Staged:
    """What extracting it anew gave: a file that holds the Extraction, or the status and reason of its failure."""

    outdated: Outdated
    extraction: Path | None
    status: Status
    reason: str | None


class _HeldBack(Exception):
    """Ends the edition in preparation without showing it."""


def plan_night(settings: Settings) -> tuple[Outdated, ...]:
    """The documents read under another version. What failed then, or was taken for no plan, gets another chance.

    Not those that failed again and again under today's version and limits.
    """
    aside = set_aside(settings)
    return tuple(one for one in _all_outdated(settings) if one.document.source_sha256 not in aside)


def _all_outdated(settings: Settings) -> tuple[Outdated, ...]:
    if current_or_none(settings.outputs) is None:
        return ()
    answer = ask(
        settings.outputs,
        "SELECT * FROM documents WHERE pipeline_version <> $1 AND source_sha256 IS NOT NULL "
        "AND status IN ('extracted', 'failed', 'not_a_plan') ORDER BY received_at, source_file",
        [pipeline_version(settings)],
    )
    return tuple(Outdated(Document(**record | {"status": Status(record["status"])})) for record in answer.records())


def stage_document(outdated: Outdated, settings: Settings, workers: WorkerPool | None) -> Staged:
    """Extracts a document from its original and its kept readings; from disk where a cut-off night did so before.

    Raises RunError.
    """
    source = begin_again(outdated, settings, workers)
    if isinstance(source, Staged):
        return source
    return stage_reading(outdated, read_file(source, settings, None, workers), settings)


def begin_again(outdated: Outdated, settings: Settings, workers: WorkerPool | None) -> SourceFile | Staged:
    """The document's original, opened; Staged where there is nothing to read, or nothing more. Raises RunError."""
    path = _staged_path(outdated, settings)
    if path.exists():
        return Staged(outdated, path, Status.EXTRACTED, None)
    original = original_of(outdated.document.source_sha256 or "", settings)
    if original is None:
        return Staged(outdated, None, Status.FAILED, "Không còn bản gốc trong outputs/originals: đưa tệp vào lại.")
    try:
        return open_document(original, settings, workers)
    except DocumentError as error:
        return Staged(outdated, None, Status(error.status), str(error))


def stage_reading(outdated: Outdated, reading: Reading, settings: Settings) -> Staged:
    """Puts what was read aside until all is there."""
    if reading.extraction is None:
        return Staged(outdated, None, reading.status, reading.reason)
    path = _staged_path(outdated, settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    partial.write_bytes(pickle.dumps(reading.extraction))
    os.replace(partial, path)
    return Staged(outdated, path, Status.EXTRACTED, None)


def publish_night(settings: Settings, staged: Sequence[Staged], is_accepting_losses: bool) -> NightReport:
    """One new edition with all of `staged`, links and alignments; none where nothing changed.

    Held back where rows were lost that no changed stage explains, unless `is_accepting_losses`.
    """
    started_at = datetime.now(UTC)
    outputs = settings.outputs
    reasons = set_aside(settings)
    waiting = _all_outdated(settings) if reasons else ()
    current = current_or_none(outputs)
    changes: list[Change] = []
    links, is_published, is_held_back = Links(), False, False
    if current is not None and not staged and not find_links(outputs, Edition(current)):
        remember_links(outputs, Edition(current))
    elif current is not None:
        record_versions(settings)
        try:
            with new_edition(outputs) as edition:
                current = local_edition(outputs)
                before = Edition(current) if current else None
                for one in staged:
                    _put(edition, one, settings)
                links = find_links(outputs, edition)
                put_links(edition, links)
                changes = _changes(before, edition, staged, settings)
                if not is_accepting_losses and any(change.is_unexplained_loss for change in changes):
                    raise _HeldBack
            is_published = True
        except _HeldBack:
            is_held_back = True
        if is_published:
            remember_links(outputs, edition)
            shutil.rmtree(_staging(settings), ignore_errors=True)
        _note(staged, settings)
    report = NightReport(
        started_at=started_at.isoformat(),
        finished_at=datetime.now(UTC).isoformat(),
        outdated=len(staged),
        re_extracted=sum(one.extraction is not None for one in staged),
        failures=tuple((one.outdated.document.source_file, one.reason or "") for one in staged if one.extraction is None),
        set_aside=tuple(
            (one.document.source_file, reasons[sha256]) for one in waiting if (sha256 := one.document.source_sha256) in reasons
        ),
        linked=len(links.cited),
        aligned=len(links.stale),
        changes=tuple(changes),
        is_published=is_published,
        is_held_back=is_held_back,
    )
    save_report(outputs, report)
    if url_of(outputs):
        from pipeline.working_copy import prune

        prune(outputs)
    return report


def _note(staged: Sequence[Staged], settings: Settings) -> None:
    """What keeps its old rows because it could not be read anew."""
    failed = {
        one.outdated.document.source_sha256 or "": one.reason or ""
        for one in staged
        if one.extraction is None and one.outdated.document.status is Status.EXTRACTED
    }
    note_failures(settings, failed, [one.outdated.document.source_sha256 or "" for one in staged if one.extraction])


def _put(edition: Edition, staged: Staged, settings: Settings) -> None:
    """The new rows in place of the old; nothing where a newer file of the plan came while the night was reading."""
    seen = staged.outdated.document
    now = next((r for r in document_rows(edition, seen.source_sha256) if r["source_file"] == seen.source_file), None)
    if now is None or now["status"] != seen.status or now["pipeline_version"] != seen.pipeline_version:
        return
    fields = now | {"pipeline_version": pipeline_version(settings), "status": staged.status, "reason": staged.reason}
    if staged.extraction is not None:
        extraction: Extraction = pickle.loads(staged.extraction.read_bytes())
        fields |= {"pages": extraction.page_count, "text_source": extraction.text_source}
        put_extraction(edition, Document(**fields), extraction, settings.outputs)
    elif seen.status is not Status.EXTRACTED:  # still no plan; what was one keeps its rows and is tried again
        put_document(edition, Document(**fields))


def _changes(before: Edition | None, after: Edition, staged: Sequence[Staged], settings: Settings) -> list[Change]:
    """Every difference between the editions, plan by plan; a plan is known by its file where its id changed."""
    older_versions = {one.outdated.document.source_sha256: one.outdated.document.pipeline_version for one in staged}
    old = _plans_by_source(before) if before else {}
    new = _plans_by_source(after)
    tables = [table for table in schemas() if table not in NOT_COMPARED]
    found = []
    for sha256 in sorted(old.keys() | new.keys(), key=lambda sha: new.get(sha) or old[sha]):
        former, plan_id = old.get(sha256), new.get(sha256)
        differing = tables if former != plan_id else [t for t in tables if not _is_same_part(before, after, t, plan_id)]
        if not differing:
            continue
        stages = changed_stages(settings, older_versions[sha256]) if sha256 in older_versions else frozenset()
        for table, gained, lost, changed in compare_plan(before, after, former, plan_id or former, differing):
            causes = ("phiên bản cũ không rõ",) if stages is None else tuple(sorted(s for s in stages if may_change(table, {s})))
            moved = former if former and plan_id and former != plan_id else None
            found.append(Change(plan_id or former, moved, table, gained, lost, changed, causes))
    return found


def _plans_by_source(edition: Edition) -> dict[str, str]:
    plans = edition.read("plans")
    return dict(zip(plans["source_sha256"].to_pylist(), plans["plan_id"].to_pylist(), strict=True))


def _is_same_part(before: Edition | None, after: Edition, table: str, plan_id: str | None) -> bool:
    """Whether both editions share the file: what nothing touched is a hard link."""
    if before is None or plan_id is None:
        return False
    return before.stamp(table, plan_id) == after.stamp(table, plan_id)


def _staged_path(outdated: Outdated, settings: Settings) -> Path:
    return _staging(settings) / f"{outdated.document.source_sha256}-{pipeline_version(settings)}.pickle"


def _staging(settings: Settings) -> Path:
    return settings.outputs / "nightly" / "staged"
