"""Lays a specimen out as Nghị định 30/2020/NĐ-CP asks: letterhead, body, recipients beside the signature, annex.

Positions are pixels at 200 dpi, origin top left, y the baseline.
"""

from __future__ import annotations

from itertools import zip_longest

from .source import Annex, Source
from .typeset import BOTTOM, LEFT, RIGHT, Page, Typesetter, break_lines, tokens_of

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def _set_letterhead(setter: Typesetter) -> None:
    source, page = setter.source, setter.page
    centre_left, centre_right = LEFT + 210, RIGHT - 390
    bodies = source.left
    rows = max(len(bodies), 2)
    for n in range(rows):
        setter.y += 40
        row = []
        if n < len(bodies):
            body = bodies[n].strip("*")
            width = setter.set_centred(body, centre_left, setter.y, "b" if body != bodies[n] else "", 12)
            row.append(body)
            if n == len(bodies) - 1:
                page.rules.append((centre_left - width / 5, setter.y + 13, centre_left + width / 5, setter.y + 13))
        if n == 0:
            setter.set_centred(STATE, centre_right, setter.y, "b", 12)
            row.append(STATE)
        if n == 1:
            width = setter.set_centred(MOTTO, centre_right, setter.y, "b", 13)
            row.append(MOTTO)
            page.rules.append((centre_right - width / 2, setter.y + 13, centre_right + width / 2, setter.y + 13))
        page.lines.append(" ".join(row))
    setter.y += 72
    setter.set_centred(source.number, centre_left, setter.y, "", 13)
    setter.set_centred(source.place, centre_right, setter.y, "i", 13)
    page.lines += ["", f"{source.number} {source.place}", ""]
    setter.y += 84
    setter.set_centred("KẾ HOẠCH", (LEFT + RIGHT) / 2, setter.y, "b", setter.points)
    page.lines.append("KẾ HOẠCH")
    width = 0.0
    for line in source.title:
        setter.y += setter.step
        width = setter.set_centred(line, (LEFT + RIGHT) / 2, setter.y, "b", setter.points)
        page.lines.append(line)
    middle = (LEFT + RIGHT) / 2
    page.rules.append((middle - width / 6, setter.y + 18, middle + width / 6, setter.y + 18))
    page.lines.append("")
    setter.y += 30


def _set_signature(setter: Typesetter) -> None:
    """Nơi nhận on the left, the signature on the right, row by row as the eye reads them."""
    source = setter.source
    left = ["Nơi nhận:", *source.recipients]
    name_row = max(len(source.signature) + 4, len(left) - 1)
    right = [*source.signature, *[""] * (name_row - len(source.signature)), source.signer]
    pitch, centre = 39, RIGHT - 300
    if setter.y + 60 + pitch * len(right) > BOTTOM - setter.notes_height(setter.notes):
        setter.new_page()
    setter.y += 40
    setter.page.lines.append("")
    for n, (recipient, sign) in enumerate(zip_longest(left, right, fillvalue="")):
        setter.y += pitch
        if recipient:
            style, points = ("bi", 12) if n == 0 else ("", 11)
            tokens = tokens_of(recipient, style, points)
            setter.set_tokens(tokens, LEFT, setter.blank(points), record=False)
        if sign:
            setter.set_centred(sign, centre, setter.y, "b", setter.points)
        if n == len(source.signature) + 1:
            setter.page.seal_at = (centre - 120, setter.y)
        if recipient or sign:
            setter.page.lines.append(f"{recipient} {sign}".strip())


def _set_annex(setter: Typesetter, annex: Annex) -> None:
    setter.new_page()
    setter.y += 20
    for n, line in enumerate(annex.heading):
        setter.y += setter.step
        setter.set_centred(line, (LEFT + RIGHT) / 2, setter.y, "i" if n == len(annex.heading) - 1 else "b", setter.points)
        setter.page.lines.append(line)
    setter.page.lines.append("")
    setter.y += 40
    unit = (RIGHT - LEFT) / sum(annex.widths)
    edges = [LEFT + unit * sum(annex.widths[:n]) for n in range(len(annex.widths) + 1)]
    top = setter.y
    setter.page.rules.append((edges[0], setter.y, edges[-1], setter.y))
    for n, row in enumerate(annex.rows):
        style, points = ("b" if n == 0 else ""), 12
        blank = setter.blank(points)
        cells = [
            break_lines(tokens_of(cell, style, points), right - left - 24, 0, blank)
            for cell, left, right in zip(row, edges[:-1], edges[1:], strict=True)
        ]
        setter.y += 6
        for printed in zip_longest(*cells, fillvalue=[]):
            setter.y += 40
            for tokens, left in zip(printed, edges[:-1], strict=True):
                setter.set_tokens(tokens, left + 12, blank, record=False)
            setter.page.lines.append(" ".join(t.text for tokens in printed for t in tokens))
        setter.y += 16
        setter.page.rules.append((edges[0], setter.y, edges[-1], setter.y))
    setter.page.rules += [(x, top, x, setter.y) for x in edges]


def lay_out(source: Source) -> list[Page]:
    """The printed pages of a specimen."""
    setter = Typesetter(source)
    _set_letterhead(setter)
    for paragraph in source.body:
        setter.set_paragraph(paragraph)
    _set_signature(setter)
    if source.annex:
        _set_annex(setter, source.annex)
    setter.finish()
    return setter.pages


def true_text(pages: list[Page]) -> str:
    """What is printed, one printed line a line, pages separated by form feeds."""
    return "\f".join("\n".join(page.lines).strip() + "\n" for page in pages)
