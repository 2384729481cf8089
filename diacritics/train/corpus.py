"""Training text to arrays of word ids: one stream a corpus, `<b>` at every sentence and paragraph end."""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import lzma
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import vietnam_provinces

from diacritics.codes import SEEN_FOR_STROKED_D
from diacritics.syllables import is_syllable, strip_marks
from diacritics.words import BOUNDARY, SPECIALS, cased_tokens, lm_tokens, modern_tones

CORPORA = ("legal", "official", "other", "admin_like")
PLACES = "places"
WEIGHT = {"legal": 1, "official": 1, "other": 1, "admin_like": 3, PLACES: 3}
HELD_OUT = {"official": 1000, "other": 1000}  # paragraphs kept from training, for measurement
SEED = 20251121
_CAPITALS = re.compile(r"(?<![^\W_])[A-ZĐ]{2,8}(?![^\W_])")
MIN_COUNT = 4  # of a well-formed Vietnamese syllable
RARE_BEHIND = 300
MIN_COUNT_ABBREVIATION, ABBREVIATION_AHEAD = 5, 5
MIN_COUNT_FOREIGN = 120  # of anything else: names, English, abbreviations


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_lines(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield modern_tones(unicodedata.normalize("NFC", line.strip()))


def _key(line: str) -> str:
    return " ".join(lm_tokens(line))


def hold_out(folder: Path) -> dict[str, tuple[str, ...]]:
    """`HELD_OUT` random paragraphs of 20 to 120 words of each corpus named there."""
    chosen = {}
    for name, count in HELD_OUT.items():
        lines = [line for line in read_lines(folder / f"{name}.txt.xz") if 20 <= line.count(" ") < 120]
        chosen[name] = tuple(random.Random(SEED).sample(lines, count))
    return chosen


def place_names() -> list[str]:
    """Every commune, district and province of today and of before July 2025, each with what it lies in, in full."""
    package = importlib.util.find_spec("underthesea")
    table = Path(package.submodule_search_locations[0]) / "address" / "data" / "mapping.json"
    rows = json.loads(table.read_text(encoding="utf-8"))["ward_mapping"]
    former = {f"{row['old_ward']}, {row['old_district']}, {row['old_province']}" for row in rows}
    today = {
        f"{ward['name']}, {province['name']}"
        for province in json.loads(Path(vietnam_provinces.NESTED_DIVISIONS_JSON_PATH).read_text(encoding="utf-8"))
        for ward in province["wards"]
    }
    names = {modern_tones(unicodedata.normalize("NFC", name)) for name in former | today}
    older = {name.replace("Đắk", "Đăk").replace("Lắk", "Lăk") for name in names}  # as spelt before 2013, and often since
    return sorted(names | older)


def count_words(streams: Sequence[Path]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for path in streams:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                counts.update(line.split())
    return counts


def vocabulary(counts: Counter[str], names: Collection[str]) -> list[str]:
    """Specials first, then words by falling count; those of `names` however rare."""
    words = [
        word
        for word, count in counts.most_common()
        if word not in SPECIALS and (word in names or count >= (MIN_COUNT if is_syllable(word) else MIN_COUNT_FOREIGN))
    ]
    return [*SPECIALS, *words]


def rare_words(counts: Counter[str], words: Sequence[str]) -> list[str]:
    """Words with a mark that another word of the same letters outnumbers `RARE_BEHIND` times: slips as often as not."""
    top: dict[str, int] = {}
    for word in words:
        bare = strip_marks(word)
        top[bare] = max(top.get(bare, 0), counts[word])
    return sorted(w for w in words if not w.isascii() and counts[w] * RARE_BEHIND < top[strip_marks(w)])


def write_streams(folder: Path, work: Path, held_out: dict[str, tuple[str, ...]]) -> list[Path]:
    """Each corpus, and the names of places, as lines of blank-separated LM tokens; held-out paragraphs left out."""
    kept_back = {_key(p) for paragraphs in held_out.values() for p in paragraphs}
    paths = []
    for name in CORPORA:
        path = work / f"{name}.tokens"
        paths.append(path)
        with path.open("w", encoding="utf-8") as out:
            for line in read_lines(folder / f"{name}.txt.xz"):
                key = _key(line)
                if key not in kept_back:
                    out.write(key + "\n")
    paths.append(work / f"{PLACES}.tokens")
    paths[-1].write_text("\n".join(map(_key, place_names())) + "\n", encoding="utf-8")
    return paths


def ids_of(path: Path, words: Sequence[str]) -> np.ndarray:
    """The stream as uint16 ids; every line starts after a `<b>`."""
    index = {word: i for i, word in enumerate(words)}
    boundary = index[BOUNDARY]
    chunks = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            ids = [index.get(token, 0) for token in line.split()]
            if ids and ids[-1] != boundary:
                ids.append(boundary)
            chunks.append(np.array(ids, np.uint16))
    return np.concatenate([np.array([boundary], np.uint16), *chunks])


def count_cases(folder: Path, words: Sequence[str], every: int = 4) -> np.ndarray:
    """(words, 5, 3) counts of (word, case class before it, its case).

    In each `every`-th line of the corpora, and in all names of places.
    """
    index = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(words), 5, 3))
    sampled = (read_lines(folder / f"{name}.txt.xz") for name in CORPORA)
    lines = (line for corpus in sampled for number, line in enumerate(corpus) if number % every == 0)
    for line in itertools.chain(lines, place_names()):
        before = 3
        for token, case in cased_tokens(line):
            i = index.get(token, 0)
            if case < 3:
                counts[i, before, case] += 1
            before = case
    return counts


def abbreviations(folder: Path) -> list[str]:
    """Capital abbreviations with a Đ (`QĐ`, `HĐND`), each with what OCR makes of it, where that is none of its own."""
    found: Counter[str] = Counter()
    for name in ("legal", "official", "other"):
        for line in read_lines(folder / f"{name}.txt.xz"):
            if not line.isupper():
                found.update(_CAPITALS.findall(line))
    out = []
    for form in sorted(form for form, count in found.items() if "Đ" in form and count >= MIN_COUNT_ABBREVIATION):
        if is_syllable(form.lower()):
            continue
        seen = [form.replace("Đ", char) for char in SEEN_FOR_STROKED_D]
        seen = [read for read in seen if found[form] > ABBREVIATION_AHEAD * found[read]]
        if form.replace("Đ", "D") in seen:
            out.append(" ".join([form, *seen]))
    return out
