"""Characters as small numbers, the same in training and use."""

from __future__ import annotations

import numpy as np

from diacritics.syllables import strip_marks

_VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
LETTERS = "bcdđfghjklmnpqrstvwxz" + _VOWELS
SYMBOLS = "0123456789€&¢£¥$@§©®°|!'’‘`´\"“”.,;:-–—/\\()[]{}<>*+=?ﬁﬂëïîñçöüœû "
CHARS = LETTERS + LETTERS.upper() + "".join(dict.fromkeys(SYMBOLS))
OTHER = 255  # any character not listed; 0 is no character

_ID = {char: i + 1 for i, char in enumerate(CHARS)}


def char_ids(text: str) -> np.ndarray:
    """`text` as int64 ids."""
    return np.array([_ID.get(char, OTHER) for char in text], np.int64)


def char_id(char: str) -> int:
    return _ID.get(char, OTHER)


def base_table() -> np.ndarray:
    """id → id of the unmarked lower-case letter; itself for what is no letter. Shape (256,)."""
    table = np.arange(256)
    for char, i in _ID.items():
        table[i] = _ID.get(strip_marks(char).lower(), i)
    return table


def upper_table() -> np.ndarray:
    """id → id of the upper-case letter. Shape (256,)."""
    table = np.arange(256)
    for char in LETTERS:
        table[_ID[char]] = _ID[char.upper()]
    return table
