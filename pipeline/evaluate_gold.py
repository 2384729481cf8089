"""Where gold stands in a folder, in either of two layouts, and which file each gold plan is read from.

`gold/text/NAME.txt` and `gold/tables/NAME.json`, its file anywhere else under the folder; or `NAME.tables.json` and
`NAME.txt` beside `NAME.pdf`. A scan is read in preference to a text: reading scans is what is measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import RunError

_SOURCES = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".docx", ".txt")  # the first there is


@dataclass(frozen=True, slots=True)
class GoldPlan:
    """`text` and `tables` are None where that gold was not made."""

    name: str
    source: Path
    text: Path | None
    tables: Path | None

    def rows(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The gold rows of each table; `plans` has one."""
        if self.tables is None:
            return {}
        tables = json.loads(self.tables.read_text(encoding="utf-8"))
        return {table: [rows] if isinstance(rows, dict) else rows for table, rows in tables.items()}


def gold_plans(folder: Path) -> list[GoldPlan]:
    """Every gold plan of `folder` whose file is there, in name order. Raises RunError where there is none."""
    texts = {path.stem: path for path in (folder / "gold" / "text").glob("*.txt")}
    tables = {path.stem: path for path in (folder / "gold" / "tables").glob("*.json")}
    beside = {path.name.removesuffix(".tables.json"): path for path in folder.rglob("*.tables.json")}
    sources = [path for path in sorted(folder.rglob("*")) if folder / "gold" not in path.parents and path.is_file()]
    plans = []
    for name in sorted(texts.keys() | tables.keys() | beside.keys()):
        found = {path.suffix.lower(): path for path in sources if path.stem == name and path.suffix.lower() in _SOURCES}
        if not found:
            continue
        source = next(found[suffix] for suffix in _SOURCES if suffix in found)
        twin = found.get(".txt") if name in beside and source.suffix != ".txt" else None
        plans.append(GoldPlan(name, source, texts.get(name, twin), tables.get(name, beside.get(name))))
    if not plans:
        raise RunError(f"Không thấy bản chuẩn (gold/tables/*.json hoặc *.tables.json) nào trong {folder}.")
    return plans
