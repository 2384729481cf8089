"""Document codes and abbreviations: `923/QD-TTg` is `923/QĐ-TTg`; digits never change."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_LIST = Path(__file__).parent / "data" / "abbreviations.txt"
_SEEN_FOR_STROKED_D = "ÐPBbD"
_PREMIER = {"TTG": "TTg", "TTq": "TTg", "TTe": "TTg", "ITg": "TTg", "1Tg": "TTg", "T1g": "TTg", "TTa": "TTg", "TTp": "TTg"}
_TAKEN = {"CP", "NB", "TB", "CB", "TP", "HP", "BP", "PT", "DT", "BT"}  # abbreviations of their own


@cache
def _spellings() -> dict[str, str]:
    """What OCR writes → the abbreviation with its Đ."""
    spellings = dict(_PREMIER)
    for part in _LIST.read_text(encoding="utf-8").split():
        for seen in _SEEN_FOR_STROKED_D:
            written = part.replace("Đ", seen)
            if written not in _TAKEN:
                spellings.setdefault(written, part)
    return spellings


def restore_code(code: str) -> str:
    """The letter parts of `code` as its issuer writes them."""
    return re.sub(r"[^\W\d_][^\W_]*", lambda part: _spellings().get(part[0], part[0]), code)
