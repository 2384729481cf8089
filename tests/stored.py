"""A folder of outputs made from gold tables: what ingest would store had it read every word right."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import schema
from pipeline.codes import CODES
from pipeline.store import new_edition

TABLES = (
    "citations",
    "sections",
    "purposes",
    "contents",
    "criteria",
    "awards",
    "deadlines",
    "responsibilities",
    "solutions",
)
_PART_OF = {"purposes": "I", "contents": "II", "criteria": "III", "awards": "III", "solutions": "IV"}


def gold(folder: Path, name: str) -> dict[str, Any]:
    """The gold tables of plan `name`; `folder` is ../shared or corpus."""
    return json.loads((folder / "gold" / "tables" / f"{name}.json").read_text(encoding="utf-8"))


def store(outputs: Path, plans: Mapping[str, Mapping[str, Any]], confidence: float = 0.97) -> None:
    """Stores each plan (its id and its gold tables) with an outline, one item a distinct passage."""
    with new_edition(outputs) as edition:
        for plan_id, tables in plans.items():
            for name, rows in stored_rows(plan_id, tables, confidence).items():
                edition.write(name, plan_id, rows)


def stored_rows(plan_id: str, tables: Mapping[str, Any], confidence: float) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table for one plan."""
    sha256 = tables["plans"].get("source_sha256") or hashlib.sha256(plan_id.encode()).hexdigest()
    head = {
        "plan_id": plan_id,
        "source_sha256": sha256,
        "source_file": f"{plan_id}.pdf",
        "text_source": "ocr",
        "page_count": 4,
        "confidence": confidence,
    }
    rows: dict[str, list[dict[str, Any]]] = {"plans": [_fitting("plans", tables["plans"] | head)]}
    items: dict[str, dict[str, Any]] = {}
    for name in TABLES:
        rows[name] = []
        for number, row in enumerate(tables[name], 1):
            item = items.setdefault(row["text"], _item(plan_id, name, row, len(items), confidence))
            place = {key: item[key] for key in ("item_id", "page", "x0", "y0", "x1", "y1")}
            rows[name].append(
                _fitting(name, row | place | {"plan_id": plan_id, "ordinal": number, "confidence": confidence})
            )
    rows["items"] = [_fitting("items", item) for item in items.values()]
    rows["documents"] = [
        _fitting("documents", head | {
            "media_type": "application/pdf", "bytes": 1000, "received_at": dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC),
            "status": "extracted", "pages": 4, "seconds": 1.5, "pipeline_version": "thử",
        })
    ]  # fmt: skip
    return rows


def _item(plan_id: str, table: str, row: Mapping[str, Any], number: int, confidence: float) -> dict[str, Any]:
    numeral = row.get("numeral") or _PART_OF.get(table, "V")
    top, page = 0.1 + 0.04 * (number % 20), 1 + number // 20
    box = {"x0": 0.12, "y0": top, "x1": 0.9, "y1": top + 0.035}
    return box | {
        "plan_id": plan_id, "ordinal": number + 1, "item_id": f"i{number:03}", "parent_item_id": None,
        "path": f"{numeral}.{number}", "level": 1, "marker": "-", "kind": None, "part": "section", "numeral": numeral, "text": row["text"], "raw_text": row["text"],
        "ocr_confidence": confidence, "confidence": confidence, "page": page,
        "regions": [f"{page}:{','.join(f'{side:.4f}' for side in box.values())}"],
    }  # fmt: skip


def _fitting(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `table` out of `row`, dates as dates, none missing."""
    return {
        field.name: _value(row.get(field.name), field, CODES.get(f"{table}.{field.name}"))
        for field in schema.schemas()[table]
    }


def _value(value: Any, field: pa.Field, codes: frozenset[str] | None) -> Any:
    """`value` as the column keeps it; what gold does not tell and the column must have is empty, or some code."""
    if isinstance(value, str) and pa.types.is_date(field.type):
        return dt.date.fromisoformat(value)
    if value is None and not field.nullable:
        if codes and pa.types.is_string(field.type):
            return min(codes)
        empty = (
            (pa.types.is_list, []),
            (pa.types.is_boolean, False),
            (pa.types.is_integer, 1),
            (pa.types.is_string, ""),
        )
        return next(nothing for is_kind, nothing in empty if is_kind(field.type))
    return value


def copies(tables: Mapping[str, Any], numbers: Iterable[int]) -> dict[str, dict[str, Any]]:
    """The same plan under other numbers."""
    return {f"ban-sao-{n:04}": {**tables, "plans": tables["plans"] | {"doc_number": f"{n}/KH-SAO"}} for n in numbers}
