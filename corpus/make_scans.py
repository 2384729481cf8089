"""Make every scan, true text and SOURCES.tsv of the corpus from `sources/*.toml`, byte for byte.

    python corpus/make_scans.py [NAME …]           write them
    python corpus/make_scans.py --check [NAME …]   write nothing; say what differs, exit 1 if anything does

Needs the development dependencies. Other versions of them than MADE_WITH.txt names may give other bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
if __package__ in (None, ""):
    sys.path.insert(0, str(HERE.parent))

from corpus.maker.formats import KINDS, document_text  # noqa: E402
from corpus.maker.layout import lay_out, true_text  # noqa: E402
from corpus.maker.source import Source, read_source  # noqa: E402

COLUMNS = ("file", "plan", "kind", "pages", "sha256", "answers")


def made_with() -> str:
    """The versions on which the bytes of a scan depend, one a line."""
    names = ("lxml", "numpy", "pillow", "python-docx", "reportlab")
    return "".join(f"{name} {version(name)}\n" for name in names) + f"zlib {zlib.ZLIB_RUNTIME_VERSION}\n"


def scan_path(source: Source) -> Path:
    """Where the scan of a specimen lies, relative to corpus/."""
    return Path("scans") / f"{source.name}.{KINDS[source.kind][0]}"


def make(source: Source) -> dict[Path, bytes]:
    """The scan and the true text of one specimen, by path relative to corpus/."""
    pages = lay_out(source)
    text = document_text(source) if source.kind == "docx" else true_text(pages)
    return {
        Path("gold/text") / f"{source.name}.txt": text.encode(),
        scan_path(source): KINDS[source.kind][2](source, pages),
    }


def list_sources(sources: list[Source]) -> bytes:
    """SOURCES.tsv, from the scans as they lie on disk."""
    lines = ["\t".join(COLUMNS)]
    for source in sources:
        path = scan_path(source)
        sha256 = hashlib.sha256((HERE / path).read_bytes()).hexdigest()
        title = f"{source.number.removeprefix('Số: ')} {' '.join(source.title)}"
        pages = "" if source.kind == "docx" else str(len(lay_out(source)))
        lines.append("\t".join((path.as_posix(), title, KINDS[source.kind][1], pages, sha256, source.answers)))
    return ("\n".join(lines) + "\n").encode()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="specimens (all when none is named)")
    parser.add_argument("--check", action="store_true", help="compare with what is on disk, write nothing")
    arguments = parser.parse_args()
    every = [read_source(path) for path in sorted((HERE / "sources").glob("*.toml"))]
    if unknown := set(arguments.names) - {source.name for source in every}:
        parser.error(f"no such specimen: {', '.join(sorted(unknown))}")
    differ = []
    for source in every:
        if arguments.names and source.name not in arguments.names:
            continue
        for path, content in make(source).items():
            _settle(path, content, arguments.check, differ)
    _settle(Path("SOURCES.tsv"), list_sources(every), arguments.check, differ)
    if not arguments.check and differ:
        (HERE / "MADE_WITH.txt").write_text(made_with(), encoding="utf-8")
    for path in differ:
        print(f"{'differs' if arguments.check else 'written'}: corpus/{path}")
    return int(arguments.check and bool(differ))


def _settle(path: Path, content: bytes, check: bool, differ: list[Path]) -> None:
    """Note `path` if its content is not `content`; write it unless only checking."""
    target = HERE / path
    if target.exists() and target.read_bytes() == content:
        return
    differ.append(path)
    if not check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
