"""What joins plans: which cited documents are themselves in the corpus, and the alignment of each plan with its parent.

Both depend on more than one document, so they are refreshed over the whole edition, and only where something moved:
`outputs/nightly/aligned.json` keeps under which files of the two plans each alignment was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline import align, lineage
from pipeline.codes import ALIGNED_TABLES
from pipeline.durable import write_whole
from pipeline.store import Edition, new_edition


@dataclass(frozen=True, slots=True)
class Links:
    """What is not yet as it should be. `cited`: (plan_id, ordinal of the citation) to the plan cited, None for none;
    `stale`: plan to the parent with which it must be aligned; `parentless`: plans whose alignments must go."""

    cited: Mapping[tuple[str, int], str | None] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)
    parentless: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cited or self.stale or self.parentless)


def refresh_links(outputs: Path) -> Links:
    """Makes every link right in one new edition, none where all are right already; what was done."""
    from pipeline.editions import current_or_none

    current = current_or_none(outputs)
    if current is None:
        return Links()
    if not find_links(outputs, Edition(current)):
        remember_links(outputs, Edition(current))
        return Links()
    with new_edition(outputs) as edition:
        links = find_links(outputs, edition)
        put_links(edition, links)
    remember_links(outputs, edition)
    return links


def find_links(outputs: Path, edition: Edition) -> Links:
    """What differs from what it should be in `edition`; nothing, without a look, in the one that was linked last."""
    known = _remembered(outputs)
    if known.get("edition") == _name(edition):
        return Links()
    citations = edition.read("citations").to_pylist()
    linked = lineage.link_citations(edition.read("plans").to_pylist(), citations)
    cited = {
        (row["plan_id"], row["ordinal"]): plan_id
        for row, plan_id in zip(citations, linked, strict=True)
        if row["cited_plan_id"] != plan_id
    }
    parents = {
        row["plan_id"]: plan_id
        for row, plan_id in zip(citations, linked, strict=True)
        if row["is_parent"] and plan_id is not None and plan_id != row["plan_id"]
    }
    aligned = set(edition.parts("alignments"))
    stale = {
        plan: parent
        for plan, parent in parents.items()
        if plan not in aligned or known.get("made", {}).get(plan) != _made_of(edition, plan, parent)
    }
    return Links(cited, stale, tuple(sorted(aligned - parents.keys())))


def put_links(edition: Edition, links: Links) -> None:
    for plan_id in sorted({plan_id for plan_id, _ in links.cited}):
        rows = edition.read("citations", plan_id).to_pylist()
        for row in rows:
            row["cited_plan_id"] = links.cited.get((plan_id, row["ordinal"]), row["cited_plan_id"])
        edition.write("citations", plan_id, rows)
    for plan_id, parent_id in links.stale.items():
        rows = [asdict(a) for a in align.align(plan_id, _rows(edition, plan_id), parent_id, _rows(edition, parent_id))]
        edition.write("alignments", plan_id, [row | {"change": row["change"].value} for row in rows])
    for plan_id in links.parentless:
        edition.drop("alignments", plan_id)


def remember_links(outputs: Path, edition: Edition) -> None:
    """Notes that all is linked in `edition`, and under what every alignment was made; lost, it costs one more round."""
    if _remembered(outputs).get("edition") == _name(edition):
        return
    made = {}
    for row in edition.read("citations").to_pylist():
        if row["is_parent"] and row["cited_plan_id"] and row["cited_plan_id"] != row["plan_id"]:
            made[row["plan_id"]] = _made_of(edition, row["plan_id"], row["cited_plan_id"])
    write_whole(_memory(outputs), json.dumps({"edition": _name(edition), "made": made}, indent=0))


def _name(edition: Edition) -> str:
    """Stands for the edition and for the method of linking."""
    return f"{edition.folder.name} {align.VERSION} {lineage.VERSION}"


def _rows(edition: Edition, plan_id: str) -> dict[str, list[dict[str, Any]]]:
    return {table: edition.read(table, plan_id).to_pylist() for table in ALIGNED_TABLES}


def _made_of(edition: Edition, plan_id: str, parent_id: str) -> str:
    """Stands for the method and for the files of both plans."""
    stamps = [edition.stamp(table, one) for one in (plan_id, parent_id) for table in ALIGNED_TABLES]
    return f"{align.VERSION} {parent_id} {stamps}"


def _remembered(outputs: Path) -> dict[str, Any]:
    try:
        return json.loads(_memory(outputs).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _memory(outputs: Path) -> Path:
    return outputs / "nightly" / "aligned.json"
