"""A night re-reads what is outdated and nothing else, publishes once or not at all, and says what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import reading, versions
from pipeline.corrections import CorrectionRefused, add_correction
from pipeline.editions import current_edition
from pipeline.errors import Rejected, RunError
from pipeline.ingest import ingest_file
from pipeline.night_report import as_text, compare_rows, summary
from pipeline.nightly import plan_night, publish_night, stage_document
from pipeline.query import ask
from pipeline.review import doubts_of
from pipeline.status import state_of
from tests.living.fabric import AWARDS, extract_without_worker, fake_extract, make_extraction, plan_id, plan_text, put, reads


@pytest.fixture
def corpus_of_three(settings, tmp_path, monkeypatch):
    """Plans 1, 2 and 3; 2 carries out 3, which came last."""
    extract_without_worker(monkeypatch)
    for number, parent in ((1, None), (2, 3), (3, None)):
        ingest_file(put(tmp_path, f"kh{number}.txt", plan_text(number, "a", parent)), settings)
    return settings


@pytest.fixture
def new_stage(monkeypatch):
    """Raises the version of a stage, as a release would."""

    def raise_version(stage: str) -> None:
        older = versions.stage_versions
        changed = lambda settings: {**older(settings), stage: older(settings)[stage] + "+"}  # noqa: E731
        monkeypatch.setattr(versions, "stage_versions", changed)
        versions.pipeline_version.cache_clear()

    yield raise_version
    monkeypatch.undo()
    versions.pipeline_version.cache_clear()


def night(settings, accept: bool = False):
    return publish_night(settings, [stage_document(one, settings, None) for one in plan_night(settings)], accept)


def read_awards_as(monkeypatch, awards_of: dict[int, tuple[str, ...]]) -> None:
    """From now on these plans give these awards."""

    def extract(source, settings, on_page=None):
        fake_extract(source, settings)
        _, number, _, parent = source.path.read_text(encoding="utf-8").split()
        return make_extraction(int(number), None if parent == "goc" else int(parent), awards_of.get(int(number), AWARDS))

    monkeypatch.setattr("pipeline.ingest.extract_document", extract)


def awards(settings, number: int) -> list[str]:
    return [
        row[0]
        for row in ask(settings.outputs, "SELECT award FROM awards WHERE plan_id = $1 ORDER BY ordinal", [plan_id(number)]).rows
    ]


def test_a_parent_that_arrived_later_is_linked_and_aligned(corpus_of_three):
    report = night(corpus_of_three)
    assert (report.linked, report.aligned, report.is_published, report.outdated) == (1, 1, True, 0)
    assert ask(corpus_of_three.outputs, "SELECT cited_plan_id FROM citations").rows == ((plan_id(3),),)
    rows = ask(corpus_of_three.outputs, "SELECT DISTINCT plan_id, parent_plan_id, change FROM alignments").rows
    assert rows == ((plan_id(2), plan_id(3), "inherited"),)


def test_a_night_with_nothing_to_do_reads_nothing_and_publishes_nothing(corpus_of_three):
    night(corpus_of_three)
    edition, done = current_edition(corpus_of_three.outputs), reads(corpus_of_three)
    report = night(corpus_of_three)
    assert (report.outdated, report.linked, report.aligned, report.is_published, report.is_whole) == (0, 0, 0, False, True)
    assert current_edition(corpus_of_three.outputs) == edition and reads(corpus_of_three) == done
    assert "không có gì phải thay đổi" in summary(report)


def test_a_new_version_is_read_anew_published_at_once_and_reported(corpus_of_three, new_stage, monkeypatch):
    night(corpus_of_three)
    before = current_edition(corpus_of_three.outputs)
    new_stage("rows of awards")
    read_awards_as(monkeypatch, {1: AWARDS[:2], 2: (*AWARDS, "Giấy khen của Giám đốc Sở"), 3: AWARDS})
    report = night(corpus_of_three)
    assert (report.outdated, report.re_extracted, report.is_published) == (3, 3, True)
    assert {(c.plan_id, c.table, c.gained, c.lost) for c in report.changes if c.table == "awards"} == {
        (plan_id(1), "awards", 0, 1), (plan_id(2), "awards", 1, 0),
    }  # fmt: skip
    assert awards(corpus_of_three, 1) == list(AWARDS[:2])
    after = current_edition(corpus_of_three.outputs)
    assert int(after.name) == int(before.name) + 1, "more than one edition was shown"
    assert plan_night(corpus_of_three) == ()
    assert "| awards | 0 | 1 | 0 | rows of awards |" in as_text(report)


def test_a_loss_that_nothing_explains_is_held_back_until_somebody_accepts_it(corpus_of_three, new_stage, monkeypatch):
    new_stage("rows of citations")  # what changed has nothing to do with awards
    read_awards_as(monkeypatch, {1: AWARDS[:1]})
    report = night(corpus_of_three)
    assert report.is_held_back and not report.is_published and not report.is_whole
    assert awards(corpus_of_three, 1) == list(AWARDS), "what is held back must not be seen"
    assert "**không rõ**" in as_text(report) and "GIỮ LẠI" in summary(report)
    assert "GIỮ LẠI" in state_of(corpus_of_three, ask(corpus_of_three.outputs, "SELECT now()").rows[0][0]).night["summary"]
    done = reads(corpus_of_three)
    report = night(corpus_of_three, accept=True)
    assert report.is_published and awards(corpus_of_three, 1) == list(AWARDS[:1])
    assert reads(corpus_of_three) == done, "what was read for the night held back is not read twice"


def test_a_plan_known_by_another_number_now_is_the_same_plan_in_the_report(corpus_of_three, new_stage, monkeypatch):
    night(corpus_of_three)
    new_stage("outline")

    def extract(source, settings, on_page=None):
        extraction = fake_extract(source, settings)
        if extraction.plan.doc_number != "1/KH-UBND":
            return extraction
        return replace(extraction, plan=replace(extraction.plan, doc_number="11/KH-UBND"))

    monkeypatch.setattr("pipeline.ingest.extract_document", extract)
    report = night(corpus_of_three)
    assert [(c.former_plan_id, c.plan_id, c.table) for c in report.changes] == [(plan_id(1), plan_id(11), "plans")]
    assert len(ask(corpus_of_three.outputs, "SELECT plan_id FROM plans").rows) == 3 and awards(corpus_of_three, 11)
    assert awards(corpus_of_three, 1) == []


def test_what_can_not_be_read_anew_keeps_its_rows_and_is_named(corpus_of_three, new_stage, monkeypatch):
    new_stage("reading")

    def extract(source, settings, on_page=None):
        if "KH 1 " in source.path.read_text(encoding="utf-8"):
            raise Rejected("Không đọc được nữa.")
        return fake_extract(source, settings)

    monkeypatch.setattr("pipeline.ingest.extract_document", extract)
    report = night(corpus_of_three)
    assert report.is_published and not report.is_whole
    assert [sentence for _, sentence in report.failures] == ["Không đọc được nữa."]
    assert awards(corpus_of_three, 1) == list(AWARDS)
    assert [one.document.plan_id for one in plan_night(corpus_of_three)] == [plan_id(1)], "it is tried again"


def test_what_fails_two_nights_waits_until_something_changed(corpus_of_three, new_stage, monkeypatch):
    new_stage("reading")

    def extract(source, settings, on_page=None):
        extraction = fake_extract(source, settings)
        if extraction.plan.doc_number == "1/KH-UBND" and settings.max_pages < 1000:
            raise Rejected("Quá nhiều trang.")
        return extraction

    monkeypatch.setattr("pipeline.ingest.extract_document", extract)
    assert [len(night(corpus_of_three).failures) for _ in range(2)] == [1, 1]
    done = reads(corpus_of_three)
    report = night(corpus_of_three)
    assert reads(corpus_of_three) == done and plan_night(corpus_of_three) == ()
    assert (report.is_whole, report.failures, [sentence for _, sentence in report.set_aside]) == (True, (), ["Quá nhiều trang."])
    assert "Để sang một bên" in as_text(report) and "kh1.txt: Quá nhiều trang." in as_text(report)
    assert awards(corpus_of_three, 1) == list(AWARDS)

    larger = replace(corpus_of_three, max_pages=1000)
    assert [one.document.plan_id for one in plan_night(larger)] == [plan_id(1)], "another limit, another chance"
    new_stage("outline")
    assert len(plan_night(corpus_of_three)) == 3, "another version, another chance"
    assert night(larger).is_whole
    new_stage("restoration")
    assert night(larger).set_aside == ()


def test_a_night_cut_off_goes_on_where_it_stopped(corpus_of_three, new_stage):
    new_stage("restoration")
    first, *_ = plan_night(corpus_of_three)
    stage_document(first, corpus_of_three, None)  # and then the machine went down
    done = len(reads(corpus_of_three))
    report = night(corpus_of_three)
    assert report.re_extracted == 3 and len(reads(corpus_of_three)) == done + 2


def test_a_newer_scan_that_came_during_the_night_is_not_overwritten(corpus_of_three, new_stage, tmp_path):
    new_stage("outline")
    staged = [stage_document(one, corpus_of_three, None) for one in plan_night(corpus_of_three)]
    ingest_file(put(tmp_path, "kh1 ban dep.txt", plan_text(1, "b")), corpus_of_three)
    publish_night(corpus_of_three, staged, False)
    rows = ask(corpus_of_three.outputs, "SELECT source_file FROM plans WHERE plan_id = $1", [plan_id(1)]).rows
    assert rows == ((str(tmp_path / "kh1 ban dep.txt"),),)


def test_a_copy_by_another_name_read_under_a_newer_version_takes_the_place_of_the_first(corpus_of_three, new_stage, tmp_path):
    new_stage("outline")
    ingest_file(put(tmp_path, "ban sao.txt", plan_text(1)), corpus_of_three)
    rows = ask(corpus_of_three.outputs, "SELECT source_file, status FROM documents WHERE plan_id = $1", [plan_id(1)]).rows
    assert {Path(name).name: status for name, status in rows} == {"kh1.txt": "duplicate", "ban sao.txt": "extracted"}
    assert len(plan_night(corpus_of_three)) == 2


def test_a_lost_original_is_said(corpus_of_three, new_stage):
    new_stage("outline")
    for path in corpus_of_three.originals.rglob("*.txt"):
        path.unlink()
    report = night(corpus_of_three)
    assert len(report.failures) == 3 and "bản gốc" in report.failures[0][1]
    assert awards(corpus_of_three, 1) == list(AWARDS)


def test_corrections_survive_the_night_and_conflicts_are_listed(corpus_of_three, new_stage, monkeypatch):
    outputs = corpus_of_three.outputs
    add_correction(outputs, plan_id(1), "awards", 3, "authority", "Bộ trưởng Bộ Y tế", "Lan", "xem trang 2")
    add_correction(outputs, plan_id(1), "awards", 2, "award_type", "title", "Lan", "")
    add_correction(outputs, plan_id(1), "plans", 1, "issue_date", "5/1/2026", "Lan", "")
    query = "SELECT award, authority, award_type FROM awards WHERE plan_id = $1 ORDER BY ordinal"
    published = ask(outputs, query, [plan_id(1)]).rows
    assert published[2][1] == "Bộ trưởng Bộ Y tế" and published[1][2] == "title"

    new_stage("rows of awards")
    read_awards_as(monkeypatch, {1: ("Danh hiệu Chiến sĩ thi đua", *AWARDS)})
    assert night(corpus_of_three).is_published
    rows = ask(outputs, query, [plan_id(1)]).rows
    assert [row[0] for row in rows][0] == "Danh hiệu Chiến sĩ thi đua"
    assert rows[3] == ("Bằng khen của Bộ trưởng", "Bộ trưởng Bộ Y tế", "certificate") and rows[2][2] == "title"
    assert str(ask(outputs, "SELECT issue_date FROM plans WHERE plan_id = $1", [plan_id(1)]).rows[0][0]) == "2026-01-05"

    new_stage("outline")
    read_awards_as(monkeypatch, {1: AWARDS[:2]})
    assert night(corpus_of_three).is_published
    (doubt, *_) = doubts_of(outputs)
    assert (doubt.plan_id, doubt.table, doubt.column) == (plan_id(1), "awards", "authority")
    assert "không còn dòng nào" in doubt.reason


def test_review_puts_the_least_certain_first_and_leaves_out_what_was_confirmed(corpus_of_three):
    outputs = corpus_of_three.outputs
    doubts = doubts_of(outputs, limit=50)
    assert [d.confidence for d in doubts] == sorted(d.confidence for d in doubts)
    first = doubts[0]
    assert (first.table, first.ordinal) == ("awards", 1)
    add_correction(outputs, first.plan_id, "awards", 1, "award_type", "order", "Lan", "đúng")
    assert (first.plan_id, "awards", 1) not in {(d.plan_id, d.table, d.ordinal) for d in doubts_of(outputs, limit=50)}


@pytest.mark.parametrize(
    ("table", "ordinal", "column", "value", "word"),
    [
        ("awards", 9, "award_type", "order", "3 dòng"),
        ("awards", 1, "award_type", "medal", "commendation"),
        ("awards", 1, "plan_id", "x", "các cột sửa được"),
        ("documents", 1, "status", "x", "các bảng sửa được"),
        ("plans", 1, "issue_date", "31/02/2026", "cần một ngày"),
        ("plans", 1, "period_start", "hai nghìn", "số nguyên"),
        ("plans", 2, "title", "x", "số thứ tự là 1"),
        ("plans", 1, "title", "", "để trống"),
    ],
)
def test_a_correction_that_can_not_be_is_refused_with_the_way_out(corpus_of_three, table, ordinal, column, value, word):
    with pytest.raises(CorrectionRefused, match=word):
        add_correction(corpus_of_three.outputs, plan_id(1), table, ordinal, column, value, "Lan")
    assert not (corpus_of_three.outputs / "corrections").exists()


def test_rows_that_moved_are_not_changes():
    row = {"text": "Tổ chức hội nghị.", "body": "Sở Nội vụ", "ordinal": 1, "page": 1}
    other = {"text": "Báo cáo kết quả.", "body": "Sở Y tế", "ordinal": 2, "page": 1}
    assert compare_rows([row, other], [other | {"ordinal": 1}, row | {"ordinal": 2, "page": 3}]) == (0, 0, 0)
    assert compare_rows([row, other], [row | {"body": "Sở Nội vụ tỉnh"}, other]) == (0, 0, 1)
    assert compare_rows([row, other], [row, row]) == (1, 1, 0)


def test_the_flow_reads_anew_publishes_and_leaves_its_report_with_prefect(corpus_of_three, new_stage, monkeypatch):
    import flows

    monkeypatch.setattr(flows, "_workers", lambda settings: None)
    new_stage("outline")
    report = flows.run_nightly(corpus_of_three, is_accepting_losses=False)
    assert (report.outdated, report.re_extracted, report.is_published, report.failures) == (3, 3, True, ())
    assert plan_night(corpus_of_three) == ()


def test_a_schedule_without_a_server_is_refused_because_it_would_never_fire(settings, monkeypatch):
    import flows

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(RunError, match="prefect server start"):
        flows.serve_nightly(settings, "0 2 * * *")


def test_a_night_reuses_what_was_read_and_finds_the_same_again(settings, corpus, new_stage, monkeypatch):
    read, calls = reading.read_pages, []
    monkeypatch.setattr(reading, "read_pages", lambda *given, **more: calls.append(given) or read(*given, **more))
    ingest_file(corpus / "scans" / "benh-vien-tra-lung.txt", settings)
    new_stage("outline")
    report = night(settings)
    assert (report.re_extracted, report.is_published, len(calls)) == (1, True, 1)
    assert report.changes == (), "the same text gave other rows"
