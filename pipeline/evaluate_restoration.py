"""`kehoach evaluate --restoration`: words wrong before and after, by kind of damage, with what was asked for.

What a folder holds decides what is measured: `plans/NAME.txt` beside `gold/text/NAME.txt` (text as an English OCR left
it), other Vietnamese text (its marks stripped; left alone), scans beside their truth, `text/*.txt.xz` (paragraphs that
the model was not trained on; set in unseen fonts and read by `tesseract -l eng`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from diacritics import Edit, apply_edits, restore
from diacritics.syllables import strip_marks
from pipeline.evaluate_printed import printed_paragraphs, printed_plans
from pipeline.evaluate_ocr import scanned_truths
from pipeline.evaluate_text import score_text, words_of
from pipeline.intake import take_in
from pipeline.model import Line, Role
from pipeline.reading import read_pages
from pipeline.restoration import restore_pages
from pipeline.settings import Settings

SURE = 0.95
_SOME_LOSSY_TEXT = "Ké hoach trién khai phong trao thi dua d6i méi sang tao"


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the report. `before`, `after`: shares of words wrong; None where nothing was to be repaired."""

    what: str
    words: int
    before: float | None
    after: float | None
    note: str
    aim: str
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Repairs:
    """Single words changed, judged by the truth that stands in their place; `other`: changed, wrong before and after."""

    repaired: int
    harmed: int
    other: int
    wrong: int


def evaluate_restoration(folder: Path, settings: Settings) -> Iterator[Measure]:
    """Every measure that `folder` has material for, as it is made."""
    yield from _lossy_plans(folder)
    good = [text for text in _texts(folder) if _is_marked(text)]
    if good:
        yield _wer("bỏ hết dấu (văn bản của thư mục)", [(strip_marks(text), text) for text in good], 0.007)
        yield _unchanged("văn bản đúng (của thư mục)", good)
    yield from _scans(folder, settings)
    if (folder / "text" / "official.txt.xz").exists():
        yield from _held_out(folder, good)


def print_restoration(folders: Sequence[Path], settings: Settings) -> None:
    """The report of each folder, line by line."""
    print(f"{'phép đo':52}{'từ':>8}{'sai trước':>11}{'sai sau':>9}  mục tiêu")
    for folder in folders:
        for m in evaluate_restoration(folder, settings):
            before, after = (f"{100 * share:.2f} %" if share is not None else "" for share in (m.before, m.after))
            verdict = "" if m.is_met is None else "  đạt" if m.is_met else "  CHƯA ĐẠT"
            print(f"{m.what:52}{m.words:8}{before:>11}{after:>9}  {m.aim}{verdict}{'  ' + m.note if m.note else ''}", flush=True)


def judge(raw: str, restored: str, truth: str, edits: Sequence[Edit]) -> Repairs:
    """What the one-word edits of `raw` did, by the alignment of `raw` with `truth`."""
    have, want = words_of(raw), words_of(truth)
    right: set[int] = set()
    place: dict[int, str] = {}
    for step in Levenshtein.opcodes(have, want):
        if step.tag == "equal":
            right.update(range(step.src_start, step.src_end))
        elif step.tag == "replace":
            place |= dict(zip(range(step.src_start, step.src_end), want[step.dest_start : step.dest_end], strict=False))
    repaired = harmed = other = 0
    for edit in edits:
        at, after = len(words_of(raw[: edit.start])), words_of(edit.after)
        if len(after) != 1 or len(words_of(edit.before)) != 1:
            continue
        if at in right:
            harmed += after[0] != have[at]
        elif place.get(at) == after[0]:
            repaired += 1
        else:
            other += 1
    return Repairs(repaired, harmed, other, len(place))


def _lossy_plans(folder: Path) -> Iterator[Measure]:
    pairs = []
    for gold in sorted((folder / "gold" / "text").glob("*.txt")):
        raw = folder / "plans" / gold.name
        if raw.exists():
            pairs.append((raw.read_text(encoding="utf-8"), gold.read_text(encoding="utf-8")))
    for raw, truth in pairs:
        restore(_SOME_LOSSY_TEXT)  # what is loaded and compiled once is no part of the speed
        started = time.process_time()
        restore(raw)
        speed = len(raw.split()) / max(1e-6, time.process_time() - started)
        yield _wer("mất dấu do OCR tiếng Anh (bản thật)", [(raw, truth)], 0.01, f"{speed:,.0f} từ/s")
    if pairs:
        yield _calibration(pairs)


def _wer(what: str, pairs: Sequence[tuple[str, str]], most: float, note: str = "") -> Measure:
    before = after = words = 0
    for raw, truth in pairs:
        words += len(words_of(truth))
        before += score_text(raw, truth).word_distance
        after += score_text(restore(raw).text, truth).word_distance
    share = after / max(1, words)
    return Measure(what, words, before / max(1, words), share, note, f"≤ {100 * most:.1f} %", share <= most)


def _calibration(pairs: Sequence[tuple[str, str]]) -> Measure:
    """Of the words restored with a probability of at least `SURE`, how many are wrong."""
    total = wrong = 0
    for raw, truth in pairs:
        restored = restore(raw)
        have, want = words_of(restored.text), words_of(truth)
        right = {
            i
            for step in Levenshtein.opcodes(have, want)
            if step.tag == "equal"
            for i in range(step.src_start, step.src_end)
        }
        shift = 0
        for edit in restored.edits:
            if edit.probability >= SURE:
                at = len(words_of(restored.text[: edit.start + shift]))
                count = len(words_of(edit.after))
                total += count
                wrong += sum(at + k not in right for k in range(count))
            shift += len(edit.after) - len(edit.before)
    share = wrong / max(1, total)
    return Measure(f"từ sửa với xác suất ≥ {SURE}", total, None, share, "", "≤ 1.0 %", share <= 0.01)


def _unchanged(what: str, texts: Sequence[str]) -> Measure:
    started = time.process_time()
    changed = sum(len(restore(text).edits) for text in texts)
    words = sum(len(words_of(text)) for text in texts)
    speed = words / max(1e-6, time.process_time() - started)
    share = changed / max(1, words)
    return Measure(what, words, None, share, f"{changed} từ bị đổi, {speed:,.0f} từ/s", "≤ 0.02 %", share <= 1 / 5000)


def _texts(folder: Path) -> list[str]:
    paths = [*sorted((folder / "plans").glob("*.txt")), *sorted((folder / "text").glob("*.txt"))]
    return [path.read_text(encoding="utf-8") for path in paths]


def _is_marked(text: str) -> bool:
    """Whether `text` has its Vietnamese marks (a third of its words and more)."""
    words = words_of(text)
    return sum(not word.isascii() for word in words) > 0.6 * len(words)


def _scans(folder: Path, settings: Settings) -> Iterator[Measure]:
    found = Repairs(0, 0, 0, 0)
    before = after = words = 0
    for scan, truth_path in scanned_truths(folder):
        truth = truth_path.read_text(encoding="utf-8")
        lines = [line for line in restore_pages(read_pages(take_in(scan, settings), settings)) if line.role != Role.STAMP]
        raw, restored, edits = _joined(lines)
        one = judge(raw, restored, truth, edits)
        found = Repairs(*(a + b for a, b in zip(_counts(found), _counts(one), strict=True)))
        words += len(words_of(truth))
        before += score_text(raw, truth).word_distance
        after += score_text(restored, truth).word_distance
    if words:
        note = f"{found.wrong} từ sai, sửa đúng {found.repaired}, làm hỏng {found.harmed}, đổi khác {found.other}"
        met = found.repaired >= 0.5 * found.wrong and found.repaired >= 10 * found.harmed
        yield Measure("trang quét, tesseract -l vie", words, before / words, after / words, note, "sửa ½, 10:1", met)


def _counts(repairs: Repairs) -> tuple[int, int, int, int]:
    return repairs.repaired, repairs.harmed, repairs.other, repairs.wrong


def _joined(lines: Sequence[Line]) -> tuple[str, str, list[Edit]]:
    """(raw, restored, edits) of the lines as one text."""
    raw = "\n".join(line.raw_text for line in lines)
    edits, start = [], 0
    for line in lines:
        edits += [
            Edit(e.start + start, e.end + start, e.before, e.after, e.rule, e.probability) for e in line.edits
        ]
        start += len(line.raw_text) + 1
    return raw, apply_edits(raw, edits), edits


def _held_out(folder: Path, plans: Sequence[str]) -> Iterator[Measure]:
    from diacritics.train.corpus import hold_out

    kept = hold_out(folder / "text")
    yield _unchanged("văn bản hành chính chưa học", kept["official"])
    yield replace(_unchanged("văn bản khác chưa học", kept["other"]), aim="", is_met=None)
    sources = (
        ("kế hoạch", printed_plans, plans, 0.01),
        ("hành chính", printed_paragraphs, kept["official"], 0.02),
        ("báo chí", printed_paragraphs, kept["other"], 0.04),
    )
    for seed, (name, printed, texts, most) in enumerate(sources):
        pairs = printed(texts, seed)
        if pairs:
            yield _wer(f"in phông chưa học, tesseract -l eng: {name}", pairs, most)
