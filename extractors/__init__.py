"""The extractors: each module reads one table off the outline. `EXTRACTORS` is the only list of them."""

from extractors.registry import Extractor

EXTRACTORS: tuple[Extractor, ...] = ()
