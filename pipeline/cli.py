"""The command line `kehoach`. Each `cli_*` module registers a group of commands; they import a stage only when they run it."""

from __future__ import annotations

import sys

import typer

from pipeline import cli_checks, cli_compare, cli_ingest, cli_living, cli_tables, cli_text
from pipeline.errors import RunError

app = typer.Typer(
    name="kehoach",
    help="Đọc các bản kế hoạch (quét, PDF, ảnh, Word, văn bản) thành bảng dữ liệu so sánh được.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (cli_ingest, cli_text, cli_tables, cli_compare, cli_living, cli_checks):
    group.register(app)


def main() -> None:
    """Runs the command line. Exit code 2: the run itself could not be done, the sentence is on standard error."""
    try:
        app()
    except RunError as error:
        print(f"Lỗi: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # `kehoach query … | head`
        sys.stderr.close()
        sys.exit(0)
