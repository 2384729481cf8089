"""What `--outputs` means: a folder, or the working copy on this machine of outputs that a store keeps.

Imports nothing heavy: every command starts with it.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from pipeline.durable import write_whole

_MARK = ".store"  # in a working copy: the address of the store


def outputs_at(place: str | Path) -> Path:
    """The folder for `place`. For an address (`s3://bucket/prefix`) a working copy under `KEHOACH_CACHE`, or ~/.cache/kehoach."""
    if "://" not in str(place):
        return Path(place)
    url = str(place).rstrip("/")
    base = os.environ.get("KEHOACH_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kehoach"
    name = re.sub(r"[^\w.-]+", "-", url)[-80:]
    folder = Path(base) / "stores" / f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    if url_of(folder) != url:
        write_whole(folder / _MARK, url)
    return folder


def url_of(outputs: Path) -> str | None:
    """The address of the store whose working copy `outputs` is; None for a folder that stands for itself."""
    try:
        return (outputs / _MARK).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None


def place_of(outputs: Path) -> str:
    """What another process, on another machine too, gives `outputs_at` to mean the same outputs."""
    return url_of(outputs) or str(outputs.resolve())
