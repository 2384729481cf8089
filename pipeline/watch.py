"""`kehoach watch`: takes files from the inbox into the tables, one after another, for years.

A file is in the inbox until its rows are committed, so kill -9 at any point costs nothing but time. The note kept of
a file in work says since when it has been here, so that a file met again after a crash is not a second arrival.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.commit import DocumentOutcome
from pipeline.durable import write_whole
from pipeline.errors import DocumentError, RunError, fault_of_machine
from pipeline.inbox import Arrival, Inbox, Scan, Signature, is_unchanged, leave, set_aside
from pipeline.ingest import ingest_file, refuse_file
from pipeline.intake import sha256_of
from pipeline.limits import WorkerPool
from pipeline.links import refresh_links
from pipeline.model import Status
from pipeline.settings import Settings
from pipeline.store import keep_original

log = logging.getLogger("kehoach")

_LONGEST_WAIT_S = 300.0  # between tries while the machine is at fault: no space, no Tesseract


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, and waiting: tests bring their own."""

    monotonic_s: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class Watcher:
    """One inbox and the outputs that it feeds."""

    def __init__(
        self, folder: Path, settings: Settings, workers: WorkerPool | None, quiet_s: float, clock: Clock = Clock()
    ) -> None:
        self._inbox = Inbox(folder, quiet_s)
        self._settings, self._workers, self._clock = settings, workers, clock
        self._stuck: set[tuple[Path, Signature]] = set()  # taken in, but not ours to remove

    def forget_done(self) -> None:
        """Drops the notes of files that had left the inbox when their watcher was killed."""
        for note in queue_folder(self._settings).glob("*.json"):
            try:
                path = json.loads(note.read_text(encoding="utf-8"))["path"]
            except (OSError, ValueError, KeyError):
                path = ""
            if not path or not os.path.lexists(self._inbox.folder / path):
                note.unlink(missing_ok=True)

    def scan(self) -> Scan:
        """The inbox now. Raises RunError where it is not there, as when a share is not mounted."""
        try:
            scan = self._inbox.scan(self._clock.monotonic_s(), self._clock.now())
        except OSError as error:
            folder = self._inbox.folder
            raise RunError(f"Không đọc được hộp thư đến {folder} ({error.strerror}): kiểm tra thư mục.") from error
        ready = tuple(a for a in scan.ready if (a.path, a.signature) not in self._stuck)
        return Scan(ready, scan.waiting, scan.ignored)

    def take(self, arrival: Arrival) -> DocumentOutcome | None:
        """The file into the tables and out of the inbox. None where it changed or went before it was taken.

        Raises RunError where the machine is at fault: the file stays.
        """
        note = self._note(arrival)
        try:
            arrived_at = self._arrived_at(note, arrival)
            outcome = self._ingest(arrival, arrived_at)
        except OSError as error:
            if fault := fault_of_machine(error):
                raise fault from error
            if isinstance(error, FileNotFoundError):
                note.unlink(missing_ok=True)
                return None
            raise
        if outcome is None:
            note.unlink(missing_ok=True)
            return None
        self._take_out(arrival, outcome)
        note.unlink(missing_ok=True)
        return outcome

    def link(self) -> None:
        """Joins what came to the plans that it cites or that cite it."""
        refresh_links(self._settings.outputs)

    def _ingest(self, arrival: Arrival, arrived_at: datetime) -> DocumentOutcome | None:
        settings = self._settings
        if arrival.refusal is not None:
            return refuse_file(arrival.name, arrival.refusal, settings, arrived_at)
        path = arrival.path
        if arrival.is_regular and 0 < arrival.signature.size <= settings.max_bytes and os.access(path, os.R_OK):
            try:
                path = keep_original(path, sha256_of(path), settings.originals)
            except DocumentError:  # written to while it was copied: not whole after all
                return None
            if not is_unchanged(arrival):
                return None
        return ingest_file(
            path, settings, source_file=arrival.name, workers=self._workers, arrived_at=arrived_at
        )

    def _take_out(self, arrival: Arrival, outcome: DocumentOutcome) -> None:
        document = outcome.document
        try:
            if document.status in (Status.EXTRACTED, Status.DUPLICATE):
                leave(arrival)
            else:
                set_aside(arrival, self._inbox.folder, document.reason or "")
        except PermissionError as error:
            self._stuck.add((arrival.path, arrival.signature))
            log.warning(
                "%s: đã đọc xong (%s) nhưng không được phép lấy khỏi hộp thư đến (%s): cấp quyền ghi cho thư mục.",
                arrival.name, document.status, error.strerror,
            )  # fmt: skip

    def _note(self, arrival: Arrival) -> Path:
        return queue_folder(self._settings) / f"{hashlib.sha256(arrival.name.encode()).hexdigest()[:16]}.json"

    def _arrived_at(self, note: Path, arrival: Arrival) -> datetime:
        """When this very file was first seen: as a note left by a crash says, else now noted down."""
        signature = [arrival.signature.size, arrival.signature.mtime_ns]
        try:
            kept = json.loads(note.read_text(encoding="utf-8"))
            if kept["signature"] == signature:
                return datetime.fromisoformat(kept["arrived_at"])
        except (OSError, ValueError, KeyError):
            pass
        kept = {
            "name": arrival.name,
            "path": str(arrival.path.relative_to(self._inbox.folder)),
            "signature": signature,
            "arrived_at": arrival.first_seen.isoformat(),
        }
        write_whole(note, json.dumps(kept), is_synced=True)  # in ASCII: a path may hold bytes that are no text
        return arrival.first_seen


def watch(
    watcher: Watcher,
    wait: Callable[[float], bool],
    interval_s: float,
    is_once: bool = False,
    on_scan: Callable[[Scan, Arrival | None], None] = lambda scan, current: None,
) -> int:
    """Scans and takes until `wait(seconds)` says to stop, or, with `is_once`, the inbox is empty; files taken.

    A fault of the machine is logged and tried again, ever less often: a full disk is not a reason to stop for good.
    """
    taken, pause_s, is_linked = 0, interval_s, False
    watcher.forget_done()
    while True:
        try:
            scan = watcher.scan()
            on_scan(scan, None)
            for arrival in scan.ready:
                on_scan(scan, arrival)
                if watcher.take(arrival) is not None:
                    taken, is_linked = taken + 1, False
                if wait(0.0):
                    return taken
            if not is_linked and not scan.ready:
                watcher.link()
                is_linked = True
            pause_s = interval_s
        except RunError as error:
            if is_once:
                raise
            log.warning("%s", error)
            pause_s = min(pause_s * 2, _LONGEST_WAIT_S)
            scan = None
        if is_once and scan is not None and not scan.ready and not scan.waiting:
            return taken
        if wait(pause_s):
            return taken


@contextmanager
def only_watcher(folder: Path, settings: Settings) -> Iterator[None]:
    """Keeps a second watcher off this inbox and these outputs. Raises RunError where there is one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        queue_folder(settings).mkdir(parents=True, exist_ok=True)
        locks = [(folder / ".kehoach-watch.lock").open("a"), (queue_folder(settings) / "watch.lock").open("a")]
    except OSError as error:
        raise RunError(f"Không mở được {error.filename} ({error.strerror}): kiểm tra quyền ghi.") from error
    try:
        try:
            for lock in locks:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(f"Đã có một `kehoach watch` khác đang trông {folder} hoặc {settings.outputs}.") from error
        yield
    finally:
        for lock in locks:
            lock.close()


def queue_folder(settings: Settings) -> Path:
    return settings.outputs / "queue"


def write_heartbeat(
    settings: Settings, folder: Path, started_at: datetime, now: datetime, scan: Scan, current: Arrival | None
) -> None:
    """What `kehoach status` tells of the watcher; not worth an fsync."""
    oldest = scan.ready[0] if scan.ready else None
    beat = {
        "pid": os.getpid(),
        "inbox": str(folder.resolve()),
        "started_at": started_at.isoformat(),
        "scanned_at": now.isoformat(),
        "ready": len(scan.ready),
        "waiting": scan.waiting,
        "ignored": scan.ignored,
        "current": current.name if current else None,
        "oldest": {"name": oldest.name, "since": oldest.first_seen.isoformat()} if oldest else None,
        "free_bytes": shutil.disk_usage(settings.outputs).free,
    }
    write_whole(queue_folder(settings) / "watcher.state", json.dumps(beat, ensure_ascii=False))


def run_watch(folder: Path, settings: Settings, quiet_s: float, interval_s: float, is_once: bool) -> int:
    """The watcher as the command runs it, until SIGTERM or Ctrl-C: the document in work is finished first."""
    import signal

    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    clock = Clock()
    started_at = clock.now()
    try:
        with only_watcher(folder, settings), WorkerPool(1, settings.worker_memory_bytes) as workers:
            watcher = Watcher(folder, settings, workers, quiet_s, clock)
            return watch(
                watcher, stop.wait, interval_s, is_once,
                lambda scan, current: write_heartbeat(settings, folder, started_at, clock.now(), scan, current),
            )  # fmt: skip
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
