"""Commands on text alone: `read` a file, `restore` a text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_common import EngineOption


def register(app: typer.Typer) -> None:
    app.command("read")(read)
    app.command("restore")(restore)


def read(
    file: Annotated[Path, typer.Argument(help="Tệp PDF, TIFF, JPEG, PNG, DOCX hoặc văn bản.")],
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Số trang đọc cùng lúc.")] = None,
    engine: EngineOption = None,
) -> None:
    """In văn bản đã phục hồi dấu của một tệp; các trang cách nhau bằng dấu sang trang (form feed)."""
    from pipeline.errors import DocumentError, RunError
    from pipeline.intake import take_in
    from pipeline.reading import read_pages
    from pipeline.restoration import restore_pages
    from pipeline.settings import settings_from

    settings = settings_from(None, workers, engine)
    try:
        pages = read_pages(take_in(file, settings), settings)
    except DocumentError as error:
        raise RunError(f"{file}: {error}") from error
    texts: dict[int, list[str]] = {page.page: [] for page in pages}
    for line in restore_pages(pages):
        texts[line.page].append(line.text)
    print("\f".join("\n".join(lines) + "\n" for lines in texts.values()), end="")


def restore(
    file: Annotated[str, typer.Argument(help="Tệp văn bản UTF-8, hoặc - để đọc từ đầu vào chuẩn.")] = "-",
    explain: Annotated[bool, typer.Option("--explain", help="Liệt kê từng chỗ sửa thay vì in văn bản.")] = False,
) -> None:
    """Phục hồi dấu tiếng Việt: văn bản vào, văn bản ra, từng dòng một."""
    from diacritics import restore as restore_text
    from diacritics import struck_lines
    from pipeline.errors import RunError

    try:
        raw = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"Không đọc được {file} dưới dạng văn bản UTF-8: {error}") from error
    restoration = restore_text(raw)
    struck = ", ".join(map(str, struck_lines(raw))) if restoration.edits else ""
    if struck:
        print(f"Dòng {struck}: chữ bị dấu hoặc nét khác đè, không lấy lại được từ văn bản; hãy đọc từ bản quét.", file=sys.stderr)
    if not explain:
        print(restoration.text, end="")
        return
    for edit in restoration.edits:
        line = raw.count("\n", 0, edit.start) + 1
        print(f"{line}\t{edit.before!r} → {edit.after!r}\t{edit.rule}\t{edit.probability:.3f}")
    print(f"{len(restoration.edits)} chỗ sửa, độ tin cậy {restoration.confidence:.3f}")
