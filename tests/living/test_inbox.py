"""Which files are whole, which are left alone, which are refused; how files leave. Time is a number here."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.inbox import REJECTED, Inbox, is_ignored, leave, set_aside

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
QUIET_S = 10.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def ready(inbox: Inbox, clock_s: float) -> list[str]:
    return [arrival.name for arrival in inbox.scan(clock_s, NOW).ready]


def only(inbox: Inbox, clock_s: float = 0.0):
    inbox.scan(clock_s, NOW)
    (arrival,) = inbox.scan(clock_s + QUIET_S, NOW).ready
    return arrival


def test_a_file_is_taken_when_it_has_not_changed_for_a_while_even_one_there_from_the_start(folder):
    (folder / "kế hoạch.pdf").write_bytes(b"%PDF-")
    os.utime(folder / "kế hoạch.pdf", (0, 0))  # old by its own date: a copy that keeps dates may still be under way
    inbox = Inbox(folder, QUIET_S)
    assert ready(inbox, 0.0) == [] and ready(inbox, 9.9) == []
    assert ready(inbox, 10.0) == ["kế hoạch.pdf"]


def test_a_copy_under_way_waits_until_it_is_whole(folder):
    path, inbox = folder / "a.pdf", Inbox(folder, QUIET_S)
    for second in range(0, 60, 5):
        with path.open("ab") as stream:
            stream.write(b"x" * 100)
        assert ready(inbox, float(second)) == []
    assert ready(inbox, 64.0) == []
    assert ready(inbox, 65.0) == ["a.pdf"]


def test_a_file_written_over_in_its_place_waits_again(folder):
    path, inbox = folder / "a.pdf", Inbox(folder, QUIET_S)
    path.write_bytes(b"one")
    ready(inbox, 0.0)
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert ready(inbox, 10.0) == [] and ready(inbox, 20.0) == ["a.pdf"]


def test_a_folder_moved_in_gives_every_file_in_it(folder, tmp_path):
    (tmp_path / "thang 3" / "so y te").mkdir(parents=True)
    (tmp_path / "thang 3" / "so y te" / "b.pdf").write_bytes(b"b")
    (tmp_path / "thang 3" / "a.pdf").write_bytes(b"a")
    os.rename(tmp_path / "thang 3", folder / "thang 3")
    inbox = Inbox(folder, QUIET_S)
    ready(inbox, 0.0)
    assert ready(inbox, 10.0) == ["thang 3/a.pdf", "thang 3/so y te/b.pdf"]


def test_the_longest_waiting_comes_first(folder):
    inbox = Inbox(folder, QUIET_S)
    (folder / "z.pdf").write_bytes(b"z")
    inbox.scan(0.0, NOW)
    (folder / "a.pdf").write_bytes(b"a")
    inbox.scan(1.0, NOW.replace(hour=9))
    assert [a.name for a in inbox.scan(20.0, NOW.replace(hour=10)).ready] == ["z.pdf", "a.pdf"]


@pytest.mark.parametrize(
    "name", [".DS_Store", ".~lock.a.docx#", "~$ke hoach.docx", "a.pdf.part", "A.TMP", "b.crdownload", "Thumbs.db", "c.pdf~"]
)
def test_what_programs_write_beside_a_file_is_left_alone(folder, name):
    (folder / name).write_bytes(b"x")
    inbox = Inbox(folder, 0.0)
    scan = inbox.scan(0.0, NOW)
    assert is_ignored(name) and scan.ready == () and scan.waiting == 0 and scan.ignored == 1
    assert (folder / name).exists()


@pytest.mark.parametrize("name", ["kế hoạch.pdf", "template.docx", "part 2.pdf", "KH..2026.pdf"])
def test_an_ordinary_name_is_not(name):
    assert not is_ignored(name)


@pytest.mark.parametrize(
    ("raw", "name", "word"),
    [
        (b"dong\nmoi.pdf", "dong_moi.pdf", "ký tự"),
        (b"chuong\x07.pdf", "chuong_.pdf", "ký tự"),
        (b"h\xe1\xbb.pdf", "h__.pdf", "ký tự"),
        ("kh\u202efdp.exe".encode(), "kh_fdp.exe", "ký tự"),
        (b"..\\..\\etc\\passwd", ".._.._etc_passwd", "đường dẫn"),
        (b"..%2fetc.pdf", "..%2fetc.pdf", "đường dẫn"),
    ],
)
def test_a_hostile_name_is_refused_and_made_harmless(folder, raw, name, word):
    with open(os.fsencode(folder) + b"/" + raw, "wb") as stream:
        stream.write(b"%PDF-")
    arrival = only(Inbox(folder, QUIET_S))
    assert arrival.name == name and word in arrival.refusal
    target = set_aside(arrival, folder, arrival.refusal)
    assert target.parent == folder / REJECTED and target.is_file() and target.name.isprintable()
    assert not os.path.lexists(arrival.path)


def test_a_name_as_macs_write_it_is_stored_composed(folder):
    import unicodedata

    (folder / unicodedata.normalize("NFD", "Kế hoạch số 1.pdf")).write_bytes(b"%PDF-")
    assert only(Inbox(folder, QUIET_S)).name == "Kế hoạch số 1.pdf"


def test_a_pipe_and_a_link_do_not_block_and_are_told_apart(folder):
    os.mkfifo(folder / "pipe.pdf")
    (folder / "link.pdf").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    inbox = Inbox(folder, 0.0)
    inbox.scan(0.0, NOW)
    assert [(a.name, a.is_regular) for a in inbox.scan(1.0, NOW).ready] == [
        ("link.pdf", False), ("loop", False), ("pipe.pdf", False),
    ]  # fmt: skip


def test_a_rejected_file_lies_beside_its_reason_and_is_not_seen_again(folder):
    (folder / "thang 3").mkdir()
    (folder / "thang 3" / "a.pdf").write_bytes(b"one")
    inbox = Inbox(folder, QUIET_S)
    target = set_aside(only(inbox), folder, "Tệp rỗng.")
    assert target == folder / REJECTED / "a.pdf" and target.read_bytes() == b"one"
    note = (folder / REJECTED / "a.pdf.reason.txt").read_text(encoding="utf-8")
    assert "thang 3/a.pdf" in note and "Tệp rỗng." in note
    assert inbox.scan(100.0, NOW).waiting == 0


def test_rejected_files_of_one_name_do_not_overwrite_each_other(folder):
    for content in (b"one", b"two"):
        (folder / "a.pdf").write_bytes(content)
        set_aside(only(Inbox(folder, QUIET_S)), folder, "Hỏng.")
    assert {p.name: p.read_bytes() for p in (folder / REJECTED).glob("*.pdf")} == {"a.pdf": b"one", "a (2).pdf": b"two"}
    assert (folder / REJECTED / "a (2).pdf.reason.txt").exists()


def test_a_name_as_long_as_the_disk_allows_can_be_set_aside(folder):
    (folder / f"{'ế' * 83}.pdf").write_bytes(b"x")
    target = set_aside(only(Inbox(folder, QUIET_S)), folder, "Hỏng.")
    assert target.suffix == ".pdf" and target.with_name(target.name + ".reason.txt").exists()


def test_a_file_replaced_while_it_was_read_stays(folder):
    path = folder / "a.pdf"
    path.write_bytes(b"one")
    arrival = only(Inbox(folder, QUIET_S))
    path.write_bytes(b"another one")
    leave(arrival)
    assert set_aside(arrival, folder, "Hỏng.") is None
    assert path.read_bytes() == b"another one"
