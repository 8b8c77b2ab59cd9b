"""What holds for every request: what a browser may do with our pages, how much and how often somebody may
send, and that a form was sent from a page of ours.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.gateway import render

_log = structlog.stdlib.get_logger(__name__)
LARGEST = 64 * 1024
"""Bytes of a request's body."""

HEADERS = {
    # Everything comes from here; nothing may be put into a frame, and no address of ours travels on.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """The outermost layer: it also catches what nobody else did, so that a fault's page has the headers of
    all others and the log its type and place, once. `per_minute` requests are taken from one address;
    `secure` says that people come by HTTPS alone."""

    def __init__(self, app: ASGIApp, *, per_minute: int, secure: bool) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._headers = dict(HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        private = not scope["path"].startswith("/static/")
        answered = False

        async def guarded(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if private:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        refusal = await self._refusal(Request(scope))
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST:
                # What lies about its length, or names none, ends as if it had hung up.
                return {"type": "http.disconnect"}
            return message

        try:
            await self._app(scope, measured, guarded)
        except ClientDisconnect:
            if taken > LARGEST and not answered:
                await _too_long()(scope, receive, guarded)
        except Exception:  # noqa: BLE001 -- raised again, the server would log it with what it holds
            _log.exception("page_failed")
            if not answered:
                await render.failed()(scope, receive, guarded)

    async def _refusal(self, request: Request) -> Response | None:
        if request.url.path in {"/livez", "/readyz"}:
            return None
        who = request.client.host if request.client else ""
        if not await self._limiter.hit(self._limit, who):
            return render.message(
                "Too many at once",
                "Please wait a minute, then try again. Nothing was changed.",
                status=429,
                headers={"Retry-After": "60"},
            )
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not from_here(request.headers):
            return render.message(
                "This came from another site", "Open the page from your mail once more.", status=403
            )
        if _length(request.headers) > LARGEST:
            return _too_long()
        return None


def _too_long() -> Response:
    return render.message("That is too long", "Please shorten it; nothing was changed.", status=413)


def from_here(headers: Headers) -> bool:
    """Whether a browser says that one of our own pages sent this, or no browser sent it."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _length(headers: Headers) -> int:
    said = headers.get("content-length", "0")
    return int(said) if said.isdigit() else LARGEST + 1
