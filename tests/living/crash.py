"""Kills a watcher before its n-th change on disk, for every n; then starts another, and examines what is left.

`python -m tests.living.crash FOLDER STEP` prints one JSON line a point of death. Children are forked, so that the
imports are paid once; this process itself never opens a table.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb  # noqa: F401  before the first fork

import pipeline.ingest
from pipeline.editions import current_or_none
from pipeline.query import ask
from pipeline.schema import schemas
from pipeline.settings import Settings
from pipeline.versions import pipeline_version
from pipeline.watch import Clock, Watcher, only_watcher, watch
from tests.living.fabric import AWARDS, fake_extract, plan_id, plan_text, put

_CHANGES = {"os.rename", "os.remove", "os.symlink", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}
EXPECTED = {
    "a.txt": "duplicate",  # replaced by the newer scan b.txt
    "b.txt": "extracted",
    "c.txt": "duplicate",
    "d.txt": "extracted",
    "hong.txt": "rejected",
    "x_.txt": "rejected",
    "thu.txt": "not_a_plan",
}


def fill(inbox: Path) -> None:
    put(inbox, "a.txt", plan_text(1, "a"))
    put(inbox, "b.txt", plan_text(1, "b"))
    put(inbox, "c.txt", plan_text(1, "b"))
    put(inbox, "d.txt", plan_text(2, "a", parent=1))
    put(inbox, "hong.txt", "HONG tep nay")
    put(inbox, "thu.txt", "THU moi hop")
    put(inbox, "x\x07.txt", plan_text(3))


def empty(inbox: Path, settings: Settings, start: datetime) -> None:
    """Runs a watcher until the inbox is empty; time passes by waiting."""
    now = [0.0]

    def wait(seconds: float) -> bool:
        now[0] += seconds
        return False

    clock = Clock(lambda: now[0], lambda: start + timedelta(seconds=now[0]))
    with only_watcher(inbox, settings):
        watch(Watcher(inbox, settings, None, 10.0, clock), wait, 5.0, is_once=True)


def die_at(point: int, folder: Path, log: Path) -> None:
    """From now on the `point`-th change under `folder` is not made: the process is killed instead.

    Of the many links that make up an edition nobody sees yet, each 20th counts.
    """
    seen, dull, inside = [0], [0], str(folder)

    def hook(event: str, args: tuple) -> None:
        if event == "open":
            path, mode, flags = args
            if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
        elif event in _CHANGES:
            path = args[0]
        else:
            return
        path = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if not path.startswith(inside):
            return
        if "/editions/" in path:
            dull[0] += 1
            if dull[0] % 20:
                return
        seen[0] += 1
        if seen[0] == point:
            descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.write(descriptor, f"{event} {os.path.relpath(path, inside)}".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def forked(deed: Callable[[], None]) -> int:
    """Exit code of `deed` in a process of its own: -9 where it was killed."""
    pid = os.fork()
    if pid == 0:
        try:
            deed()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def check_readable(outputs: Path) -> None:
    """At any moment: whole plans only, and a row of `documents` for each."""
    if current_or_none(outputs) is None:
        return
    plans = ask(outputs, "SELECT plan_id, source_file FROM plans").rows
    assert len({plan for plan, _ in plans}) == len(plans), plans
    for plan, source in plans:
        assert ask(outputs, "SELECT count(*) FROM awards WHERE plan_id = $1", [plan]).rows == ((len(AWARDS),),), plan
        status = ask(outputs, "SELECT status FROM documents WHERE source_file = $1", [source]).rows
        assert status == (("extracted",),), (source, status)


def check_whole(inbox: Path, outputs: Path) -> None:
    """At the end: every file accounted for, once."""
    rows = ask(outputs, "SELECT source_file, status FROM documents").rows
    assert len(rows) == len(EXPECTED) and dict(rows) == EXPECTED, rows
    plans = ask(outputs, "SELECT plan_id, source_file FROM plans ORDER BY 1").rows
    assert plans == ((plan_id(1), "b.txt"), (plan_id(2), "d.txt")), plans
    assert ask(outputs, "SELECT cited_plan_id FROM citations").rows == ((plan_id(1),),)
    left = sorted(p.name for p in inbox.rglob("*") if p.is_file() and not p.name.startswith(".kehoach"))
    aside = ["hong.txt", "thu.txt", "x_.txt"]
    assert left == sorted(aside + [f"{name}.reason.txt" for name in aside]), left
    kept = {p.read_text(encoding="utf-8") for p in (outputs / "originals").rglob("*.txt") if p.is_file()}
    assert {plan_text(1, "a"), plan_text(1, "b"), plan_text(2, "a", parent=1)} <= kept
    notes = list((outputs / "queue").glob("*.json"))
    assert notes == [], notes


def main() -> None:
    base, step = Path(sys.argv[1]), int(sys.argv[2])
    pipeline.ingest.extract_document = fake_extract
    schemas(), pipeline_version(Settings())  # computed once, for all children
    start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    for point in range(1, 100_000, step):
        folder = base / str(point)
        inbox, settings, log = folder / "inbox", Settings(outputs=folder / "outputs", page_workers=1), base / "event"
        fill(inbox)

        def die(point: int = point, inbox: Path = inbox, settings: Settings = settings, folder: Path = folder) -> None:
            die_at(point, folder, log)
            empty(inbox, settings, start)

        code = forked(die)
        if code == 0:
            return
        faults = [] if code == -signal.SIGKILL else [f"ended with {code}"]
        faults += ["half a plan was seen"] * forked(lambda s=settings: check_readable(s.outputs))
        faults += ["no restart"] * forked(lambda i=inbox, s=settings: empty(i, s, start + timedelta(hours=1)))
        faults += ["not whole"] * forked(lambda i=inbox, s=settings: check_whole(i, s.outputs))
        print(json.dumps({"point": point, "event": log.read_text(), "faults": faults}), flush=True)
        if not faults:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
