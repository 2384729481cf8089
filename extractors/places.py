"""Provinces as they are today, and the place names on a page that belong to them.

The 34 provinces and their communes come from the package vietnam-provinces, the provinces that ceased on 1 July 2025
from `former_provinces.yml`, former districts and communes from the conversion table inside underthesea. All offline.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractors.vocabulary import Entry, Vocabulary, fold, vocabulary

_UNIT_WORD = re.compile(r"^(tỉnh|thành phố)\s+", re.I)
_BEFORE_PROVINCE = re.compile(r"(?:\b(tỉnh|thành phố|tp\.?|tỉnh ủy|thành ủy)\s*)$", re.I)
_BEFORE_OTHER = re.compile(
    r"\b(xã|phường|thị trấn|huyện|quận|thị xã|đường|(?<!thành )phố|thôn|ấp|bản|khu phố|chợ|sông|núi|cảng|đại học|chủ tịch|bác|tncs)\s+$",
    re.I,
)
_UNIT = re.compile(
    r"\b(xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tp\.?)\s+"
    r"((?:\d{1,2}|[^\W\d_]+(?:['’-][^\W\d_]+)*)(?:\s+(?:-\s+)?[^\W\d_]+){0,4})",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Province:
    """One of today's 34: two-digit code and name without `tỉnh` or `thành phố`."""

    code: str
    name: str
    is_city: bool


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A province's name at text[start:end]. `printed`: in proper case, also where it no longer exists.
    `is_marked`: `tỉnh`, `thành phố` or the like stands before it."""

    province: Province
    printed: str
    start: int
    end: int
    is_marked: bool


@cache
def _divisions() -> list[dict]:
    from vietnam_provinces import NESTED_DIVISIONS_JSON_PATH

    return json.loads(Path(NESTED_DIVISIONS_JSON_PATH).read_text(encoding="utf-8"))


@cache
def provinces() -> dict[str, Province]:
    """Today's provinces by code."""
    return {
        (code := f"{int(row['code']):02d}"): Province(
            code, _UNIT_WORD.sub("", row["name"]), row["name"].lower().startswith("thành phố")
        )
        for row in _divisions()
    }


@cache
def _names() -> Vocabulary:
    today = [Entry(p.code, p.name, (p.name.lower().replace("-", "(-)?"),), ()) for p in provinces().values()]
    spellings = vocabulary("province_spellings").entries
    return Vocabulary("provinces", [*today, *spellings, *vocabulary("former_provinces").entries])


def find_provinces(text: str) -> tuple[PlaceName, ...]:
    """The provinces named in `text`, in order. A name counts in capitals only (`hòa bình` is peace), and not where it
    is that of a commune, a street or a person."""
    found = []
    for match in _names().find(text):
        words = re.findall(r"[^\W\d_]+", text[match.start : match.end])
        if not all(w[0].isupper() for w in words if w.lower() not in ("tỉnh", "thành", "phố")):
            continue
        before = text[: match.start]
        inside = bool(_UNIT_WORD.match(text[match.start : match.end])) or "tp" in match.entry.patterns[0]
        if _BEFORE_OTHER.search(before) and not inside:
            continue
        code = match.entry.attributes.get("today", match.code)
        is_marked = inside or bool(_BEFORE_PROVINCE.search(before))
        found.append(PlaceName(provinces()[code], match.entry.name, match.start, match.end, is_marked))
    return tuple(found)


@cache
def _units() -> dict[str, frozenset[str]]:
    """Codes of the provinces in which a commune or (former) district of that folded name lies."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in _divisions():
        for ward in row["wards"]:
            found[fold(ward["name"])].add(f"{int(row['code']):02d}")
    package = importlib.util.find_spec("underthesea")
    table = Path(package.submodule_search_locations[0]) / "address" / "data" / "mapping.json"
    rows = json.loads(table.read_text(encoding="utf-8"))
    code_of = {key: value["code"] for key, value in rows["province_names"].items()}
    for row in rows["ward_mapping"]:
        for name in (row["old_district"], row["old_ward"]):
            if name:
                found[fold(name)].add(code_of[row["new_province_key"]])
    return {name: frozenset(codes) for name, codes in found.items()}


def province_of_unit(text: str) -> Province | None:
    """The one province in which the communes and districts named in `text` lie; None where several are possible."""
    possible: set[str] | None = None
    for match in _UNIT.finditer(text):
        words = f"{match[1]} {match[2]}".replace("TP.", "thành phố").replace("TP ", "thành phố ").split()
        for length in range(len(words), 1, -1):
            codes = _units().get(fold(" ".join(words[:length])))
            if codes:
                possible = set(codes) if possible is None else (possible & codes or possible)
                break
    return provinces()[next(iter(possible))] if possible and len(possible) == 1 else None
