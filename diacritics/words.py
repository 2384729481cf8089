"""Words as the language model sees them, and tone placement."""

from __future__ import annotations

import re

UNKNOWN, BOUNDARY, NUMBER, CODE = "<unk>", "<b>", "<num>", "<code>"
SPECIALS = (UNKNOWN, BOUNDARY, NUMBER, CODE)

_MODERN = {
    first + old: new + last
    for first, last, news, olds in (
        ("o", "a", "òóỏõọ", "àáảãạ"),
        ("o", "e", "òóỏõọ", "èéẻẽẹ"),
        ("u", "y", "ùúủũụ", "ỳýỷỹỵ"),
    )
    for new, old in zip(news, olds, strict=True)
}
_OLD_TONE = re.compile(r"(?<![qQ])([oOuU][àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ])(?![^\W\d_])")
_TOKEN = re.compile(
    r"(?P<num>\d+(?:[.,/:–-]\d+)*(?![^\W_]|[/-][^\W\d_]))"
    r"|(?P<code>(?=\S*\d)(?=\S*[A-ZĐ])[^\W_]+(?:[/-][^\W_]+)+|[^\W\d_]*\d[^\W_]*)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<end>[.!?;:](?=[”\"’)]*(?:\s|$)))"
)


def _modern(match: re.Match[str]) -> str:
    old = match[1]
    new = _MODERN.get(old.lower(), old)
    return "".join(n.upper() if o.isupper() else n for n, o in zip(new, old, strict=True))


def modern_tones(text: str) -> str:
    """`hoà`, `uỷ` → `hòa`, `ủy`; `quý`, `toán` stay."""
    return _OLD_TONE.sub(_modern, text)


def lm_tokens(line: str) -> list[str]:
    """`line` of correct text as the language model reads it: lower-case words, classes, sentence ends; commas are nothing."""
    tokens = [BOUNDARY]
    for match in _TOKEN.finditer(line):
        kind = match.lastgroup
        if kind == "word":
            tokens.append(match[0].lower())
        elif kind == "end":
            if tokens[-1] != BOUNDARY:
                tokens.append(BOUNDARY)
        else:
            tokens.append(NUMBER if kind == "num" else CODE)
    return tokens[1:]
