"""Many machines: a Dask scheduler and its workers, each of which reads documents in processes of its own."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import CancelledError
from pathlib import Path

from pipeline.errors import RunError

_CONNECT_TIMEOUT_S = 20


def slots_of(address: str) -> int:
    """How many documents the workers of the scheduler at `address` read at once.

    Raises RunError where Dask is not installed, nobody answers, or no worker has come yet.
    """
    try:
        import prefect_dask  # noqa: F401
        from distributed import Client
    except ImportError as error:
        raise RunError(f"Đọc trên nhiều máy cần thêm gói {error.name}: pip install 'kehoach[dask]'.") from error
    try:
        with Client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=False) as client:
            threads = client.nthreads()
    except (OSError, ValueError, TimeoutError) as error:
        raise RunError(
            f"Không nối được bộ điều phối Dask ở {address}: chạy `dask scheduler` trên máy đó, hoặc sửa địa chỉ sau --dask."
        ) from error
    if not threads:
        raise RunError(f"Bộ điều phối Dask ở {address} chưa có máy đọc nào: chạy `dask worker {address}` trên các máy đọc.")
    return sum(threads.values())


def check_worker(original: Path | None, place: str, version: str, wanted_version: str) -> None:
    """On a worker: raises RunError where this machine would read another file, or read it otherwise, than it was asked to."""
    machine = socket.gethostname()
    if version != wanted_version:
        raise RunError(
            f"Máy {machine} chạy phiên bản {version}, máy điều phối chạy {wanted_version}: cài cùng một phiên bản trên mọi máy."
        )
    if original is None:
        raise RunError(
            f"Máy {machine} không thấy bản gốc trong {place}: đặt --outputs vào thư mục chung mà mọi máy cùng thấy, hoặc s3://."
        )


def cluster_errors() -> tuple[type[BaseException], ...]:
    """What Dask raises of itself, not of a document."""
    if "distributed" not in sys.modules:
        return ()
    from distributed.scheduler import KilledWorker

    return (KilledWorker, CancelledError)


def reason_of(error: BaseException) -> str:
    """Why a document was not read: it took down every worker that tried. Raises RunError where the scheduler went away."""
    if isinstance(error, CancelledError):
        raise RunError("Mất liên lạc với bộ điều phối Dask: chạy lại, những gì đã đọc không phải đọc lại.") from error
    return "Tệp làm dừng mọi máy đã thử đọc nó và được để sang một bên: quét lại, hoặc báo người quản trị."
