"""A folder of outputs that follows a store: readers fetch the store's edition, writers publish theirs before they show it.

Where outputs are a folder of their own, nothing here happens. Editions are compared part by part: what both sides have
stays as it is. Two writers that changed different parts are joined; where both changed the same, the second is told.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.durable import write_whole
from pipeline.edition_folders import is_held, link, locked, next_folder
from pipeline.editions import local_edition
from pipeline.errors import RunError
from pipeline.intake import sha256_of
from pipeline.places import url_of
from pipeline.remote import Manifest, PointerMoved, Remote, content_of, join_lines, name_object, open_remote

Parts = Mapping[str, str]  # key (path under the edition, or under outputs) -> object

_LOG = "corrections/corrections.jsonl"
_STATE = ".store-state.json"
_TRIES = 20


class WriteConflict(RunError):
    """Another machine changed the same part while this one prepared its change: nothing of it was stored."""


@dataclass(frozen=True, slots=True)
class _State:
    """Which edition of the store a local folder holds."""

    pointer: str | None = None
    edition: str | None = None  # the folder's name
    manifest: Manifest = field(default_factory=Manifest)


@dataclass(slots=True)
class Publication:
    """A change, begun on what the store held at that time."""

    outputs: Path
    remote: Remote
    tag: str | None
    begun_on: _State
    _done: _State | None = None

    def publish(self, edition: Path) -> None:
        """Stores the edition, joined with what others stored meanwhile, which `edition` then holds too.

        Readers of the store see all of it or, whatever happens on the way, nothing. Raises WriteConflict, RunError.
        """
        base, tag, pointer = self.begun_on.manifest, self.tag, self.begun_on.pointer
        there = ours = _upload(self.remote, self.outputs, edition, base)
        theirs = base
        for _ in range(_TRIES):
            parts = _join(base.parts, ours.parts, theirs.parts)
            _fetch_parts(self.remote, parts, there.parts, edition)
            moved = {key: name for key, name in theirs.files.items() if base.files.get(key) != name}
            files = {**theirs.files, **ours.files, **_take_files(self.remote, moved, self.outputs)}
            there = Manifest(parts, files)
            if there == theirs and pointer is not None:
                self._done = _State(pointer, edition.name, there)
                return
            fresh = self.remote.put_manifest(there)
            try:
                self.remote.swap_pointer(fresh, tag)
            except PointerMoved:
                tag, pointer = self.remote.pointer_tag(), self.remote.pointer()
                theirs = self.remote.manifest(pointer)
                continue
            self._done = _State(fresh, edition.name, there)
            return
        raise WriteConflict("Nhiều máy ghi vào kho cùng lúc nên chưa ghi được: chạy lại lệnh này.")

    def remember(self) -> None:
        """To be called once the edition is shown here too."""
        assert self._done is not None
        _remember(self.outputs, self._done)


def begin_publication(outputs: Path) -> Publication:
    """Brings the working copy up to date. The lock must be held."""
    remote = _remote_of(outputs)
    tag = remote.pointer_tag()  # before the pointer: a tag too old is noticed, one too new would hide a change
    return Publication(outputs, remote, tag, _follow(outputs, remote, remote.pointer()))


def pull(outputs: Path) -> None:
    """Makes the local edition that of the store; nothing for the writer itself, who did so when it began."""
    if is_held(outputs):
        return
    remote = _remote_of(outputs)
    pointer = remote.pointer()
    if pointer is not None and _state(outputs).pointer != pointer:
        with locked(outputs):
            _follow(outputs, remote, remote.pointer())


def keep_file(outputs: Path, path: Path) -> None:
    """In the store, read back and compared, when this returns. `path`: a file under `outputs` that never changes."""
    _remote_of(outputs).keep_file(path, path.relative_to(outputs).as_posix())


def fetch_file(outputs: Path, path: Path) -> Path | None:
    """The store's file whose path begins with `path`, now here; None where there is none."""
    return _remote_of(outputs).fetch_file(path.relative_to(outputs).as_posix(), path.parent)


def prune(outputs: Path) -> int:
    """Removes from the store what no edition needed for a week; how many objects."""
    return _remote_of(outputs).prune(datetime.now(UTC))


def _follow(outputs: Path, remote: Remote, pointer: str | None) -> _State:
    """The local edition as the store's `pointer` says, made from parts that are here and those that must be fetched."""
    state, current = _state(outputs), local_edition(outputs)
    if pointer is None:
        return _State()
    if state.pointer == pointer:
        return state
    manifest = remote.manifest(pointer)
    here = {key: content_of(name) for key, name in state.manifest.parts.items()}
    if current and state.pointer is None:  # a process died before it noted which edition this is
        here = {path.relative_to(current).as_posix(): sha256_of(path) for path in current.glob("*/*.parquet")}
    with next_folder(outputs) as folder:
        missing: dict[str, Path] = {}
        for key, name in manifest.parts.items():
            target = folder / key
            target.parent.mkdir(exist_ok=True)
            if current and here.get(key) == content_of(name):
                link(current / key, target)
            else:
                missing[name] = target
        remote.get_objects(missing)
        _take_files(remote, manifest.files, outputs, is_uploading=False)
    fresh = _State(pointer, folder.name, manifest)
    _remember(outputs, fresh)
    return fresh


def _upload(remote: Remote, outputs: Path, edition: Path, base: Manifest) -> Manifest:
    """What is here: the base's objects where they are the same, new ones for the rest."""
    fresh: dict[str, Path] = {}
    current = local_edition(outputs)

    def named(path: Path, before: str | None, older: Path | None) -> str:
        if before is not None and older is not None and older.exists() and older.samefile(path):
            return before
        sha256 = sha256_of(path)
        if before is not None and content_of(before) == sha256:
            return before
        name = name_object(sha256)
        fresh[name] = path
        return name

    parts = {}
    for path in sorted(edition.glob("*/*.parquet")):
        key = path.relative_to(edition).as_posix()
        parts[key] = named(path, base.parts.get(key), current / key if current else None)
    files = dict(base.files)
    for path in (*sorted((outputs / "versions").glob("*.json")), outputs / _LOG):
        if path.exists():
            key = path.relative_to(outputs).as_posix()
            files[key] = named(path, base.files.get(key), None)
    remote.put_objects(fresh)
    return Manifest(parts, files)


def _join(base: Parts, ours: Parts, theirs: Parts) -> Parts:
    """What both sides did since `base`. Raises WriteConflict where they did different things to one part."""
    joined = dict(theirs)
    for key in ours.keys() | base.keys():
        before, mine, other = (content_of(side.get(key)) for side in (base, ours, theirs))
        if mine in (before, other):
            continue
        if other != before:
            raise WriteConflict(f"Máy khác vừa ghi {key} vào kho: chạy lại lệnh này để làm tiếp trên bản mới nhất.")
        if mine is None:
            joined.pop(key, None)
        else:
            joined[key] = ours[key]
    return joined


def _fetch_parts(remote: Remote, wanted: Parts, there: Parts, edition: Path) -> None:
    """Makes the folder, which holds the parts of `there`, hold those of `wanted`."""
    missing = {}
    for key, name in wanted.items():
        if content_of(there.get(key)) != content_of(name):
            (edition / key).unlink(missing_ok=True)  # never written through: older editions share the file
            missing[name] = edition / key
    remote.get_objects(missing)
    for key in there.keys() - wanted.keys():
        (edition / key).unlink(missing_ok=True)


def _take_files(remote: Remote, files: Parts, outputs: Path, is_uploading: bool = True) -> dict[str, str]:
    """Puts the store's other files here, the log of corrections joined with ours; which object now holds each."""
    taken = dict(files)
    for key, name in files.items():
        path = outputs / key
        if path.exists() and sha256_of(path) == content_of(name):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        fetched = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        remote.get_objects({name: fetched})
        if key == _LOG and path.exists():
            fetched.write_bytes(join_lines(fetched.read_bytes(), path.read_bytes()))
        os.replace(fetched, path)
        if is_uploading and (sha256 := sha256_of(path)) != content_of(name):
            taken[key] = name_object(sha256)
            remote.put_objects({taken[key]: path})
    return taken


def _remote_of(outputs: Path) -> Remote:
    url = url_of(outputs)
    assert url is not None, f"{outputs} follows no store"
    return open_remote(url)


def _state(outputs: Path) -> _State:
    """What the local edition holds; nothing known where it is another than the last that was noted."""
    try:
        value: Mapping[str, object] = json.loads((outputs / _STATE).read_text(encoding="utf-8"))
        state = _State(value["pointer"], value["edition"], Manifest(**value["manifest"]))  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError):
        return _State()
    current = local_edition(outputs)
    return state if current is not None and current.name == state.edition else _State()


def _remember(outputs: Path, state: _State) -> None:
    write_whole(outputs / _STATE, json.dumps(asdict(state)))
