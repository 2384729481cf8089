"""Plans made of nothing, so that living with the pipeline is tested without OCR: a text `KH <number> <version>` is a plan.

`fake_extract` stands in for `pipeline.ingest.extract_document` and counts in a file how often each text was read.
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from extractors import EXTRACTORS
from extractors.awards import Award, AwardType
from extractors.citations import Citation, Relation
from extractors.items import ItemRow
from extractors.plans import Plan
from pipeline.commit import Extraction
from pipeline.errors import NotAPlan, Rejected
from pipeline.model import Item, Part, Region, SourceFile, TextSource
from pipeline.settings import Settings

AWARDS = ("Huân chương Lao động", "Cờ thi đua của Chính phủ", "Bằng khen của Bộ trưởng")


def plan_text(number: int, version: str = "a", parent: int | None = None) -> str:
    return f"KH {number} {version} {parent if parent is not None else 'goc'}\n"


def plan_id(number: int) -> str:
    return f"{number}-kh-ubnd-ubnd-tinh-a-2026"


def make_extraction(number: int, parent: int | None = None, awards: tuple[str, ...] = AWARDS) -> Extraction:
    """A plan that prints `AWARDS` and `awards`, an item each, and of which `awards` are read."""
    plan = Plan(
        f"{number}/KH-UBND", "UBND tỉnh A", None, None, None, None, None, _issued(number), "Phát động thi đua", None, None,
        2026, 2030, "Nguyễn Văn A", "Chủ tịch", 0.9,
    )  # fmt: skip
    names = list(dict.fromkeys((*(a for a in awards if a not in AWARDS), *AWARDS)))
    texts = [f"{name} cho tập thể dẫn đầu." for name in names]
    if parent is not None:
        texts.append(f"Thực hiện Kế hoạch số {parent}/KH-UBND.")
    items = {
        f"i{n}": Item(f"i{n}", None, f"I.{n}", 1, None, Part.SECTION, None, text, text, (Region(1, None),), None, 0.9)
        for n, text in enumerate(texts, 1)
    }
    rows = {extractor.table: [] for extractor in EXTRACTORS}
    rows["items"] = [
        ItemRow(i.item_id, i.text, 0.9, None, i.path, 1, None, "section", None, "I", False, False, i.text, ("1:",), None)
        for i in items.values()
    ]
    rows["awards"] = [
        Award(f"i{n}", texts[n - 1], 0.4 + n / 10, name, _award_type(name), None, None, None)
        for n, name in enumerate(names, 1)
        if name in awards
    ]
    if parent is not None:
        cited = Citation(f"i{len(texts)}", texts[-1], 0.9, Relation.IMPLEMENTS, "Kế hoạch", f"{parent}/KH-UBND")
        rows["citations"] = [replace(cited, doc_date=_issued(parent), is_parent=True)]
    return Extraction(plan, rows, items, 1, TextSource.TEXT)


def fake_extract(source: SourceFile, settings: Settings, on_page: object = None) -> Extraction:
    words = source.path.read_text(encoding="utf-8").split()
    reads = settings.outputs / "reads.txt"
    reads.parent.mkdir(parents=True, exist_ok=True)
    with reads.open("a") as stream:
        stream.write(" ".join(words) + "\n")
    if words[0] == "HONG":
        raise Rejected("Tệp hỏng: sao chép lại.")
    if words[0] == "GIET":
        os.kill(os.getpid(), signal.SIGKILL)
    if words[0] != "KH":
        raise NotAPlan("Không phải kế hoạch.")
    return make_extraction(int(words[1]), None if words[3] == "goc" else int(words[3]))


def reads(settings: Settings) -> list[str]:
    """The texts that were read, in order, one line a reading."""
    path = settings.outputs / "reads.txt"
    return path.read_text().splitlines() if path.exists() else []


def extract_without_worker(monkeypatch) -> None:  # noqa: ANN001
    monkeypatch.setattr("pipeline.ingest.extract_document", fake_extract)


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _issued(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number % 300)


def _award_type(name: str) -> AwardType:
    return {"Huân": AwardType.ORDER, "Cờ": AwardType.EMULATION_FLAG}.get(name.split()[0], AwardType.CERTIFICATE)
