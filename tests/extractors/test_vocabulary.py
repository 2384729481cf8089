"""Every vocabulary entry brings its own test: its examples are found, its counter-examples are not."""

import subprocess
import sys

import pytest

from extractors.vocabulary import FOLDER, BrokenVocabulary, Entry, Vocabulary, fold, vocabulary

ENTRIES = [(p.stem, e) for p in sorted(FOLDER.glob("*.yml")) for e in vocabulary(p.stem).entries]


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[f"{n}-{e.code}-{e.name}" for n, e in ENTRIES])
def test_entry_finds_its_examples(name, entry):
    found = vocabulary(name)
    assert entry.examples, "an entry without an example is not reviewed"
    for example in entry.examples:
        assert entry in [m.entry for m in found.find(example)], example
    for example in entry.not_examples:
        assert entry not in [m.entry for m in found.find(example)], example


def entry(code, *patterns):
    return Entry(code, code, patterns, ())


def test_alternatives_gaps_and_anchors():
    words = Vocabulary("t", [entry("a", "^(mục|chủ) đích"), entry("b", "khen ... thưởng$"), entry("c", "yêu (thêm)? cầu")])
    assert words.codes("Mục đích, yêu cầu") == ("a", "c")
    assert words.codes("Các mục đích") == ()
    assert words.codes("khen và tặng thưởng.") == ("b",)
    assert words.codes("khen thưởng hằng năm") == ()


def test_offsets_are_those_of_the_text_as_given():
    (match,) = Vocabulary("t", [entry("u", "ủy ban nhân dân")]).find("gửi Uỷ ban nhân dân tỉnh")
    assert "gửi Uỷ ban nhân dân tỉnh"[match.start : match.end] == "Uỷ ban nhân dân"


def test_the_longest_of_overlapping_phrases_wins():
    words = Vocabulary("t", [entry("short", "thi đua"), entry("long", "cờ thi đua")])
    assert words.codes("Cờ Thi đua của tỉnh") == ("long",)


@pytest.mark.parametrize("text", ["HOÀ THUỶ QUÝ", "Đẩy mạnh – “số”", "hằng năm"])
def test_folding_keeps_length_and_is_done_once(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_an_unknown_vocabulary_stops_the_run():
    with pytest.raises(BrokenVocabulary):
        vocabulary("khong_co")


def test_importing_the_extractors_does_not_import_spacy():
    code = "import sys, extractors, extractors.vocabulary; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
