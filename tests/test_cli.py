"""The command line as a person and a script meet it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline import evaluate_gold
from pipeline.cli import app
from pipeline.query import ask
from tests.bad_files import old_word
from tests.conftest import ROOT

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def kehoach(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    callback = typer.main.get_command(app).commands[command].callback  # type: ignore[attr-defined]
    assert len((callback.__doc__ or "").strip()) > 20, "help that a person can act on"


def test_the_commands_of_the_issue_are_there() -> None:
    assert {"ingest", "read", "restore", "show", "query", "doctor", "evaluate", "lineage"} <= set(COMMANDS)


def test_reading_commands_load_no_heavy_library(corpus_outputs: Path) -> None:
    """Counted, not timed: what makes a start slow is not imported."""
    code = (
        "import sys; from typer.testing import CliRunner; from pipeline.cli import app\n"
        "for words in (['query', 'SELECT 1'], ['show', '352/KH-UBND'], ['query', '--csv', 'SELECT * FROM awards'],\n"
        "    ['compare', 'awards'], ['search', 'thi dua'], ['diff', '352/KH-UBND', '2210/KH-SNV'],\n"
        "    ['lineage', '352/KH-UBND'], ['review'], ['status']):\n"
        f"    assert CliRunner().invoke(app, [*words, '-o', {str(corpus_outputs)!r}]).exit_code == 0, words\n"
        "print([name for name in ('prefect', 'cv2', 'spacy', 'pandas', 'numba', 'underthesea', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_query_answers_a_person_and_a_machine(corpus_outputs: Path) -> None:
    sql = "SELECT doc_number, issue_date FROM plans WHERE province = 'Quảng Ninh'"
    arguments = ["query", sql, "--outputs", str(corpus_outputs)]
    as_json = CliRunner().invoke(app, [*arguments, "--json"])
    (row,) = json.loads(as_json.stdout)
    assert set(row) == {"doc_number", "issue_date"} and row["doc_number"] == "2210/KH-SNV"
    as_csv = CliRunner().invoke(app, [*arguments, "--csv"])
    assert as_csv.stdout == f"doc_number,issue_date\n2210/KH-SNV,{row['issue_date']}\n"
    assert "2210/KH-SNV" in CliRunner().invoke(app, arguments).stdout


def test_show_prints_outline_and_tables(corpus_outputs: Path) -> None:
    shown = CliRunner().invoke(app, ["show", "352/KH-UBND", "-o", str(corpus_outputs)])
    assert shown.exit_code == 0
    headings = ask(corpus_outputs, "SELECT heading FROM sections JOIN plans USING (plan_id) WHERE doc_number = '352/KH-UBND'")
    assert len(headings.rows) >= 4
    for (heading,) in headings.rows:
        assert heading[:20] in shown.stdout
    assert "Khen thưởng (awards" in shown.stdout


def test_run_errors_are_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    for arguments in (["query", "SELECT 1"], ["show", "x"], ["ingest", str(tmp_path / "nowhere")], ["read", str(tmp_path / "x.pdf")]):
        done = kehoach(*arguments, KEHOACH_OUTPUTS=str(tmp_path / "outputs"))
        assert done.returncode == 2, arguments
        assert done.stderr.startswith("Lỗi: ") and "Traceback" not in done.stderr, done.stderr


def test_wrong_sql_and_unknown_plans_are_explained(corpus_outputs: Path) -> None:
    done = kehoach("query", "SELECT nothing FROM plans", "-o", str(corpus_outputs))
    assert done.returncode == 2 and "nothing" in done.stderr
    done = kehoach("show", "kh", "-o", str(corpus_outputs))
    assert done.returncode == 2 and "chọn một trong" in done.stderr


def test_read_prints_pages_apart(corpus: Path) -> None:
    done = CliRunner().invoke(app, ["read", str(corpus / "scans" / "so-noi-vu-quang-ninh.pdf")])
    assert done.exit_code == 0
    assert done.stdout.count("\f") == 1, "two pages"
    assert "KẾ HOẠCH" in done.stdout.split("\f")[0]


def test_restore_tells_where_words_are_lost_for_good() -> None:
    text = "Ké hoach trién khai phong trao thi dua\ntrong t6 churc, tl}u:c hié,n Rhong trao\nd6i méi sang tao\n"
    done = CliRunner().invoke(app, ["restore", "-"], input=text)
    assert done.exit_code == 0 and "Dòng 2: chữ bị dấu" in done.stderr and "Dòng" not in done.stdout
    assert "Dòng" not in CliRunner().invoke(app, ["restore", "-"], input=text.replace("}", "")).stderr


def test_restore_keeps_the_lines() -> None:
    text = "Can cu Ke hoach so 12/KH-UBND\n\nDoi moi sang tao va chuyen doi so\n"
    done = CliRunner().invoke(app, ["restore", "-"], input=text)
    assert done.stdout.count("\n") == 3 and "12/KH-UBND" in done.stdout
    assert "Đổi mới sáng tạo và chuyển đổi số" in done.stdout
    explained = CliRunner().invoke(app, ["restore", "--explain"], input=text)
    assert "'Doi' → 'Đổi'" in explained.stdout


def test_doctor_names_what_is_missing(tmp_path: Path) -> None:
    assert kehoach("doctor").returncode == 0
    done = kehoach("doctor", "--json", PATH=str(tmp_path))
    assert done.returncode == 1
    missing = {check["name"]: check["advice"] for check in json.loads(done.stdout) if not check["is_ok"]}
    assert {"tesseract", "tesseract vie", "pdftoppm"} <= set(missing)
    assert "apt install tesseract-ocr-vie" in missing["tesseract vie"]


def test_ingest_is_quiet_and_counts(corpus: Path, tmp_path: Path) -> None:
    """Through Prefect, as a person runs it: nothing of Prefect on the screen, the exit code tells of the bad file."""
    (tmp_path / "thư mục").mkdir()
    (tmp_path / "thư mục" / "đời cũ.doc").write_bytes(old_word())
    files = [str(corpus / "scans" / name) for name in ("so-tu-phap-hue.docx", "benh-vien-tra-lung.txt")]
    outputs = str(tmp_path / "outputs")
    done = kehoach("ingest", *files, str(tmp_path / "thư mục"), "--outputs", outputs, PREFECT_HOME=str(tmp_path))
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    assert "655-kh-stp" in done.stdout and "3 tệp: 2 đã trích, 1 không đọc được" in done.stdout
    assert "prefect" not in done.stdout.lower()
    again = kehoach("ingest", files[0], "--json", "--outputs", outputs, PREFECT_HOME=str(tmp_path))
    assert again.returncode == 0, again.stderr
    (document,) = json.loads(again.stdout)
    assert document["status"] == "duplicate" and document["plan_id"].startswith("655-kh-stp")


def test_a_missing_tool_stops_the_run_with_one_sentence(corpus: Path, tmp_path: Path) -> None:
    for tool in ("sh", "pdftoppm", "pdfinfo", "uname"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    scan = str(corpus / "scans" / "ubnd-xa.jpg")
    done = kehoach("ingest", scan, "-o", str(tmp_path / "outputs"), PATH=str(tmp_path), PREFECT_HOME=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == "Lỗi: Thiếu Tesseract: hãy cài gói tesseract-ocr và tesseract-ocr-vie.\n"


def test_prefect_that_does_not_start_ends_the_run_with_one_sentence(corpus: Path, tmp_path: Path) -> None:
    text = str(corpus / "scans" / "benh-vien-tra-lung.txt")
    done = kehoach(
        "ingest", text, "-o", str(tmp_path / "outputs"),
        PREFECT_HOME=str(tmp_path), PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="1",
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("Lỗi: Máy chủ tạm của Prefect không khởi động kịp") and done.stderr.count("\n") == 1


def test_evaluate_prints_a_line_a_table(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_word_and_text(folder: Path) -> list[evaluate_gold.GoldPlan]:
        return [plan for plan in gold_plans(folder) if plan.source.suffix in (".docx", ".txt")]

    gold_plans = evaluate_gold.gold_plans
    monkeypatch.setattr(evaluate_gold, "gold_plans", of_word_and_text)
    done = CliRunner().invoke(app, ["evaluate", str(corpus), "--json", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for plan in json.loads(done.stdout):
        assert set(plan["tables"]) >= {"plans", "awards", "deadlines"}
        assert all(0 <= table["cell_f1"] <= 1 for table in plan["tables"].values())
