"""Commands that read tables: `show`, `query`. They start in well under a second: no Prefect, OpenCV or spaCy."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli_common import DEFAULT_OUTPUTS, CsvOption, JsonOption, OutputsOption, print_csv, print_json, print_rows


def register(app: typer.Typer) -> None:
    app.command("show")(show)
    app.command("query")(query)


def show(
    plan: Annotated[str, typer.Argument(help="plan_id, số ký hiệu, hoặc một phần tên tệp gốc.")],
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Dàn ý các mục I–VI và mọi bảng của một kế hoạch."""
    from pipeline.query import find_plan
    from pipeline.show import plan_tables, print_plan

    tables = plan_tables(outputs, find_plan(outputs, plan))
    if as_json:
        print_json({table: answer.records() for table, answer in tables.items()})
    else:
        print_plan(tables)


def query(
    sql: Annotated[str, typer.Argument(help="Một câu SQL (DuckDB) trên các bảng plans, items, awards, …")],
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Hỏi các bảng bằng SQL, ví dụ: SELECT province, count(*) FROM awards JOIN plans USING (plan_id) GROUP BY 1."""
    from pipeline.query import ask

    answer = ask(outputs, sql)
    if as_json:
        print_json(answer.records())
    elif as_csv:
        print_csv(answer.columns, answer.rows)
    else:
        print_rows(answer.columns, answer.rows)
