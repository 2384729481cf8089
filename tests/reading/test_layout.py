"""Words to lines: the two-column parts column by column, furniture told apart."""

from __future__ import annotations

from pipeline.layout import lines_of_page
from pipeline.model import BoundingBox, OcrPage, Role, Word


def row(y: float, *pieces: tuple[float, str], size: float = 0.012) -> tuple[Word, ...]:
    """A printed row: each piece begins at an x and runs on with words of plausible width."""
    words = []
    for x, text in pieces:
        for part in text.split():
            width = 0.009 * len(part)
            words.append(Word(part, BoundingBox(x, y, min(1, x + width), y + size), 0.95))
            x += width + 0.008
    return tuple(words)


def read(*rows: tuple[Word, ...], page: int = 1, cells=()) -> list[tuple[str, str]]:
    return [(line.role.value, line.raw_text) for line in lines_of_page(OcrPage(page, rows), cells)]


LETTERHEAD = (
    row(0.06, (0.10, "UBND TỈNH BÌNH AN"), (0.45, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM")),
    row(0.08, (0.16, "SỞ Y TẾ"), (0.52, "Độc lập - Tự do - Hạnh phúc")),
    row(0.11, (0.12, "Số: 19 /KH-SYT"), (0.50, "Bình An, ngày 10 tháng 10 năm 2017")),
)
TITLE = (row(0.15, (0.45, "KẾ HOẠCH")), row(0.17, (0.25, "Tổ chức xét công nhận sáng kiến cấp cơ sở")))
BODY = tuple(row(0.22 + n * 0.02, (0.14, f"dòng thứ {n} của một đoạn văn chạy suốt bề ngang trang giấy này")) for n in range(12))


def test_the_letterhead_is_read_column_by_column():
    lines = read(*LETTERHEAD, *TITLE, *BODY)
    assert lines[:8] == [
        ("issuer", "UBND TỈNH BÌNH AN"),
        ("issuer", "SỞ Y TẾ"),
        ("issuer", "Số: 19 /KH-SYT"),
        ("motto", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("motto", "Độc lập - Tự do - Hạnh phúc"),
        ("motto", "Bình An, ngày 10 tháng 10 năm 2017"),
        ("body", "KẾ HOẠCH"),
        ("body", "Tổ chức xét công nhận sáng kiến cấp cơ sở"),
    ]


def test_the_letterhead_survives_misread_mottoes_and_split_rows():
    rows = (
        row(0.06, (0.10, "UBND TĨNH BÌNH AN")),
        row(0.062, (0.45, "CÔNG HOA XÃ HỌI CHU NGHĨA VIẸT NAM")),
        row(0.08, (0.52, "Độc lâp — Tự do - Hanh phúc")),
        row(0.081, (0.16, "SỞ Y TÉ")),
        LETTERHEAD[2],
    )
    roles = [role for role, _ in read(*rows, *TITLE, *BODY)]
    assert roles[:6] == ["issuer"] * 3 + ["motto"] * 3


def test_an_electronic_signature_above_the_letterhead_is_a_stamp():
    box = row(0.02, (0.6, "Ký bởi: Ủy ban nhân dân tỉnh"))
    lines = read(box, *LETTERHEAD, *TITLE, *BODY)
    assert lines[0] == ("stamp", "Ký bởi: Ủy ban nhân dân tỉnh")
    assert lines[1][0] == "issuer"


def test_a_party_letterhead_is_one_too():
    rows = (
        row(0.06, (0.12, "TỈNH ỦY BÌNH AN"), (0.55, "ĐẢNG CỘNG SẢN VIỆT NAM")),
        row(0.09, (0.15, "Số 07 -KH/TU"), (0.52, "Bình An, ngày 26 tháng 7 năm 2023")),
    )
    assert [role for role, _ in read(*rows, *TITLE, *BODY)][:4] == ["issuer", "issuer", "motto", "motto"]


SIGNATURE = (
    row(0.60, (0.12, "Nơi nhận:"), (0.62, "KT. GIÁM ĐỐC")),
    row(0.62, (0.12, "- Bộ Y tế (để báo cáo);"), (0.61, "PHÓ GIÁM ĐỐC")),
    row(0.635, (0.12, "- Các phòng chức năng;")),
    row(0.65, (0.12, "- Lưu: VT, NVY.")),
    row(0.70, (0.60, "Trần Văn Hoà")),
)


def test_recipients_and_signature_are_two_columns():
    lines = read(*BODY, *SIGNATURE, page=3)
    assert lines[12:] == [
        ("recipients", "Nơi nhận:"),
        ("recipients", "- Bộ Y tế (để báo cáo);"),
        ("recipients", "- Các phòng chức năng;"),
        ("recipients", "- Lưu: VT, NVY."),
        ("signature", "KT. GIÁM ĐỐC"),
        ("signature", "PHÓ GIÁM ĐỐC"),
        ("signature", "Trần Văn Hoà"),
    ]


def test_a_signature_is_found_where_noi_nhan_is_illegible():
    """Real plan 004: a pen stroke runs through `Nơi nhận`."""
    first = row(0.60, (0.12, "T đếc nh:"), (0.62, "KT. GIÁM ĐỐC"))
    roles = [role for role, _ in read(*BODY, first, *SIGNATURE[1:], page=3)][12:]
    assert roles == ["recipients"] * 4 + ["signature"] * 3


def test_page_numbers_and_footnotes_are_no_body():
    number = row(0.04, (0.5, "3"))
    notes = (
        row(0.86, (0.14, "1 Nghị quyết của Chính phủ về chuyển đổi số"), size=0.009),
        row(0.88, (0.14, "và các văn bản kèm theo nghị quyết này"), size=0.009),
    )
    lines = read(number, *BODY, *notes, page=3)
    assert lines[0] == ("page_number", "3")
    assert [role for role, _ in lines[-2:]] == ["footnote", "footnote"]
    assert {role for role, _ in lines[1:-2]} == {"body"}


def test_a_number_in_the_text_is_no_page_number():
    assert read(*BODY[:3], row(0.5, (0.5, "3")), *BODY[3:], page=2)[3] != ("page_number", "3")


def test_a_table_is_read_cell_by_cell_where_it_stands():
    cells = [BoundingBox(x, y, x + 0.4, y + 0.06) for y in (0.5, 0.56) for x in (0.1, 0.5)]
    rows = (
        row(0.51, (0.12, "Xây dựng danh mục"), (0.55, "Sở Y tế")),
        row(0.53, (0.12, "thuốc năm 2019")),
        row(0.57, (0.12, "Họp thông qua"), (0.55, "Các bệnh viện")),
    )
    after = row(0.7, (0.14, "đoạn văn sau bảng"))
    lines = read(*BODY, *rows, after, page=2, cells=cells)
    assert lines[12:] == [
        ("table", "Xây dựng danh mục thuốc năm 2019"),
        ("table", "Sở Y tế"),
        ("table", "Họp thông qua"),
        ("table", "Các bệnh viện"),
        ("body", "đoạn văn sau bảng"),
    ]


def test_every_word_keeps_its_confidence_and_lines_their_boxes():
    for line in lines_of_page(OcrPage(1, (*LETTERHEAD, *BODY, *SIGNATURE))):
        assert len(line.word_confidences) == len(line.raw_text.split())
        assert line.bbox is not None and line.role in Role


def test_what_is_left_of_a_seal_is_no_signature():
    """Real plans 004, 010: letters of the black seal ring round the signature."""
    ring = [row(0.66 + n * 0.01, (0.6, text)) for n, text in enumerate(["ự “", "° SƠ", "4 *", "YT^ >"])]
    lines = read(*BODY, *SIGNATURE[:4], *ring, SIGNATURE[4], page=3)
    assert [text for role, text in lines if role == "signature"] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Văn Hoà"]


def test_short_lines_of_the_body_stay():
    short = [row(0.5, (0.14, "9 thôn.")), row(0.52, (0.14, "a)")), row(0.54, (0.14, "cơ sở."))]
    assert [role for role, _ in read(*BODY, *short, page=2)][12:] == ["body"] * 3
