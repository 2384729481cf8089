"""The pages: each takes its question out of the address, asks the tables, and renders the answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline import overview, page_pictures
from pipeline.compare import COMPARED_TABLES, GROUP_LABELS, Matrix, compare_table
from pipeline.compare_files import as_csv, as_xlsx
from pipeline.diff import Diff, diff_plans, find_parent
from pipeline.errors import KehoachError, RunError
from pipeline.plan_view import plan_view
from pipeline.render import page, query_string
from pipeline.replay import corrections_of
from pipeline.review import least_certain
from pipeline.search import search
from pipeline.status import state_of_work
from pipeline.tables import plan_head, records
from pipeline.web_guard import posted_form

if TYPE_CHECKING:
    import duckdb

# Links are found over the whole corpus: not for every cell that a person corrects.
_SAVED = (
    "Bảng và trang đối chiếu theo giá trị mới ngay. Bảng alignments và nối tới văn bản cấp trên (cited_plan_id) cập nhật "
    "khi có tệp mới đến (kehoach watch, kehoach ingest) hoặc trong lần chạy đêm (kehoach nightly)."
)
_MOST_COLUMNS, _MOST_ROWS = 60, 120  # of a matrix on the screen


def overview_page(request: Request) -> Response:
    wanted, province = _text(request, "loc"), _text(request, "tinh")
    with _reading(request) as connection:
        view = request.app.state.mirror.kept(("overview",), lambda: overview.overview(connection))
        plans = overview.list_plans(connection, wanted, province, _number(request, "trang") or 1)
    return _html("overview.html", at="/", view=view, plans=plans, wanted=wanted, province=province)


def plan_page(request: Request) -> Response:
    plan_id, column = request.path_params["plan_id"], _text(request, "cot")
    table = _text(request, "bang") or "items"
    return _plan_page(
        request,
        plan_id,
        table,
        _number(request, "dong"),
        column,
        saved=_SAVED if _text(request, "da-ghi") else "",
    )


def _plan_page(
    request: Request,
    plan_id: str,
    table: str,
    ordinal: int | None,
    column: str,
    saved: str = "",
    trouble: str = "",
    status: int = 200,
) -> Response:
    settings = request.app.state.settings
    with _reading(request) as connection:
        head = plan_head(connection, plan_id)
        view = plan_view(
            connection, plan_id, table, ordinal, _number(request, "trang"), column or None,
            _corrected(settings.outputs, plan_id), page_pictures.has_pictures(head["source_sha256"], settings),
        )  # fmt: skip
    token = request.app.state.token
    return _html("plan.html", status, at="", view=view, token=token, column=column, saved=saved, trouble=trouble)


def picture(request: Request) -> Response:
    """A page of the scan. The address names plan and page only; the file is found by the hash in the tables."""
    with _reading(request) as connection:
        head = plan_head(connection, request.path_params["plan_id"])
    data = page_pictures.page_picture(head["source_sha256"], request.path_params["page"], request.app.state.settings)
    return Response(data, media_type="image/jpeg", headers={"cache-control": "private, max-age=3600"})


async def correct(request: Request) -> Response:
    """Writes one correction down, and goes back to the row."""
    form = await posted_form(request, request.app.state.token)
    return await run_in_threadpool(_correct, request, form)


def _correct(request: Request, form: dict[str, str]) -> Response:
    from pipeline.corrections import add_correction

    plan_id, table, column = request.path_params["plan_id"], form.get("bang", ""), form.get("cot", "")
    ordinal = int(form["dong"]) if form.get("dong", "").isdecimal() else 0
    try:
        add_correction(
            request.app.state.settings.outputs, plan_id, table, ordinal, column, form.get("gia_tri", "").replace("\r\n", "\n"),
            form.get("ai", "").strip(), form.get("vi_sao", "").strip(),
        )  # fmt: skip
    except KehoachError as error:
        return _plan_page(request, plan_id, table, ordinal, column, trouble=str(error), status=422)
    back = query_string({"bang": table, "dong": ordinal, "da-ghi": 1})
    return RedirectResponse(f"/ke-hoach/{quote(plan_id, safe='')}{back}#chon", 303)


def diff_page(request: Request) -> Response:
    plan_id, named, only = request.path_params["plan_id"], _text(request, "voi"), _text(request, "loai")
    found: Diff | None = None
    trouble = ""
    with _reading(request) as connection:
        head = plan_head(connection, plan_id)
        try:
            parent = _resolve(connection, named) if named else find_parent(connection, plan_id).plan_id
            question = ("diff", plan_id, parent, bool(named))
            found = request.app.state.mirror.kept(
                question, lambda: diff_plans(connection, plan_id, parent if named else None)
            )
        except RunError as error:
            trouble = str(error)
    return _html("diff.html", at="", head=head, diff=found, against=named, only=only, trouble=trouble)


def compare_page(request: Request) -> Response:
    table, by, theme = _asked_matrix(request)
    matrix, trouble = None, ""
    try:
        matrix = _matrix(request)
    except RunError as error:
        trouble = str(error)
    return _html(
        "compare.html", at="/so-sanh", tables=COMPARED_TABLES, groups=GROUP_LABELS, table=table, by=by, theme=theme,
        matrix=matrix, trouble=trouble, most=_MOST_COLUMNS, most_rows=_MOST_ROWS,
    )  # fmt: skip


def compare_csv(request: Request) -> Response:
    return _file(
        as_csv(_matrix(request)).encode("utf-8-sig"), "text/csv; charset=utf-8", f"{_asked_matrix(request)[0]}.csv"
    )


def compare_xlsx(request: Request) -> Response:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(as_xlsx(_matrix(request)), kind, f"{_asked_matrix(request)[0]}.xlsx")


def search_page(request: Request) -> Response:
    asked = _text(request, "q")
    found = None
    if asked:
        with _reading(request) as connection:
            found = search(connection, asked, limit=50, source="passages")
    return _html("search.html", at="/tim", asked=asked, found=found)


def queue_page(request: Request) -> Response:
    outputs = request.app.state.settings.outputs
    with _reading(request) as connection:
        view = {
            "counts": overview.statuses(connection),
            "troubles": overview.troubles(connection),
            "doubtful": request.app.state.mirror.kept(
                ("doubtful",), lambda: least_certain(connection, corrections_of(outputs), 30)
            ),
            "work": state_of_work(outputs),
        }
    return _html("queue.html", at="/hang-doi", view=view)


@contextmanager
def _reading(request: Request) -> Iterator[duckdb.DuckDBPyConnection]:
    with request.app.state.mirror.reading() as connection:
        yield connection


def _html(template: str, status: int = 200, **values: object) -> Response:
    return HTMLResponse(page(template, query=lambda **said: query_string(said), **values), status)


def _text(request: Request, name: str) -> str:
    return request.query_params.get(name, "").strip()[:200]


def _number(request: Request, name: str) -> int | None:
    said = _text(request, name)
    return int(said) if said.isdecimal() and len(said) < 8 else None


def _resolve(connection: duckdb.DuckDBPyConnection, named: str) -> str:
    """The plan that a person names by id or number. Raises RunError where none or several are so named."""
    found = records(
        connection, "SELECT plan_id FROM plans WHERE plan_id = $1 OR lower(doc_number) = lower($1) LIMIT 9", [named]
    )
    if len(found) == 1:
        return found[0]["plan_id"]
    if not found:
        raise RunError(f"Không có kế hoạch nào mang số hoặc mã “{named}”.")
    raise RunError(f"Nhiều kế hoạch mang số “{named}”; nêu mã: {', '.join(row['plan_id'] for row in found)}.")


def _asked_matrix(request: Request) -> tuple[str, str, str]:
    return _text(request, "bang") or "awards", _text(request, "theo") or "province", _text(request, "chu_de")


def _matrix(request: Request) -> Matrix:
    table, by, theme = _asked_matrix(request)
    with _reading(request) as connection:
        question = ("matrix", table, by, theme)
        return request.app.state.mirror.kept(question, lambda: compare_table(connection, table, by, theme or None))


def _file(data: bytes, media_type: str, name: str) -> Response:
    return Response(
        data, media_type=media_type, headers={"content-disposition": f'attachment; filename="so-sanh-{quote(name)}"'}
    )


def _corrected(outputs: Path, plan_id: str) -> frozenset[tuple[str, int, str]]:
    return frozenset((c.table, c.ordinal, c.column) for c in corrections_of(outputs, plan_id))
