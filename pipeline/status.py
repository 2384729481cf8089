"""How the pipeline does: the watcher and its queue, what came lately, what failed, the last night."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.editions import current_or_none
from pipeline.query import connect
from pipeline.settings import Settings

_LATELY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Failure:
    source_file: str
    status: str
    reason: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class StateOfWork:
    """What the watcher and the last night wrote of themselves; as in `StateOfThings`, without a look at the tables."""

    watcher: dict[str, Any] | None
    is_watching: bool
    in_work: tuple[str, ...]
    night: dict[str, Any] | None


def state_of_work(outputs: Path) -> StateOfWork:
    """Reads a few small files: for a page that many people open."""
    queue = outputs / "queue"
    notes = [_read_json(path) for path in sorted(queue.glob("*.json"))]
    return StateOfWork(
        watcher=_read_json(queue / "watcher.state"),
        is_watching=_is_locked(queue / "watch.lock"),
        in_work=tuple(note["name"] for note in notes if note),
        night=_read_json(outputs / "nightly" / "last.json"),
    )


@dataclass(frozen=True, slots=True)
class StateOfThings:
    """`watcher`: what it last wrote of itself (inbox, ready, waiting, oldest, current, scanned_at), None if never.

    `in_work`: files begun and not done, those that a crash cut off included. `lately` counts statuses of the last 24
    hours; `pages_per_hour` is over the time that reading took, None where nothing was read.
    """

    watcher: dict[str, Any] | None
    is_watching: bool
    in_work: tuple[str, ...]
    documents: dict[str, int]
    lately: dict[str, int]
    pages_per_hour: float | None
    failures: tuple[Failure, ...]
    plans: int
    conflicts: int
    night: dict[str, Any] | None


def state_of(settings: Settings, now: datetime) -> StateOfThings:
    """Reads only; works beside a running watcher and where nothing was ever stored."""
    work = state_of_work(settings.outputs)
    documents: dict[str, int] = {}
    lately: dict[str, int] = {}
    failures: tuple[Failure, ...] = ()
    pace, plans, conflicts = None, 0, 0
    if current_or_none(settings.outputs) is not None:
        since, tables = now - _LATELY, connect(settings.outputs)
        counts = "SELECT status, count(*) FROM documents WHERE received_at > $1 GROUP BY 1 ORDER BY 1"
        documents = dict(tables.execute(counts, [datetime.min.replace(tzinfo=UTC)]).fetchall())
        lately = dict(tables.execute(counts, [since]).fetchall())
        failed = tables.execute(
            "SELECT source_file, status, reason, received_at FROM documents "
            "WHERE status IN ('rejected', 'failed', 'not_a_plan') ORDER BY received_at DESC LIMIT 10"
        )
        failures = tuple(Failure(*row) for row in failed.fetchall())
        ((pace, plans, conflicts),) = tables.execute(
            "SELECT (SELECT 3600 * sum(pages) / nullif(sum(seconds), 0) FROM documents "
            "WHERE received_at > $1 AND status = 'extracted'), "
            "(SELECT count(*) FROM plans), (SELECT count(*) FROM conflicts)",
            [since],
        ).fetchall()
        tables.close()
    return StateOfThings(
        watcher=work.watcher,
        is_watching=work.is_watching,
        in_work=work.in_work,
        documents=documents,
        lately=lately,
        pages_per_hour=pace,
        failures=failures,
        plans=plans,
        conflicts=conflicts,
        night=work.night,
    )


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _is_locked(path: Path) -> bool:
    """Whether a watcher holds the lock, whatever its process id."""
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
