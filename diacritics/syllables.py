"""What can be a Vietnamese syllable: onset, rime and tone."""

from __future__ import annotations

import unicodedata

ONSETS = frozenset("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()) | {""}
RIMES = frozenset(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang "
    "oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ "
    "ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt uynh uyt uyu "
    "uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yêm yên yêng yêt yêu ynh yt ych uô uap".split()
)
STOPPED = ("c", "ch", "p", "t")  # these finals take only sắc and nặng

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


def split_tone(word: str) -> tuple[str, str]:
    """`được` → (`đươc`, nặng's combining mark); the mark is empty without one. Other marks stay."""
    tone, rest = "", []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone += char
        else:
            rest.append(char)
    return unicodedata.normalize("NFC", "".join(rest)), tone


def is_syllable(word: str) -> bool:
    """Whether the lower-case `word` can be a Vietnamese syllable, its marks included (`đi`, `nguồn`, not `nguôm̀`)."""
    bare, tone = split_tone(word)
    if len(tone) > 1:
        return False
    for length in (3, 2, 1, 0):
        onset, rime = bare[:length], bare[length:]
        if onset in ONSETS and len(onset) == length and rime in RIMES:
            return not (rime.endswith(STOPPED) and tone not in ("\u0301", "\u0323"))
    return bare == "gi" or (bare.startswith("gi") and "i" + bare[2:] in RIMES)


def strip_marks(text: str) -> str:
    """All Vietnamese marks taken off, đ and Đ included; the length stays in NFC."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D")
