"""Commands that examine: `doctor` the machine, `evaluate` the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli_common import DEFAULT_OUTPUTS, EngineOption, JsonOption, OutputsOption, print_json, print_rows

if TYPE_CHECKING:
    from pipeline.evaluate import PlanScore


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)
    app.command("evaluate")(evaluate)


def doctor(outputs: OutputsOption = DEFAULT_OUTPUTS, engine: EngineOption = None, as_json: JsonOption = False) -> None:
    """Kiểm tra máy có đủ công cụ, gói ngôn ngữ, phiên bản. Mã thoát 1 khi thiếu."""
    from pipeline.doctor import examine
    from pipeline.settings import settings_from

    checks = examine(settings_from(outputs, engine=engine))
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        rows = [(c.name, "đạt" if c.is_ok else "THIẾU", c.found, None if c.is_ok else c.advice) for c in checks]
        print_rows(("mục", "kết quả", "thấy", "việc cần làm"), rows)
    raise typer.Exit(0 if all(check.is_ok for check in checks) else 1)


def evaluate(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Thư mục có bản chuẩn (gold/ hoặc *.tables.json); mặc định: corpus.")
    ] = None,
    restoration: Annotated[bool, typer.Option("--restoration", help="Đo việc phục hồi dấu.")] = False,
    ocr: Annotated[bool, typer.Option("--ocr", help="Đo việc đọc trang quét.")] = False,
    faults: Annotated[bool, typer.Option("--faults", help="Liệt kê từng ô sai, dòng thừa, dòng thiếu.")] = False,
    outputs: OutputsOption = DEFAULT_OUTPUTS,
    engine: EngineOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đo độ đúng trên bản chuẩn: WER/CER của văn bản, F1 theo dòng và theo ô của từng bảng, độ tin cậy."""
    from pipeline.evaluate import evaluate_plan
    from pipeline.evaluate_gold import gold_plans
    from pipeline.settings import settings_from

    chosen, settings = folders or [Path("corpus")], settings_from(outputs, engine=engine)
    if restoration:
        from pipeline.evaluate_restoration import print_restoration

        print_restoration(chosen, settings)
    if ocr:
        from pipeline.evaluate_ocr import print_ocr

        print_ocr(chosen, settings)
    if restoration or ocr:
        return
    scores = [evaluate_plan(gold, settings) for folder in chosen for gold in gold_plans(folder)]
    if as_json:
        print_json([_as_record(score) for score in scores])
    else:
        _print_scores(scores, with_faults=faults)


def _as_record(score: PlanScore) -> dict[str, Any]:
    tables = {
        name: {"rows": t.rows, "gold_rows": t.gold_rows, "row_f1": t.row_f1, "cell_f1": t.cell_f1}
        for name, t in score.tables.items()
    }
    text = None if score.text is None else asdict(score.text) | {"wer": score.text.wer, "cer": score.text.cer}
    return {"plan": score.name, "source": str(score.source), "text": text, "tables": tables, "faults": list(score.faults)}


def _score_cells(score: PlanScore) -> list[Any]:
    """Words missing and invented count in any order: a letterhead of two columns may be read either way."""
    text = score.text
    rates = (None,) * 4
    if text is not None:
        rates = (text.wer, text.cer, text.missing / max(1, text.words), text.invented / max(1, text.words_out))
    percents = [None if rate is None else round(100 * rate, 2) for rate in rates]
    f1 = [None if value is None else round(value, 3) for value in (score.row_f1, score.cell_f1)]
    return [score.name, score.source.name, *percents, *f1]


def _print_scores(scores: Sequence[PlanScore], with_faults: bool) -> None:
    from pipeline.evaluate import by_table, calibration, cell_f1, row_f1

    columns = ("kế hoạch", "tệp", "WER %", "CER %", "chữ thiếu %", "chữ thừa %", "F1 dòng", "F1 ô")
    print_rows(columns, [_score_cells(score) for score in scores], title="Từng kế hoạch")
    tables = by_table(scores)
    if tables:
        per_table = [(n, t.rows, t.gold_rows, round(t.row_f1, 3), round(t.cell_f1, 3)) for n, t in tables.items()]
        counts = list(tables.values())
        total = ("tất cả", sum(t.rows for t in counts), sum(t.gold_rows for t in counts))
        per_table.append((*total, round(row_f1(counts), 3), round(cell_f1(counts), 3)))
        print_rows(("bảng", "dòng", "dòng chuẩn", "F1 dòng", "F1 ô"), per_table, title="Từng bảng")
        bands = [
            (f"≥ {band.lowest:g}", band.rows, band.right, round(band.right / band.rows, 3) if band.rows else None)
            for band in calibration(counts)
        ]
        print_rows(("độ tin cậy", "dòng", "đúng mọi ô", "tỉ lệ"), bands, title="Độ tin cậy có đáng tin không")
    if with_faults:
        for score in scores:
            for fault in score.faults:
                print(f"{score.name}: {fault}")
