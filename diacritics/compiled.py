"""numba, as the compiled modules use it: where it keeps what it compiled, and without what only slows its start."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

if not any(os.access(folder, os.W_OK) for folder in (Path(__file__).parent, Path.home())):
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"numba-{os.getuid()}"))
from numba import njit
from numba.np import linalg

# numba asks for SciPy's BLAS when it first loads compiled code, a fifth of the start, and again where a matrix is multiplied,
# which nothing does here.
_ask, linalg.ensure_blas = linalg.ensure_blas, lambda: None
try:
    import numba.np.arraymath  # noqa: F401
finally:
    linalg.ensure_blas = _ask

__all__ = ["njit"]
