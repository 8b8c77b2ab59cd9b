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
from workers.gateway.api import ROOT, problems

_log = structlog.stdlib.get_logger(__name__)
LARGEST = 64 * 1024
"""Bytes of what a page sends."""
LARGEST_TO_API = 1024 * 1024
"""Bytes of what a machine sends: a cohort's spec has its people in it."""
LOOKS = 10
"""So many times as often may an address ask whether a page it shows has changed."""

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
    all others and the log its type and place, once. `per_minute` requests are taken from one address,
    and more that only ask whether a page has changed; `secure` says that people come by HTTPS alone."""

    def __init__(self, app: ASGIApp, *, per_minute: int, secure: bool) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(per_minute)
        self._looks = RateLimitItemPerMinute(per_minute * LOOKS, namespace="looks")
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

        path, largest = scope["path"], LARGEST_TO_API if is_api(scope["path"]) else LARGEST
        refusal = await self._refusal(Request(scope), largest)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > largest:
                # What lies about its length, or names none, ends as if it had hung up.
                return {"type": "http.disconnect"}
            return message

        try:
            await self._app(scope, measured, guarded)
        except ClientDisconnect:
            if taken > largest and not answered:
                await _too_long(path)(scope, receive, guarded)
        except Exception:  # noqa: BLE001 -- raised again, the server would log it with what it holds
            _log.exception("page_failed")
            if not answered:
                failed = problems.fault() if is_api(path) else render.failed()
                await failed(scope, receive, guarded)

    async def _refusal(self, request: Request, largest: int) -> Response | None:
        path = request.url.path
        if path in {"/livez", "/readyz"}:
            return None
        who = request.client.host if request.client else ""
        # Pages that keep themselves up to date ask often, and many people may share an address.
        looks = request.method == "GET" and not is_api(path) and "if-none-match" in request.headers
        limit = self._looks if looks else self._limit
        if not await self._limiter.hit(limit, who):
            return _too_many(path)
        # No browser adds a machine's token by itself, so nobody is talked into sending one.
        careful = request.method not in {"GET", "HEAD", "OPTIONS"} and not is_api(path)
        if careful and not from_here(request.headers):
            return render.message(
                "This came from another site", "Open the page from your mail once more.", status=403
            )
        return _too_long(path) if _length(request.headers) > largest else None


def is_api(path: str) -> bool:
    """Whether a machine asks, which reads problem details and no pages."""
    return path == ROOT or path.startswith(f"{ROOT}/")


def _too_many(path: str) -> Response:
    title, text = "Too many at once", "Please wait a minute, then try again. Nothing was changed."
    headers = {"Retry-After": "60"}
    if is_api(path):
        return problems.answer("too-many", 429, f"{title}.", hint=text, headers=headers)
    return render.message(title, text, status=429, headers=headers)


def _too_long(path: str) -> Response:
    title, text = "That is too long", "Please shorten it; nothing was changed."
    if is_api(path):
        return problems.answer("too-long", 413, f"{title}.", hint=text)
    return render.message(title, text, status=413)


def from_here(headers: Headers) -> bool:
    """Whether a browser says that one of our own pages sent this, or no browser sent it."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _length(headers: Headers) -> int:
    said = headers.get("content-length", "0")
    return int(said) if said.isdigit() else LARGEST_TO_API + 1
