"""Pages from `templates/`. Every value is escaped; an unknown name is an error, never an empty place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline import labels
from pipeline.codes import ALIGNED_TABLES
from pipeline.errors import RunError
from pipeline.wording import SURE, segments

STATIC = Path(__file__).with_name("static")


def page(template: str, **values: Any) -> str:
    """The page of `template` with `values`."""
    return environment().get_template(template).render(values)


def write_page(path: Path, text: str) -> None:
    """Raises RunError where `path` can not be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(f"Không ghi được {path} ({error.strerror}).") from error


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(shown=_shown, percent=lambda share: labels.shown("confidence", share))
    made.globals.update(
        table_label=labels.table_label,
        column_label=labels.column_label,
        code_label=labels.code_label,
        labels=labels.labels,
        segments=segments,
        name_of=labels.name_of,
        aligned_tables=ALIGNED_TABLES,
        sure=SURE,
        style_sheet=lambda: Markup((STATIC / "style.css").read_text(encoding="utf-8")),
    )
    return made


def _shown(value: Any, column: str, table: str | None = None) -> str:
    return labels.shown(column, value, table)


def query_string(values: Mapping[str, Any]) -> str:
    """`?a=1&b=2` of the values that are set, as a link wants it."""
    from urllib.parse import urlencode

    said = {key: value for key, value in values.items() if value not in (None, "")}
    return f"?{urlencode(said)}" if said else ""
