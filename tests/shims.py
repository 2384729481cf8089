"""Outside programs watched by a script that stands before them on PATH."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


class CallCounter:
    """How often `program` was started since this was made."""

    def __init__(self, program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = shutil.which(program)
        assert real, f"{program} is not installed: run ./dev test"
        self._log = folder / f"{program}.log"
        self._log.touch()
        shim = folder / "shims" / program
        shim.parent.mkdir(exist_ok=True)
        shim.write_text(f'#!/bin/sh\necho call >> "{self._log}"\nexec "{real}" "$@"\n')
        shim.chmod(0o755)
        monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")

    @property
    def calls(self) -> int:
        return len(self._log.read_text().splitlines())
