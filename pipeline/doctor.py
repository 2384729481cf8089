"""What this machine has of what the pipeline needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pipeline.errors import RunError
from pipeline.settings import Settings

_PACKAGES = (
    "pytesseract", "pdf2image", "opencv-python-headless", "underthesea", "spacy", "pandas", "prefect", "pyarrow", "duckdb",
    "numba", "rapidfuzz", "pypdfium2", "python-docx", "typer", "rich",
)  # fmt: skip
_LANGUAGES = ("vie", "eng", "osd")
_MIN_PYTHON = (3, 11)
_MIN_TESSERACT = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `found` is its version or None, `advice` what to do where it is not as it must be."""

    name: str
    is_ok: bool
    found: str | None
    advice: str | None = None


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which a newcomer would mend them."""
    return [_python(), *_tesseract(), _engine(settings.engine), *_poppler(), *map(_package, _PACKAGES), _folder(settings.outputs)]


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= _MIN_PYTHON, found, "Cần Python 3.11 trở lên: apt install python3")


def _tesseract() -> list[Check]:
    first = _first_line(["tesseract", "--version"])
    version = first.split()[-1].lstrip("v") if first else None
    is_recent = version is not None and version.split(".")[0].isdigit() and int(version.split(".")[0]) >= _MIN_TESSERACT
    checks = [Check("tesseract", is_recent, version, "Cần Tesseract 5: apt install tesseract-ocr")]
    languages = (_output(["tesseract", "--list-langs"]) or "").split()
    packages = {"vie": "tesseract-ocr-vie", "eng": "tesseract-ocr-eng", "osd": "tesseract-ocr-osd"}
    for language in _LANGUAGES:
        has = language in languages
        checks.append(Check(f"tesseract {language}", has, "có" if has else None, f"apt install {packages[language]}"))
    return checks


def _engine(name: str) -> Check:
    """What reads page images, and the Tesseract that it brings, if it is not the system's."""
    if name != "tesserocr":
        return Check("engine", True, name)
    from pipeline.ocr_tesserocr import tesseract_version

    try:
        return Check("engine", True, f"{name}, Tesseract {tesseract_version()}")
    except RunError as error:
        return Check("engine", False, None, str(error))


def _poppler() -> list[Check]:
    checks = []
    for tool in ("pdftoppm", "pdfinfo"):
        first = _first_line([tool, "-v"])
        checks.append(Check(tool, first is not None, first.split()[-1] if first else None, "apt install poppler-utils"))
    return checks


def _package(name: str) -> Check:
    try:
        return Check(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, False, None, "Thiếu gói Python: chạy lại ./dev run")


def _folder(outputs: Path) -> Check:
    existing = next(folder for folder in (outputs.absolute(), *outputs.absolute().parents) if folder.exists())
    try:
        probe = existing / ".kehoach-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check("outputs", False, error.strerror, f"Không ghi được vào {existing}: chọn --outputs khác")
    free_gb = shutil.disk_usage(existing).free / 1e9
    return Check("outputs", free_gb >= 1, f"còn {free_gb:.0f} GB", "Cần ít nhất 1 GB trống")


def _first_line(command: list[str]) -> str | None:
    lines = (_output(command) or "").splitlines()
    return lines[0] if lines else None


def _output(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
