"""The documentation says what is so: every question's answer, every table and column, every command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from pipeline.cli import app
from pipeline.schema import schemas
from tests.docs import DOCS, ROOT, answer_of, answered_questions

QUESTIONS = [(doc.relative_to(ROOT), sql, answer) for doc in DOCS for sql, answer in answered_questions(doc.read_text("utf-8"))]
TABLES_DOC = (ROOT / "outputs" / "README.md").read_text("utf-8")


def test_there_are_ten_questions() -> None:
    assert len(answered_questions(TABLES_DOC)) >= 10


@pytest.mark.parametrize(("doc", "sql", "answer"), QUESTIONS, ids=[f"{doc}-{n}" for n, (doc, _, _) in enumerate(QUESTIONS, 1)])
def test_the_answer_is_what_the_corpus_gives(doc: Path, sql: str, answer: str, corpus_outputs: Path) -> None:
    assert answer_of(corpus_outputs, sql) == answer, f"{doc}: python -m tests.docs OUTPUTS writes it anew"


@pytest.mark.parametrize("table", schemas())
def test_every_table_and_column_is_described(table: str) -> None:
    start = TABLES_DOC.index(f"### {table}\n")
    description = TABLES_DOC[start : TABLES_DOC.find("\n### ", start + 1)]
    common = {"plan_id", "ordinal", "item_id", "text", "confidence", "page", "x0", "y0", "x1", "y1"}
    missing = [name for name in schemas()[table].names if name not in common and f"`{name}`" not in description]
    assert not missing


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert [name for name in commands if f"kehoach {name}" not in readme] == []


def test_the_readme_names_no_option_that_is_not_there() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for doc in DOCS:
        for command, words in re.findall(r"^(?:\$ )?kehoach (\w+)(.*)$", doc.read_text("utf-8"), re.M):
            options = {option for parameter in commands[command].params for option in parameter.opts}
            assert set(re.findall(r"(?<=\s)--?[a-z][\w-]*", words)) <= options | {"-h", "--help"}, (doc.name, command)
