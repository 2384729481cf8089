"""No other site, no clever address and no document can make the page do what it should not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline import tables
from pipeline.web import create_app
from tests.stored import gold, store
from tests.web.conftest import CHILD, PARENT

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def form_of(client: TestClient, **fields: str) -> dict[str, str]:
    page = client.get(f"/ke-hoach/{CHILD}?bang=awards&dong=1&cot=authority").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return {
        "token": token[1],
        "bang": "awards",
        "dong": "1",
        "cot": "authority",
        "gia_tri": "Giám đốc",
        "ai": "An",
        "vi_sao": "xem ảnh",
    } | fields


def authority(outputs: Path) -> str:
    with tables.connect(outputs) as connection:
        (row,) = tables.records(connection, "SELECT authority FROM awards WHERE plan_id = $1 AND ordinal = 1", [CHILD])
    return row["authority"]


HERE = {"origin": "http://localhost"}
ADDRESS = f"/ke-hoach/{CHILD}/dinh-chinh"


def test_a_correction_is_stored_and_shown(client: TestClient, outputs: Path) -> None:
    done = client.post(ADDRESS, data=form_of(client), headers=HERE)
    assert done.status_code == 303
    page = client.get(done.headers["location"]).text
    assert "Giám đốc" in page and "đã đính chính" in page
    assert "kehoach nightly" in page, "when the links follow"
    assert authority(outputs) == "Giám đốc"


def test_a_refused_correction_says_why_and_changes_nothing(client: TestClient, outputs: Path) -> None:
    before = authority(outputs)
    done = client.post(ADDRESS, data=form_of(client, cot="award_type", gia_tri="medal"), headers=HERE)
    assert done.status_code == 422 and "medal" in done.text and 'role="alert"' in done.text
    assert client.post(ADDRESS, data=form_of(client, ai=" "), headers=HERE).status_code == 422
    assert authority(outputs) == before


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({"origin": "http://evil.example"}, {}),
        ({"origin": "null"}, {}),
        ({"origin": "http://localhost:1234"}, {}),
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"origin": "http://localhost", "sec-fetch-site": "same-site"}, {}),
        ({}, {}),
        (HERE, {"token": ""}),
        (HERE, {"token": "x" * 43}),
        (HERE, {"token": "ư"}),
    ],
)
def test_a_request_from_elsewhere_changes_nothing(
    client: TestClient, outputs: Path, headers: dict[str, str], fields: dict[str, str]
) -> None:
    before = authority(outputs)
    assert client.post(ADDRESS, data=form_of(client, **fields), headers=headers).status_code == 403
    assert authority(outputs) == before


def test_a_request_larger_than_a_form_is_refused(client: TestClient) -> None:
    assert client.post(ADDRESS, data=form_of(client, gia_tri="a" * 100_000), headers=HERE).status_code == 413


def test_a_garbled_form_is_refused(client: TestClient) -> None:
    headers = HERE | {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(ADDRESS, content=b"\xff\xfe&=%ff", headers=headers).status_code in (400, 403)


def test_reading_never_changes_anything(client: TestClient) -> None:
    assert client.get(ADDRESS).status_code == 405


def test_another_host_name_is_refused(outputs: Path) -> None:
    """A site whose name was made to point here (DNS rebinding) gets nothing."""
    assert TestClient(create_app(outputs), base_url="http://evil.example").get("/").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/static/../web.py", "/static/%2e%2e/web.py", "/static/..%2fweb.py", "/ke-hoach/..%2F..%2Fetc/trang/1.jpg",
        f"/ke-hoach/{CHILD}/trang/../../../outputs/tables/1.jpg", f"/ke-hoach/{CHILD}/trang/-1.jpg",
        f"/ke-hoach/{CHILD}/trang/0.jpg", "/ke-hoach/%00/trang/1.jpg", "/ke-hoach/'; DROP VIEW plans; --",
        "/so-sanh.csv?bang=plans%22%20--", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_store(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "root:" not in answer.text and "import" not in answer.text


def test_an_original_is_named_by_its_hash_alone(outputs: Path, corpus: Path) -> None:
    tampered = gold(corpus, PARENT)
    tampered["plans"] |= {"source_sha256": "../../../../etc/passwd"}
    store(outputs, {"gia-mao": tampered})
    client = TestClient(create_app(outputs), base_url="http://localhost")
    assert client.get("/ke-hoach/gia-mao/trang/1.jpg").status_code == 404
    assert client.get("/ke-hoach/gia-mao").status_code == 200


def test_every_answer_carries_the_headers_that_shut_scripts_and_frames_out(client: TestClient) -> None:
    for address in ("/", "/nowhere", "/static/style.css", f"/ke-hoach/{CHILD}/trang/1.jpg"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"


def test_every_text_of_a_document_is_escaped(outputs: Path, corpus: Path) -> None:
    tables_of = gold(corpus, PARENT)
    evil = {
        name: [_poisoned(row) for row in rows] if isinstance(rows, list) else rows for name, rows in tables_of.items()
    }
    evil["plans"] = tables_of["plans"] | dict.fromkeys(
        ("doc_number", "issuer", "title", "signer_name", "movement", "province"), EVIL
    )
    store(outputs, {"doc": evil, "doc-con": evil})
    client = TestClient(create_app(outputs), base_url="http://localhost")
    pages = [
        "/",
        "/tim?q=alert",
        f"/tim?q={EVIL}",
        "/hang-doi",
        f"/?loc={EVIL}&tinh={EVIL}",
        f"/so-sanh?bang={EVIL}&theo={EVIL}",
    ]
    pages += [f"/ke-hoach/doc?bang={t}&dong=1&cot=text" for t in ("items", "plans", "awards", "contents", "deadlines")]
    pages += ["/ke-hoach/doc/doi-chieu?voi=doc-con", f"/ke-hoach/doc/doi-chieu?voi={EVIL}", f"/ke-hoach/{EVIL}"]
    pages += [f"/so-sanh?bang={t}&theo=plan_id" for t in ("awards", "citations")] + [
        "/so-sanh?bang=contents&chu_de=data"
    ]
    for address in pages:
        text = client.get(address).text
        assert "<script" not in text and "<img src=x" not in text, address


def _poisoned(row: dict[str, object]) -> dict[str, object]:
    free = (
        "text",
        "title",
        "award",
        "authority",
        "body",
        "addressee",
        "subject_text",
        "heading",
        "doc_number",
        "doc_issuer",
        "reports_to",
    )
    return {column: EVIL if column in free else value for column, value in row.items()}
