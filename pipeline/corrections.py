"""A person corrects a cell: checked, kept for good, and shown in the tables at once."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.codes import CODES
from pipeline.commit import write_plan
from pipeline.errors import KehoachError
from pipeline.evidence import PLACE_COLUMNS, UNCORRECTED_TABLES, JsonCell, Tables, as_json, evidence_of
from pipeline.replay import Correction, append_correction, corrections_of, revert_corrections
from pipeline.schema import schemas
from pipeline.store import Edition, new_edition


class CorrectionRefused(KehoachError):
    """The correction names no such row or column, or a value that the column can not hold."""


def add_correction(
    outputs: Path,
    plan_id: str,
    table: str,
    ordinal: int,
    column: str,
    value: str,
    who: str,
    why: str = "",
    now: dt.datetime | None = None,
) -> Correction:
    """Stores that `column` of row `ordinal` (1 for `plans`) is `value`, written as a person writes it.

    An empty value means that the page does not say. The value that stands there already confirms it. Raises
    CorrectionRefused with a sentence for the person.
    """
    field = correctable_field(table, column)
    parsed = parse_value(table, field, value)
    if not who.strip():
        raise CorrectionRefused("Cần biết ai sửa: ghi tên người sửa.")
    with new_edition(outputs) as edition:
        published = tables_of(edition, plan_id)
        machine = revert_corrections(corrections_of(outputs, plan_id), plan_id, published)
        index = _index_of(machine, plan_id, table, ordinal)
        correction = Correction(
            plan_id=plan_id,
            table=table,
            ordinal=ordinal,
            column=column,
            value=parsed,
            machine_value=as_json(machine[table][index][column]),
            evidence=evidence_of(machine, table, index),
            who=unicodedata.normalize("NFC", who.strip()),
            when=(now or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds"),
            why=unicodedata.normalize("NFC", why.strip()),
        )
        append_correction(outputs, correction)
        write_plan(edition, plan_id, machine, corrections_of(outputs, plan_id))
    return correction


def tables_of(edition: Edition, plan_id: str) -> dict[str, list[dict[str, Any]]]:
    """Every table that a page speaks for, with the rows of one plan."""
    return {name: edition.read(name, plan_id).to_pylist() for name in schemas() if name not in UNCORRECTED_TABLES}


def correctable_field(table: str, column: str) -> pa.Field:
    """Raises CorrectionRefused where a person can not correct this column, with those that they can."""
    if table not in schemas() or table in UNCORRECTED_TABLES:
        names = ", ".join(name for name in schemas() if name not in UNCORRECTED_TABLES)
        raise CorrectionRefused(f"Không sửa được bảng “{table}”; các bảng sửa được: {names}.")
    schema = schemas()[table]
    if column not in schema.names or column in PLACE_COLUMNS:
        names = ", ".join(name for name in schema.names if name not in PLACE_COLUMNS)
        raise CorrectionRefused(f"Không sửa được cột “{column}” của {table}; các cột sửa được: {names}.")
    return schema.field(column)


def parse_value(table: str, field: pa.Field, text: str) -> JsonCell:
    """`text` as the column keeps it, dates as ISO text. Raises CorrectionRefused."""
    text = unicodedata.normalize("NFC", text.strip())
    where = f"{table}.{field.name}"
    codes = CODES.get(where)
    if pa.types.is_list(field.type):
        members = [m.strip() for m in re.split("[,;]" if codes else ";", text) if m.strip()]
        _check_codes(where, members)
        return members
    if not text:
        if not field.nullable:
            raise CorrectionRefused(f"{where} không được để trống.")
        return None
    if pa.types.is_date(field.type):
        return _parse_date(where, text)
    if pa.types.is_integer(field.type):
        if not re.fullmatch(r"-?\d{1,9}", text):
            raise CorrectionRefused(f"{where} cần một số nguyên, không phải “{text}”.")
        return int(text)
    if pa.types.is_boolean(field.type):
        meanings = {"true": True, "có": True, "1": True, "false": False, "không": False, "0": False}
        if text.casefold() not in meanings:
            raise CorrectionRefused(f"{where} cần có hoặc không (true, false), không phải “{text}”.")
        return meanings[text.casefold()]
    _check_codes(where, [text])
    return " ".join(text.split())


def _parse_date(where: str, text: str) -> str:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    raise CorrectionRefused(f"{where} cần một ngày như 30/06/2026 hoặc 2026-06-30, không phải “{text}”.")


def _check_codes(where: str, members: list[str]) -> None:
    codes = CODES.get(where)
    if codes is not None and (unknown := [m for m in members if m not in codes]):
        raise CorrectionRefused(f"{where}: không có mã “{unknown[0]}”; các mã: {', '.join(sorted(codes))}.")


def _index_of(tables: Tables, plan_id: str, table: str, ordinal: int) -> int:
    if not tables["plans"]:
        raise CorrectionRefused(f"Không có kế hoạch {plan_id}.")
    rows = tables[table]
    if table == "plans":
        if ordinal != 1:
            raise CorrectionRefused("Bảng plans có một dòng cho mỗi kế hoạch: số thứ tự là 1.")
        return 0
    for index, row in enumerate(rows):
        if row["ordinal"] == ordinal:
            return index
    raise CorrectionRefused(f"{plan_id} có {len(rows)} dòng trong {table}, không có dòng số {ordinal}.")
