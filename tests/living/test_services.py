"""As a system runs it: stopped by SIGTERM, started by systemd, on the schedule of a Prefect server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.ingest import ingest_file
from pipeline.query import ask
from tests.living.fabric import extract_without_worker, plan_id, plan_text, put

ROOT = Path(__file__).parents[2]


def test_sigterm_ends_the_watcher_after_the_document_in_work(corpus, settings, tmp_path):
    real, log = shutil.which("tesseract"), tmp_path / "stopped"
    shim = tmp_path / "shims" / "tesseract"
    shim.parent.mkdir()
    # The watcher is the parent of the process that calls tesseract.
    shim.write_text(
        f'#!/bin/sh\n[ -e "{log}" ] || kill -TERM "$(sed -n s/^PPid:.//p /proc/$PPID/status)"\ntouch "{log}"\nexec "{real}" "$@"\n'
    )
    shim.chmod(0o755)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(corpus / "scans" / "ubnd-xa.jpg", inbox / "1.jpg")
    put(inbox, "2.txt", plan_text(2))
    environment = {**os.environ, "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}", "OMP_THREAD_LIMIT": "1"}
    command = [sys.executable, "-m", "pipeline", "watch", str(inbox), "-o", str(settings.outputs), "--quiet", "0", "--interval", "0.1"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert log.exists() and done.returncode == 0 and "Đã nhận 1 tệp" in done.stdout, done.stderr
    assert ask(settings.outputs, "SELECT source_file, status FROM documents").rows == (("1.jpg", "extracted"),)
    assert sorted(path.name for path in inbox.iterdir() if not path.name.startswith(".")) == ["2.txt"]
    assert list((settings.outputs / "queue").glob("*.json")) == []


def test_systemd_takes_the_units_of_the_readme(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine")
    (block,) = re.findall(r"```ini\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    units = {name: text for name, text in re.findall(r"# /etc/systemd/system/(\S+)\n(.*?)(?=\n# /etc|\Z)", block, re.S)}
    assert sorted(units) == ["kehoach-nightly.service", "kehoach-nightly.timer", "kehoach-watch.service"]
    for name, text in units.items():
        text = text.replace("/opt/kehoach/.venv/bin/kehoach", shutil.which("true")).replace("User=kehoach", "User=root")
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", *(str(tmp_path / name) for name in units)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "kehoach" in line]
    assert done.returncode == 0 and said == [], done.stderr


@pytest.mark.benchmark
def test_a_prefect_server_runs_the_night_and_keeps_its_report(settings, tmp_path, monkeypatch):
    """A minute: a server, a process that serves the deployment, one run that is asked for."""
    from prefect.client.orchestration import get_client
    from prefect.deployments import run_deployment
    from prefect.settings import PREFECT_API_URL, temporary_settings

    extract_without_worker(monkeypatch)
    for number, parent in ((1, None), (2, 1)):
        ingest_file(put(tmp_path, f"kh{number}.txt", plan_text(number, "a", parent)), settings)
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {
        **os.environ, "PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": url, "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
        "PREFECT_SERVER_LOGGING_LEVEL": "INFO",
    }  # fmt: skip
    server = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    night = ["-m", "pipeline", "nightly", "-o", str(settings.outputs), "--serve", "0 2 * * *"]
    with (
        _running(server, environment, "Uvicorn running"),
        _running(night, environment, "being served"),
        temporary_settings({PREFECT_API_URL: url}),
    ):
        run = run_deployment("nightly/kehoach", timeout=300, poll_interval=1)
        assert run.state.is_completed(), run.state
        with get_client(sync_client=True) as client:
            artifacts = client.request("POST", "/artifacts/filter", json={}).json()
            (deployment,) = client.request("POST", "/deployments/filter", json={}).json()
    assert [schedule["schedule"]["cron"] for schedule in deployment["schedules"]] == ["0 2 * * *"]
    (artifact,) = [artifact for artifact in artifacts if artifact["key"] == "nightly"]
    assert artifact["flow_run_id"] == str(run.id) and "nối 1 viện dẫn, đối chiếu 1 kế hoạch" in artifact["data"]
    assert ask(settings.outputs, "SELECT cited_plan_id FROM citations").rows == ((plan_id(1),),)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _running(words: list[str], environment: dict[str, str], sign: str) -> Iterator[None]:
    """A Python program that has printed `sign`, stopped in the end."""
    process = subprocess.Popen(
        [sys.executable, *words], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if sign in line:
                break
        else:
            raise AssertionError("".join(said))
        threading.Thread(target=process.stdout.read, daemon=True).start()  # or it would wait for a reader
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
