"""Files that people really drop in and that no one can read, made from good ones."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw


def photo_of_something_else() -> bytes:
    """A JPEG without any writing: hills, a sun, a house."""
    picture = Image.effect_noise((1200, 900), 30).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((850, 60, 1050, 260), fill="gold")
    draw.polygon([(0, 900), (400, 350), (800, 900)], fill="darkgreen")
    draw.rectangle((500, 600, 800, 880), fill="brown")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def encrypted_pdf() -> bytes:
    """One page behind a password, encrypted as PDF 1.4 does (RC4, 128 bits)."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("mật khẩu", canPrint=0))
    canvas.drawString(100, 700, "KE HOACH")
    canvas.save()
    return out.getvalue()


def old_word() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def spreadsheet() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def make_bad_files(folder: Path, whole_pdf: Path, whole_docx: Path) -> dict[str, str]:
    """Writes them; the name of each with the status that it must end in."""
    contents = {
        "rỗng.pdf": (b"", "rejected"),
        "cắt cụt.pdf": (whole_pdf.read_bytes()[: whole_pdf.stat().st_size // 2], "rejected"),
        "cắt cụt.docx": (whole_docx.read_bytes()[:3000], "rejected"),
        "mật khẩu.pdf": (encrypted_pdf(), "rejected"),
        "phong cảnh.jpg": (photo_of_something_else(), "not_a_plan"),
        "đời cũ.doc": (old_word(), "rejected"),
        "bảng tính.docx": (spreadsheet(), "rejected"),  # the name lies
        "ghi chép.txt": ("Họp giao ban thứ hai, mua giấy in.\n".encode() * 20, "not_a_plan"),
        "lạ.bin": (bytes(range(256)) * 8, "rejected"),
    }
    for name, (data, _) in contents.items():
        (folder / name).write_bytes(data)
    os.mkfifo(folder / "ống dẫn.pdf")
    (folder / "liên kết.pdf").symlink_to(folder / "cắt cụt.pdf")
    return {name: status for name, (_, status) in contents.items()} | {"ống dẫn.pdf": "rejected", "liên kết.pdf": "rejected"}
