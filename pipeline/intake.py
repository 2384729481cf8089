"""A file's bytes: what they are, whether they are safe to open. The name is never trusted."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import unicodedata
import zipfile
from pathlib import Path

from pipeline.errors import Rejected
from pipeline.legacy import decode_bytes, is_legacy_text
from pipeline.model import SourceFile
from pipeline.settings import Settings

PDF = "application/pdf"
TIFF = "image/tiff"
JPEG = "image/jpeg"
PNG = "image/png"
TEXT = "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = (PDF, TIFF, JPEG, PNG, TEXT, DOCX)

_HEAD_BYTES = 4096
_MIN_IMAGE_SIDE = 100  # points: less can not hold a line of print
_SUPPORTED = "PDF, TIFF, JPEG, PNG, DOCX hoặc văn bản UTF-8"

_SIGNATURES = (
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
)
_KNOWN_BUT_UNREAD = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Tệp Office đời cũ (.doc, .xls)", "mở bằng Word rồi lưu lại thành .docx hoặc PDF"),
    (b"{\\rtf", "Tệp RTF", "mở bằng Word rồi lưu lại thành .docx hoặc PDF"),
    (b"Rar!", "Tệp nén RAR", "giải nén rồi đưa từng tệp bên trong vào"),
    (b"7z\xbc\xaf\x27\x1c", "Tệp nén 7z", "giải nén rồi đưa từng tệp bên trong vào"),
    (b"\x1f\x8b", "Tệp nén gzip", "giải nén rồi đưa từng tệp bên trong vào"),
    (b"GIF8", "Ảnh GIF", "lưu lại thành PNG hoặc JPEG"),
    (b"BM", "Ảnh BMP", "lưu lại thành PNG hoặc JPEG"),
)


def take_in(path: Path, settings: Settings = Settings()) -> SourceFile:
    """What `path` is. Raises Rejected with a sentence for a clerk where nothing can be read from it."""
    path = Path(path)
    size = _size_of_regular_file(path)
    name = unicodedata.normalize("NFC", path.name)
    if size == 0:
        raise Rejected("Tệp rỗng (0 byte): sao chép hoặc quét lại văn bản.")
    if size > settings.max_bytes:
        raise Rejected(
            f"Tệp quá lớn ({size // 1_000_000} MB, tối đa {settings.max_bytes // 1_000_000} MB): "
            "quét lại ở 300 dpi hoặc tách thành nhiều tệp."
        )
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        sha256 = sha256_of(path)
    except PermissionError as error:
        raise Rejected("Không có quyền đọc tệp: xin cấp quyền đọc rồi đưa vào lại.") from error
    except OSError as error:
        raise Rejected(f"Không đọc được tệp từ đĩa ({error.strerror}): sao chép lại tệp.") from error
    media_type = _media_type_of(path, head)
    _CHECKS[media_type](path, settings)
    return SourceFile(path=path, name=name, sha256=sha256, media_type=media_type, bytes=size)


def sha256_of(path: Path) -> str:
    """Of the file's bytes, as 64 hexadecimal digits. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _size_of_regular_file(path: Path) -> int:
    """Bytes of `path`; opens nothing, so that a FIFO or a device can not block."""
    try:
        status = path.lstat()
    except FileNotFoundError as error:
        raise Rejected("Không tìm thấy tệp: kiểm tra lại đường dẫn.") from error
    except OSError as error:
        raise Rejected(f"Không mở được tệp ({error.strerror}): kiểm tra lại đường dẫn.") from error
    if stat.S_ISLNK(status.st_mode):
        raise Rejected("Đây là liên kết tượng trưng, không phải tệp: đưa chính tệp gốc vào.")
    if not stat.S_ISREG(status.st_mode):
        raise Rejected("Đây không phải là tệp thường (ống dẫn, thiết bị hoặc thư mục): đưa tệp văn bản vào.")
    return status.st_size


def _media_type_of(path: Path, head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return PDF
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head.startswith(b"PK\x03\x04"):
        return _media_type_of_zip(path)
    if head.startswith(b"PK\x05\x06"):
        raise Rejected("Tệp nén rỗng: sao chép lại văn bản.")
    for signature, what, advice in _KNOWN_BUT_UNREAD:
        if head.startswith(signature):
            raise Rejected(f"{what} chưa đọc được: {advice}.")
    if _is_text(path):
        return TEXT
    raise Rejected(f"Không nhận ra loại tệp: cần {_SUPPORTED}; lưu lại theo một trong các loại đó.")


def _media_type_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names and any(
                entry.flag_bits & 1 for entry in archive.infolist() if entry.filename == "word/document.xml"
            ):
                raise Rejected("Tệp Word được đặt mật khẩu: gỡ mật khẩu rồi đưa vào lại.")
    except (zipfile.BadZipFile, OSError, struct.error, ValueError) as error:
        raise Rejected("Tệp Word (.docx) bị cắt cụt hoặc hỏng: sao chép lại từ bản gốc.") from error
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        raise Rejected("Đây là bảng tính Excel, không phải kế hoạch: in văn bản ra PDF rồi đưa vào lại.")
    if "ppt/presentation.xml" in names:
        raise Rejected("Đây là bản trình chiếu, không phải kế hoạch: in văn bản ra PDF rồi đưa vào lại.")
    if "mimetype" in names and "content.xml" in names:
        raise Rejected("Tệp OpenDocument chưa đọc được: lưu lại thành .docx hoặc PDF.")
    raise Rejected("Đây là tệp nén: giải nén rồi đưa từng tệp bên trong vào.")


def _is_text(path: Path) -> bool:
    """Whether the whole file is Vietnamese or other Unicode text without the control characters of binary data."""
    data = path.read_bytes()
    try:
        text = _decoded(data)
    except UnicodeDecodeError:
        return is_legacy_text(data)
    is_clean = not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v\x85" for c in set(text))
    return is_clean or is_legacy_text(data)


def _decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 with its byte order mark."""
    return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")


def _check_pdf(path: Path, settings: Settings) -> None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Rejected("PDF được đặt mật khẩu: gỡ mật khẩu (in lại ra PDF) rồi đưa vào lại.") from error
        raise Rejected("PDF bị cắt cụt hoặc hỏng: tải lại hoặc quét lại văn bản.") from error
    try:
        pages = len(document)
    finally:
        document.close()
    if pages == 0:
        raise Rejected("PDF không có trang nào: tải lại hoặc quét lại văn bản.")
    _check_page_count(pages, settings)
    if not _has_end_of_pdf(path):
        raise Rejected("PDF bị cắt cụt (thiếu phần cuối tệp): tải lại hoặc sao chép lại trọn vẹn.")


def _check_page_count(pages: int, settings: Settings) -> None:
    if pages > settings.max_pages:
        raise Rejected(f"Tệp có {pages} trang (tối đa {settings.max_pages}): tách kế hoạch ra một tệp riêng.")


def _has_end_of_pdf(path: Path) -> bool:
    """A whole PDF ends with %%EOF, tools append little after it. PDFium mends a cut file by losing pages silently."""
    with path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - 8192))
        return b"%%EOF" in stream.read()


def _check_image(path: Path, settings: Settings) -> None:
    """Every frame unpacked once, its size judged first: an image cut short shows only in its pixels."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            frames = getattr(image, "n_frames", 1)
            _check_page_count(frames, settings)
            for frame in range(frames):
                image.seek(frame)
                if min(image.size) < _MIN_IMAGE_SIDE:
                    raise Rejected(f"Ảnh quá nhỏ ({image.width}×{image.height} điểm): quét lại ở 300 dpi.")
                if image.width * image.height > settings.max_pixels:
                    raise Rejected(f"Ảnh quá lớn ({image.width}×{image.height} điểm): quét lại ở 300 dpi.")
                image.draft("L", (image.width // 8, image.height // 8))  # JPEG alone: unpacked at an eighth
                image.load()
    except Image.DecompressionBombError as error:
        raise Rejected("Ảnh quá lớn để mở an toàn: quét lại ở 300 dpi.") from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError, KeyError) as error:
        raise Rejected("Ảnh bị cắt cụt hoặc hỏng: chụp hoặc quét lại văn bản.") from error


def _check_docx(path: Path, settings: Settings) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = archive.getinfo("word/document.xml").file_size
    if unpacked > settings.max_bytes:
        raise Rejected("Tệp Word quá lớn khi mở ra: lưu lại thành PDF rồi đưa vào.")


def _check_text(path: Path, settings: Settings) -> None:
    if not any(character.isalpha() for character in decode_bytes(path.read_bytes())[0]):
        raise Rejected("Tệp văn bản không có chữ nào: sao chép lại văn bản.")


_CHECKS = {
    PDF: _check_pdf,
    TIFF: _check_image,
    JPEG: _check_image,
    PNG: _check_image,
    DOCX: _check_docx,
    TEXT: _check_text,
}


def files_under(paths: list[Path]) -> list[Path]:
    """Every file named or standing under a folder named, in name order, hidden ones left out.

    What can not be read is listed too: `take_in` says why. Raises FileNotFoundError for a path that is not there.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise FileNotFoundError(path)
        if not path.is_dir():
            found.append(path)
            continue
        for folder, subfolders, names in os.walk(path):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            found += [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
    return list(dict.fromkeys(found))
