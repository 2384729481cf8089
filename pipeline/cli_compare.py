"""Commands for those who ask the questions: `diff`, `compare`, `search`, `report`, `serve`."""

from __future__ import annotations

from pathlib import Path
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
    for command in (diff, compare, search, report, serve):
        app.command(command.__name__)(command)


def diff(
    plan: PlanArgument,
    parent: Annotated[str | None, typer.Argument(help="Kế hoạch để so; không nêu thì lấy kế hoạch cấp trên.")] = None,
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    as_json: JsonOption = False,
    html: Annotated[Path | None, typer.Option("--html", help="Ghi một trang HTML đọc được ở mọi máy.")] = None,
) -> None:
    """So một kế hoạch với kế hoạch cấp trên: điều cần lưu ý, phần tiếp thu, điều chỉnh, bổ sung, không có."""
    from pipeline import query
    from pipeline.diff import diff_plans
    from pipeline.diff_text import as_json_value, print_diff

    with query.connect(outputs) as connection:
        plan_id = query.find_plan(connection, plan)
        parent_id = query.find_plan(connection, parent) if parent else None
        found = diff_plans(connection, plan_id, parent_id)
    if html is not None:
        from pipeline.render import page, write_page

        write_page(html, page("mail_diff.html", diff=found))
        print(html)
    elif as_json:
        print_json(as_json_value(found))
    else:
        print_diff(found)


def compare(
    table: Annotated[str, typer.Argument(help="awards, contents, solutions, deadlines, criteria, responsibilities, …")],
    by: Annotated[str, typer.Option("--by", help="province, issuer, issuer_level, sector hoặc plan_id.")] = "province",
    theme: Annotated[str | None, typer.Option("--theme", help="Chỉ một chủ đề, kèm nguyên tên các nội dung.")] = None,
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    out: Annotated[Path | None, typer.Option("--out", help="Ghi tệp .csv hoặc .xlsx.")] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Đặt các tỉnh, thành phố cạnh nhau trong một bảng: ai có gì, ai không có gì."""
    from pipeline import tables
    from pipeline.compare import compare_table
    from pipeline.compare_files import save

    with tables.connect(outputs) as connection:
        matrix = compare_table(connection, table, by, theme)
    rows = [(label, *cells) for label, cells in matrix.rows]
    columns = (matrix.corner, *matrix.columns)
    if out is not None:
        save(matrix, out)
        print(out)
    elif as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif as_csv:
        print_csv(columns, rows)
    else:
        print_rows(columns, rows, title=matrix.title)
        for label, missing in matrix.left_out():
            print(f"Không có {label}: {', '.join(missing)}")


def search(
    words: Annotated[
        str, typer.Argument(help="Từ cần tìm; chữ không dấu khớp mọi dấu: thi dua, học liệu, 923/QĐ-TTg.")
    ],
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=250, help="Số kết quả.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Tìm trong toàn văn các kế hoạch: kế hoạch, mục, trang."""
    from dataclasses import asdict

    from pipeline import tables
    from pipeline.search import search as look

    with tables.connect(outputs) as connection:
        found = look(connection, words, limit)
    if as_json:
        print_json([asdict(hit) for hit in found.hits])
        return
    rows = [(hit.doc_number or hit.plan_id, hit.section or "tên", hit.page, hit.excerpt()) for hit in found.hits]
    print_rows(("kế hoạch", "mục", "trang", "đoạn"), rows)
    if found.has_more:
        print("Còn nữa: thêm từ để thu hẹp, hoặc tăng --limit.")


def report(
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    out: Annotated[Path, typer.Option("--out", help="Tệp HTML sẽ ghi.")] = Path("bao-cao.html"),
    gold: Annotated[
        Path | None, typer.Option("--gold", help="Đo cả độ chính xác trên bản chuẩn của thư mục này.")
    ] = None,
) -> None:
    """Một trang HTML về cả kho để gửi thư: số lượng, việc trong ngày, tệp lỗi, dòng kém chắc chắn nhất."""
    from pipeline.render import page, write_page
    from pipeline.report import corpus_report

    write_page(out, page("mail_report.html", report=corpus_report(outputs, gold)))
    print(out)


def serve(
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    host: Annotated[str, typer.Option("--host", help="Địa chỉ nghe; mặc định chỉ máy này mở được.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8765,
) -> None:
    """Trang web xem, so, tìm và sửa (trình duyệt mở http://127.0.0.1:8765)."""
    from pipeline.web import run_server

    run_server(outputs, host, port)
