"""Commands that examine: `doctor` the machine, `evaluate` the results."""

from __future__ import annotations

import typer

from pipeline.cli_common import DEFAULT_OUTPUTS, JsonOption, OutputsOption, print_json, print_rows


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(outputs: OutputsOption = DEFAULT_OUTPUTS, as_json: JsonOption = False) -> None:
    """Kiểm tra máy có đủ công cụ, gói ngôn ngữ, phiên bản. Mã thoát 1 khi thiếu."""
    from dataclasses import asdict

    from pipeline.doctor import examine

    checks = examine(outputs)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        rows = [(c.name, "đạt" if c.is_ok else "THIẾU", c.found, None if c.is_ok else c.advice) for c in checks]
        print_rows(("mục", "kết quả", "thấy", "việc cần làm"), rows)
    raise typer.Exit(0 if all(check.is_ok for check in checks) else 1)
