"""Raw page readings kept on disk, so that a second run does no OCR.

Keyed by what they depend on: the bytes, the version of the reading stage and the settings that it uses.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from diacritics import Edit
from pipeline.model import BoundingBox, Line, PageReading, PageReport, Role, TextSource
from pipeline.settings import Settings


def cache_path(sha256: str, version: str, settings: Settings) -> Path:
    """Where the reading of these bytes by this version under these settings stands."""
    key = hashlib.sha256(f"{version} {settings.dpi} {settings.max_pixels}".encode()).hexdigest()[:12]
    return settings.cache / "readings" / sha256[:2] / f"{sha256}-{key}.json.gz"


def load_reading(path: Path) -> list[PageReading] | None:
    """The pages kept at `path`; None where there are none, or they were damaged on disk."""
    try:
        pages = json.loads(gzip.decompress(path.read_bytes()))
        return [_page(page) for page in pages]
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        path.unlink(missing_ok=True)
        return None


def save_reading(path: Path, pages: list[PageReading]) -> None:
    """Whole or not at all. Readings of an older version of the same bytes go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps([asdict(page) for page in pages], ensure_ascii=False, separators=(",", ":"))
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(gzip.compress(data.encode(), compresslevel=5, mtime=0))
    os.replace(partial, path)
    for older in path.parent.glob(f"{path.name.split('-')[0]}-*.json.gz"):
        if older != path:
            older.unlink(missing_ok=True)


def _page(value: dict[str, Any]) -> PageReading:
    return PageReading(value["page"], tuple(_line(line) for line in value["lines"]), _report(value["report"]))


def _line(value: dict[str, Any]) -> Line:
    return Line(
        **value
        | {
            "role": Role(value["role"]),
            "bbox": _box(value["bbox"]),
            "edits": tuple(Edit(**edit) for edit in value["edits"]),
            "word_confidences": None if value["word_confidences"] is None else tuple(value["word_confidences"]),
            "word_rivals": None if value["word_rivals"] is None else tuple(map(_rivals, value["word_rivals"])),
        }
    )


def _report(value: dict[str, Any]) -> PageReport:
    return PageReport(
        **value
        | {
            "text_source": TextSource(value["text_source"]),
            "steps": tuple(value["steps"]),
            "seals": tuple(BoundingBox(**seal) for seal in value["seals"]),
        }
    )


def _rivals(value: list[list[Any]]) -> tuple[tuple[str, float], ...]:
    return tuple((text, share) for text, share in value)


def _box(value: dict[str, float] | None) -> BoundingBox | None:
    return None if value is None else BoundingBox(**value)
