"""The folder into which people drop files: which of them are whole, which are none of ours, how they leave it."""

from __future__ import annotations

import fnmatch
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.durable import sync, write_whole

REJECTED = "rejected"  # the folder inside the inbox for files that gave no plan
REASON_SUFFIX = ".reason.txt"
_TEMPORARY = (
    "~$*", "*~", "*.tmp", "*.temp", "*.part", "*.partial", "*.filepart", "*.crdownload", "*.download", "*.opdownload",
    "*.swp", "*.lock", "thumbs.db", "desktop.ini", "icon\r",
)  # fmt: skip
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # make a name read as another


@dataclass(frozen=True, slots=True)
class Signature:
    """What changes while a file is still being written."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that is whole. `name`: its path inside the inbox, NFC, fit to be stored and printed.

    `refusal`: why the name itself is refused. `is_regular`: no link, pipe, socket or device.
    """

    path: Path
    name: str
    signature: Signature
    first_seen: datetime
    is_regular: bool
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Scan:
    """The inbox at one moment: files that are whole, oldest first; files still to wait for; names left alone."""

    ready: tuple[Arrival, ...]
    waiting: int
    ignored: int


@dataclass(frozen=True, slots=True)
class _Sighting:
    signature: Signature
    since_s: float  # monotonic: unchanged since
    first_seen: datetime


class Inbox:
    """Remembers between scans how long each file has not changed. Every scan is a full one: no event can be missed."""

    def __init__(self, folder: Path, quiet_s: float) -> None:
        self.folder = folder
        self._quiet_s = quiet_s
        self._sightings: dict[Path, _Sighting] = {}

    def scan(self, clock_s: float, now: datetime) -> Scan:
        """`clock_s`: a monotonic clock. Time stamps of files are only compared with themselves: shares keep odd time."""
        seen: dict[Path, _Sighting] = {}
        ready, ignored = [], 0
        for path, status in _entries(self.folder):
            if is_ignored(path.name):
                ignored += 1
                continue
            signature = Signature(status.st_size, status.st_mtime_ns)
            before = self._sightings.get(path)
            if before is None:
                before = _Sighting(signature, clock_s, now)
            elif before.signature != signature:
                before = _Sighting(signature, clock_s, before.first_seen)
            seen[path] = before
            if clock_s - before.since_s >= self._quiet_s:
                ready.append(_arrival(self.folder, path, status, before))
        self._sightings = seen
        ready.sort(key=lambda arrival: (arrival.first_seen, arrival.name))
        return Scan(tuple(ready), len(seen) - len(ready), ignored)


def is_ignored(name: str) -> bool:
    """Hidden files, and those that programs write beside or before the real one."""
    if name.startswith(".") and not name.startswith(".."):
        return True
    return any(fnmatch.fnmatch(name.casefold(), pattern) for pattern in _TEMPORARY)


def is_unchanged(arrival: Arrival) -> bool:
    """Whether the file is still the one that arrived."""
    try:
        status = arrival.path.lstat()
    except FileNotFoundError:
        return False
    return Signature(status.st_size, status.st_mtime_ns) == arrival.signature


def leave(arrival: Arrival) -> None:
    """The file goes: its bytes are kept as an original. One that changed meanwhile stays, as a new arrival."""
    if is_unchanged(arrival):
        arrival.path.unlink()
        sync(arrival.path.parent)


def set_aside(arrival: Arrival, folder: Path, reason: str) -> Path | None:
    """Moves the file to `rejected/` beside a text that says why. None where it changed or went meanwhile.

    The reason is written first: whatever moment this is cut off at, doing it again ends the same.
    """
    if not is_unchanged(arrival):
        return None
    rejected = folder / REJECTED
    rejected.mkdir(exist_ok=True)
    for stale in rejected.glob(".*.tmp"):  # of a watcher that was killed just here
        stale.unlink(missing_ok=True)
    target = _free_name(rejected, _as_file_name(arrival.name))
    text = f"{arrival.name}\n{arrival.first_seen.astimezone():%d/%m/%Y %H:%M}\n\n{reason}\n"
    note = target.with_name(target.name + REASON_SUFFIX)
    write_whole(note, text, is_synced=True)
    os.rename(arrival.path, target)
    sync(rejected)
    sync(arrival.path.parent)
    return target


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything under the inbox that is not a folder; what vanishes meanwhile is not there."""
    folders = [folder]
    while folders:
        here = folders.pop()
        try:
            entries = list(os.scandir(here))
        except FileNotFoundError:
            if here == folder:
                raise
            continue
        except PermissionError:  # no access yet: the next scan looks again
            continue
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(status.st_mode):
                is_own = here == folder and entry.name == REJECTED
                if not is_own and not is_ignored(entry.name):
                    folders.append(Path(entry.path))
            else:
                yield Path(entry.path), status


def _arrival(folder: Path, path: Path, status: os.stat_result, sighting: _Sighting) -> Arrival:
    raw = path.relative_to(folder).as_posix()
    refusal = None
    if any(_is_unfit(character) for character in raw):
        refusal = "Tên tệp có ký tự điều khiển hoặc ký tự hỏng: đổi tên tệp rồi đưa vào lại."
    elif "\\" in raw or any(part.startswith("..") for part in raw.split("/")):
        refusal = "Tên tệp chứa “..” hoặc “\\” như một đường dẫn: đổi tên tệp rồi đưa vào lại."
    name = "".join("_" if _is_unfit(c) or c == "\\" else c for c in unicodedata.normalize("NFC", raw))
    return Arrival(path, name, sighting.signature, sighting.first_seen, stat.S_ISREG(status.st_mode), refusal)


def _is_unfit(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI


def _as_file_name(name: str) -> str:
    """The last part of `name`, with room for what is put behind it (file systems allow 255 bytes)."""
    stem, suffix = os.path.splitext(name.rsplit("/", 1)[-1].lstrip(".") or "tệp")
    while len(f"{stem}{suffix}".encode()) > 200:
        stem, suffix = (stem[:-1], suffix) if stem else (suffix[:50], "")
    return f"{stem}{suffix}"


def _free_name(folder: Path, name: str) -> Path:
    """`name` in `folder`, numbered where another file has it."""
    stem, suffix = os.path.splitext(name)
    target, number = folder / name, 2
    while os.path.lexists(target):
        target, number = folder / f"{stem} ({number}){suffix}", number + 1
    return target
