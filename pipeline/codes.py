"""The codes that each column may hold. Apart from the schemas, so that who only asks needs no Arrow."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model import Kind, Status, TextSource

_THEMES = frozenset(
    "leadership awareness infrastructure government economy society security international professional ecosystem "
    "data emulation apparatus assigned_tasks other".split()
)
_KINDS = frozenset(Kind)
# The tables whose rows are put beside those of the plan above.
ALIGNED_TABLES = ("purposes", "contents", "criteria", "awards", "deadlines", "responsibilities", "solutions")
# The codes that TABLES.md fixes; a row with any other is a fault of the extractor and is not stored.
CODES: Mapping[str, frozenset[str]] = {
    "plans.issuer_level": frozenset("central province department unit commune".split()),
    "plans.text_source": frozenset(TextSource),
    "citations.relation": frozenset("basis implements mentions".split()),
    "sections.kinds": _KINDS,
    "items.kind": _KINDS,
    "purposes.aspect": frozenset("purpose requirement both".split()),
    "contents.themes": _THEMES,
    "solutions.themes": _THEMES,
    "criteria.subject": frozenset("collective individual other".split()),
    "awards.award_type": frozenset("order emulation_flag certificate commendation title other".split()),
    "awards.award_level": frozenset("state ministry province department unit".split()),
    "awards.occasion": frozenset("annual interim final".split()),
    "deadlines.kind": frozenset(
        "period phase issue_plan interim_review final_review report nomination inspection other".split()
    ),
    "deadlines.recurrence": frozenset("once annual semiannual quarterly monthly weekly".split()),
    "deadlines.precision": frozenset("day month quarter year".split()),
    "deadlines.qualifier": frozenset("before by in from_to".split()),
    "responsibilities.body_class": frozenset(
        "ministry_department office division department committee council union units commission other".split()
    ),
    "responsibilities.role": frozenset("lead advise coordinate implement monitor report".split()),
    "documents.status": frozenset(Status),
    "documents.text_source": frozenset(TextSource),
    "alignments.change": frozenset("inherited adapted added omitted".split()),
}
