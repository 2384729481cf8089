"""Outputs kept in a store that fsspec reaches (`s3://bucket/prefix`): objects that never change, and one pointer.

    current.json        which manifest counts: the one object that changes, written last, only if nobody else did meanwhile
    manifests/ objects/ an edition: which object holds each part; the parts. Written once, under names never used again
    originals/ cache/   as in a folder of outputs

On S3 the pointer is swapped by a conditional put, so of two writers one is told. Other stores can not promise that.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import RunError, fault_of_machine
from pipeline.intake import sha256_of

_POINTER = "current.json"
_KEPT = timedelta(days=7)  # objects that no edition needs stay this long for readers and writers that have begun
_MOVED = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404")
_CONTENT = 64  # digits of sha256 at the head of an object's name


class PointerMoved(Exception):
    """Another writer was first."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """An edition. `parts`: `table/part` to its object; `files`: other kept files, by path under outputs, likewise."""

    parts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remote:
    """The store at `url`. Every call raises RunError where it can not be reached or may not be used."""

    url: str
    fs: Any
    root: str

    def pointer(self) -> str | None:
        """What counts now, as one short text; None where nothing was ever stored."""
        with self._reaching():
            try:
                return self.fs.cat_file(f"{self.root}/{_POINTER}").decode()
            except FileNotFoundError:
                return None

    def pointer_tag(self) -> str | None:
        """Stands for the pointer as it is now, to be asked before the pointer itself is read."""
        if not self._is_s3:
            return self.pointer()
        bucket, key, _ = self.fs.split_path(f"{self.root}/{_POINTER}")
        with self._reaching():
            try:
                return self.fs.call_s3("head_object", Bucket=bucket, Key=key)["ETag"]
            except FileNotFoundError:
                return None

    def swap_pointer(self, pointer: str, tag: str | None) -> None:
        """The switch from one edition to the next. Raises PointerMoved where the pointer is no longer that of `tag`."""
        path = f"{self.root}/{_POINTER}"
        with self._reaching():
            if not self._is_s3:
                if self.pointer() != tag:
                    raise PointerMoved
                self.fs.pipe_file(path, pointer.encode())
                return
            bucket, key, _ = self.fs.split_path(path)
            condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
            try:
                self.fs.call_s3("put_object", Bucket=bucket, Key=key, Body=pointer.encode(), **condition)
            except OSError as error:
                if _code_of(error) in _MOVED:
                    raise PointerMoved from error
                raise

    def manifest(self, pointer: str | None) -> Manifest:
        if pointer is None:
            return Manifest()
        with self._reaching():
            data = self.fs.cat_file(f"{self.root}/{json.loads(pointer)['manifest']}")
        manifest = Manifest(**json.loads(gzip.decompress(data)))
        for key in (*manifest.parts, *manifest.files):
            if key.startswith("/") or ".." in key.split("/"):  # it would be written outside of the working copy
                raise RunError(f"Bản kê trong kho {self.url} có tên không hợp lệ ({key}): khôi phục kho từ bản sao lưu.")
        return manifest

    def put_manifest(self, manifest: Manifest) -> str:
        """The pointer to it, not yet swapped in."""
        value = {"parts": manifest.parts, "files": manifest.files}
        data = gzip.compress(json.dumps(value, sort_keys=True).encode(), compresslevel=5, mtime=0)
        key = f"manifests/{uuid.uuid4().hex}.json.gz"
        with self._reaching():
            self.fs.pipe_file(f"{self.root}/{key}", data)
        return json.dumps({"manifest": key, "at": datetime.now(UTC).isoformat(timespec="seconds")})

    def put_objects(self, files: Mapping[str, Path]) -> None:
        """Uploads each file as the object of that name."""
        if files:
            with self._reaching():
                self.fs.put([str(path) for path in files.values()], [self._object(name) for name in files])

    def get_objects(self, files: Mapping[str, Path]) -> None:
        """Downloads the objects. Raises RunError where the bytes are not those that were stored."""
        if not files:
            return
        with self._reaching():
            self.fs.get([self._object(name) for name in files], [str(path) for path in files.values()])
        for name, path in files.items():
            if sha256_of(path) != content_of(name):
                path.unlink()
                raise RunError(f"Tệp {self._object(name)} trong kho {self.url} bị hỏng: khôi phục từ bản sao lưu.")

    def keep_file(self, path: Path, key: str) -> None:
        """Uploads a file that never changes, and reads it back, unless the store has it already."""
        target = f"{self.root}/{key}"
        with self._reaching():
            if self._size(target) == path.stat().st_size:
                return
            self.fs.put_file(str(path), target)
            digest = hashlib.sha256()
            with self.fs.open(target, "rb") as stream:
                while block := stream.read(1 << 22):
                    digest.update(block)
        if digest.hexdigest() != sha256_of(path):
            raise RunError(f"Kho {self.url} không giữ đúng tệp vừa gửi ({key}): kiểm tra kho rồi chạy lại.")

    def fetch_file(self, prefix: str, folder: Path) -> Path | None:
        """The first file whose key begins with `prefix`, whole in `folder`; None where there is none."""
        with self._reaching():
            found = sorted(self.fs.glob(f"{self.root}/{prefix}*"))
            if not found:
                return None
            path = folder / found[0].rsplit("/", 1)[-1]
            folder.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
            try:
                self.fs.get_file(found[0], str(partial))
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
        return path

    def prune(self, now: datetime) -> int:
        """Removes what no edition has needed for a week; how many objects that were."""
        pointer = self.pointer()
        manifest = self.manifest(pointer)
        needed = {self._object(name) for name in (*manifest.parts.values(), *manifest.files.values())}
        needed.add(f"{self.root}/{json.loads(pointer)['manifest']}" if pointer else "")
        with self._reaching():
            found = {
                path: entry.get("LastModified") or entry.get("mtime")
                for folder in ("objects", "manifests")
                for path, entry in self.fs.find(f"{self.root}/{folder}", detail=True).items()
            }
            old = [path for path, at in found.items() if path not in needed and isinstance(at, datetime) and at < now - _KEPT]
            if old:
                self.fs.rm(old)
        return len(old)

    def _object(self, name: str) -> str:
        return f"{self.root}/objects/{name[:2]}/{name}"

    def _size(self, path: str) -> int | None:
        try:
            return self.fs.info(path)["size"]
        except FileNotFoundError:
            return None

    @property
    def _is_s3(self) -> bool:
        return self.url.startswith(("s3://", "s3a://"))

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except _faults_of_store() as error:
            if fault := fault_of_machine(error):
                raise fault from error
            raise RunError(
                f"Không dùng được kho {self.url} ({error}): kiểm tra mạng, tên kho, khóa truy cập (AWS_ACCESS_KEY_ID…, AWS_ENDPOINT_URL)."
            ) from error


@cache
def open_remote(url: str) -> Remote:
    """Raises RunError where a package for this kind of store is missing."""
    try:
        from fsspec.core import url_to_fs

        fs, root = url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        raise RunError(f"Để dùng {url} cần thêm gói cho kho này (với s3://: pip install 'kehoach[s3]'). {error}") from error
    except ValueError as error:
        raise RunError(f"Không hiểu địa chỉ {url} ({error}): dùng một thư mục, hoặc s3://kho/tiền-tố.") from error
    return Remote(url, fs, root.rstrip("/"))


def name_object(sha256: str) -> str:
    """A name never used before, so that nobody removes as old what somebody else just stored again."""
    return f"{sha256}-{uuid.uuid4().hex[:8]}"


def content_of(name: str | None) -> str | None:
    """The sha256 of an object's bytes."""
    return name[:_CONTENT] if name else None


def _faults_of_store() -> tuple[type[BaseException], ...]:
    """What stores raise where they are not reached or refuse. A full disk of this machine is told elsewhere."""
    faults: tuple[type[BaseException], ...] = (OSError,)
    if "botocore" in sys.modules:
        from botocore.exceptions import BotoCoreError

        faults += (BotoCoreError,)
    return faults


def _code_of(error: BaseException) -> str:
    response: Any = getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def join_lines(theirs: bytes, ours: bytes) -> bytes:
    """A log to which two have added: every line once."""
    known = set(theirs.split(b"\n"))
    fresh: Iterable[bytes] = (line for line in ours.split(b"\n") if line and line not in known)
    return theirs + b"".join(line + b"\n" for line in fresh)
