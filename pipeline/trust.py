"""How Vietnamese a text is: whether its syllables exist, and whether they still carry their marks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_ONSETS = frozenset(
    "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x".split() + [""]
)
_RHYMES = frozenset(
    """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê
    êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh
    oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm
    ơn ơp ơt u ua uac uai uan uang uât uân uâng uây uc ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya uych uyên
    uyêt uynh uyt uyn uyu uê uêch uên uênh uêt ươ ươc ươi ươm ươn ương ươp ươt ươu ư ưa ưc ưi ưm ưn ưng ưt ưu y yêm
    yên yêng yêt yêu uơ uơn oec uăn uăng uăc uăt uao uau uanh uach uat uet ue ueo uen uinh uich uit uyp ing""".split()
)
# A syllable that ends in a stop has the sharp or the heavy tone: what lost its marks breaks this first.
_STOPS = ("c", "ch", "p", "t")
_LETTERS = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile("^(ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?(.*)$")


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares 0..1 over the `words` of two letters and more."""

    words: int
    valid: float  # that are possible Vietnamese syllables
    marked: float  # that carry a mark or are written with đ

    @property
    def score(self) -> float:
        return self.valid * min(1.0, self.marked / 0.6)


@lru_cache(maxsize=1 << 15)
def syllable_is_possible(word: str) -> bool:
    """Whether `word` could be one Vietnamese syllable (any case, NFC)."""
    tones, letters = [], []
    for char in unicodedata.normalize("NFD", word.lower()):
        (tones if char in _TONES else letters).append(char)
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(letters))
    for onset, rhyme in _splits(bare):
        if rhyme in _RHYMES and onset in _ONSETS:
            return not rhyme.endswith(_STOPS) or (bool(tones) and tones[0] in "\u0301\u0323")
    return False


def _splits(bare: str) -> list[tuple[str, str]]:
    match = _SYLLABLE.match(bare)
    onset, rhyme = (match[1] or "", match[2]) if match else ("", bare)
    splits = [(onset, rhyme)]
    if onset == "gi":
        splits += [("gi", "i" + rhyme), ("g", "i" + rhyme)]
    if onset == "qu":
        splits += [("q", "u" + rhyme)]
    return splits


def vietnamese_quality(text: str) -> Quality:
    """How Vietnamese `text` (NFC) is."""
    words = [word for word in _LETTERS.findall(text) if len(word) > 1 and not (word.isupper() and len(word) < 5)]
    if not words:
        return Quality(0, 0.0, 0.0)
    marked = sum(map(_has_mark, words))
    valid = sum(map(syllable_is_possible, words))
    return Quality(len(words), valid / len(words), marked / len(words))


@lru_cache(maxsize=1 << 15)
def _has_mark(word: str) -> bool:
    return any(char in "đĐ" or len(unicodedata.normalize("NFD", char)) > 1 for char in word)
