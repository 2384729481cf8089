"""Outlines of short plans for tests, by the stages that real plans take."""

from __future__ import annotations

from pathlib import Path

from pipeline.intake import take_in
from pipeline.model import Outline
from pipeline.outline import outline_of
from pipeline.reading import read_pages
from pipeline.restoration import restore_pages
from pipeline.settings import Settings


def outline_of_text(text: str, folder: Path) -> Outline:
    """The outline of a plan given as text, through reading and restoration."""
    path = folder / "plan.txt"
    path.write_text(text, encoding="utf-8")
    settings = Settings(outputs=folder, page_workers=1)
    return outline_of(restore_pages(read_pages(take_in(path, settings), settings)), None)
