"""The tables on disk: `outputs/tables/<table>/<part>.parquet`, one part a plan, replaced as a whole or not at all.

`outputs/tables` is a link to the current edition, a folder under `outputs/editions/`. A change is prepared in a
new edition (unchanged parts are hard links, so it costs no space) and shown by renaming the link: a reader
sees all of a plan or nothing of it, and kill -9 leaves the last edition in place.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.durable import sync
from pipeline.edition_folders import link, locked, next_folder, writing_to
from pipeline.editions import local_edition
from pipeline.errors import DocumentError, RunError
from pipeline.intake import sha256_of
from pipeline.places import url_of
from pipeline.schema import schemas, to_table

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.working_copy import Publication

_SCHEMA_PART = "0-schema"  # an empty part in every table: a table without rows still has its columns


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

    One at a time over all processes. A working copy follows its store first, and is shown once the store has the change.
    Raises RunError where the folder can not be written, or the store is not reached.
    """
    with locked(outputs):
        publication = _begin_publication(outputs)
        with next_folder(outputs, publication.publish if publication else lambda folder: None) as folder:
            _prepare(folder, local_edition(outputs))
            yield Edition(folder)
        if publication:
            publication.remember()


def read_table(edition: Path, table: str) -> pa.Table:
    """All rows of a table of an edition, in order of part and row."""
    return pa.concat_tables([_read_parquet(path) for path in sorted((edition / table).glob("*.parquet"))])


def keep_original(path: Path, sha256: str, originals: Path) -> Path:
    """`path`'s bytes under their hash, on disk, and in the store, before this returns. The name's suffix helps a person to open it.

    Raises DocumentError where the bytes are not (any more) those of the hash.
    """
    suffix = path.suffix.lower() if path.suffix[1:].isalnum() else ""
    kept = originals / sha256[:2] / f"{sha256}{suffix}"
    if not kept.exists():
        _copy_whole(path, sha256, kept)
    if url_of(originals.parent):
        from pipeline.working_copy import keep_file

        keep_file(originals.parent, kept)
    return kept


def _copy_whole(path: Path, sha256: str, kept: Path) -> None:
    with writing_to(kept.parent.parent):
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


def original_of(sha256: str, settings: Settings) -> Path | None:
    """The kept file of these bytes, fetched from the store where this machine has it not; None where nobody has."""
    folder = settings.originals / sha256[:2]
    found = next((path for path in sorted(folder.glob(f"{sha256}*")) if path.is_file()), None)
    if found is None and url_of(settings.outputs):
        from pipeline.working_copy import fetch_file

        found = fetch_file(settings.outputs, folder / sha256)
        if found is not None and sha256_of(found) != sha256:
            found.unlink()
            raise RunError(f"Bản gốc {found.name} trong kho {url_of(settings.outputs)} bị hỏng: khôi phục từ bản sao lưu.")
    return found


def _begin_publication(outputs: Path) -> Publication | None:
    if url_of(outputs) is None:
        return None
    from pipeline.working_copy import begin_publication

    return begin_publication(outputs)


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
                link(path, target)
            elif path.stem != _SCHEMA_PART:
                _write_parquet(_recast(pq.read_table(path), schema), target)


def _recast(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of an older version of the table with today's columns: what it did not have is null until re-extraction."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _read_parquet(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as part:  # a tenth of the time of pq.read_table for parts as small as a plan
        return part.read(use_threads=False)


def _write_parquet(rows: pa.Table, path: Path) -> None:
    pq.write_table(rows, path, compression="zstd")
    sync(path)
