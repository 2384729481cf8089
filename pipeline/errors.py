"""What can go wrong, each with the status for `documents` and a sentence for a clerk."""

from __future__ import annotations


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
