"""Documents that were plans and can not be read anew: after two nights they wait for something to change.

Their rows stay. A first failure may be the machine's; the same again under the same version and limits is the file's,
and to try it each night would cost its time limit each night.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.durable import write_whole
from pipeline.settings import Settings
from pipeline.versions import pipeline_version

_NIGHTS = 2


def set_aside(settings: Settings) -> dict[str, str]:
    """sha256 of every document that is not to be tried under today's version and limits, and why it failed."""
    conditions = _conditions(settings)
    return {
        sha256: str(note["reason"])
        for sha256, note in _notes(settings).items()
        if note["under"] == conditions and note["nights"] >= _NIGHTS
    }


def note_failures(settings: Settings, failed: Mapping[str, str], read: Iterable[str]) -> None:
    """What a night could not read (sha256 to reason), and what it could."""
    notes, conditions = _notes(settings), _conditions(settings)
    kept = {sha256: note for sha256, note in notes.items() if sha256 not in set(read)}
    for sha256, reason in failed.items():
        before = notes.get(sha256)
        nights = before["nights"] if before and before["under"] == conditions else 0
        kept[sha256] = {"under": conditions, "nights": nights + 1, "reason": reason}
    if kept != notes:
        write_whole(_path(settings), json.dumps(kept, ensure_ascii=False, indent=1))


def _conditions(settings: Settings) -> str:
    """Whatever may make a file readable that was not."""
    limits = (
        settings.render_timeout_s, settings.ocr_timeout_s, settings.document_timeout_s, settings.worker_memory_bytes,
        settings.max_bytes, settings.max_pages,
    )  # fmt: skip
    return f"{pipeline_version(settings)} {limits}"


def _notes(settings: Settings) -> dict[str, dict[str, Any]]:
    try:
        return json.loads(_path(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _path(settings: Settings) -> Path:
    return settings.outputs / "nightly" / "failed.json"
