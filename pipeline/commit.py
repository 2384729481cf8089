"""What one file changes in the tables: its plan's rows in place of the older ones, and its row of `documents`.

A plan has one current version. A newer file of the same plan replaces it, but bare text (no boxes) does not
replace a version whose rows can be shown on the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.editions import current_or_none
from pipeline.evidence import Tables
from pipeline.model import Document, Item, Status, TextSource
from pipeline.plan_id import plan_id_of
from pipeline.replay import Correction, apply_corrections, as_conflict_row, corrections_of
from pipeline.same_plan import same_plan_of
from pipeline.schema import as_row
from pipeline.store import Edition, new_edition
from pipeline.working_copy import WriteConflict

if TYPE_CHECKING:
    from extractors.plans import Plan


_TRIES = 3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a document says: its plan and the rows of every table, without what only the store knows."""

    plan: Plan
    rows: Mapping[str, Sequence[Any]]
    items: Mapping[str, Item]
    page_count: int | None
    text_source: TextSource


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """A file's row of `documents`, and the number of rows that it gave each table."""

    document: Document
    rows: Mapping[str, int] = field(default_factory=dict)


def known_document(sha256: str, outputs: Path) -> dict[str, Any] | None:
    """What became of these bytes before: their row of `documents`, the extracted one where there is one."""
    folder = current_or_none(outputs)
    if folder is None:
        return None
    rows = document_rows(Edition(folder), sha256)
    return next((row for row in rows if row["status"] == Status.EXTRACTED), next(iter(rows), None))


def commit_document(document: Document, outputs: Path, is_apart: bool = False) -> DocumentOutcome:
    """A file that gave no rows. `is_apart`: beside the row of a file of the same bytes and name, not in its place."""
    part = _document_part(document, str(document.received_at) if is_apart else "")
    _in_new_edition(outputs, lambda edition: edition.write("documents", part, [as_row(document)]))
    return DocumentOutcome(document)


def put_document(edition: Edition, document: Document) -> None:
    """The row of `documents` in place of the file's older one."""
    edition.write("documents", _document_part(document), [as_row(document)])


def commit_extraction(document: Document, extraction: Extraction, outputs: Path) -> DocumentOutcome:
    """A file that is a plan: all its rows, or what already stands for the plan stays and the file is a duplicate."""
    return _in_new_edition(outputs, lambda edition: put_extraction(edition, document, extraction, outputs))


def _in_new_edition(outputs: Path, put: Callable[[Edition], _T]) -> _T:
    """`put` once more where another machine stored the same plan meanwhile. Raises RunError."""
    for _ in range(_TRIES - 1):
        try:
            with new_edition(outputs) as edition:
                return put(edition)
        except WriteConflict:
            pass
    with new_edition(outputs) as edition:
        return put(edition)


def put_extraction(edition: Edition, document: Document, extraction: Extraction, outputs: Path) -> DocumentOutcome:
    """The same within an edition that changes more than this. People's corrections are replayed over the rows."""
    plan_id = _plan_id(document, extraction.plan)
    if plan_id not in edition.parts("plans", prefix=plan_id):
        plan_id = same_plan_of(edition, as_row(extraction.plan)) or plan_id
    document = replace(document, plan_id=plan_id)
    _drop_former_reading(edition, document)
    _mark_copies(edition, document)
    older = next(iter(edition.read("plans", plan_id).to_pylist()), None)
    if older is not None and older["source_sha256"] != document.source_sha256:
        if _has_boxes(edition, plan_id) and all(item.bbox is None for item in extraction.items.values()):
            reason = f"Kế hoạch này đã có từ {older['source_file']}, bản có trang ảnh: bản chữ không thay thế."
            document = replace(document, status=Status.DUPLICATE, reason=reason)
            put_document(edition, document)
            return DocumentOutcome(document)
        _mark_replaced(edition, older, document)
    tables = {"plans": [_plan_row(document, extraction)]} | rows_of(extraction, plan_id)
    write_plan(edition, plan_id, tables, corrections_of(outputs, plan_id))
    put_document(edition, document)
    return DocumentOutcome(document, {table: len(rows) for table, rows in tables.items() if table != "plans"})


def write_plan(edition: Edition, plan_id: str, tables: Tables, corrections: Sequence[Correction]) -> None:
    """The plan's rows as the machine read them, corrected; and the corrections that they put in doubt."""
    corrected, conflicts = apply_corrections(corrections, plan_id, tables)
    for table, rows in corrected.items():
        edition.write(table, plan_id, rows)
    edition.write("conflicts", plan_id, [as_conflict_row(conflict) for conflict in conflicts])


def rows_of(extraction: Extraction, plan_id: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table but `plans` as they are stored: numbered, with plan, page and box."""
    return {
        table: [_row(plan_id, number, record, extraction.items) for number, record in enumerate(records, start=1)]
        for table, records in extraction.rows.items()
    }


def _plan_id(document: Document, plan: Plan) -> str:
    return plan_id_of(
        plan.doc_number,
        plan.issuer,
        plan.province_as_printed,
        plan.issue_date.year if plan.issue_date else plan.period_start,
        plan.title,
        document.source_sha256 or "",
    )


def document_rows(edition: Edition, sha256: str) -> list[dict[str, Any]]:
    """Every row of `documents` for these bytes."""
    parts = edition.parts("documents", prefix=sha256[:16])
    rows = [row for part in parts for row in edition.read("documents", part).to_pylist()]
    return [row for row in rows if row["source_sha256"] == sha256]


def _extracted_row(edition: Edition, sha256: str) -> dict[str, Any] | None:
    return next((row for row in document_rows(edition, sha256) if row["status"] == Status.EXTRACTED), None)


def _drop_former_reading(edition: Edition, document: Document) -> None:
    """The same bytes gave another plan_id under an older version: that plan goes, or it would stand twice."""
    former = _extracted_row(edition, document.source_sha256 or "")
    if former is None or former["plan_id"] == document.plan_id:
        return
    plan = edition.read("plans", former["plan_id"]).to_pylist()
    if plan and plan[0]["source_sha256"] == document.source_sha256:
        edition.drop_plan(former["plan_id"])


def _has_boxes(edition: Edition, plan_id: str) -> bool:
    boxes = edition.read("items", plan_id)["x0"]
    return boxes.null_count < len(boxes)


def _mark_copies(edition: Edition, document: Document) -> None:
    """One file of the same bytes stands for the plan: this one, which was read last."""
    for row in document_rows(edition, document.source_sha256 or ""):
        if row["status"] == Status.EXTRACTED and row["source_file"] != document.source_file:
            reason = f"Tệp này trùng từng byte với {document.source_file}."
            put_document(edition, Document(**row | {"status": Status.DUPLICATE, "reason": reason}))


def _mark_replaced(edition: Edition, older: Mapping[str, Any], document: Document) -> None:
    row = _extracted_row(edition, older["source_sha256"])
    if row is not None:
        reason = f"Đã được thay bằng bản mới hơn của cùng kế hoạch: {document.source_file}."
        replaced = Document(**row | {"status": Status.DUPLICATE, "reason": reason})
        put_document(edition, replaced)


def _document_part(document: Document, arrival: str = "") -> str:
    name = hashlib.sha256(f"{document.source_file}{arrival}".encode()).hexdigest()[:8]
    return f"{(document.source_sha256 or '0' * 16)[:16]}-{name}"


def _plan_row(document: Document, extraction: Extraction) -> dict[str, Any]:
    return as_row(extraction.plan) | {
        "plan_id": document.plan_id,
        "source_sha256": document.source_sha256,
        "source_file": document.source_file,
        "text_source": extraction.text_source.value,
        "page_count": extraction.page_count,
    }


def _row(plan_id: str, ordinal: int, record: Any, items: Mapping[str, Item]) -> dict[str, Any]:
    row = as_row(record)
    item = items.get(row.get("item_id") or "")
    box = None if item is None else item.bbox
    place = {"page": None if item is None else item.page}
    place |= {side: None if box is None else getattr(box, side) for side in ("x0", "y0", "x1", "y1")}
    return place | row | {"plan_id": plan_id, "ordinal": ordinal}
