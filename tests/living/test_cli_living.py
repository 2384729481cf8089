"""The commands as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import RunError
from pipeline.ingest import ingest_file
from tests.living.fabric import extract_without_worker, plan_id, plan_text, put


@pytest.fixture
def kehoach(settings, tmp_path, monkeypatch):
    """Runs a command over two plans, of which 2 carries out 1; gives its exit code and output."""
    extract_without_worker(monkeypatch)
    monkeypatch.setenv("KEHOACH_OUTPUTS", str(settings.outputs))
    for number, parent in ((1, None), (2, 1)):
        ingest_file(put(tmp_path, f"kh{number}.txt", plan_text(number, "a", parent)), settings)

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, arguments)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout

    return run


def test_a_correction_is_said_shown_and_listed(kehoach):
    code, out = kehoach("correct", "1/KH-UBND", "awards", "2", "award_type=title", "authority=Thủ tướng Chính phủ", "--who", "Lan")
    assert code == 0 and "“emulation_flag” → “title”" in out and "Thủ tướng Chính phủ" in out
    code, out = kehoach("query", "SELECT award_type, authority FROM awards WHERE ordinal = 2 ORDER BY plan_id", "--json")
    assert json.loads(out)[0] == {"award_type": "title", "authority": "Thủ tướng Chính phủ"}


def test_a_wrong_correction_names_the_codes(kehoach):
    with pytest.raises(RunError, match="commendation"):
        kehoach("correct", plan_id(1), "awards", "2", "award_type=medal")
    with pytest.raises(RunError, match="cột=giá trị"):
        kehoach("correct", plan_id(1), "awards", "2", "award_type")


def test_review_as_a_table_and_as_json(kehoach):
    code, out = kehoach("review", "-n", "3")
    assert code == 0 and "awards" in out and "kehoach correct" in out
    doubts = json.loads(kehoach("review", plan_id(2), "--json")[1])
    assert {doubt["plan_id"] for doubt in doubts} == {plan_id(2)}


def test_a_night_without_work_needs_no_prefect_and_status_tells_of_it(kehoach, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "flows", None)  # an import of it would fail
    code, out = kehoach("nightly")
    assert code == 0 and "đã công bố" in out and "nối 1 viện dẫn, đối chiếu 1 kế hoạch" in out
    assert "không có gì phải thay đổi" in kehoach("nightly")[1]
    code, out = kehoach("status")
    assert code == 0 and "2 kế hoạch" in out and "Lần chạy đêm" in out
    assert json.loads(kehoach("status", "--json")[1])["documents"] == {"extracted": 2}


def test_watch_once_empties_the_inbox(kehoach, tmp_path, settings):
    inbox = tmp_path / "inbox"
    put(inbox, "rong.pdf", "")
    (inbox / ".an.pdf").write_text("x")
    code, out = kehoach("watch", str(inbox), "--once", "--quiet", "0", "--interval", "0.1")
    assert code == 0 and "Đã nhận 1 tệp" in out
    assert "rỗng" in (inbox / "rejected" / "rong.pdf.reason.txt").read_text(encoding="utf-8")
    status = kehoach("status")[1]
    assert "KHÔNG chạy" in status and "rong.pdf" in status and Path(inbox).name in status
