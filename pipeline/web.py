"""The web page: an ASGI application over the tables of one outputs folder, rendered here, without scripts."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline import web_pages
from pipeline.errors import DocumentError, KehoachError, RunError
from pipeline.mirror import Mirror
from pipeline.render import STATIC, page
from pipeline.settings import settings_from
from pipeline.web_guard import Headers, new_token

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def create_app(outputs: Path, hosts: Sequence[str] = _LOOPBACK) -> Starlette:
    """The application. `hosts`: the names under which it answers; any other is refused, so that no site can pose as us."""
    routes = [
        Route("/", web_pages.overview_page),
        Route("/ke-hoach/{plan_id}", web_pages.plan_page),
        Route("/ke-hoach/{plan_id}/trang/{page:int}.jpg", web_pages.picture),
        Route("/ke-hoach/{plan_id}/doi-chieu", web_pages.diff_page),
        Route("/ke-hoach/{plan_id}/dinh-chinh", web_pages.correct, methods=["POST"]),
        Route("/so-sanh", web_pages.compare_page),
        Route("/so-sanh.csv", web_pages.compare_csv),
        Route("/so-sanh.xlsx", web_pages.compare_xlsx),
        Route("/tim", web_pages.search_page),
        Route("/hang-doi", web_pages.queue_page),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        ],
        exception_handlers={HTTPException: _refused, KehoachError: _told, RunError: _told, DocumentError: _told},
    )
    app.state.settings = settings_from(outputs)
    app.state.mirror = Mirror(outputs)
    app.state.token = new_token()
    return app


def run_server(outputs: Path, host: str, port: int) -> None:
    """Serves until interrupted. Raises RunError where the address can not be listened on."""
    import socket

    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise RunError(f"Không mở được {host}:{port} ({error.strerror}): chọn cổng khác bằng --port.") from error
    shown = f"[{host}]" if ":" in host else host
    is_open = host in ("0.0.0.0", "::")
    names = ["*"] if is_open else [*_LOOPBACK, shown]
    if shown not in _LOOPBACK:
        print("Chú ý: máy khác trong mạng cũng mở được trang này, và trang không hỏi mật khẩu.")
    print(f"Mở http://{'localhost' if is_open else shown}:{listener.getsockname()[1]} — Ctrl+C để dừng.", flush=True)
    config = uvicorn.Config(create_app(outputs, names), log_level="warning", lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "Không có trang này.", 405: "Trang này không nhận yêu cầu đó."}
    sentence = said.get(error.status_code, error.detail)
    return _error_page(error.status_code, sentence)


def _told(request: Request, error: Exception) -> Response:
    return _error_page(404, str(error))


def _error_page(status: int, sentence: str) -> Response:
    heading = "Không tìm thấy" if status == 404 else "Không thực hiện được"
    return HTMLResponse(page("error.html", at="", heading=heading, sentence=html.unescape(sentence)), status)
