"""`kehoach evaluate --ocr`: how well and how dearly pages are read, against the bare `tesseract -l vie` command."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import RunError
from pipeline.evaluate_text import TextScore, score_text
from pipeline.intake import take_in
from pipeline.model import Line, Role
from pipeline.reading import read_pages
from pipeline.restoration import restore_pages
from pipeline.settings import Settings

SCANNED = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png")
BARE_DPI = 300


@dataclass(frozen=True, slots=True)
class OcrScore:
    """One file: its text as read, as restored, and as the bare command reads it. Processor seconds, all processes."""

    name: str
    pages: int
    read: TextScore
    restored: TextScore
    bare: TextScore
    seconds: float
    bare_seconds: float


def scanned_truths(folder: Path) -> Iterator[tuple[Path, Path]]:
    """(scan, its true text): `NAME.gt.txt` or `NAME.txt` beside the scan, or `gold/text/NAME.txt`."""
    for scan in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SCANNED):
        beside = scan.with_suffix(".gt.txt"), scan.with_suffix(".txt"), folder / "gold" / "text" / f"{scan.stem}.txt"
        truth = next((path for path in beside if path.is_file()), None)
        if truth:
            yield scan, truth


def evaluate_scan(scan: Path, truth: Path, settings: Settings) -> OcrScore:
    """Raises DocumentError where the file can not be read."""
    text = truth.read_text(encoding="utf-8")
    started = _processor_seconds()
    pages = read_pages(take_in(scan, settings), settings)
    lines = restore_pages(pages)
    seconds = _processor_seconds() - started
    raw = [line for page in pages for line in page.lines]
    started = _processor_seconds()
    bare = "\n".join(_bare_pages(scan, len(pages)))
    return OcrScore(
        scan.name,
        len(pages),
        score_text(printed_text(raw, restored=False), text),
        score_text(printed_text(lines, restored=True), text),
        score_text(bare, text),
        seconds,
        _processor_seconds() - started,
    )


def printed_text(lines: Sequence[Line], restored: bool) -> str:
    """What the office printed: stamps are no part of it."""
    return "\n".join(line.text if restored else line.raw_text for line in lines if line.role != Role.STAMP)


def _processor_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _bare_pages(scan: Path, count: int) -> Iterator[str]:
    """Each page by `tesseract -l vie`, nothing done to it; its rendering at 300 dpi is not counted against it."""
    command = ["tesseract", "stdin", "stdout", "-l", "vie"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    if scan.suffix.lower() != ".pdf":
        # Tesseract reads every frame of a TIFF itself.
        done = subprocess.run(["tesseract", str(scan), *command[2:]], capture_output=True, env=environment, check=True)
        yield done.stdout.decode("utf-8")
        return
    for page in range(1, count + 1):
        render = ["pdftoppm", "-r", str(BARE_DPI), "-f", str(page), "-l", str(page), str(scan)]
        picture = subprocess.run(render, capture_output=True, check=True).stdout
        done = subprocess.run(command, input=picture, capture_output=True, env=environment, check=True)
        yield done.stdout.decode("utf-8")


def print_ocr(folders: Sequence[Path], settings: Settings) -> None:
    """Print the table of all scans with a true text in `folders`. Raises RunError where there is none."""
    settings = replace(settings, page_workers=1)
    pairs = [pair for folder in folders for pair in scanned_truths(folder)]
    if not pairs:
        raise RunError(f"Không có bản quét nào kèm văn bản chuẩn trong: {', '.join(map(str, folders))}.")
    print(f"{time.strftime('%Y-%m-%d')} · {platform.machine()}, {os.cpu_count()} nhân · % số từ của bản chuẩn")
    print("thiếu, thừa: theo túi từ; WER: theo thứ tự; CPU: so với lệnh tesseract -l vie (300 dpi)")
    print(f"{'tệp':32}{'trang':>6}{'thiếu':>8}{'thừa':>8}{'WER':>8}{'chưa phục hồi':>15}{'tesseract':>11}{'CPU s/tr':>10}{'tỉ lệ':>7}")
    scores = []
    for scan, truth in pairs:
        scores.append(evaluate_scan(scan, truth, settings))
        print(_row(scores[-1]), flush=True)
    print(_mean_row(scores))


def _row(score: OcrScore) -> str:
    restored = score.restored
    return (
        f"{score.name[:31]:32}{score.pages:6}{_missing(restored):8.2f}{_invented(restored):8.2f}{100 * restored.wer:8.2f}"
        f"{_missing(score.read):15.2f}{_missing(score.bare):11.2f}{score.seconds / score.pages:10.2f}"
        f"{score.seconds / max(0.01, score.bare_seconds):7.2f}"
    )


def _mean_row(scores: Sequence[OcrScore]) -> str:
    """Means over files; seconds over pages."""
    count, pages = len(scores), sum(score.pages for score in scores)
    seconds, bare = sum(score.seconds for score in scores), sum(score.bare_seconds for score in scores)
    means = [
        sum(of(score) for score in scores) / count
        for of in (
            lambda s: _missing(s.restored),
            lambda s: _invented(s.restored),
            lambda s: 100 * s.restored.wer,
            lambda s: _missing(s.read),
            lambda s: _missing(s.bare),
        )
    ]
    return (
        f"{'trung bình':32}{pages:6}{means[0]:8.2f}{means[1]:8.2f}{means[2]:8.2f}{means[3]:15.2f}{means[4]:11.2f}"
        f"{seconds / max(1, pages):10.2f}{seconds / max(0.01, bare):7.2f}"
    )


def _missing(score: TextScore) -> float:
    return 100 * score.missing / max(1, score.words)


def _invented(score: TextScore) -> float:
    return 100 * score.invented / max(1, score.words_out)
