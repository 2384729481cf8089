"""Document codes: `923/QD-TTg` is `923/QĐ-TTg`; digits never change."""

from __future__ import annotations

import re

# parts of codes that have a Đ, and what OCR makes of it
_PARTS = ("QĐ", "NĐ", "HĐND", "CĐ", "BCĐ", "TĐ", "HĐT", "LĐ", "ĐA", "ĐHĐN", "QĐND", "TLĐ", "LĐTBXH", "BLĐTBXH", "SLĐTBXH", "HĐTĐ", "HĐTĐKT", "TĐKT", "BTĐKT", "HĐBT", "VBHN", "GDĐT", "BGDĐT", "SGDĐT", "LĐLĐ", "ĐU", "CTĐ", "ĐTN", "HĐQT", "KHĐT", "BKHĐT", "CĐS", "BCĐCĐS")  # fmt: skip
_TAKEN = frozenset({"CP", "NP", "HP", "CB", "QB", "CD", "TB", "LB", "TP", "CTP"})
_SPELLINGS = {part.replace("Đ", seen): part for part in _PARTS for seen in "ÐPBbD0" if part.replace("Đ", seen) not in _TAKEN}
_SPELLINGS |= {"TTG": "TTg", "TTq": "TTg", "TTe": "TTg", "ITg": "TTg", "1Tg": "TTg", "T1g": "TTg", "TTa": "TTg"}


def restore_code(code: str) -> str:
    """The letter parts of `code` as its issuer writes them."""
    return re.sub(r"[^\W\d_][^\W_]*", lambda part: _SPELLINGS.get(part[0], part[0]), code)
