"""The tables of the current edition in memory, for a server that answers many short questions.

An edition shares the files of unchanged parts with the one before it (hard links), so a new edition costs the server
only the parts that differ. Readers keep the edition they began on until the new one is whole.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from pipeline.editions import current_edition
from pipeline.search import FOLDED_OF, passages

_Parts = dict[str, tuple[int, int, int]]  # file name -> inode, size, time of change
_MOST_ANSWERS = 128
_Answer = TypeVar("_Answer")


class Mirror:
    """One in-memory database that follows `outputs/tables`. Safe for threads."""

    def __init__(self, outputs: Path) -> None:
        self._outputs = outputs
        self._base = duckdb.connect(":memory:")
        self._base.execute("SET TimeZone = 'UTC'")
        self._edition: Path | None = None
        self._parts: dict[str, _Parts] = {}
        self._refreshing = threading.Lock()
        self._answers: dict[tuple[Any, ...], Any] = {}

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with all tables as views, and `passages` to search. Raises RunError where nothing was stored."""
        self._follow()
        cursor = self._base.cursor()
        try:
            cursor.execute("BEGIN TRANSACTION READ ONLY")  # one edition from first to last question
            yield cursor
        finally:
            cursor.close()

    def kept(self, question: tuple[Any, ...], answer: Callable[[], _Answer]) -> _Answer:
        """The answer to `question`, worked out by `answer` once an edition. Errors are not kept."""
        key = (self._edition, *question)
        found = self._answers.get(key)
        if found is None:
            found = answer()
            while len(self._answers) >= _MOST_ANSWERS:
                self._answers.pop(next(iter(self._answers)), None)
            self._answers[key] = found
        return found

    def _follow(self) -> None:
        edition = current_edition(self._outputs)
        if edition == self._edition:
            return
        is_first = self._edition is None
        if not self._refreshing.acquire(blocking=is_first):
            return  # another thread is at it; what is in memory is whole
        try:
            if edition != self._edition:
                self._load(edition)
        finally:
            self._refreshing.release()

    def _load(self, edition: Path) -> None:
        cursor = self._base.cursor()
        cursor.execute("BEGIN TRANSACTION")
        try:
            parts = {folder.name: _parts(folder) for folder in sorted(edition.iterdir()) if folder.is_dir()}
            for table, files in parts.items():
                _update(cursor, edition / table, files, self._parts.get(table))
            if not self._parts:
                cursor.execute(f"CREATE VIEW passages AS {passages('kept_{}')}")
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        finally:
            cursor.close()
        self._parts, self._edition = parts, edition


def _parts(folder: Path) -> _Parts:
    found = {}
    for path in folder.glob("*.parquet"):
        state = path.stat()
        found[path.name] = (state.st_ino, state.st_size, state.st_mtime_ns)
    return found


def _update(cursor: duckdb.DuckDBPyConnection, folder: Path, files: _Parts, before: _Parts | None) -> None:
    """Brings `kept_<table>` from the parts `before` (None: not there yet) to `files`."""
    table = folder.name
    folded = f", {FOLDED_OF[table]} AS folded" if table in FOLDED_OF else ""
    fresh = sorted(name for name, state in files.items() if before is None or before.get(name) != state)
    gone = sorted(name for name, state in (before or {}).items() if files.get(name) != state)
    if before is not None and not fresh and not gone:
        return
    rows = f"SELECT *{folded} FROM read_parquet($files, filename = 'kept_file')"
    paths: list[Any] = [str(folder / name) for name in fresh]
    if before is None:
        cursor.execute(f'CREATE TABLE "kept_{table}" AS {rows}', {"files": paths})
        hidden = "kept_file, folded" if folded else "kept_file"
        cursor.execute(f'CREATE VIEW "{table}" AS SELECT * EXCLUDE ({hidden}) FROM "kept_{table}"')
        return
    if gone:
        cursor.execute(
            f'DELETE FROM "kept_{table}" WHERE list_contains($gone, parse_filename(kept_file))', {"gone": gone}
        )
    if fresh:
        cursor.execute(f'INSERT INTO "kept_{table}" BY NAME {rows}', {"files": paths})
