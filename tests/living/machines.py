"""What more machines help: `python -m tests.living.machines FOLDER` prints one line a number of workers (minutes).

First the scanned specimens, really read by 1 and by 2 Dask workers here. Then workers that wait for as long as reading
took instead of reading: so there may be more of them than this machine has cores, while all that the coordinating
process does (open, keep, hand out, fetch, store) is real. Efficiency: time of reading over workers times wall clock.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import flows  # before Prefect itself, whose settings it makes
from prefect import task
from prefect.cache_policies import NO_CACHE

from pipeline.ingest import Reading
from pipeline.model import SourceFile, Status
from pipeline.settings import Settings
from tests.living.cluster import local_workers
from tests.living.fabric import make_extraction, plan_text, put

SCANS = Path(__file__).parents[2] / "corpus" / "scans"
_PER_WORKER = 8  # documents that each waiting worker gets


@dataclass(frozen=True, slots=True)
class Run:
    kind: str
    workers: int
    documents: int
    wall_s: float
    reading_s: float  # summed over documents
    coordinating_s: float  # of CPU, in the one process that hands out and stores

    @property
    def efficiency(self) -> float:
        return self.reading_s / (self.workers * self.wall_s)

    def __str__(self) -> str:
        pace = 3600 * self.documents / self.wall_s
        return (
            f"{self.kind:8} {self.workers:3} workers {self.documents:4} documents {self.wall_s:7.1f} s wall {self.reading_s:7.1f} s reading "
            f"{pace:7.0f} documents an hour, efficiency {self.efficiency:.2f}, "
            f"coordinating {self.coordinating_s / self.documents:.2f} s a document"
        )


def run_reading(folder: Path, workers: int) -> tuple[Run, list[float]]:
    """The scanned specimens read by `workers` processes; how long each took."""
    files = [shutil.copy(path, folder) for path in sorted(SCANS.iterdir()) if path.suffix in (".pdf", ".jpg", ".tif")]
    with local_workers(workers) as address:
        run, seconds = _measured("reading", workers, [Path(file) for file in files], folder / "outputs", address)
    return run, seconds


def run_waiting(folder: Path, workers: int, durations_s: Sequence[float]) -> Run:
    """Texts whose reading takes `durations_s`, over and over, on workers that only wait."""
    taking = list(islice(cycle(durations_s), _PER_WORKER * workers))
    files = [put(folder, f"kh{n}.txt", f"{plan_text(n).strip()} {s}\n") for n, s in enumerate(taking, 1)]
    before, flows.read_document = flows.read_document, _wait
    try:
        with local_workers(min(workers, 4), threads=-(-workers // 4)) as address:
            run, _ = _measured("waiting", workers, files, folder / "outputs", address)
    finally:
        flows.read_document = before
    return run


def wait_instead(path: Path, source: SourceFile, place: str, settings: Settings, version: str) -> Reading:
    _, number, _, _, seconds = source.path.read_text(encoding="utf-8").split()
    time.sleep(float(seconds))
    return Reading(make_extraction(int(number)), Status.EXTRACTED, None, float(seconds))


_wait = task(wait_instead, name="read document", cache_policy=NO_CACHE, persist_result=False)


def _measured(
    kind: str, workers: int, files: list[Path], outputs: Path, address: str
) -> tuple[Run, list[float]]:
    settings = Settings(outputs=outputs, page_workers=1)
    began, began_cpu = time.monotonic(), time.process_time()
    outcomes = flows.run_ingest(files, settings, dask=address)
    wall_s, coordinating_s = time.monotonic() - began, time.process_time() - began_cpu
    assert all(outcome.document.status == Status.EXTRACTED for outcome in outcomes), [o.document for o in outcomes]
    seconds = [outcome.document.seconds for outcome in outcomes]
    return Run(kind, workers, len(files), wall_s, sum(seconds), coordinating_s), seconds


def main() -> None:
    base, durations_s = Path(sys.argv[1]), []
    with local_workers(1) as address:  # Prefect's server starts with the first run: not measured
        flows.run_ingest([put(base, "dau.txt", plan_text(1))], Settings(outputs=base / "first", page_workers=1), dask=address)
    for workers in (1, 2):
        folder = base / f"reading-{workers}"
        folder.mkdir(parents=True)
        run, seconds = run_reading(folder, workers)
        durations_s = durations_s or seconds
        print(run, flush=True)
    for workers in (2, 4, 8, 16, 32):
        print(run_waiting(base / f"waiting-{workers}", workers, durations_s), flush=True)


if __name__ == "__main__":
    main()
