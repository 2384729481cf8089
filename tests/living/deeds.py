"""What a worker is made to do in these tests: importable by name from its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from pipeline.errors import Rejected


def add(one: int, other: int) -> int:
    return one + other


def whoami() -> int:
    return os.getpid()


def refuse(sentence: str) -> None:
    raise Rejected(sentence)


def report(pages: int, on_event) -> str:  # noqa: ANN001
    for page in range(1, pages + 1):
        on_event(page)
    return "xong"


def die(_: str = "") -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marker: str) -> str:
    """Dies at the first call, and works at the next."""
    path = Path(marker)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "sống"


def hang_with_child(on_event) -> None:  # noqa: ANN001
    """Starts a program that never ends, and waits for it."""
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    on_event(child.pid)
    child.wait()


def eat_memory() -> int:
    return len(bytearray(8 << 30))


def unpicklable() -> object:
    return lambda: None
