"""A diff in words: on the screen and as JSON."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from pipeline.align import Kind
from pipeline.codes import ALIGNED_TABLES
from pipeline.diff import Diff
from pipeline.labels import code_label, name_of, table_label
from pipeline.notices import Pair
from pipeline.wording import segments

_STYLE = {"same": "", "put_in": "bold green", "left_out": "strike red"}
_SIGN = {Kind.INHERITED: "=", Kind.ADAPTED: "~", Kind.ADDED: "+", Kind.OMITTED: "−"}


def as_json_value(diff: Diff) -> dict[str, Any]:
    """The diff as plain values: heads of both plans, notices, and each pair with both texts and the changed words."""
    return {
        "plan": diff.plan,
        "parent": diff.parent,
        "note": diff.note,
        "notices": [asdict(notice) for notice in diff.notices],
        "counts": {table: dict(count) for table, count in diff.counts().items()},
        "alignments": [_pair_value(pair) for pair in diff.pairs],
    }


def print_diff(diff: Diff) -> None:
    """On the screen: notices first, then each table with its changed words marked."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)
    console.print(f"{name_of(diff.plan)}  so với  {name_of(diff.parent)}", style="bold")
    if diff.note:
        console.print(diff.note, style="yellow")
    console.print(f"\nCần lưu ý ({len(diff.notices)})", style="bold")
    for number, notice in enumerate(diff.notices, 1):
        console.print(f"{number:3}. {notice.sentence}{'' if notice.sure else '  [đọc chưa chắc: đối chiếu bản quét]'}")
    for table in ALIGNED_TABLES:
        pairs, counts = diff.of_table(table), diff.counts()[table]
        if not pairs:
            continue
        said = ", ".join(f"{code_label('change', kind)} {counts[kind]}" for kind in Kind if counts[kind])
        console.print(f"\n{table_label(table).capitalize()}: {said}", style="bold")
        for pair in pairs:
            console.print(Text.assemble(f" {_SIGN[pair.change]} {_ordinals(pair):>9}  ", *_marked(pair)))


def _marked(pair: Pair) -> list[tuple[str, str]]:
    if pair.ours is None or pair.theirs is None:
        kind = "put_in" if pair.theirs is None else "left_out"
        return [((pair.ours or pair.theirs or {})["text"], _STYLE[kind])]
    if pair.change is Kind.INHERITED:
        return [(pair.ours["text"], "")]
    return [(s.text, _STYLE[s.kind]) for s in segments(pair.ours["text"], pair.theirs["text"])]


def _ordinals(pair: Pair) -> str:
    here, there = (str(row["ordinal"]) if row else "·" for row in (pair.ours, pair.theirs))
    return f"{here} ↔ {there}"


def _pair_value(pair: Pair) -> dict[str, Any]:
    return {
        "table": pair.table,
        "change": pair.change.value,
        "ordinal": pair.ours["ordinal"] if pair.ours else None,
        "parent_ordinal": pair.theirs["ordinal"] if pair.theirs else None,
        "similarity": pair.similarity,
        "text": pair.ours["text"] if pair.ours else None,
        "parent_text": pair.theirs["text"] if pair.theirs else None,
        "changes": [asdict(change) for change in pair.changes],
    }
