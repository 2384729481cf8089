"""What every request passes: only our own host names, no body larger than a form, headers that shut other sites out.

A request that changes something must come from our own page: its form carries this process's token, and the browser
says that it was sent from here.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024
_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
     b"base-uri 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)  # fmt: skip


class Headers:
    """Adds the headers that keep scripts, frames and other sites out of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def new_token() -> str:
    return secrets.token_urlsafe(32)


async def posted_form(request: Request, token: str) -> dict[str, str]:
    """The fields of a form of ours. Raises HTTPException 403 for a request from elsewhere, 413 for too much."""
    if not _from_here(request):
        raise HTTPException(403, "Yêu cầu không đến từ trang này: mở lại trang rồi gửi lại.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "Nội dung gửi lên quá dài.")
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=40, errors="strict")
    except ValueError as error:
        raise HTTPException(400, "Biểu mẫu gửi lên bị hỏng: mở lại trang rồi gửi lại.") from error
    form = {name: values[-1] for name, values in fields.items()}
    if not hmac.compare_digest(form.get("token", "").encode(), token.encode()):
        raise HTTPException(403, "Trang đã cũ: mở lại trang rồi gửi lại.")
    return form


def _from_here(request: Request) -> bool:
    """By `Origin`, which every browser sends with a POST, else by `Sec-Fetch-Site`; one of them must speak for it."""
    origin, fetch_site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host") and fetch_site in (None, "same-origin")
    return fetch_site == "same-origin"
