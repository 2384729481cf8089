"""Restores what OCR took away from Vietnamese text: lost diacritics and misread letters."""

from diacritics.damage import struck_lines
from diacritics.restoration import Edit, Restoration, apply_edits, restore, restore_many

__all__ = ["Edit", "Restoration", "apply_edits", "restore", "restore_many", "struck_lines"]
