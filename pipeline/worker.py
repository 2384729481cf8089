"""The child's side of `pipeline.limits`: `python -m pipeline.worker DESCRIPTOR MEMORY_BYTES`."""

from __future__ import annotations

import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.limits import watch_lifeline


def main() -> None:
    descriptor, memory_bytes = map(int, sys.argv[1:])
    watch_lifeline()
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        pass  # no Linux, or no /proc: the limit above still holds
    connection = Connection(descriptor)
    while True:
        try:
            function, args, wants_events = connection.recv()
        except EOFError:
            return
        extra = {"on_event": lambda value: connection.send(("event", value))} if wants_events else {}
        try:
            answer = ("result", function(*args, **extra))
        except Exception as error:  # the parent raises it; it alone knows what to do
            answer = ("error", error)
        try:
            connection.send(answer)
        except (TypeError, AttributeError, ValueError) as error:  # can not be pickled
            connection.send(("error", RuntimeError(f"{error}: {answer[1]!r}")))


if __name__ == "__main__":
    main()
