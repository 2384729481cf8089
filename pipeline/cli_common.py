"""What every command shares: the options that mean the same everywhere, and how rows are printed."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.places import outputs_at

OutputsOption = Annotated[
    Path,
    typer.Option(
        "--outputs", "-o", parser=outputs_at, metavar="NƠI", envvar="KEHOACH_OUTPUTS", show_default=True,
        help="Nơi giữ kết quả: một thư mục, hoặc s3://kho/tiền-tố.",
    ),
]
PlanArgument = Annotated[
    str, typer.Argument(help="plan_id, số ký hiệu, hoặc một phần của chúng hay của tên tệp gốc.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="In JSON cho máy đọc.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="In CSV (UTF-8).")]
DaskOption = Annotated[
    str | None,
    typer.Option("--dask", metavar="ĐỊA_CHỈ", envvar="KEHOACH_DASK", help="Đọc trên các máy của bộ điều phối Dask này (tcp://máy:8786)."),
]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", metavar="TÊN", envvar="KEHOACH_ENGINE", help="Bộ nhận dạng chữ: pytesseract (mặc định) hoặc tesserocr."),
]
DEFAULT_OUTPUTS = Path("outputs")


def print_json(value: Any) -> None:
    """`value` as JSON on standard output; dates and codes as strings."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """Rows as a table as wide as the screen; as wide as they need where the output is not a screen."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 200)
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", header_style="bold")
    numeric = [bool(rows) and all(isinstance(row[i], (int, float)) or row[i] is None for row in rows) for i in range(len(columns))]
    for column, is_number in zip(columns, numeric, strict=True):
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(as_cell(value) for value in row))
    console.print(table)


def as_cell(value: Any) -> str:
    """A value for a person: nothing for null, decimal comma avoided so that it can be pasted into SQL."""
    from rich.markup import escape

    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return escape(str(value))
