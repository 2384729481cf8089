"""Commands that read tables: `show`, `lineage`, `query`. They start in well under a second: no Prefect, OpenCV or spaCy."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli_common import (
    DEFAULT_OUTPUTS,
    CsvOption,
    JsonOption,
    OutputsOption,
    PlanArgument,
    print_csv,
    print_json,
    print_rows,
)


def register(app: typer.Typer) -> None:
    app.command("show")(show)
    app.command("lineage")(lineage)
    app.command("query")(query)


def show(
    plan: PlanArgument,
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Dàn ý các mục I–VI và mọi bảng của một kế hoạch."""
    from pipeline.query import connect, find_plan
    from pipeline.show import plan_tables, print_plan

    with connect(outputs) as connection:
        tables = plan_tables(connection, find_plan(connection, plan))
    if as_json:
        print_json({table: answer.records() for table, answer in tables.items()})
    else:
        print_plan(tables)


def lineage(
    plan: PlanArgument,
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Kế hoạch này thực hiện văn bản nào, và những kế hoạch nào thực hiện nó."""
    from dataclasses import asdict

    from pipeline.lineage import ancestors, descendants
    from pipeline.query import answer, connect, find_plan

    with connect(outputs) as connection:
        plan_id = find_plan(connection, plan)
        plans = answer(connection, "SELECT * FROM plans").records()
        citations = answer(connection, "SELECT * FROM citations ORDER BY plan_id, ordinal").records()
    above, below = ancestors(plan_id, plans, citations), descendants(plan_id, plans, citations)
    if as_json:
        print_json({"plan_id": plan_id, "ancestors": list(map(asdict, above)), "descendants": list(map(asdict, below))})
        return
    for depth, kin in enumerate(reversed(above)):
        place = kin.plan_id or "chưa có trong kho"
        date = f" ngày {kin.doc_date:%d/%m/%Y}" if kin.doc_date else ""
        print(f"{'  ' * depth}{kin.doc_type or 'Văn bản'} {kin.doc_number}{date} {kin.doc_issuer or ''} ({place})")
    print(f"{'  ' * len(above)}{plan_id}")
    for kin in below:
        print(f"{'  ' * (len(above) - kin.distance)}{kin.plan_id}")


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
