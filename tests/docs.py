"""SQL questions and their answers in the documentation: parsed, run, and written anew.

`python -m tests.docs OUTPUTS` writes the answers that the tables of OUTPUTS (made by `./dev run`) give into
README.md and outputs/README.md; read the difference before you commit it.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

from pipeline.query import ask

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "README.md", ROOT / "outputs" / "README.md")
_ANSWERED = re.compile(r"```sql\n(?P<sql>.*?)```\n\n```csv\n(?P<answer>.*?)```", re.S)


def answered_questions(text: str) -> list[tuple[str, str]]:
    """(SQL, answer as CSV) of every pair of blocks in `text`."""
    return [(match["sql"], match["answer"]) for match in _ANSWERED.finditer(text)]


def answer_of(outputs: Path, sql: str) -> str:
    answer = ask(outputs, sql)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return out.getvalue()


def with_answers(text: str, outputs: Path) -> str:
    return _ANSWERED.sub(lambda m: f"```sql\n{m['sql']}```\n\n```csv\n{answer_of(outputs, m['sql'])}```", text)


if __name__ == "__main__":
    for doc in DOCS:
        doc.write_text(with_answers(doc.read_text(encoding="utf-8"), Path(sys.argv[1])), encoding="utf-8")
