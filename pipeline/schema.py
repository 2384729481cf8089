"""The columns of every table, derived from the row dataclasses, and the checks that rows pass before they are stored."""

from __future__ import annotations

import types
import typing
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import pyarrow as pa

from pipeline.codes import CODES
from pipeline.model import Document

_ARROW = {
    str: pa.string(),
    int: pa.int32(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}
_PLACE = ("page", "x0", "y0", "x1", "y1")  # of the row's item on the page, box in fractions 0..1

_ALIGNMENTS = pa.schema(
    [
        pa.field("plan_id", pa.string(), nullable=False),
        pa.field("parent_plan_id", pa.string(), nullable=False),
        pa.field("table", pa.string(), nullable=False),
        pa.field("change", pa.string(), nullable=False),
        pa.field("ordinal", pa.int32()),
        pa.field("parent_ordinal", pa.int32()),
        pa.field("similarity", pa.float64()),
    ]
)
_CONFLICTS = pa.schema(  # corrections that the newest reading puts in doubt; values as JSON text
    [pa.field(name, pa.string(), nullable=False) for name in ("plan_id", "table")]
    + [pa.field("ordinal", pa.int32(), nullable=False)]
    + [
        pa.field(name, pa.string(), nullable=False)
        for name in ("column", "value", "machine_value", "found", "code", "sentence", "who", "when")
    ]
)


@cache
def schemas() -> Mapping[str, pa.Schema]:
    """Every table's columns, by table name. Imports the extractors."""
    from extractors import EXTRACTORS
    from extractors.plans import Plan

    source = [
        pa.field("plan_id", pa.string(), nullable=False),
        pa.field("source_sha256", pa.string(), nullable=False),
        pa.field("source_file", pa.string(), nullable=False),
    ]
    reading = [
        pa.field("text_source", pa.string(), nullable=False),
        pa.field("page_count", pa.int32()),
    ]
    tables = {"plans": _joined(source, _columns(Plan), reading)}
    head = [pa.field("plan_id", pa.string(), nullable=False), pa.field("ordinal", pa.int32(), nullable=False)]
    place = [pa.field("page", pa.int32()), *(pa.field(name, pa.float64()) for name in _PLACE[1:])]
    for extractor in EXTRACTORS:
        tables[extractor.table] = _joined(head, _columns(extractor.row), place)
    return tables | {"documents": pa.schema(_columns(Document)), "alignments": _ALIGNMENTS, "conflicts": _CONFLICTS}


def to_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """`rows` as the table `name`. Raises ValueError where a row breaks the contract, naming table, column and row."""
    schema = schemas()[name]
    for number, row in enumerate(rows, start=1):
        if extra := row.keys() - set(schema.names):
            raise ValueError(f"{name}, row {number}: unknown columns {sorted(extra)}")
        for field in schema:
            _check_value(f"{name}.{field.name}", row.get(field.name), field, number)
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def as_row(record: Any) -> dict[str, Any]:
    """A row dataclass as plain values: codes as strings, tuples as lists."""
    return {name: _plain(value) for name, value in asdict(record).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [_plain(member) for member in value]
    return value


def _joined(*groups: Sequence[pa.Field]) -> pa.Schema:
    """The columns of `groups` in order, the first of each name."""
    first: dict[str, pa.Field] = {}
    for field in (field for group in groups for field in group):
        first.setdefault(field.name, field)
    return pa.schema(list(first.values()))


def _columns(row: type) -> list[pa.Field]:
    hints = typing.get_type_hints(row)
    return [_column(field.name, hints[field.name]) for field in fields(row)]


def _column(name: str, hint: Any) -> pa.Field:
    members = typing.get_args(hint) if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union else ()
    nullable = type(None) in members
    if nullable:
        (hint,) = (member for member in members if member is not type(None))
    if typing.get_origin(hint) in (tuple, list):
        return pa.field(name, pa.list_(pa.string()), nullable=False)
    if typing.get_origin(hint) is typing.Literal or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        hint = str
    return pa.field(name, _ARROW[hint], nullable=nullable)


def _check_value(where: str, value: Any, field: pa.Field, number: int) -> None:
    if value is None:
        if not field.nullable:
            raise ValueError(f"{where}, row {number}: must not be null")
        return
    codes = CODES.get(where)
    members = value if isinstance(value, list) else [value]
    if codes is not None and not codes.issuperset(members):
        raise ValueError(f"{where}, row {number}: unknown code {value!r}")
    for member in members:
        if isinstance(member, str) and not unicodedata.is_normalized("NFC", member):
            raise ValueError(f"{where}, row {number}: not NFC: {member[:60]!r}")
    if (field.name.endswith("confidence") or field.name in _PLACE[1:]) and not 0 <= value <= 1:
        raise ValueError(f"{where}, row {number}: {value} is not within 0..1")
