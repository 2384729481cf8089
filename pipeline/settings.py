"""Settings of a run: one frozen object, made once at the edge and handed down."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import RunError
from pipeline.places import outputs_at

ENGINES = ("pytesseract", "tesserocr")  # that read a page image; the first where nothing else is asked for


def usable_cores() -> int:
    """Cores this process may use (containers and `taskset` grant fewer than the machine has)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_engine() -> str:
    return os.environ.get("KEHOACH_ENGINE") or ENGINES[0]


@dataclass(frozen=True, slots=True)
class Settings:
    """Every limit keeps one bad file from holding up or filling the machine."""

    outputs: Path = Path("outputs")
    page_workers: int = field(default_factory=usable_cores)  # pages read at once inside a document
    engine: str = field(default_factory=default_engine)
    dpi: int = 300  # of rasterised pages: what Tesseract's Vietnamese model was trained for
    render_timeout_s: float = 60.0  # of pdftoppm, one page
    ocr_timeout_s: float = 120.0  # of tesseract, one run over one page
    document_timeout_s: float = 3600.0  # no new page is begun after this
    worker_memory_bytes: int = 6 * 1024**3  # address space of the process that reads a document, and of each it starts
    max_bytes: int = 200 * 1024 * 1024
    max_pages: int = 800
    max_pixels: int = 60_000_000  # of one page image; A4 at 300 dpi has 9 million, A3 at 400 dpi 31 million

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            known = " hoặc ".join(ENGINES)
            raise RunError(f"Không có bộ nhận dạng chữ “{self.engine}”: chọn {known} (--engine, KEHOACH_ENGINE).")

    @property
    def tables(self) -> Path:
        return self.outputs / "tables"

    @property
    def originals(self) -> Path:
        return self.outputs / "originals"

    @property
    def cache(self) -> Path:
        return self.outputs / "cache"


def settings_from(outputs: Path | str | None = None, workers: int | None = None, engine: str | None = None) -> Settings:
    """Settings from the command line, else from `KEHOACH_OUTPUTS` and `KEHOACH_ENGINE`, else the defaults.

    `outputs`: as for `outputs_at`. Raises RunError where there is no such engine.
    """
    folder = outputs_at(outputs or os.environ.get("KEHOACH_OUTPUTS") or "outputs")
    return Settings(outputs=folder, page_workers=max(1, workers or usable_cores()), engine=engine or default_engine())
