"""Files of every sort dropped at random beside a watcher that is killed and restarted at random; then the accounts.

`python -m tests.living.soak FOLDER FILES KILLS SEED` prints one JSON line. The same seed gives the same run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb  # noqa: F401  before the first fork

import pipeline.ingest
from pipeline.query import ask
from pipeline.schema import schemas
from pipeline.settings import Settings
from pipeline.versions import pipeline_version
from pipeline.watch import Clock, Watcher, only_watcher, watch
from tests.living.crash import check_readable, die_at, forked
from tests.living.fabric import fake_extract, plan_text

KINDS = {
    "good": 45, "duplicate": 15, "newer": 10, "growing": 8, "empty": 3, "cut": 5, "broken": 4, "letter": 3,
    "pipe": 2, "link": 2, "name": 3,
}  # fmt: skip
STATUSES = {
    "good": {"extracted", "duplicate"}, "duplicate": {"extracted", "duplicate"}, "newer": {"extracted", "duplicate"},
    "growing": {"extracted"}, "letter": {"not_a_plan"},
}  # fmt: skip
_ENDING = "goc\n"


class Dropper:
    """Drops files into the inbox; what is still growing grows each time that the watcher waits."""

    def __init__(self, inbox: Path, seed: int) -> None:
        self.inbox, self.random = inbox, random.Random(seed)
        self.kinds: dict[str, str] = {}  # by the name that `documents` will hold
        self.plans: dict[str, int] = {}
        self.texts: list[str] = []
        inbox.mkdir(parents=True)

    def drop(self) -> None:
        number = len(self.kinds) + 1
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        if kind in ("duplicate", "newer") and not self.texts:
            kind = "good"
        name = self.random.choice(["", "thang 3/", "so y te/2026/"]) + f"{number:03d} {kind}.txt"
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "good":
            self.texts.append(plan_text(number))
            path.write_text(self.texts[-1])
        elif kind == "duplicate":
            path.write_text(self.random.choice(self.texts))
        elif kind == "newer":
            _, plan, _, _ = self.random.choice(self.texts).split()
            self.texts.append(plan_text(int(plan), f"v{number}"))
            path.write_text(self.texts[-1])
        elif kind == "growing":
            path.write_text(plan_text(number).removesuffix(_ENDING))
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "link":
            path.symlink_to("/etc/passwd")
        elif kind == "name":
            path.with_name(f"{number:03d}\x1bname.txt").write_text(plan_text(number))
            name = name.replace(f"{number:03d} name", f"{number:03d}_name")
        else:
            path.write_bytes({"empty": b"", "cut": b"%PDF-1.7\n", "broken": b"HONG tep", "letter": b"THU moi"}[kind])
        self.kinds[name] = kind

    def grow(self) -> None:
        for path in self.inbox.rglob("*growing.txt"):
            text = path.read_text()
            if "rejected" not in path.parts and not text.endswith(_ENDING):
                path.write_text(text + _ENDING[len(text.rpartition(" ")[2])])


def run_watcher(inbox: Path, settings: Settings, dropper: Dropper, start: datetime) -> None:
    now = [0.0]

    def wait(seconds: float) -> bool:
        now[0] += seconds
        if seconds:
            dropper.grow()
        return False

    clock = Clock(lambda: now[0], lambda: start + timedelta(seconds=now[0]))
    with only_watcher(inbox, settings):
        watch(Watcher(inbox, settings, None, 10.0, clock), wait, 5.0, is_once=True)


def check_accounts(dropper: Dropper, outputs: Path) -> None:
    rows = ask(outputs, "SELECT source_file, status FROM documents").rows
    assert len(rows) == len(dict(rows)) == len(dropper.kinds), (len(rows), len(dropper.kinds))
    found = dict(rows)
    for name, kind in dropper.kinds.items():
        assert found[name] in STATUSES.get(kind, {"rejected"}), (name, kind, found[name])
    plans = ask(outputs, "SELECT plan_id, source_sha256 FROM plans").rows
    known = {text.split()[1] for text in dropper.texts} | {n[-15:].split()[0].lstrip("0") for n, k in dropper.kinds.items() if k == "growing"}
    assert len(plans) == len({p for p, _ in plans}) == len(known), (len(plans), len(known))
    assert Counter(found.values())["extracted"] == len(plans)
    left = [p for p in dropper.inbox.rglob("*") if not p.is_dir() and not p.name.startswith(".kehoach")]
    assert all(p.parent.name == "rejected" for p in left), left
    aside = sum(status not in ("extracted", "duplicate") for status in found.values())
    assert len(left) == 2 * aside, (len(left), aside)
    kept = {p.read_text(errors="replace") for p in (outputs / "originals").rglob("*") if p.is_file()}
    assert set(dropper.texts) <= kept


def main() -> None:
    base, files, kills, seed = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    pipeline.ingest.extract_document = fake_extract
    schemas(), pipeline_version(Settings())  # computed once, for all children
    inbox, settings = base / "inbox", Settings(outputs=base / "outputs", page_workers=1)
    dropper, chance = Dropper(inbox, seed), random.Random(seed + 1)
    start, killed, faults, events = datetime(2026, 3, 2, 8, 0, tzinfo=UTC), 0, [], Counter()
    batch = -(-files // kills)
    for run in range(100 * kills):
        for _ in range(min(batch, files - len(dropper.kinds))):
            dropper.drop()
        point = chance.randint(1, 30 * batch) if killed < kills else 0

        def work(point: int = point, run: int = run) -> None:
            die_at(point, base, base / "event")
            run_watcher(inbox, settings, dropper, start + timedelta(hours=run))

        code = forked(work)
        if code == -signal.SIGKILL:
            killed += 1
            events[(base / "event").read_text().split()[0]] += 1
        elif code:
            faults.append(f"run {run} ended with {code}")
        faults += [f"half a plan after run {run}"] * forked(lambda: check_readable(settings.outputs))
        if code == 0 and killed >= kills and len(dropper.kinds) >= files:
            break
        if code == 0 and len(dropper.kinds) >= files:  # nothing left to be killed over
            dropper.drop()
    faults += ["accounts"] * forked(lambda: check_accounts(dropper, settings.outputs))
    print(json.dumps({"files": len(dropper.kinds), "kills": killed, "events": events, "faults": faults}))


if __name__ == "__main__":
    main()
