"""Which edition of the tables is the current one. Imports nothing heavy: reading commands start with it."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import RunError
from pipeline.places import url_of


def current_edition(outputs: Path) -> Path:
    """The folder of the tables as they are now; it stays readable while a newer one appears.

    Raises RunError where nothing was ever stored.
    """
    folder = current_or_none(outputs)
    if folder is None:
        raise RunError(f"Chưa có bảng nào trong {url_of(outputs) or outputs}: chạy `kehoach ingest TỆP… --outputs {url_of(outputs) or outputs}` trước.")
    return folder


def current_or_none(outputs: Path) -> Path | None:
    """As `current_edition`, None where nothing was ever stored. A working copy follows its store first."""
    if url_of(outputs) is not None:
        from pipeline.working_copy import pull

        pull(outputs)
    return local_edition(outputs)


def local_edition(outputs: Path) -> Path | None:
    """The edition that this machine shows."""
    shown = outputs / "tables"
    return (outputs / os.readlink(shown)).resolve() if shown.is_symlink() else None
