"""What can go wrong, each with the status for `documents` and a sentence for a clerk."""

from __future__ import annotations

import errno


class KehoachError(Exception):
    """Base. `str(error)` is a sentence that a clerk can act on, in Vietnamese."""


class DocumentError(KehoachError):
    """Ends one file; the run goes on. `status` is that of `documents.status`."""

    status = "failed"


class Rejected(DocumentError):
    """The file can not be read by anyone: empty, broken, encrypted, of an unknown type, too large."""

    status = "rejected"


class NotAPlan(DocumentError):
    """The file was read, and is not a plan."""

    status = "not_a_plan"


class RunError(KehoachError):
    """Stops the run: a missing tool or language pack, a broken vocabulary, an unwritable folder."""


class UnreadPages(DocumentError):
    """Some pages could not be read. `reasons`: page to sentence; `readings`: the pages that were read."""

    def __init__(self, reasons: dict[int, str], total: int, readings: tuple = ()) -> None:
        pages = ", ".join(map(str, reasons))
        first = next(iter(reasons.values()))
        super().__init__(f"{len(reasons)} trên {total} trang không đọc được (trang {pages}). {first} Hãy quét lại.")
        self.reasons = reasons
        self.readings = readings
        self.total = total

    def __reduce__(self) -> tuple:  # it crosses from the worker process that read the document
        return type(self), (self.reasons, self.total, self.readings)


def fault_of_machine(error: BaseException) -> RunError | None:
    """The RunError that an error of the disk amounts to, whatever file it was met with; None for any other error."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return RunError(f"Ổ đĩa đầy hoặc không ghi được ({error.strerror}): giải phóng chỗ rồi chạy lại.")
    return None
