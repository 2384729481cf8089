"""Every page says what the tables say, escaped, to this machine only."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from extractors.places import provinces
from pipeline import tables
from pipeline.labels import labels
from pipeline.plan_view import SHOWN_TABLES
from pipeline.province_map import PLACES
from pipeline.schema import schemas
from pipeline.store import new_edition
from pipeline.web import create_app
from tests.stored import gold, store, stored_rows
from tests.web.conftest import CHILD, PARENT

PAGES = (
    "/", "/?loc=giao+duc", f"/ke-hoach/{CHILD}", f"/ke-hoach/{CHILD}?bang=awards&dong=1&cot=award_type",
    f"/ke-hoach/{CHILD}?bang=plans&dong=1&cot=issue_date", f"/ke-hoach/{CHILD}/doi-chieu", "/so-sanh",
    "/so-sanh?bang=contents&chu_de=security", "/tim?q=hoc+lieu", "/hang-doi",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_and_every_link_on_it_leads_somewhere(client: TestClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    links = {link.replace("&amp;", "&").split("#")[0] for link in re.findall(r'(?:href|src)="(/[^"]*)"', page.text)}
    assert links
    broken = [link for link in sorted(links)[::3] if client.get(link).status_code != 200]
    assert not broken


def test_every_column_that_is_shown_has_a_vietnamese_name() -> None:
    hidden = {"plan_id", "item_id", "parent_item_id", "level", "raw_text", "regions", *"x0 y0 x1 y1".split()}
    columns = {name for table in SHOWN_TABLES for name in schemas()[table].names} - hidden
    assert sorted(columns - labels()["columns"].keys()) == []


def test_the_map_has_every_province_once_and_links_to_its_plans(client: TestClient) -> None:
    assert sorted(PLACES) == sorted(provinces()) and len(set(PLACES.values())) == len(PLACES)
    svg = client.get("/").text.partition("<svg")[2].partition("</svg>")[0]
    assert all(f">{province.name}</text>" in svg for province in provinces().values())
    (link,) = re.findall(r'<a href="([^"]*)" aria-label="Hà Tĩnh: 1 kế hoạch">', svg)
    assert "352/KH-UBND" in client.get(link.split("#")[0]).text and svg.count("<a ") == 1


def test_overview_finds_a_plan_without_marks(client: TestClient) -> None:
    assert "352/KH-UBND" in client.get("/?loc=ha+tinh").text
    assert "352/KH-UBND" not in client.get("/?loc=quang+ninh").text


def test_a_row_is_shown_with_its_box_on_its_page(client: TestClient, outputs: Path) -> None:
    with tables.connect(outputs) as connection:
        row = tables.records(connection, "SELECT * FROM awards WHERE plan_id = $1 AND ordinal = 4", [CHILD])[0]
    page = client.get(f"/ke-hoach/{CHILD}?bang=awards&dong=4").text
    chosen = re.search(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" class="chosen"', page)
    assert chosen
    x, y, width, height = (float(number) / 1000 for number in chosen.groups())
    assert (x, y, x + width, y + height) == pytest.approx((row["x0"], row["y0"], row["x1"], row["y1"]), abs=2e-4)
    assert f"/ke-hoach/{CHILD}/trang/{row['page']}.jpg" in page


def test_the_scan_is_drawn_once_and_kept(client: TestClient, outputs: Path) -> None:
    first = client.get(f"/ke-hoach/{CHILD}/trang/1.jpg")
    assert first.headers["content-type"] == "image/jpeg" and first.content.startswith(b"\xff\xd8")
    (kept,) = (outputs / "cache" / "pages").rglob("*.jpg")
    assert kept.read_bytes() == first.content == client.get(f"/ke-hoach/{CHILD}/trang/1.jpg").content
    assert client.get(f"/ke-hoach/{CHILD}/trang/99.jpg").status_code == 404


def test_the_diff_shows_what_to_notice_and_the_changed_words(client: TestClient) -> None:
    page = client.get(f"/ke-hoach/{CHILD}/doi-chieu").text
    assert "Cần lưu ý" in page and "Huân chương Lao động" in page
    assert re.search(r"<ins[^>]*>[^<]*85%", page) and re.search(r"<del[^>]*>[^<]*80%", page)
    assert "Cờ thi đua của Chính phủ" not in client.get(f"/ke-hoach/{PARENT}/doi-chieu").text


def test_the_diff_of_any_two_plans_by_number(client: TestClient) -> None:
    assert "Cần lưu ý" in client.get(f"/ke-hoach/{PARENT}/doi-chieu?voi=352/kh-ubnd").text
    assert "Không có kế hoạch nào" in client.get(f"/ke-hoach/{PARENT}/doi-chieu?voi=999").text


def test_the_matrix_can_be_taken_away(client: TestClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/so-sanh.xlsx?bang=awards").content))
    assert "Hà Tĩnh" in [cell.value for cell in book.active[1]]
    assert client.get("/so-sanh.csv?bang=awards").content.startswith(b"\xef\xbb\xbf")
    assert client.get("/so-sanh.csv?bang=plans").status_code == 404


def test_search_marks_the_words_found_without_marks(client: TestClient) -> None:
    page = client.get("/tim?q=hoc+lieu+so").text
    assert "<mark>học</mark>" in page and "trang" in page


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    page = TestClient(create_app(tmp_path / "none"), base_url="http://localhost").get("/")
    assert page.status_code == 404 and "kehoach ingest" in page.text


def test_a_new_edition_is_seen_and_an_unchanged_plan_stays(client: TestClient, outputs: Path, corpus: Path) -> None:
    assert "ban-moi" not in client.get("/").text
    store(outputs, {"ban-moi": gold(corpus, PARENT) | {"plans": gold(corpus, PARENT)["plans"] | {"doc_number": None}}})
    page = client.get("/").text
    assert "ban-moi" in page and "352/KH-UBND" in page
    changed: dict[str, Any] = gold(corpus, PARENT)
    changed["plans"] |= {"doc_number": "77/KH-MOI"}
    store(outputs, {"ban-moi": changed})
    page = client.get("/").text
    assert "77/KH-MOI" in page and "ban-moi</a>" not in page


def test_a_mailed_page_stands_alone(outputs: Path, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from pipeline.cli import app

    for command in (["diff", CHILD, "--html"], ["report", "--out"]):
        out = tmp_path / f"{command[0]}.html"
        done = CliRunner().invoke(app, [*command, str(out), "--outputs", str(outputs)])
        assert done.exit_code == 0, done.output
        text = out.read_text(encoding="utf-8")
        assert not re.search(r'(?:src|href)="(?!#)', text) and "<script" not in text


def test_what_was_read_and_what_was_restored_stand_apart_with_the_changes_marked(outputs: Path, corpus: Path) -> None:
    tables_of = gold(corpus, PARENT)
    rows = stored_rows("doc-kem", tables_of, 0.7)
    rows["items"][0] |= {"text": "Thi đua đổi mới sáng tạo", "raw_text": "Thi dua đổi mói sáng tạo"}
    with new_edition(outputs) as edition:
        for name, of in rows.items():
            edition.write(name, "doc-kem", of)
    page = TestClient(create_app(outputs), base_url="http://localhost").get("/ke-hoach/doc-kem?bang=items&dong=1").text
    assert re.findall(r"<del>([^<]*)</del>", page) == ["dua ", "mói "]
    assert re.findall(r"<ins>([^<]*)</ins>", page) == ["đua ", "mới "]
    assert "kém chắc" in page
