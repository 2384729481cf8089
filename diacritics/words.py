"""Words as the language model sees them, and tone placement."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def cased_tokens(line: str) -> Iterator[tuple[str, int]]:
    """(LM token, case class) of correct text: 0 lower, 1 Title, 2 UPPER, 3 sentence end, 4 number or code.

    One capital alone is UPPER after an UPPER word, else Title.
    """
    before = 3
    for match in _TOKEN.finditer(line):
        kind, form = match.lastgroup, match[0]
        if kind == "end":
            before = 3
            yield BOUNDARY, 3
        elif kind == "word":
            first, rest = form[0].isupper(), form[1:]
            before = 0 if not first else 2 if (rest.isupper() if rest else before == 2) else 1
            yield form.lower(), before
        else:
            before = 4
            yield NUMBER if kind == "num" else CODE, 4
