"""Under which versions a document was read: what is outdated, and what may explain that its rows changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from extractors import EXTRACTORS, plans
from pipeline import docx_text, embedded, layout, ocr, plain_text, preprocess, rasterise, reading, restoration
from pipeline import outline as outline_stage
from pipeline.durable import write_whole
from pipeline.settings import ENGINES, Settings

_ROOT = Path(__file__).parents[1]
_READING = (rasterise, preprocess, ocr, layout, embedded, plain_text, docx_text, reading)
_ROWS_OF = "rows of "  # before a table's name: the stage that concerns this table alone


def reading_version(settings: Settings) -> str:
    """Of everything between the bytes and the raw lines: the key of kept readings."""
    version = ".".join(str(module.VERSION) for module in _READING)
    return version if settings.engine == ENGINES[0] else f"{version} {settings.engine}"


@cache
def stage_versions(settings: Settings) -> Mapping[str, str]:
    """Every stage, data file and setting that a document's rows depend on."""
    versions = {
        "reading": reading_version(settings),
        "settings": f"{settings.dpi} dpi, {settings.max_pixels} px",
        "restoration": str(restoration.VERSION),
        "restoration model": _digest_of(_ROOT / "diacritics" / "data"),
        "outline": str(outline_stage.VERSION),
        "vocabularies": _digest_of(_ROOT / "extractors" / "vocabularies"),
        _ROWS_OF + "plans": str(plans.VERSION),
    }
    return versions | {_ROWS_OF + extractor.table: str(extractor.version) for extractor in EXTRACTORS}


@cache
def pipeline_version(settings: Settings) -> str:
    """Changes with any of `stage_versions`: what was extracted under another one is outdated."""
    digest = hashlib.sha256(json.dumps(stage_versions(settings)).encode()).hexdigest()[:8]
    try:
        package = metadata.version("kehoach")
    except metadata.PackageNotFoundError:  # run from a checkout
        package = "0"
    return f"{package}+{digest}"


def record_versions(settings: Settings) -> None:
    """Keeps what today's `pipeline_version` stands for, for the night that finds it outdated."""
    path = _record(settings, pipeline_version(settings))
    if not path.exists():
        write_whole(path, json.dumps(stage_versions(settings), ensure_ascii=False, indent=1))


def changed_stages(settings: Settings, older: str) -> frozenset[str] | None:
    """The stages in which today's version differs from the version `older`; None where nobody knows any more."""
    try:
        before = json.loads(_record(settings, older).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    now = stage_versions(settings)
    return frozenset(stage for stage in before.keys() | now.keys() if before.get(stage) != now.get(stage))


def may_change(table: str, stages: frozenset[str] | None) -> bool:
    """Whether a change of `stages` explains that rows of `table` came or went."""
    if stages is None:
        return True
    return any(not stage.startswith(_ROWS_OF) or stage == _ROWS_OF + table for stage in stages)


def _record(settings: Settings, version: str) -> Path:
    return settings.outputs / "versions" / f"{version}.json"


@cache
def _digest_of(folder: Path) -> str:
    """Of the names and bytes of all data files under `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc", ".md"):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
