"""Vietnamese names of tables, columns and codes, from `labels.yml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_KIND_BY_TABLE = {"sections": "kinds", "items": "kinds"}  # the same column name, another set of codes


@cache
def labels() -> Mapping[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("labels.yml").read_text(encoding="utf-8"))


def table_label(table: str) -> str:
    return labels()["tables"].get(table, table)


def column_label(column: str) -> str:
    return labels()["columns"].get(column, column)


def code_label(column: str, code: str, table: str | None = None) -> str:
    """What a code means; the code itself where it is none of ours."""
    if column == "kind" and table in _KIND_BY_TABLE:
        column = _KIND_BY_TABLE[table]
    return labels()["codes"].get(column, {}).get(code, code)


def choices(table: str, column: str) -> Mapping[str, str] | None:
    """The codes a column may hold with their names, None where it holds free values."""
    if column == "kind" and table in _KIND_BY_TABLE:
        column = _KIND_BY_TABLE[table]
    return labels()["codes"].get(column)


def name_of(head: Mapping[str, Any]) -> str:
    """What a person calls a plan: its number and issuer; its id where the page names neither."""
    if not head["issuer"]:
        return head["doc_number"] or head["plan_id"]
    return f"{head['doc_number'] or 'Không số'} · {head['issuer']}"


def shown(column: str, value: Any, table: str | None = None) -> str:
    """A cell for a person: codes in words, dates as 14/5/2025, shares in percent, nothing for null."""
    if value is None or value != value:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(column, member, table) for member in value)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, dt.datetime):
        return value.strftime("%H:%M %d/%m/%Y")
    if isinstance(value, dt.date):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, float):
        return (
            f"{value:.0%}"
            if column in ("confidence", "ocr_confidence", "similarity")
            else f"{value:g}".replace(".", ",")
        )
    return code_label(column, value, table) if isinstance(value, str) else str(value)
