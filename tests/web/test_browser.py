"""The page in a real browser: what a reviewer does, on a laptop and on a phone."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from pipeline import tables
from pipeline.web import create_app
from tests.web.conftest import CHILD, PARENT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (apt install chromium)"),
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None, reason="no Playwright here (pip install playwright)"
    ),
]
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}


@pytest.fixture
def site(outputs: Path) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(outputs), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Any, site: str) -> Iterator[Any]:
    """A page that fails the test on any message in the console and any failed answer. Screenshots go to the test's folder."""
    width, height = SIZES[request.param]
    opened = browser.new_page(viewport={"width": width, "height": height}, base_url=site)
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("response", lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    yield opened
    opened.close()
    assert said == []


def test_a_reviewer_finds_a_plan_and_corrects_a_cell(page: Any, outputs: Path, tmp_path: Path) -> None:
    page.goto("/")
    page.screenshot(path=tmp_path / "overview.png")
    page.get_by_label("Số, cơ quan hoặc tên").fill("ha tinh")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="352/KH-UBND").click()
    page.locator("nav.tabs").get_by_role("link", name="hình thức khen thưởng").click()
    page.locator("ol.rows > li > a").nth(3).click()
    page.screenshot(path=tmp_path / "row.png")
    assert _covers_the_row(page, outputs)
    page.get_by_text("Sửa một ô của dòng này").click()
    page.get_by_label("Ô cần sửa").select_option("authority")
    page.get_by_role("button", name="Chọn ô").click()
    page.get_by_label("Thẩm quyền").fill("Chủ tịch Ủy ban nhân dân tỉnh Hà Tĩnh")
    page.get_by_label("Người sửa").fill("Nguyễn Văn An")
    page.get_by_role("button", name="Ghi đính chính").click()
    page.screenshot(path=tmp_path / "corrected.png")
    assert page.locator("li.chosen .badge", has_text="đã đính chính").count() == 1
    with tables.connect(outputs) as connection:
        (row,) = tables.records(connection, "SELECT authority FROM awards WHERE plan_id = $1 AND ordinal = 4", [CHILD])
    assert row["authority"] == "Chủ tịch Ủy ban nhân dân tỉnh Hà Tĩnh"


def _covers_the_row(page: Any, outputs: Path) -> bool:
    """Whether the marked box lies on the picture where the tables say that the row stands."""
    with tables.connect(outputs) as connection:
        (row,) = tables.records(connection, "SELECT * FROM awards WHERE plan_id = $1 AND ordinal = 4", [CHILD])
    paper = page.locator(".paper img").bounding_box()
    box = page.locator("rect.chosen").bounding_box()
    assert page.locator(".paper img").evaluate("picture => picture.complete && picture.naturalWidth > 500")
    expected = (
        paper["x"] + row["x0"] * paper["width"], paper["y"] + row["y0"] * paper["height"],
        (row["x1"] - row["x0"]) * paper["width"], (row["y1"] - row["y0"]) * paper["height"],
    )  # fmt: skip
    found = (box["x"], box["y"], box["width"], box["height"])
    return all(abs(a - b) <= 4 for a, b in zip(found, expected, strict=True))


def test_an_official_reads_the_diff_and_searches_without_marks(page: Any, tmp_path: Path) -> None:
    page.goto(f"/ke-hoach/{CHILD}")
    page.get_by_role("link", name="Đối chiếu với cấp trên").click()
    page.screenshot(path=tmp_path / "diff.png", full_page=True)
    assert page.locator("ol.notices li").count() > 3
    page.get_by_role("searchbox").first.fill("hoc lieu so")
    page.get_by_role("searchbox").first.press("Enter")
    page.locator("mark", has_text="liệu").first.wait_for()
    page.screenshot(path=tmp_path / "search.png")
    page.locator("ol.rows a").first.click()
    assert page.locator("li.chosen").count() == 1


def test_everything_is_reached_by_keyboard_and_nothing_overflows(page: Any) -> None:
    page.goto(f"/ke-hoach/{CHILD}?bang=awards")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Tới nội dung"
    page.locator("ol.rows > li > a").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator("li.chosen").wait_for()
    for address in (
        "/",
        f"/ke-hoach/{CHILD}?bang=awards&dong=2",
        f"/ke-hoach/{CHILD}/doi-chieu",
        "/so-sanh",
        "/hang-doi",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.skipif(
    importlib.util.find_spec("axe_playwright_python") is None,
    reason="no axe-core here (pip install axe-playwright-python)",
)
@pytest.mark.parametrize("page", ["laptop"], indirect=True)
def test_axe_finds_no_serious_fault(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    addresses = (
        "/", f"/ke-hoach/{CHILD}?bang=awards&dong=2&cot=award_type", f"/ke-hoach/{PARENT}", f"/ke-hoach/{CHILD}/doi-chieu",
        "/so-sanh?bang=deadlines", "/tim?q=hoc+lieu", "/hang-doi", "/tim",
    )  # fmt: skip
    faults = []
    for address in addresses:
        page.goto(address)
        found = Axe().run(page).response["violations"]
        faults += [
            (address, fault["id"], fault["nodes"][0]["html"][:200])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
    assert faults == []
