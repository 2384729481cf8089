"""Files written whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_whole(path: Path, text: str, is_synced: bool = False) -> None:
    """`text` in place of the file, which nobody sees half written. `is_synced`: on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name[-180:]}.{os.getpid()}-{threading.get_ident()}.tmp")
    with partial.open("w", encoding="utf-8") as stream:
        stream.write(text)
        if is_synced:
            stream.flush()
            os.fsync(stream.fileno())
    os.replace(partial, path)
    if is_synced:
        sync(path.parent)


def sync(path: Path) -> None:
    """A file's bytes, or a folder's names, on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
