"""The log of what people corrected, replayed over every later reading of the same plan.

A correction is keyed to its evidence (`pipeline.evidence`), never to its ordinal, which moves when rows come and
go. Nothing is ever taken out of the log: of two corrections of one cell the later counts.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.durable import sync
from pipeline.errors import RunError
from pipeline.evidence import Cell, Evidence, JsonCell, Row, Tables, as_json, find_row, fingerprint, item_paths


@dataclass(frozen=True, slots=True)
class Correction:
    plan_id: str
    table: str
    ordinal: int  # at the time: for people, never for matching
    column: str
    value: JsonCell
    machine_value: JsonCell
    evidence: Evidence
    who: str
    when: str  # ISO, UTC
    why: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A correction that the newest reading puts in doubt. `found`: what the machine reads there now."""

    correction: Correction
    code: str  # `reads_otherwise` (applied all the same), `row_gone`, `ambiguous` (not applied)
    found: JsonCell
    sentence: str


def log_path(outputs: Path) -> Path:
    return outputs / "corrections" / "corrections.jsonl"


def append_correction(outputs: Path, correction: Correction) -> None:
    """On the disk when this returns."""
    path = log_path(outputs)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(correction), ensure_ascii=False).encode() + b"\n"
    with path.open("a+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        if log.seek(0, os.SEEK_END) and _last_byte(log) != b"\n":  # a writer died in mid-line: its line is given up
            line = b"\n" + line
        log.write(line)
        log.flush()
        os.fsync(log.fileno())
    sync(path.parent)


def corrections_of(outputs: Path, plan_id: str | None = None) -> tuple[Correction, ...]:
    """The corrections that count, of one plan or of all: the last of each cell, in order of time.

    Raises RunError where the log was damaged in any other way than by a writer that died.
    """
    path = log_path(outputs)
    if not path.exists():
        return ()
    last: dict[tuple[object, ...], Correction] = {}
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            correction = _from_record(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            if _is_cut_short(line):
                continue
            raise RunError(f"Sổ đính chính {path} hỏng ở dòng {number}: khôi phục tệp từ bản sao lưu.") from error
        if plan_id is None or correction.plan_id == plan_id:
            key = (*_row_key(correction), correction.column)
            last.pop(key, None)
            last[key] = correction
    return tuple(last.values())


def apply_corrections(
    corrections: Iterable[Correction], plan_id: str, tables: Tables
) -> tuple[dict[str, list[Row]], tuple[Conflict, ...]]:
    """The tables of one plan as the machine read them, corrected; and the corrections now in doubt.

    Where the machine now reads what the person wrote, nothing is left to say. Where it reads a third thing, the
    person's value stands and the conflict is listed. Where the row can not be told, nothing is changed.
    """
    corrected = {name: list(rows) for name, rows in tables.items()}
    conflicts = []
    paths = item_paths(tables)
    for correction in corrections:
        if correction.plan_id != plan_id:
            continue
        rows = tables.get(correction.table, ())
        index, code = _row_of(correction, correction.evidence, rows, paths)
        if index is None:
            conflicts.append(_conflict(correction, code, None))
            continue
        found = as_json(rows[index].get(correction.column))
        if found not in (correction.value, correction.machine_value):
            conflicts.append(_conflict(correction, "reads_otherwise", found))
        _set(corrected[correction.table], index, correction.column, correction.value)
    return corrected, tuple(conflicts)


def as_conflict_row(conflict: Conflict) -> dict[str, Any]:
    """A row of the table `conflicts`; values as JSON text, for columns are of many types."""
    correction = conflict.correction
    return {
        "plan_id": correction.plan_id,
        "table": correction.table,
        "ordinal": correction.ordinal,
        "column": correction.column,
        "value": json.dumps(correction.value, ensure_ascii=False),
        "machine_value": json.dumps(correction.machine_value, ensure_ascii=False),
        "found": json.dumps(conflict.found, ensure_ascii=False),
        "code": conflict.code,
        "sentence": conflict.sentence,
        "who": correction.who,
        "when": correction.when,
    }


def revert_corrections(corrections: Iterable[Correction], plan_id: str, tables: Tables) -> dict[str, list[Row]]:
    """The published tables of one plan with what the machine had read put back."""
    reverted = {name: list(rows) for name, rows in tables.items()}
    for correction, index in corrected_rows(corrections, plan_id, tables):
        if as_json(tables[correction.table][index][correction.column]) == correction.value:
            _set(reverted[correction.table], index, correction.column, correction.machine_value)
    return reverted


def corrected_rows(
    corrections: Iterable[Correction], plan_id: str, tables: Tables
) -> list[tuple[Correction, int]]:
    """The corrections that stand in the published tables of one plan, each with the index of its row."""
    found, paths = [], item_paths(tables)
    corrections = [c for c in corrections if c.plan_id == plan_id]
    for correction in corrections:
        of_this_row = {c.column: c.value for c in corrections if _row_key(c) == _row_key(correction)}
        as_published = replace(
            correction.evidence,
            text=str(of_this_row.get("text", correction.evidence.text)),
            row={**correction.evidence.row, **of_this_row},
        )
        index, _ = _row_of(correction, as_published, tables.get(correction.table, ()), paths)
        if index is not None:
            found.append((correction, index))
    return found


def _from_record(record: Mapping[str, Any]) -> Correction:
    return Correction(**{**record, "evidence": Evidence(**record["evidence"])})


def _row_of(correction: Correction, evidence: Evidence, rows, paths) -> tuple[int | None, str]:  # noqa: ANN001
    if correction.table == "plans":  # one row a plan
        return (0, "") if rows else (None, "row_gone")
    return find_row(evidence, correction.column, (correction.machine_value, correction.value), rows, paths)


def _row_key(correction: Correction) -> tuple[object, ...]:
    evidence = correction.evidence
    if correction.table == "plans":
        return (correction.plan_id, "plans")
    return (correction.plan_id, correction.table, evidence.path, fingerprint(evidence.text), evidence.nth)


def _set(rows: list[Row], index: int, column: str, value: JsonCell) -> None:
    cell: Cell = dt.date.fromisoformat(value) if column.endswith("_date") and isinstance(value, str) else value
    rows[index] = {**rows[index], column: cell}


def _conflict(correction: Correction, code: str, found: JsonCell) -> Conflict:
    where = f"{correction.plan_id}, {correction.table}.{correction.column} (lúc sửa là dòng {correction.ordinal})"
    sentence = {
        "reads_otherwise": f"{where}: nay máy đọc là “{found}”, trước đó là “{correction.machine_value}”; "
        f"vẫn giữ giá trị đã sửa “{correction.value}”. Xem lại trang rồi sửa lại nếu cần.",
        "row_gone": f"{where}: không còn dòng nào có đoạn văn này nên không áp dụng được “{correction.value}”.",
        "ambiguous": f"{where}: đoạn văn này nay cho số dòng khác trước nên không rõ sửa dòng nào.",
    }[code]
    return Conflict(correction, code, found, sentence)


def _is_cut_short(line: bytes) -> bool:
    """Whether `line` is the beginning of a record whose end was never written."""
    return b'{"plan_id"'.startswith(line[:10]) and not line.rstrip().endswith(b'"}')


def _last_byte(log) -> bytes:  # noqa: ANN001
    log.seek(-1, os.SEEK_END)
    return log.read(1)
