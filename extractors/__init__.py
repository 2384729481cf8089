"""The extractors: each module reads one table off the outline. `EXTRACTORS` is the only list of them."""

from extractors import awards, citations, contents, criteria, deadlines, items, purposes, responsibilities, sections, solutions
from extractors.registry import Extractor

EXTRACTORS: tuple[Extractor, ...] = (
    Extractor("citations", citations.Citation, citations.extract, citations.VERSION),
    Extractor("sections", sections.Section, sections.extract, sections.VERSION),
    Extractor("items", items.ItemRow, items.extract, items.VERSION),
    Extractor("purposes", purposes.Purpose, purposes.extract, purposes.VERSION),
    Extractor("contents", contents.Content, contents.extract, contents.VERSION),
    Extractor("criteria", criteria.Criterion, criteria.extract, criteria.VERSION),
    Extractor("awards", awards.Award, awards.extract, awards.VERSION),
    Extractor("deadlines", deadlines.Deadline, deadlines.extract, deadlines.VERSION),
    Extractor("responsibilities", responsibilities.Responsibility, responsibilities.extract, responsibilities.VERSION),
    Extractor("solutions", solutions.Solution, solutions.extract, solutions.VERSION),
)
