"""Which edition of the tables is the current one. Imports nothing heavy: reading commands start with it."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import RunError


def current_edition(outputs: Path) -> Path:
    """The folder of the tables as they are now; it stays readable while a newer one appears.

    Raises RunError where nothing was ever stored.
    """
    folder = current_or_none(outputs)
    if folder is None:
        raise RunError(f"Chưa có bảng nào trong {outputs}: chạy `kehoach ingest TỆP… --outputs {outputs}` trước.")
    return folder


def current_or_none(outputs: Path) -> Path | None:
    """As `current_edition`, None where nothing was ever stored."""
    link = outputs / "tables"
    return (outputs / os.readlink(link)).resolve() if link.is_symlink() else None
