"""What a dropped file is, told by its content, and the sentence a clerk gets where it can not be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import Rejected
from pipeline.intake import DOCX, JPEG, PDF, TEXT, TIFF, files_under, take_in
from pipeline.settings import Settings
from tests.bad_files import make_bad_files

BY_CONTENT = {
    "bo-giao-duc.pdf": PDF,
    "trung-tam-gdtx.tif": TIFF,
    "ubnd-xa.jpg": JPEG,
    "so-tu-phap-hue.docx": DOCX,
    "benh-vien-tra-lung.txt": TEXT,
}


@pytest.mark.parametrize(("name", "media_type"), BY_CONTENT.items())
def test_the_type_comes_from_the_content_not_the_name(name: str, media_type: str, corpus: Path, tmp_path: Path) -> None:
    misnamed = tmp_path / "văn bản.xyz"
    misnamed.write_bytes((corpus / "scans" / name).read_bytes())
    source = take_in(misnamed)
    assert (source.media_type, source.name, source.bytes) == (media_type, "văn bản.xyz", misnamed.stat().st_size)
    assert len(source.sha256) == 64


def test_every_bad_file_is_refused_with_advice(corpus: Path, tmp_path: Path) -> None:
    scans = corpus / "scans"
    expected = make_bad_files(tmp_path, scans / "bo-giao-duc.pdf", scans / "so-tu-phap-hue.docx")
    for name, status in expected.items():
        if status != "rejected":
            continue
        with pytest.raises(Rejected) as refusal:
            take_in(tmp_path / name)
        sentence = str(refusal.value)
        assert sentence.endswith(".") and ":" in sentence, f"{name}: no advice in {sentence!r}"


@pytest.mark.parametrize(
    ("name", "word"),
    [("rỗng.pdf", "rỗng"), ("mật khẩu.pdf", "mật khẩu"), ("cắt cụt.pdf", "cắt cụt"), ("đời cũ.doc", ".docx"), ("bảng tính.docx", "Excel")],
)
def test_the_sentence_names_the_fault(name: str, word: str, corpus: Path, tmp_path: Path) -> None:
    make_bad_files(tmp_path, corpus / "scans" / "bo-giao-duc.pdf", corpus / "scans" / "so-tu-phap-hue.docx")
    with pytest.raises(Rejected, match=word):
        take_in(tmp_path / name)


def test_a_pdf_cut_anywhere_is_refused(corpus: Path, tmp_path: Path) -> None:
    whole = (corpus / "scans" / "bo-giao-duc.pdf").read_bytes()
    cut = tmp_path / "cut.pdf"
    for share in (0.001, 0.25, 0.5, 0.9, 0.999):
        cut.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Rejected):
            take_in(cut)


def test_limits_are_those_of_the_settings(corpus: Path, tmp_path: Path) -> None:
    scan = corpus / "scans" / "bo-giao-duc.pdf"
    with pytest.raises(Rejected, match="quá lớn"):
        take_in(scan, Settings(max_bytes=1000))
    with pytest.raises(Rejected, match="trang"):
        take_in(scan, Settings(max_pages=1))
    with pytest.raises(Rejected, match="quá lớn"):
        take_in(corpus / "scans" / "ubnd-xa.jpg", Settings(max_pixels=1000))
    Image.new("L", (50, 50)).save(tmp_path / "dot.png")
    with pytest.raises(Rejected, match="quá nhỏ"):
        take_in(tmp_path / "dot.png")


def test_text_in_utf16_and_with_a_mark_is_text(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "a.txt").write_text("KẾ HOẠCH\nĐổi mới sáng tạo\n", encoding=encoding)
        assert take_in(tmp_path / "a.txt").media_type == TEXT


def test_files_under_lists_each_file_once_and_leaves_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("2.pdf", "1.pdf", ".hidden", "b/3.pdf"):
        (tmp_path / name).touch()
    assert [p.name for p in files_under([tmp_path, tmp_path / "1.pdf"])] == ["1.pdf", "2.pdf", "3.pdf"]
    with pytest.raises(FileNotFoundError):
        files_under([tmp_path / "nowhere"])
