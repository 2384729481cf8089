"""Whether a document is a plan at all: a clerk drops in reports, directives, lists and photographs too."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from pipeline.errors import NotAPlan
from pipeline.model import Line, Outline
from pipeline.outline_zones import bare

_MIN_LETTERS = 200
_NAME = "ke hoach"
_OTHER_NAMES = ("bao cao", "chi thi", "thong bao", "to trinh", "giay moi", "bien ban", "thong tu", "cong dien", "nghi quyet")
_TITLE_LINES = 150  # a decision with its letterhead may stand before the plan's title
_MIN_KINDS = 2


def check_is_plan(lines: Sequence[Line], outline: Outline) -> None:
    """Raises NotAPlan where the document neither has the title KẾ HOẠCH nor, the title lost, a plan's sections."""
    if sum(character.isalpha() for line in lines for character in line.text) < _MIN_LETTERS:
        raise NotAPlan(
            "Hầu như không có chữ nào đọc được: nếu đây là kế hoạch, chụp hoặc quét lại thẳng, đủ sáng, 300 dpi."
        )
    heads = [_capital_head(line.text) for line in lines[:_TITLE_LINES]]
    if any(fuzz.ratio(head, _NAME) >= 85 for head in heads):
        return
    other = next((head for head in heads if head in _OTHER_NAMES), None)
    kinds = {kind for section in outline.sections for kind in section.kinds}
    if other is None and len(kinds) >= _MIN_KINDS:
        return
    raise NotAPlan(
        "Không thấy tiêu đề KẾ HOẠCH và các mục của một kế hoạch: kiểm tra có đúng văn bản, có đủ trang đầu không."
    )


def _capital_head(text: str) -> str:
    """The first two words in bare letters where they are printed in capitals, as titles are; else nothing."""
    head = " ".join(text.split()[:2])
    return bare(head) if head.isupper() else ""
