"""The tables on disk: `outputs/tables/<table>/<part>.parquet`, one part a plan, replaced as a whole or not at all.

`outputs/tables` is a link to the current edition, a folder under `outputs/editions/`. A change is prepared in a
new edition (unchanged parts are hard links, so it costs no space) and shown by renaming the link: a reader
sees all of a plan or nothing of it, and kill -9 leaves the last edition in place.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.durable import sync
from pipeline.editions import current_or_none
from pipeline.errors import DocumentError, RunError
from pipeline.intake import sha256_of
from pipeline.schema import schemas, to_table

_SCHEMA_PART = "0-schema"  # an empty part in every table: a table without rows still has its columns
_KEPT_S = 60.0  # an older edition stays this long for readers that have begun on it
_KEPT_EDITIONS = 8
_FAULTS_OF_THE_DISK = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST, errno.EIO,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edition:
    """A set of tables being prepared. `names` of parts are file names without suffix."""

    folder: Path

    def parts(self, table: str, prefix: str = "") -> list[str]:
        """The names of the parts that hold rows, sorted."""
        names = (path.stem for path in (self.folder / table).glob(f"{prefix}*.parquet"))
        return sorted(name for name in names if name != _SCHEMA_PART)

    def read(self, table: str, part: str | None = None) -> pa.Table:
        """The rows of `table`, of one part where named (empty where that part is not there)."""
        if part is None:
            return read_table(self.folder, table)
        path = self._path(table, part)
        return _read_parquet(path) if path.exists() else schemas()[table].empty_table()

    def write(self, table: str, part: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts `rows` in place of the part's; no rows, no part. Raises ValueError where they break the contract."""
        path = self._path(table, part)
        path.unlink(missing_ok=True)  # never written through: older editions share the file
        if rows:
            _write_parquet(to_table(table, rows), path)

    def stamp(self, table: str, part: str) -> tuple[int, int, int] | None:
        """Changes whenever the part is written anew, stays while editions share its file; None where it is not there."""
        try:
            status = self._path(table, part).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def drop(self, table: str, part: str) -> None:
        self._path(table, part).unlink(missing_ok=True)

    def drop_plan(self, plan_id: str) -> None:
        """The plan goes from every table; what became of its files stays in `documents`."""
        for table in schemas():
            self.drop(table, plan_id)

    def _path(self, table: str, part: str) -> Path:
        if table not in schemas() or part != Path(part).name or part.startswith((".", "_")) or part == _SCHEMA_PART:
            raise ValueError(f"no such table or part: {table}/{part}")
        return self.folder / table / f"{part}.parquet"


@contextmanager
def new_edition(outputs: Path) -> Iterator[Edition]:
    """The only way to change tables: prepares the next edition, and shows it when the block ends without an error.

    One at a time over all processes (a lock file waits). Raises RunError where the folder can not be written.
    """
    with _writing_to(outputs):
        (outputs / "editions").mkdir(parents=True, exist_ok=True)
        lock = (outputs / ".lock").open("w")
    with lock, _writing_to(outputs):
        fcntl.flock(lock, fcntl.LOCK_EX)
        current = current_or_none(outputs)
        folder = outputs / "editions" / _next_name(outputs)
        try:
            _prepare(folder, current)
            yield Edition(folder)
            _show(outputs, folder)
        except BaseException:
            if current_or_none(outputs) != folder.resolve():  # it may have been shown before the error
                shutil.rmtree(folder, ignore_errors=True)
            raise
        _remove_old_editions(outputs)


def read_table(edition: Path, table: str) -> pa.Table:
    """All rows of a table of an edition, in order of part and row."""
    return pa.concat_tables([_read_parquet(path) for path in sorted((edition / table).glob("*.parquet"))])


def keep_original(path: Path, sha256: str, originals: Path) -> Path:
    """`path`'s bytes under their hash, on disk before this returns. The name's suffix helps a person to open it.

    Raises DocumentError where the bytes are not (any more) those of the hash.
    """
    suffix = path.suffix.lower() if path.suffix[1:].isalnum() else ""
    kept = originals / sha256[:2] / f"{sha256}{suffix}"
    if kept.exists():
        return kept
    with _writing_to(originals):
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_name(f".{kept.name}.{os.getpid()}")
        try:
            shutil.copyfile(path, partial)
            if sha256_of(partial) != sha256:
                raise DocumentError("Tệp thay đổi trong khi đọc: đợi sao chép xong rồi đưa vào lại.")
            sync(partial)
            os.replace(partial, kept)
        finally:
            partial.unlink(missing_ok=True)
        sync(kept.parent)
    return kept


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    """A full disk or a folder without rights ends the run, not one file: the next would fare no better."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FAULTS_OF_THE_DISK:
            raise
        raise RunError(f"Không ghi được vào {folder} ({error.strerror}): giải phóng đĩa hoặc chọn --outputs khác.") from error


def _next_name(outputs: Path) -> str:
    numbers = [int(entry.name) for entry in (outputs / "editions").iterdir() if entry.name.isdigit()]
    return f"{max(numbers, default=0) + 1:08d}"


def _prepare(folder: Path, current: Path | None) -> None:
    for table, schema in schemas().items():
        (folder / table).mkdir(parents=True)
        old = sorted((current / table).glob("*.parquet")) if current and (current / table).is_dir() else []
        is_same_schema = bool(old) and pq.read_schema(old[0]).equals(schema)
        if not is_same_schema:
            _write_parquet(schema.empty_table(), folder / table / f"{_SCHEMA_PART}.parquet")
        for path in old:
            target = folder / table / path.name
            if is_same_schema:
                _link(path, target)
            elif path.stem != _SCHEMA_PART:
                _write_parquet(_recast(pq.read_table(path), schema), target)


def _recast(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of an older version of the table with today's columns: what it did not have is null until re-extraction."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, target)


def _read_parquet(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as part:  # a tenth of the time of pq.read_table for parts as small as a plan
        return part.read(use_threads=False)


def _write_parquet(rows: pa.Table, path: Path) -> None:
    pq.write_table(rows, path, compression="zstd")
    sync(path)


def _show(outputs: Path, folder: Path) -> None:
    for table in folder.iterdir():
        sync(table)
    sync(folder)
    link = outputs / "tables"
    fresh = outputs / ".tables.new"
    fresh.unlink(missing_ok=True)
    os.symlink(Path("editions") / folder.name, fresh, target_is_directory=True)
    os.replace(fresh, link)
    sync(outputs)


def _remove_old_editions(outputs: Path) -> None:
    """Editions replaced a while ago, and those that a killed process left half made."""
    current = current_or_none(outputs)
    others = sorted((f for f in (outputs / "editions").iterdir() if f.name.isdigit() and f.resolve() != current), reverse=True)
    for place, folder in enumerate(others):
        if place >= _KEPT_EDITIONS or time.time() - folder.stat().st_mtime > _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
