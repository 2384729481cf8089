"""One document, one worker process: what a poisoned file takes down is its own worker and nothing else.

A worker is the head of its own process group, so that Tesseract and pdftoppm die with it; it holds no more address
space than it was given, and the kernel, short of memory, takes it before anything else of ours. It reads document
after document, so that models load once. It ends by itself when its parent dies in any way.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from pipeline.errors import DocumentError, KehoachError

_DOCUMENTS_A_WORKER = 100  # then a fresh one: libraries leak
_DEATHS_BEFORE_SETTING_ASIDE = 2
_ROOT = Path(__file__).parents[1]


class TookTooLong(DocumentError):
    """The document's deadline passed; its worker was killed with all that it had started."""


class WorkerDied(DocumentError):
    """The document killed its worker: out of memory, or a crash in a library."""


class DocumentWorker:
    """A process that runs one function call at a time. Not for use by two threads at once."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._calls = 0

    def run(
        self,
        function: Callable[..., Any],
        *args: object,
        timeout_s: float,
        on_event: Callable[[object], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Any:
        """`function(*args)` as the worker computed it, or what it raised.

        `function` is importable by name. With `on_event` it is called with `on_event=`, and what it passes there
        arrives here. Raises TookTooLong, WorkerDied.
        """
        if self._process is None or self._calls >= _DOCUMENTS_A_WORKER:
            self.stop()
            self._start()
        assert self._process is not None and self._connection is not None
        self._calls += 1
        deadline = clock() + timeout_s
        try:
            self._connection.send((function, args, on_event is not None))
            while True:
                if not self._connection.poll(max(0.0, deadline - clock())):
                    raise TookTooLong(
                        f"Đọc tệp quá {timeout_s / 60:.0f} phút mà chưa xong nên đã dừng: "
                        "quét lại ở 300 dpi, hoặc tách thành các tệp ngắn hơn."
                    )
                kind, value = self._connection.recv()
                if kind == "event":
                    assert on_event is not None
                    on_event(value)
                elif kind == "error":
                    raise value
                else:
                    return value
        except (EOFError, ConnectionError) as error:
            raise WorkerDied(f"Chương trình đọc bị dừng giữa chừng ({self._end()}).") from error
        except TookTooLong:
            self.stop()
            raise
        except KehoachError:  # the worker itself said so, and is well
            raise
        except BaseException as error:  # MemoryError, Ctrl-C and bugs: nobody knows what state the worker is in
            self.stop()
            if isinstance(error, MemoryError):
                raise WorkerDied("Tệp cần nhiều bộ nhớ hơn mức cho phép.") from error
            raise

    def stop(self) -> None:
        """Kills the worker and everything that it started."""
        if self._process is not None:
            self._end()

    def _start(self) -> None:
        ours, theirs = Pipe()
        with theirs:
            environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.worker", str(theirs.fileno()), str(self._memory_bytes)],
                stdin=subprocess.PIPE,  # never written to: its end tells the worker that we are gone
                stdout=2,  # what libraries print must not mix with our own output
                pass_fds=(theirs.fileno(),),
                env=environment,
                start_new_session=True,
            )
        self._connection, self._calls = ours, 0

    def _end(self) -> str:
        """Kills the group, and says how the worker ended."""
        assert self._process is not None and self._connection is not None
        process, self._process = self._process, None
        self._connection.close()
        code = process.poll()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if process.stdin:
            process.stdin.close()
        code = process.wait() if code is None else code
        return f"tín hiệu {signal.Signals(-code).name}" if code < 0 else f"mã {code}"


class WorkerPool:
    """`size` workers for as many threads; a document that kills two workers in a row is set aside."""

    def __init__(self, size: int, memory_bytes: int) -> None:
        self._idle: queue.LifoQueue[DocumentWorker] = queue.LifoQueue()
        self._workers = [DocumentWorker(memory_bytes) for _ in range(size)]
        for worker in self._workers:
            self._idle.put(worker)

    def run(
        self,
        function: Callable[..., Any],
        *args: object,
        timeout_s: float,
        on_event: Callable[[object], None] | None = None,
    ) -> Any:
        """As `DocumentWorker.run`, on the next idle worker. Raises WorkerDied after the second death."""
        worker = self._idle.get()
        try:
            for _ in range(_DEATHS_BEFORE_SETTING_ASIDE - 1):
                try:
                    return worker.run(function, *args, timeout_s=timeout_s, on_event=on_event)
                except WorkerDied:
                    pass  # memory was short, perhaps for another's sake: once more, in a fresh worker
            try:
                return worker.run(function, *args, timeout_s=timeout_s, on_event=on_event)
            except WorkerDied as error:
                raise WorkerDied(
                    f"{error} Đã thử {_DEATHS_BEFORE_SETTING_ASIDE} lần và để tệp sang một bên: "
                    "in lại ra PDF hoặc quét lại văn bản rồi đưa vào."
                ) from error
        finally:
            self._idle.put(worker)

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def watch_lifeline() -> None:
    """In a worker: dies with its whole group once standard input ends, that is once the parent is gone."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
