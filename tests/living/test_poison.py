"""A file that kills whoever reads it is set aside; the file behind it is read. Through real workers and a false Tesseract."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from pipeline.inbox import REJECTED
from pipeline.limits import WorkerPool
from pipeline.query import ask
from pipeline.watch import Clock, Watcher, watch

# Answers when asked for its version or languages; asked to read, it kills the process that started it.
_KILLER = """#!/bin/sh
case "$*" in
  *--version*) echo "tesseract 5.3.0"; exit 0 ;;
  *--list-langs*) printf 'List of available languages (3):\\neng\\nosd\\nvie\\n'; exit 0 ;;
esac
kill -9 $PPID
"""


@pytest.fixture
def killing_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "bin" / "tesseract"
    shim.parent.mkdir()
    shim.write_text(_KILLER)
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_file_that_kills_its_worker_twice_is_set_aside_and_the_next_is_read(
    killing_tesseract, corpus, settings, tmp_path
):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    page = Image.new("L", (1654, 2339), 255)
    for line in range(30):
        ImageDraw.Draw(page).text((200, 200 + 60 * line), "KE HOACH THI DUA " * 6, fill=0)
    page.save(inbox / "1 doc.png")
    (inbox / "2 lanh.txt").write_bytes((corpus / "scans" / "benh-vien-tra-lung.txt").read_bytes())
    now = [0.0]

    def wait(seconds: float) -> bool:
        now[0] += seconds
        return False

    with WorkerPool(1, settings.worker_memory_bytes) as workers:
        watcher = Watcher(inbox, settings, workers, 10.0, Clock(lambda: now[0]))
        assert watch(watcher, wait, 5.0, is_once=True) == 2
    rows = ask(settings.outputs, "SELECT source_file, status FROM documents ORDER BY 1").rows
    assert rows == (("1 doc.png", "failed"), ("2 lanh.txt", "extracted"))
    reason = (inbox / REJECTED / "1 doc.png.reason.txt").read_text(encoding="utf-8")
    assert "SIGKILL" in reason and "2 lần" in reason
