"""Vietnamese before Unicode: TCVN3 (ABC), VNI and VIQR to NFC, and files of any of these encodings to text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from pipeline.errors import Rejected
from pipeline.trust import vietnamese_quality

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans(_TCVN3)
# VNI writes a letter and then its marks as one more letter of the Western code page.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}
_VNI_PAIR = re.compile("([aeouyôö])([ùøûõïâáàåãäêéèúüë])", re.IGNORECASE)
_VIQR_MARKS = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VIQR = re.compile(r"\\([.?'`~^(+\\])|([aeiouy])([\^(+]?)([`'?~.]?)|(dd)", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"\s*$|[ \t]*\n")
_DELETED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def from_tcvn3(text: str) -> str:
    """TCVN3 shown as Latin-1. Words set in a capitals font (.VnTimeH) have small marked letters: raised again."""
    parts = re.split(r"(\s+)", text)
    capitals = [sum(char.isascii() and char.isupper() for char in part) for part in parts]
    small = [any(char.isascii() and char.islower() for char in part) for part in parts]
    out = []
    for at, part in enumerate(parts):
        near = [i for i in (at - 2, at, at + 2) if 0 <= i < len(parts) and capitals[i] > 1 and not small[i]]
        new = part.translate(_TCVN3_TABLE)
        out.append(new.upper() if near and not small[at] and new != part else new)
    return "".join(out)


def from_vni(text: str) -> str:
    """VNI shown as Windows-1252."""

    def marked(match: re.Match[str]) -> str:
        letter, mark = match[1], _VNI_MARKS[match[2].lower()]
        return _vni_letter(letter) + mark

    parts, at = [], 0
    for match in _VNI_PAIR.finditer(text):
        parts += ["".join(map(_vni_letter, text[at : match.start()])), marked(match)]
        at = match.end()
    return unicodedata.normalize("NFC", "".join(parts) + "".join(map(_vni_letter, text[at:])))


def _vni_letter(char: str) -> str:
    new = _VNI_LETTERS.get(char.lower(), char.lower())
    return new.upper() if char.isupper() else new if char.lower() in _VNI_LETTERS else char


def from_viqr(text: str) -> str:
    """VIQR: marks typed as punctuation after the letter, `dd` for đ, a backslash before what is punctuation."""

    def marked(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        if match[5]:
            return "Đ" if match[5][0] == "D" else "đ"
        tone = match[4]
        if tone in (".", "?") and tone and _SENTENCE_ENDS.match(text, match.end()):
            return unicodedata.normalize("NFC", match[2] + "".join(_VIQR_MARKS[mark] for mark in match[3])) + tone
        marks = "".join(_VIQR_MARKS[mark] for mark in match[3] + tone)
        return unicodedata.normalize("NFC", match[2] + marks)

    return _VIQR.sub(marked, text)


def to_unicode(text: str, encoding: str | None = None) -> tuple[str, str | None]:
    """`text` in NFC, and the legacy encoding that it was in (None: it was Unicode).

    `encoding`: known from the whole document. Otherwise one is believed where the conversion makes much more
    of the text Vietnamese than it was.
    """
    text = unicodedata.normalize("NFC", text)
    if encoding:
        return unicodedata.normalize("NFC", _CONVERTERS[encoding](text)), encoding
    before = vietnamese_quality(text).score
    if before >= 0.75:
        return text, None
    candidates = [(name, convert(text)) for name, convert in _CONVERTERS.items()]
    name, best = max(candidates, key=lambda pair: vietnamese_quality(pair[1]).score)
    after = vietnamese_quality(best)
    return (best, name) if after.score >= max(0.6, before + 0.25) else (text, None)


_CONVERTERS = {"TCVN3": from_tcvn3, "VNI": from_vni, "VIQR": from_viqr}


def decode_bytes(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding. Raises Rejected where the bytes are no text."""
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(bom):
            return _checked(data.decode(encoding, errors="replace")), encoding.removesuffix("-sig").upper()
    for encoding in ("utf-16-le", "utf-16-be"):
        half = data[1 if encoding == "utf-16-le" else 0 :: 2][:2000]
        if half.count(0) > len(half) / 4:  # every other byte of Latin text
            return _checked(data.decode(encoding, errors="replace")), "UTF-16"
    try:
        text, legacy = to_unicode(_checked(data.decode("utf-8")))
        return text, legacy or "UTF-8"
    except UnicodeDecodeError:
        pass
    text, legacy = to_unicode(_checked(data.decode("latin-1")))
    if legacy == "TCVN3":
        return text, legacy
    western = data.decode("cp1252", errors="replace")
    text, legacy = to_unicode(western)
    if legacy:
        return text, legacy
    windows = unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))
    if vietnamese_quality(windows).score > vietnamese_quality(western).score:
        return windows, "Windows-1258"
    return _checked(data.decode("utf-8", errors="replace")), "UTF-8"


def _checked(text: str) -> str:
    if len(_DELETED.findall(text)) > max(2, len(text) // 100) or text.count("\ufffd") > len(text) // 5:
        raise Rejected("Tệp không phải văn bản đọc được: hãy gửi bản PDF, ảnh quét, DOCX hoặc tệp chữ UTF-8.")
    return text


def is_legacy_text(data: bytes) -> bool:
    """Whether bytes that are no plain UTF-8 are Vietnamese text all the same: UTF-16, TCVN3, VNI, Windows-1258."""
    try:
        text, _ = decode_bytes(data)
    except Rejected:
        return False
    quality = vietnamese_quality(text)
    return quality.words > 8 and quality.score > 0.6
