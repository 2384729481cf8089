"""The watcher from the clerk's side: what lands in the inbox ends in the tables or in rejected/, whatever happens."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import RunError
from pipeline.inbox import REJECTED
from pipeline.query import ask
from pipeline.status import state_of
from pipeline.watch import Clock, Watcher, only_watcher, watch
from tests.living.fabric import extract_without_worker, plan_id, plan_text, put, reads

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []
        self.clock = Clock(lambda: self.seconds, lambda: START + timedelta(seconds=self.seconds))

    def wait(self, seconds: float) -> bool:
        self.seconds += seconds
        if seconds:
            self.waits.append(seconds)
        return False


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def empty(inbox, settings, monkeypatch):
    """Takes all that is in the inbox, with a watcher that starts anew."""
    extract_without_worker(monkeypatch)
    time = Time()

    def run() -> int:
        return watch(Watcher(inbox, settings, None, 10.0, time.clock), time.wait, 5.0, is_once=True)

    return run


def statuses(settings) -> dict[str, str]:
    return dict(ask(settings.outputs, "SELECT source_file, status FROM documents ORDER BY ALL").rows)


def left_in(inbox: Path) -> list[str]:
    return sorted(str(p.relative_to(inbox)) for p in inbox.rglob("*") if not p.is_dir())


def test_files_of_all_sorts_are_each_accounted_for(inbox, settings, empty):
    put(inbox, "thang 3/kh1.txt", plan_text(1))
    put(inbox, "kh1 ban sao.txt", plan_text(1))
    put(inbox, "thu moi.txt", "THU MOI hop")
    put(inbox, "rong.pdf", "")
    (inbox / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    put(inbox, "xin\x07chao.txt", plan_text(2))
    os.mkfifo(inbox / "pipe.pdf")
    (inbox / "link.pdf").symlink_to("/etc/passwd")
    put(inbox, "dang chep.pdf.part", "x")
    assert empty() == 8
    assert statuses(settings) == {
        "thang 3/kh1.txt": "duplicate",
        "kh1 ban sao.txt": "extracted",  # both were there at once: the name decides
        "thu moi.txt": "not_a_plan",
        "rong.pdf": "rejected",
        "cut.pdf": "rejected",
        "xin_chao.txt": "rejected",
        "pipe.pdf": "rejected",
        "link.pdf": "rejected",
    }
    aside = ["cut.pdf", "link.pdf", "pipe.pdf", "rong.pdf", "thu moi.txt", "xin_chao.txt"]
    assert left_in(inbox) == sorted(
        ["dang chep.pdf.part"] + [f"{REJECTED}/{n}{end}" for n in aside for end in ("", ".reason.txt")]
    )
    assert "rỗng" in (inbox / REJECTED / "rong.pdf.reason.txt").read_text(encoding="utf-8")
    assert reads(settings) == ["KH 1 a goc", "THU MOI hop"]
    (kept,) = [p for p in settings.originals.rglob("*") if p.is_file() and "KH 1" in p.read_text(errors="ignore")]
    assert kept.read_text(encoding="utf-8") == plan_text(1)


def test_the_same_plan_scanned_again_is_a_new_version_of_it(inbox, settings, empty):
    put(inbox, "mot.txt", plan_text(1, "a"))
    empty()
    put(inbox, "hai.txt", plan_text(1, "b"))
    empty()
    assert ask(settings.outputs, "SELECT plan_id, source_file FROM plans").rows == ((plan_id(1), "hai.txt"),)
    assert statuses(settings) == {"mot.txt": "duplicate", "hai.txt": "extracted"}


def test_the_same_file_dropped_again_by_the_same_name_is_seen_and_not_read(inbox, settings, empty):
    for _ in range(3):
        put(inbox, "kh.txt", plan_text(1))
        assert empty() == 1
        assert left_in(inbox) == []
    rows = ask(settings.outputs, "SELECT status FROM documents WHERE source_file = 'kh.txt' ORDER BY 1").rows
    assert [row[0] for row in rows] == ["duplicate", "duplicate", "extracted"]
    assert reads(settings) == ["KH 1 a goc"]


def test_a_file_changed_while_it_was_read_is_read_again(inbox, settings, empty, monkeypatch):
    from tests.living import fabric

    path = put(inbox, "kh.txt", plan_text(1, "a"))

    def rewrite_then_extract(source, given, on_page=None):
        if source.path.read_text(encoding="utf-8") == plan_text(1, "a"):
            path.write_text(plan_text(1, "moi"), encoding="utf-8")
        return fabric.fake_extract(source, given, on_page)

    monkeypatch.setattr("pipeline.ingest.extract_document", rewrite_then_extract)
    assert empty() == 2
    assert reads(settings) == ["KH 1 a goc", "KH 1 moi goc"] and left_in(inbox) == []


def test_a_full_disk_loses_nothing_and_is_tried_again(inbox, settings, monkeypatch):
    extract_without_worker(monkeypatch)
    put(inbox, "kh.txt", plan_text(1))
    time, real, failures = Time(), os.replace, [0]

    def replace_until_there_is_space(source, target, **kwargs):
        if time.seconds < 200:
            failures[0] += 1
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target, **kwargs)

    monkeypatch.setattr("os.replace", replace_until_there_is_space)
    watcher = Watcher(inbox, settings, None, 10.0, time.clock)
    taken = watch(watcher, lambda s: time.wait(s) or statuses_or_none(settings) is not None, 5.0)
    assert taken == 1 and statuses(settings) == {"kh.txt": "extracted"} and left_in(inbox) == []
    assert 1 < failures[0] < 12  # ever less often


def statuses_or_none(settings) -> dict[str, str] | None:
    try:
        return statuses(settings)
    except RunError:
        return None


def test_a_full_disk_is_said_where_somebody_waits_for_the_end(inbox, settings, empty, monkeypatch):
    put(inbox, "kh.txt", plan_text(1))

    def no_space(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pipeline.store._write_parquet", no_space)
    with pytest.raises(RunError, match="giải phóng"):
        empty()
    monkeypatch.undo()
    assert left_in(inbox) == ["kh.txt"] and statuses_or_none(settings) is None


def test_two_watchers_do_not_work_on_one_inbox_or_one_output(inbox, settings, tmp_path):
    elsewhere = replace(settings, outputs=tmp_path / "elsewhere")
    with only_watcher(inbox, settings):
        for folder, other in ((inbox, elsewhere), (tmp_path / "inbox 2", settings)):
            with pytest.raises(RunError, match="khác đang trông"), only_watcher(folder, other):
                pass
    with only_watcher(inbox, settings):
        pass


def test_an_inbox_that_went_away_is_said(tmp_path, settings):
    with pytest.raises(RunError, match="không đọc được|Không đọc được"):
        Watcher(tmp_path / "share", settings, None, 10.0, Time().clock).scan()


def test_status_tells_what_came_and_what_failed(inbox, settings, empty):
    put(inbox, "kh.txt", plan_text(1))
    put(inbox, "rong.pdf", "")
    empty()
    state = state_of(settings, START + timedelta(hours=1))
    assert state.documents == {"extracted": 1, "rejected": 1} == state.lately
    assert [f.source_file for f in state.failures] == ["rong.pdf"]
    assert (state.plans, state.in_work, state.is_watching, state.night) == (1, (), False, None)
    assert state_of(settings, START + timedelta(days=3)).lately == {}


def test_status_before_anything_was_stored(settings):
    state = state_of(settings, START)
    assert (state.documents, state.plans, state.watcher) == ({}, 0, None)
