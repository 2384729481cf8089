"""Proper case for what a letterhead prints in capitals, taken from the document's own running text."""

from __future__ import annotations

import re

from extractors.bare import bare
from extractors.places import find_provinces
from extractors.vocabulary import fold


def in_printed_case(phrase: str, text: str) -> str:
    """`phrase` (in capitals) in the case in which `text` prints it, its longest parts first; what `text` does not hold
    becomes lower case, but for the first letter and names of provinces. Words already in mixed case stay."""
    if not phrase.isupper():
        return phrase
    words = phrase.split()
    plain = bare(text)
    cased: list[str] = []
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            printed = _printed(" ".join(words[start:end]), text, plain) if end - start > 1 else None
            if printed:
                cased += printed.split()
                start = end
                break
        else:
            word = words[start]
            cased.append(word if re.search(r"[\d.&]", word) or not re.search(r"[AEIOUYĂÂÊÔƠƯÀ-Ỹ]", word) else word.lower())
            start += 1
    result = " ".join(cased)
    for name in find_provinces(phrase):
        printed_name = phrase[name.start : name.end].lower()
        if (at := result.lower().find(printed_name)) >= 0:
            proper = "-".join(" ".join(w[:1].upper() + w[1:] for w in part.split(" ")) for part in printed_name.split("-"))
            marked = re.match(r"((?:tỉnh|thành phố|tp\.?)\s+)(.+)", printed_name)
            if marked:
                proper = marked[1] + " ".join(w[:1].upper() + w[1:] for w in marked[2].split(" "))
            result = result[:at] + proper + result[at + len(printed_name) :]
    return result[:1].upper() + result[1:]


def _printed(phrase: str, text: str, plain: str) -> str | None:
    """The way in which running text prints `phrase`, capitals apart: as spelt where it can be, else the most frequent with
    the same bare letters (capitals are often read without their marks)."""
    wanted = bare(phrase)
    seen: dict[str, int] = {}
    at = plain.find(wanted)
    while at >= 0:
        found = text[at : at + len(wanted)]
        end = at + len(wanted)
        whole = (at == 0 or not plain[at - 1].isalnum()) and (end == len(plain) or not plain[end].isalnum())
        if whole and not found.isupper():
            seen[found] = seen.get(found, 0) + 1
        at = plain.find(wanted, end)
    return max(seen, key=lambda f: (fold(f) == fold(phrase), seen[f], sum(c.isupper() for c in f))) if seen else None
