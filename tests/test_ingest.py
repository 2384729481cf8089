"""The whole way for real files: every specimen becomes rows, bad files end alone, nothing is done twice."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from pipeline import ingest as ingest_stage
from pipeline.commit import DocumentOutcome
from pipeline.ingest import ingest_file
from pipeline.query import ask, connect
from pipeline.settings import Settings
from tests.bad_files import make_bad_files
from tests.shims import CallCounter


def ingest_all(folder: Path, settings: Settings) -> dict[str, DocumentOutcome]:
    return {path.name: ingest_file(path, settings) for path in sorted(folder.iterdir())}


def test_every_specimen_is_a_plan_with_its_letterhead(corpus: Path, corpus_outputs: Path) -> None:
    documents = {Path(row["source_file"]).stem: row for row in ask(corpus_outputs, "SELECT * FROM documents").records()}
    plans = {Path(row["source_file"]).stem: row for row in ask(corpus_outputs, "SELECT * FROM plans").records()}
    golds = sorted((corpus / "gold" / "tables").glob("*.json"))
    assert len(golds) >= 6
    for gold in golds:
        truth = json.loads(gold.read_text(encoding="utf-8"))["plans"]
        assert documents[gold.stem]["status"] == "extracted", documents[gold.stem]["reason"]
        plan = plans[gold.stem]
        assert (plan["doc_number"], str(plan["issue_date"])) == (truth["doc_number"], truth["issue_date"]), gold.stem
        assert plan["province_code"] == truth["province_code"], gold.stem


def test_rows_stand_where_they_were_read(corpus_outputs: Path) -> None:
    """Each row's item exists, and rows of scans have a page within the document and a box on it."""
    with connect(corpus_outputs) as connection:
        tables = [name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()]
        rows_tables = [t for t in tables if t not in ("plans", "documents", "alignments", "conflicts")]
        assert len(rows_tables) >= 10
        for table in rows_tables:
            lost = f'SELECT count(*) FROM "{table}" t ANTI JOIN items i USING (plan_id, item_id) WHERE t.item_id IS NOT NULL'
            assert connection.execute(lost).fetchall() == [(0,)], table
            without_place = (
                f'SELECT count(*) FROM "{table}" JOIN plans p USING (plan_id) '
                "WHERE p.text_source = 'ocr' AND (x0 IS NULL OR page NOT BETWEEN 1 AND p.page_count)"
            )
            assert connection.execute(without_place).fetchall() == [(0,)], table
            gaps = f'SELECT plan_id FROM "{table}" GROUP BY 1 HAVING max(ordinal) != count(*) OR min(ordinal) != 1'
            assert connection.execute(gaps).fetchall() == [], table


def test_the_parents_of_the_specimens_are_found(corpus_outputs: Path) -> None:
    parents = ask(corpus_outputs, "SELECT plan_id, cited_plan_id FROM citations WHERE is_parent AND cited_plan_id IS NOT NULL")
    assert len(parents.rows) >= 3


def test_bad_files_end_alone(corpus: Path, tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "dropped"
    folder.mkdir()
    scans = corpus / "scans"
    expected = make_bad_files(folder, scans / "bo-giao-duc.pdf", scans / "so-tu-phap-hue.docx")
    for name in ("so-tu-phap-hue.docx", "benh-vien-tra-lung.txt"):
        shutil.copy(scans / name, folder)
        expected[name] = "extracted"
    outcomes = ingest_all(folder, settings)
    assert {name: outcome.document.status for name, outcome in outcomes.items()} == expected
    rows = ask(settings.outputs, "SELECT * FROM documents").records()
    assert Counter(Path(row["source_file"]).name for row in rows) == Counter(list(expected))
    for row in rows:
        assert (row["reason"] is None) == (row["status"] == "extracted"), row
    assert len(ask(settings.outputs, "SELECT * FROM plans").rows) == 2


def test_a_second_run_reads_nothing_again(
    corpus: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tesseract = CallCounter("tesseract", tmp_path, monkeypatch)
    folder = tmp_path / "dropped"
    folder.mkdir()
    shutil.copy(corpus / "scans" / "ubnd-xa.jpg", folder / "a.jpg")
    assert ingest_all(folder, settings)["a.jpg"].document.status == "extracted"
    calls = tesseract.calls
    assert calls > 0
    plans = ask(settings.outputs, "SELECT * FROM plans").rows

    shutil.copy(folder / "a.jpg", folder / "b.jpg")
    outcomes = ingest_all(folder, settings)
    assert [outcome.document.status for outcome in outcomes.values()] == ["duplicate", "duplicate"]
    assert ask(settings.outputs, "SELECT * FROM plans").rows == plans
    statuses = ask(settings.outputs, "SELECT status FROM documents ORDER BY source_file").rows
    assert statuses == (("extracted",), ("duplicate",))

    monkeypatch.setattr(ingest_stage, "pipeline_version", lambda settings: "another")
    assert ingest_all(folder, settings)["a.jpg"].document.status == "extracted"
    assert tesseract.calls == calls, "rows made anew from the pages that were kept"


def test_one_version_of_each_plan(corpus: Path, tmp_path: Path, settings: Settings) -> None:
    """A newer file takes the older one's place; a plan told by title where one file hides its number."""
    text = (corpus / "scans" / "benh-vien-tra-lung.txt").read_text(encoding="utf-8")
    number = next(word for word in text.split() if word.endswith("/KH-BVTL"))
    assert number in text
    versions = {"1.txt": text, "2.txt": text + "\n", "3.txt": text.replace(number, "…/KH-BVTL")}
    for name, content in versions.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        outcome = ingest_file(tmp_path / name, settings)
        assert outcome.document.status == "extracted"
        ((source,),) = ask(settings.outputs, "SELECT source_file FROM plans").rows
        assert source == str(tmp_path / name)
    documents = ask(settings.outputs, "SELECT status, reason FROM documents ORDER BY source_file").rows
    assert [status for status, _ in documents] == ["duplicate", "duplicate", "extracted"]
    assert "2.txt" in documents[0][1] and "3.txt" in documents[1][1]


def test_bare_text_does_not_replace_a_scan(corpus: Path, tmp_path: Path, corpus_outputs: Path) -> None:
    settings = Settings(outputs=tmp_path / "outputs")
    shutil.copytree(corpus_outputs, settings.outputs, symlinks=True)
    outcome = ingest_file(corpus / "gold" / "text" / "bo-giao-duc.txt", settings)
    assert outcome.document.status == "duplicate" and "bo-giao-duc.pdf" in (outcome.document.reason or "")
    sources = ask(settings.outputs, "SELECT source_file FROM plans WHERE plan_id = $1", [outcome.document.plan_id]).rows
    assert sources == (("corpus/scans/bo-giao-duc.pdf",),)


def test_a_fault_of_ours_ends_one_file(
    corpus: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = ingest_stage.extract_lines

    def stumble(pages, lines):  # type: ignore[no-untyped-def]
        if "BVTL" in " ".join(line.text for line in lines):
            raise ZeroDivisionError
        return whole(pages, lines)

    monkeypatch.setattr(ingest_stage, "extract_lines", stumble)
    first = ingest_file(corpus / "scans" / "benh-vien-tra-lung.txt", settings)
    second = ingest_file(corpus / "scans" / "so-tu-phap-hue.docx", settings)
    assert (first.document.status, second.document.status) == ("failed", "extracted")
    assert "người quản trị" in (first.document.reason or "")
