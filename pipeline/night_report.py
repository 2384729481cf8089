"""What a night changed: compared edition with edition, worded for a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.durable import write_whole
from pipeline.evidence import PLACE_COLUMNS, as_json, fingerprint, passage
from pipeline.store import Edition

NOT_COMPARED = frozenset({"documents", "alignments", "conflicts"})  # follow from the others
_KEPT_REPORTS = 60


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of one table of one plan. `explained_by`: the stages whose change may have caused it; none: a loss for
    which nobody has a reason."""

    plan_id: str
    former_plan_id: str | None  # where the plan is now known by another id
    table: str
    gained: int
    lost: int
    changed: int
    explained_by: tuple[str, ...]

    @property
    def is_unexplained_loss(self) -> bool:
        return self.lost > 0 and not self.explained_by


@dataclass(frozen=True, slots=True)
class NightReport:
    """`is_published` is False where nothing had to change, too: `is_held_back` tells the two apart."""

    started_at: str
    finished_at: str
    outdated: int
    re_extracted: int
    failures: tuple[tuple[str, str], ...]  # file, sentence
    set_aside: tuple[tuple[str, str], ...]  # not tried: failed before, under the same version and limits
    linked: int
    aligned: int
    changes: tuple[Change, ...]
    is_published: bool
    is_held_back: bool

    @property
    def is_whole(self) -> bool:
        return not self.is_held_back and not self.failures


def compare_plan(
    before: Edition | None, after: Edition, former_id: str | None, plan_id: str, tables: Sequence[str]
) -> list[tuple[str, int, int, int]]:
    """(table, gained, lost, changed) for every table in which a plan's rows differ; a row's place does not count."""
    found = []
    for table in tables:
        old = [] if before is None or former_id is None else before.read(table, former_id).to_pylist()
        new = after.read(table, plan_id).to_pylist()
        gained, lost, changed = compare_rows(old, new)
        if gained or lost or changed:
            found.append((table, gained, lost, changed))
    return found


def compare_rows(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> tuple[int, int, int]:
    """Rows gained, lost, changed. Changed: gone from here and come there from the same passage."""
    before, after = Counter(map(_content, old)), Counter(map(_content, new))
    passages = {_content(row): fingerprint(passage(row)) for row in (*old, *new)}
    gone, come = before - after, after - before
    gone_from = Counter(passages[row] for row in gone.elements())
    come_from = Counter(passages[row] for row in come.elements())
    changed = (gone_from & come_from).total()
    return come.total() - changed, gone.total() - changed, changed


def save_report(outputs: Path, report: NightReport) -> None:
    folder = outputs / "nightly"
    text = json.dumps(asdict(report) | {"summary": summary(report)}, ensure_ascii=False, indent=1)
    stamp = report.started_at[:19].replace(":", "")
    for name in (f"report-{stamp}.json", "last.json"):
        write_whole(folder / name, text)
    for old in sorted(folder.glob("report-*.json"))[:-_KEPT_REPORTS]:
        old.unlink(missing_ok=True)


def summary(report: NightReport) -> str:
    """One sentence."""
    when = datetime.fromisoformat(report.started_at).astimezone()
    what = (
        "GIỮ LẠI, chưa công bố vì có dòng mất không rõ vì sao"
        if report.is_held_back
        else "đã công bố" if report.is_published else "không có gì phải thay đổi"
    )  # fmt: skip
    gained, lost, changed = (sum(getattr(c, name) for c in report.changes) for name in ("gained", "lost", "changed"))
    return (
        f"Lần chạy đêm {when:%d/%m/%Y %H:%M}: {what}; {report.outdated} tài liệu đã cũ, đọc lại {report.re_extracted}, "
        f"lỗi {len(report.failures)}; dòng thêm {gained}, mất {lost}, đổi {changed}; "
        f"nối {report.linked} viện dẫn, đối chiếu {report.aligned} kế hoạch."
    )


def as_text(report: NightReport) -> str:
    """The report in Markdown: for the screen, and for Prefect."""
    lines = [summary(report)]
    if report.changes:
        lines += ["", "| kế hoạch | bảng | thêm | mất | đổi | do |", "|---|---|---:|---:|---:|---|"]
        for change in report.changes:
            plan = f"{change.former_plan_id} → {change.plan_id}" if change.former_plan_id else change.plan_id
            cause = ", ".join(change.explained_by) or ("**không rõ**" if change.lost else "")
            lines.append(f"| {plan} | {change.table} | {change.gained} | {change.lost} | {change.changed} | {cause} |")
    if report.failures:
        lines += ["", "Không đọc lại được (các dòng cũ giữ nguyên):"]
        lines += [f"- {name}: {sentence}" for name, sentence in report.failures]
    if report.set_aside:
        lines += ["", "Để sang một bên cho đến khi phiên bản hoặc giới hạn thay đổi (các dòng cũ giữ nguyên):"]
        lines += [f"- {name}: {sentence}" for name, sentence in report.set_aside]
    if report.is_held_back:
        lines += ["", "Xem các dòng “không rõ” ở trên; nếu chấp nhận: kehoach nightly --accept-losses."]
    return "\n".join(lines)


def _content(row: Mapping[str, Any]) -> str:
    return json.dumps({c: as_json(v) for c, v in row.items() if c not in PLACE_COLUMNS}, sort_keys=True, default=str)
