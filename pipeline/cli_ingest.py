"""`kehoach ingest`: files in, tables out, with progress for a person and JSON for a machine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli_common import DEFAULT_OUTPUTS, DaskOption, EngineOption, JsonOption, OutputsOption, print_json, print_rows

if TYPE_CHECKING:
    from pipeline.commit import DocumentOutcome

_STATUS_WORDS = {
    "extracted": "đã trích",
    "duplicate": "trùng",
    "not_a_plan": "không phải kế hoạch",
    "rejected": "không đọc được",
    "failed": "lỗi",
}


def register(app: typer.Typer) -> None:
    app.command("ingest")(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Tệp hoặc thư mục: PDF, TIFF, JPEG, PNG, DOCX, văn bản UTF-8.")],
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Số trang đọc cùng lúc (mặc định: số lõi).")] = None,
    dask: DaskOption = None,
    engine: EngineOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đọc các tệp thành bảng. Mã thoát: 0 mọi tệp đã trích, 1 có tệp không trích được, 2 không chạy được."""
    from pipeline.errors import RunError
    from pipeline.intake import files_under
    from pipeline.settings import settings_from

    settings = settings_from(outputs, workers, engine)
    try:
        files = files_under(paths)
    except FileNotFoundError as error:
        raise RunError(f"Không tìm thấy {error}: kiểm tra lại đường dẫn.") from error
    if not files:
        raise RunError("Không có tệp nào trong thư mục đã cho.")
    with _Progress(files, is_shown=sys.stderr.isatty() and not as_json) as progress:
        import flows  # Prefect takes seconds to import: only with the progress bar on screen

        listener = flows.Listener(progress.on_page, progress.on_document)
        outcomes = flows.run_ingest(files, settings, listener, dask)
    if as_json:
        print_json([as_record(outcome) for outcome in outcomes])
    else:
        print_summary(outcomes, outputs)
    raise typer.Exit(0 if all(o.document.status in ("extracted", "duplicate") for o in outcomes) else 1)


class _Progress:
    """Pages done, of all pages, and the time left, on standard error; silent where nobody watches."""

    def __init__(self, files: Sequence[Path], is_shown: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("trang, còn"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not is_shown,
            transient=True,
        )
        self._pages = dict.fromkeys(map(str, files), 1)  # until a file is opened it counts as one page
        self._done = dict.fromkeys(self._pages, 0)
        self._task = self._bar.add_task("Đang chuẩn bị", total=len(files))

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def on_page(self, path: Path, done: int, total: int) -> None:
        self._pages[str(path)], self._done[str(path)] = total, done
        self._show(path.name)

    def on_document(self, path: Path, outcome: DocumentOutcome) -> None:
        self._done[str(path)] = self._pages[str(path)]
        self._show(path.name)

    def _show(self, name: str) -> None:
        self._bar.update(
            self._task, description=name[:40], total=sum(self._pages.values()), completed=sum(self._done.values())
        )


def as_record(outcome: DocumentOutcome) -> dict[str, Any]:
    """The file's row of `documents` with its numbers of rows, for JSON."""
    from pipeline.schema import as_row

    return as_row(outcome.document) | {"rows": dict(outcome.rows)}


def print_summary(outcomes: Sequence[DocumentOutcome], outputs: Path) -> None:
    """The plans of this run with their numbers of rows, then every file that gave none with its reason."""
    from pipeline.places import url_of
    from pipeline.summary import summary_of

    plan_ids = list(dict.fromkeys(o.document.plan_id for o in outcomes if o.document.plan_id))
    if plan_ids:
        summary = summary_of(outputs, plan_ids)
        print_rows(summary.columns, summary.rows, title="Các kế hoạch đã đọc")
    for outcome in outcomes:
        if outcome.document.reason:
            status = _STATUS_WORDS[outcome.document.status]
            print(f"{outcome.document.source_file}: {status}. {outcome.document.reason}")
    counts = {word: sum(o.document.status == code for o in outcomes) for code, word in _STATUS_WORDS.items()}
    print(f"{len(outcomes)} tệp: " + ", ".join(f"{count} {word}" for word, count in counts.items() if count) + ".")
    print(f"Các bảng: {url_of(outputs) or outputs / 'tables'}; hỏi bằng: kehoach query \"SELECT … FROM plans\"")
