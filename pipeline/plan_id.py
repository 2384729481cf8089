"""`plan_id`: readable, and the same for the same plan however it was scanned."""

from __future__ import annotations

import re
import unicodedata

_TITLE_LENGTH = 60


def plan_id_of(
    doc_number: str | None, issuer: str | None, province: str | None, year: int | None, title: str, sha256: str
) -> str:
    """From number, issuer, province (as printed) and year; where the page has no number, from issuer, province, year and title.

    Bare letters only, so that one mark misread does not make another plan. Where neither number nor issuer is
    known, the bytes' hash keeps two such plans apart.
    """
    place = None if issuer and province and bare(province) in bare(issuer) else province
    parts = [doc_number, issuer, place, year]
    if not doc_number:
        parts.append(_first_words(bare(title)))
    if not doc_number and not issuer:
        parts.append(sha256[:8])
    return bare(" ".join(str(part) for part in parts if part)) or f"ke-hoach-{sha256[:8]}"


def _first_words(slug: str) -> str:
    return slug if len(slug) <= _TITLE_LENGTH else slug[: slug.rfind("-", 0, _TITLE_LENGTH + 1)]


def bare(text: str) -> str:
    """Lower-case letters without marks and digits, joined by hyphens: `Kế hoạch số 5` → `ke-hoach-so-5`."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
