"""The folders of editions: one writer at a time, each edition prepared beside the current one and shown by one rename."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from pipeline.durable import sync
from pipeline.editions import local_edition
from pipeline.errors import RunError

_KEPT_S = 60.0  # an older edition stays this long for readers that have begun on it
_KEPT_EDITIONS = 8
_FAULTS_OF_THE_DISK = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST, errno.EIO,
)  # fmt: skip

_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())


@contextmanager
def locked(outputs: Path) -> Iterator[None]:
    """One writer over all processes (a lock file waits). Raises RunError where the folder can not be written."""
    with writing_to(outputs):
        (outputs / "editions").mkdir(parents=True, exist_ok=True)
        lock = (outputs / ".lock").open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        token = _held.set(_held.get() | {outputs})
        try:
            yield
        finally:
            _held.reset(token)


def is_held(outputs: Path) -> bool:
    """Whether this thread is the one writer now."""
    return outputs in _held.get()


@contextmanager
def next_folder(outputs: Path, before_shown: Callable[[Path], None] = lambda folder: None) -> Iterator[Path]:
    """A new folder, the current edition when the block and `before_shown` end without an error. The lock must be held."""
    with writing_to(outputs):
        folder = outputs / "editions" / _next_name(outputs)
        try:
            folder.mkdir()
            yield folder
            before_shown(folder)
            _show(outputs, folder)
        except BaseException:
            if local_edition(outputs) != folder.resolve():  # it may have been shown before the error
                shutil.rmtree(folder, ignore_errors=True)
            raise
        _remove_old_editions(outputs)


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """A full disk or a folder without rights ends the run, not one file: the next would fare no better."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FAULTS_OF_THE_DISK:
            raise
        raise RunError(f"Không ghi được vào {folder} ({error.strerror}): giải phóng đĩa hoặc chọn --outputs khác.") from error


def link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, target)


def _next_name(outputs: Path) -> str:
    numbers = [int(entry.name) for entry in (outputs / "editions").iterdir() if entry.name.isdigit()]
    return f"{max(numbers, default=0) + 1:08d}"


def _show(outputs: Path, folder: Path) -> None:
    for table in folder.iterdir():
        sync(table)
    sync(folder)
    shown = outputs / "tables"
    fresh = outputs / ".tables.new"
    fresh.unlink(missing_ok=True)
    os.symlink(Path("editions") / folder.name, fresh, target_is_directory=True)
    os.replace(fresh, shown)
    sync(outputs)


def _remove_old_editions(outputs: Path) -> None:
    """Editions replaced a while ago, and those that a killed process left half made."""
    current = local_edition(outputs)
    others = sorted((f for f in (outputs / "editions").iterdir() if f.name.isdigit() and f.resolve() != current), reverse=True)
    for place, folder in enumerate(others):
        if place >= _KEPT_EDITIONS or time.time() - folder.stat().st_mtime > _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
