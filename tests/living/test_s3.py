"""Outputs on S3 (moto's server on the loopback address): editions whole or not at all, whoever writes and whatever dies."""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import signal
import subprocess
import sys
import uuid
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import duckdb
import pytest

from pipeline import commit, remote
from pipeline.corrections import add_correction
from pipeline.editions import current_or_none, local_edition
from pipeline.errors import RunError
from pipeline.ingest import begin_file, finish_file, ingest_file
from pipeline.nightly import plan_night, publish_night, stage_document
from pipeline.page_pictures import original_of
from pipeline.places import outputs_at, place_of
from pipeline.query import ask
from pipeline.replay import corrections_of
from pipeline.settings import Settings, settings_from
from pipeline.store import new_edition
from pipeline.tables import frame
from pipeline.versions import pipeline_version
from pipeline.watch import Watcher, watch
from pipeline.working_copy import WriteConflict
from tests.living.fabric import AWARDS, extract_without_worker, plan_id, plan_text, put
from tests.shims import CallCounter

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server():
    """The address of an S3 server of this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for the packages of services that are not used here
        from moto.moto_server.threaded_moto_server import ThreadedMotoServer
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    started = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    started.start()
    host, port = started.get_host_and_port()
    yield f"http://{host}:{port}"
    started.stop()


@pytest.fixture
def bucket(server, monkeypatch):
    """A fresh bucket, and the environment in which it is reached. No machine has a working copy yet."""
    for name, value in {
        "AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": "thu", "AWS_SECRET_ACCESS_KEY": "thu", "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    name = f"kho-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def machine(bucket, tmp_path, monkeypatch):
    """Settings as a machine with that name has them: its own working copy of the same outputs."""

    def settings(name: str) -> Settings:
        monkeypatch.setenv("KEHOACH_CACHE", str(tmp_path / name))
        return settings_from(f"s3://{bucket}/ke-hoach", workers=1)

    return settings


def ingest(settings: Settings, folder: Path, number: int, version: str = "a", parent: int | None = None) -> str:
    path = put(folder, f"kh{number}{version}.txt", plan_text(number, version, parent))
    return ingest_file(path, settings).document.status


def plans(settings: Settings) -> list[str]:
    return [row[0] for row in ask(settings.outputs, "SELECT plan_id FROM plans ORDER BY 1").rows]


def test_what_one_machine_reads_another_asks_shows_and_does_not_read_again(machine, bucket, tmp_path, corpus, monkeypatch):
    tesseract = CallCounter("tesseract", tmp_path, monkeypatch)
    first = machine("mot")
    outcome = ingest_file(corpus / "scans" / "ubnd-xa.jpg", first)
    assert outcome.document.status == "extracted" and tesseract.calls > 0
    calls = tesseract.calls

    second = machine("hai")
    assert second.outputs != first.outputs and not second.originals.exists()
    assert plans(second) == [outcome.document.plan_id]
    assert len(frame("items", place_of(second.outputs))) == len(frame("items", first.outputs))
    original = original_of(outcome.document.source_sha256, second)
    assert original.read_bytes() == (corpus / "scans" / "ubnd-xa.jpg").read_bytes()

    assert ingest_file(corpus / "scans" / "ubnd-xa.jpg", second).document.status == "duplicate"
    monkeypatch.setattr("pipeline.ingest.pipeline_version", lambda settings: "another")
    assert ingest_file(corpus / "scans" / "ubnd-xa.jpg", second).document.status == "extracted"
    assert tesseract.calls == calls, "the store keeps the readings too"
    assert plans(machine("mot")) == [outcome.document.plan_id]
    assert ask(first.outputs, "SELECT pipeline_version FROM documents").rows == (("another",),), "what the other wrote is seen"


def test_the_commands_take_an_address(machine, bucket, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from pipeline.cli import app

    extract_without_worker(monkeypatch)
    ingest(machine("mot"), tmp_path, 1)
    monkeypatch.setenv("KEHOACH_CACHE", str(tmp_path / "hai"))
    place = f"s3://{bucket}/ke-hoach"
    done = CliRunner().invoke(app, ["query", "SELECT doc_number FROM plans", "--csv", "--outputs", place])
    assert (done.exit_code, done.stdout) == (0, "doc_number\n1/KH-UBND\n")
    monkeypatch.setenv("KEHOACH_OUTPUTS", place)
    assert "1 kế hoạch" in CliRunner().invoke(app, ["status"]).stdout
    put(tmp_path / "inbox", "kh2.txt", plan_text(2, "a", 1))
    done = CliRunner().invoke(app, ["watch", str(tmp_path / "inbox"), "--once", "--quiet", "0", "--interval", "0.1"])
    assert done.exit_code == 0 and not (tmp_path / "inbox" / "kh2.txt").exists()


def test_a_writer_killed_between_parts_and_pointer_leaves_the_older_edition(machine, bucket, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    writer = machine("mot")
    ingest(writer, tmp_path, 1)
    objects = keys(bucket, "objects/")
    dying = (
        "import os, signal, sys; from pathlib import Path; import pipeline.ingest; from pipeline.remote import Remote; "
        "from pipeline.settings import settings_from; from tests.living.fabric import fake_extract; "
        "pipeline.ingest.extract_document = fake_extract; "
        "Remote.swap_pointer = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "pipeline.ingest.ingest_file(Path(sys.argv[1]), settings_from(sys.argv[2], 1))"
    )
    command = [sys.executable, "-c", dying, str(put(tmp_path, "kh2.txt", plan_text(2))), place_of(writer.outputs)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert keys(bucket, "objects/") > objects, "it died too early"

    assert plans(writer) == plans(machine("hai")) == [plan_id(1)]
    assert ingest_file(tmp_path / "kh2.txt", machine("mot")).document.status == "extracted"
    assert plans(machine("ba")) == [plan_id(1), plan_id(2)]


def test_a_machine_that_died_before_it_noted_its_edition_catches_up(machine, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    settings = machine("mot")
    ingest(settings, tmp_path, 1)
    with monkeypatch.context() as dying:
        dying.setattr("pipeline.working_copy._remember", lambda *_: None)
        ingest(settings, tmp_path, 2)
    fetched = []
    monkeypatch.setattr("pipeline.remote.Remote.get_objects", lambda _, files: fetched.extend(files))
    assert plans(settings) == [plan_id(1), plan_id(2)] and fetched == []


def test_two_writers_at_once_lose_nothing_of_each_other(machine, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    one, other = machine("mot"), machine("hai")
    ingest(one, tmp_path, 1)
    with new_edition(one.outputs) as edition:  # begun first, done last
        ingest(other, tmp_path, 2)
        ingest(other, tmp_path, 1, "b")  # of plan 1, too, but not of this part
        edition.write("documents", "tay", [document("tay.pdf")])
    for settings in (one, other, machine("ba")):
        assert plans(settings) == [plan_id(1), plan_id(2)]
        files = {Path(row[0]).name for row in ask(settings.outputs, "SELECT source_file FROM documents").rows}
        assert files == {"kh1a.txt", "kh1b.txt", "kh2a.txt", "tay.pdf"}


def document(name: str) -> dict:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return {
        "source_sha256": None, "source_file": name, "media_type": None, "bytes": None, "received_at": at, "status": "rejected",
        "reason": "thử", "plan_id": None, "pages": None, "text_source": None, "seconds": 0.0, "pipeline_version": "thử",
    }  # fmt: skip


def test_two_writers_of_one_part_are_told_and_the_first_stands(machine, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    one, other = machine("mot"), machine("hai")
    with pytest.raises(WriteConflict, match="chạy lại"), new_edition(one.outputs) as edition:
        ingest(other, tmp_path, 1)
        with new_edition(other.outputs) as theirs:
            theirs.write("documents", "tay", [document("cua hai.pdf")])
        edition.write("documents", "tay", [document("cua mot.pdf")])
    for settings in (one, other):
        names = sorted(Path(row[0]).name for row in ask(settings.outputs, "SELECT source_file FROM documents").rows)
        assert names == ["cua hai.pdf", "kh1a.txt"]


def test_a_file_whose_plan_another_machine_stored_meanwhile_begins_again_from_there(machine, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    one, other = machine("mot"), machine("hai")
    put_as_it_is, is_first = commit.put_extraction, [True]

    def put_late(edition, *given):
        if is_first.pop() if is_first else False:
            ingest(other, tmp_path, 1, "b")
        return put_as_it_is(edition, *given)

    monkeypatch.setattr("pipeline.commit.put_extraction", put_late)
    assert ingest(one, tmp_path, 1, "a") == "extracted"
    rows = ask(machine("ba").outputs, "SELECT source_file, status FROM documents ORDER BY 1").rows
    assert [(Path(name).name, status) for name, status in rows] == [("kh1a.txt", "extracted"), ("kh1b.txt", "duplicate")]
    assert ask(one.outputs, "SELECT count(*) FROM awards").rows == ((len(AWARDS),),)


def test_corrections_of_two_machines_are_all_kept_and_replayed(machine, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    one, other = machine("mot"), machine("hai")
    for number in (1, 2):
        ingest(one, tmp_path, number)
    with new_edition(one.outputs):
        add_correction(other.outputs, plan_id(2), "awards", 1, "authority", "Chính phủ", "Lan")
    add_correction(one.outputs, plan_id(1), "awards", 1, "authority", "Thủ tướng", "Minh")
    third = machine("ba")
    query = "SELECT authority FROM awards WHERE authority IS NOT NULL ORDER BY plan_id"
    assert ask(third.outputs, query).rows == (("Thủ tướng",), ("Chính phủ",))
    assert [c.who for c in corrections_of(third.outputs)] == ["Lan", "Minh"]
    ingest(third, tmp_path, 1, "b")
    assert ask(one.outputs, query).rows == (("Thủ tướng",), ("Chính phủ",)), "a new scan keeps what was corrected elsewhere"


def test_a_night_on_another_machine_reads_from_the_store(machine, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    ingest(machine("mot"), tmp_path, 1)
    monkeypatch.setattr("pipeline.nightly.pipeline_version", lambda settings: "sau")
    second = machine("hai")
    report = publish_night(second, [stage_document(o, second, None) for o in plan_night(second)], False)
    assert (report.re_extracted, report.is_published) == (1, True)
    assert ask(machine("mot").outputs, "SELECT pipeline_version FROM documents").rows == (("sau",),)


def test_a_worker_on_another_machine_reads_from_the_store_and_keeps_its_reading_there(machine, tmp_path, corpus, monkeypatch):
    import flows

    monkeypatch.setattr(flows, "_workers", lambda settings: None)
    tesseract = CallCounter("tesseract", tmp_path, monkeypatch)
    one, scan = machine("mot"), corpus / "scans" / "ubnd-xa.jpg"
    opened = begin_file(scan, one)
    given = (scan, replace(opened.source, path=tmp_path / "chi may mot thay"), place_of(one.outputs), one, pipeline_version(one))
    monkeypatch.setenv("KEHOACH_CACHE", str(tmp_path / "hai"))  # where the worker stands
    reading = flows.read_here(*given)
    calls = tesseract.calls
    assert reading.extraction is not None and calls > 0
    monkeypatch.setenv("KEHOACH_CACHE", str(tmp_path / "ba"))
    assert flows.read_here(*given).extraction == reading.extraction and tesseract.calls == calls
    assert finish_file(opened, lambda: reading, one).document.status == "extracted"


def test_a_file_stays_in_the_inbox_until_its_bytes_are_in_the_store(machine, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    settings = machine("mot")
    path = put(tmp_path / "inbox", "kh.txt", plan_text(1))
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.remote.sha256_of", lambda _: "khác")
        with pytest.raises(RunError, match="không giữ đúng"):
            empty(path.parent, settings)
    assert path.exists() and plans_or_none(settings) is None
    empty(path.parent, settings)
    assert not path.exists()
    fetched = original_of(sha256_of_text(plan_text(1)), machine("hai"))
    assert fetched.read_text(encoding="utf-8") == plan_text(1)


def empty(inbox: Path, settings: Settings) -> None:
    watch(Watcher(inbox, settings, None, 0.0), lambda seconds: False, 0.0, is_once=True)


def plans_or_none(settings: Settings) -> list[str] | None:
    return plans(settings) if current_or_none(settings.outputs) else None


def sha256_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_part_that_rotted_in_the_store_is_said_and_the_older_edition_stays(machine, bucket, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    one, other = machine("mot"), machine("hai")
    ingest(one, tmp_path, 1)
    assert plans(other) == [plan_id(1)]
    before = keys(bucket, "objects/")
    ingest(one, tmp_path, 2)
    for key in keys(bucket, "objects/") - before:
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=b"rot")
    with pytest.raises(RunError, match="bị hỏng"):
        plans(other)
    connection = duckdb.connect()
    kept = local_edition(other.outputs) / "plans" / "*.parquet"
    assert connection.execute(f"SELECT plan_id FROM read_parquet('{kept}')").fetchall() == [(plan_id(1),)]


def test_what_no_edition_needs_goes_after_a_week_and_nothing_else(machine, bucket, tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    settings = machine("mot")
    for version in "abc":
        ingest(settings, tmp_path, 1, version)
    store = remote.open_remote(place_of(settings.outputs))
    assert store.prune(datetime.now(UTC) + timedelta(days=6)) == 0
    assert store.prune(datetime.now(UTC) + timedelta(days=8)) > 0
    needed = store.manifest(store.pointer())
    assert {key.rsplit("/", 1)[-1] for key in keys(bucket, "objects/")} == {*needed.parts.values(), *needed.files.values()}
    assert len(keys(bucket, "manifests/")) == 1 and len(keys(bucket, "originals/")) == 3
    assert plans(machine("hai")) == [plan_id(1)]


def test_another_store_of_fsspec_serves_too(tmp_path, monkeypatch):
    extract_without_worker(monkeypatch)
    place = f"memory://kho-{uuid.uuid4().hex}"
    for name, number in (("mot", 1), ("hai", 2)):
        monkeypatch.setenv("KEHOACH_CACHE", str(tmp_path / name))
        ingest(settings_from(place, 1), tmp_path, number)
    monkeypatch.setenv("KEHOACH_CACHE", str(tmp_path / "ba"))
    assert plans(settings_from(place)) == [plan_id(1), plan_id(2)]


def test_a_manifest_can_not_write_outside_of_the_working_copy(machine, bucket, tmp_path):
    store = remote.open_remote(place_of(machine("mot").outputs))
    path = put(tmp_path, "x", "x")
    name = remote.name_object(sha256_of_text("x"))
    store.put_objects({name: path})
    for parts in ({"../../x": name}, {"/tmp/x": name}):
        store.swap_pointer(store.put_manifest(remote.Manifest(parts)), store.pointer_tag())
        with pytest.raises(RunError, match="không hợp lệ"):
            plans(machine("hai"))


def test_a_store_that_is_not_there_is_said(machine, bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("KEHOACH_CACHE", str(tmp_path / "mot"))
    with pytest.raises(RunError, match="tên kho"):
        ingest_file(put(tmp_path, "kh.txt", plan_text(1)), settings_from("s3://khong-co-kho-nay/x", 1))
    with pytest.raises(RunError, match="Không hiểu địa chỉ|cần thêm gói"):
        ask(outputs_at("xyz://kho/x"), "SELECT 1")
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda *_, **__: importlib.import_module("khong_co_goi_nay"))
    with pytest.raises(RunError, match=r"kehoach\[s3\]"):
        ask(outputs_at("s3://kho-khac/x"), "SELECT 1")


def keys(bucket: str, folder: str) -> set[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"ke-hoach/{folder}")
    return {entry["Key"] for entry in listed.get("Contents", ())}
