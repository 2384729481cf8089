"""Commands for living with the pipeline: `watch`, `status`, `correct`, `review`, `nightly`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_common import (
    DEFAULT_OUTPUTS,
    DaskOption,
    EngineOption,
    JsonOption,
    OutputsOption,
    PlanArgument,
    print_json,
    print_rows,
)

if TYPE_CHECKING:
    from pipeline.status import StateOfThings


def register(app: typer.Typer) -> None:
    for command in (watch, status, correct, review, nightly):
        app.command(command.__name__)(command)


def watch(
    inbox: Annotated[Path, typer.Argument(help="Thư mục mà mọi người bỏ văn bản vào.")],
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    quiet_s: Annotated[float, typer.Option("--quiet", min=0.0, help="Số giây tệp phải đứng yên thì mới coi là chép xong.")] = 10.0,
    interval_s: Annotated[float, typer.Option("--interval", min=0.1, help="Số giây giữa hai lần xem thư mục.")] = 5.0,
    once: Annotated[bool, typer.Option("--once", help="Đọc hết những gì đang có rồi thôi (cho cron).")] = False,
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Số trang đọc cùng lúc (mặc định: số lõi).")] = None,
    engine: EngineOption = None,
) -> None:
    """Trông thư mục: tệp nào chép xong thì đọc vào bảng; tệp không đọc được chuyển vào rejected/ kèm lý do."""
    import logging

    from pipeline.settings import settings_from
    from pipeline.watch import run_watch

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kehoach").setLevel(logging.INFO)
    taken = run_watch(inbox, settings_from(outputs, workers, engine), quiet_s, interval_s, once)
    print(f"Đã nhận {taken} tệp.")


def status(outputs: OutputsOption = DEFAULT_OUTPUTS, as_json: JsonOption = False) -> None:
    """Hàng đợi, đêm qua, tệp lỗi, tốc độ, tệp chờ lâu nhất."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from pipeline.settings import settings_from
    from pipeline.status import state_of

    state = state_of(settings_from(outputs), datetime.now(UTC))
    if as_json:
        print_json(asdict(state))
    else:
        _print_state(state)


def correct(
    plan: PlanArgument,
    table: Annotated[str, typer.Argument(help="Bảng, ví dụ awards.")],
    ordinal: Annotated[int, typer.Argument(help="Số thứ tự của dòng (cột ordinal; bảng plans: 1).")],
    assignments: Annotated[list[str], typer.Argument(metavar="CỘT=GIÁ_TRỊ…", help="Để trống sau dấu = khi văn bản không ghi.")],
    why: Annotated[str, typer.Option("--why", help="Vì sao sửa.")] = "",
    who: Annotated[str, typer.Option("--who", envvar="KEHOACH_WHO", help="Ai sửa (mặc định: tên đăng nhập).")] = "",
    outputs: OutputsOption = DEFAULT_OUTPUTS,
) -> None:
    """Sửa ô của một dòng; đính chính được giữ lại và áp dụng sau mọi lần đọc lại."""
    import getpass

    from pipeline.corrections import CorrectionRefused, add_correction
    from pipeline.errors import RunError
    from pipeline.query import connect, find_plan

    with connect(outputs) as connection:
        plan_id = find_plan(connection, plan)
    for assignment in assignments:
        column, equals, value = assignment.partition("=")
        if not equals:
            raise RunError(f"“{assignment}” cần có dạng cột=giá trị.")
        try:
            done = add_correction(outputs, plan_id, table, ordinal, column, value, who or getpass.getuser(), why)
        except CorrectionRefused as error:
            raise RunError(str(error)) from error
        print(f"{plan_id}, {table} dòng {ordinal}, {column}: “{done.machine_value}” → “{done.value}”.")


def review(
    plan: Annotated[str | None, typer.Argument(help="Chỉ một kế hoạch.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Số dòng.")] = 20,
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    as_json: JsonOption = False,
) -> None:
    """Những dòng nên xem lại trước: đính chính bị nghi ngờ, mã chưa biết, dòng kém chắc chắn nhất."""
    from dataclasses import asdict

    from pipeline.query import connect, find_plan
    from pipeline.review import doubts_of

    plan_id = None
    if plan:
        with connect(outputs) as connection:
            plan_id = find_plan(connection, plan)
    doubts = doubts_of(outputs, limit, plan_id)
    if as_json:
        print_json([asdict(doubt) for doubt in doubts])
        return
    print_rows(
        ("kế hoạch", "bảng", "dòng", "cột", "trang", "tin cậy", "vì sao", "đoạn văn"),
        [
            (d.plan_id, d.table, d.ordinal, d.column, d.page, d.confidence, d.reason, _cut(d.text))
            for d in doubts
        ],
    )  # fmt: skip
    print("Sửa: kehoach correct KẾ_HOẠCH BẢNG DÒNG cột=giá_trị; đúng rồi thì ghi lại chính giá trị đang có.")


def nightly(
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Số tài liệu đọc cùng lúc (mặc định: số lõi).")] = None,
    accept: Annotated[bool, typer.Option("--accept-losses", help="Công bố cả khi có dòng mất không rõ vì sao.")] = False,
    dask: DaskOption = None,
    engine: EngineOption = None,
    cron: Annotated[str | None, typer.Option("--serve", metavar="CRON", help="Đăng ký với máy chủ Prefect, chạy theo lịch này.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Đọc lại những gì đã cũ, nối kế hoạch cấp trên, đối chiếu lại, rồi công bố một lần. Mã thoát 1: giữ lại, chưa công bố."""
    from dataclasses import asdict

    from pipeline.nightly import plan_night, publish_night
    from pipeline.night_report import as_text
    from pipeline.settings import settings_from

    settings = settings_from(outputs, workers, engine)
    if cron is not None:
        import flows

        flows.serve_nightly(settings, cron, dask)
        return
    outdated = plan_night(settings)
    if outdated:
        import flows  # Prefect takes seconds to import: only where there is work for it

        report = flows.run_nightly(settings, accept, dask)
    else:
        report = publish_night(settings, (), accept)
    print_json(asdict(report)) if as_json else print(as_text(report))
    raise typer.Exit(0 if report.is_whole else 1)


def _print_state(state: StateOfThings) -> None:
    watcher = state.watcher
    if watcher is None:
        print("Chưa có `kehoach watch` nào chạy với thư mục kết quả này.")
    else:
        running = "đang chạy" if state.is_watching else "KHÔNG chạy"
        print(f"Trông {watcher['inbox']}: {running}, xem lần cuối {watcher['scanned_at'][:19]} UTC.")
        print(f"  chờ đọc {watcher['ready']}, còn đang chép {watcher['waiting']}, bỏ qua {watcher['ignored']} tệp tạm")
        if watcher["oldest"]:
            print(f"  chờ lâu nhất: {watcher['oldest']['name']} từ {watcher['oldest']['since'][:19]} UTC")
        print(f"  ổ đĩa còn {watcher['free_bytes'] / 1e9:.1f} GB")
    for name in state.in_work:
        print(f"  đang đọc: {name}")
    print(f"{state.plans} kế hoạch; tệp từ trước đến nay: {_counts(state.documents)}; 24 giờ qua: {_counts(state.lately)}.")
    if state.pages_per_hour:
        print(f"Tốc độ 24 giờ qua: {state.pages_per_hour:.0f} trang một giờ đọc.")
    if state.conflicts:
        print(f"{state.conflicts} đính chính cần xem lại: kehoach review.")
    if state.night:
        print(state.night["summary"])
    if state.failures:
        print_rows(
            ("tệp", "kết quả", "lý do", "lúc"),
            [(f.source_file, f.status, f.reason, f"{f.received_at:%d/%m/%Y %H:%M}") for f in state.failures],
            title="Tệp không đọc được gần đây",
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in counts.items()) or "không có"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
