"""The gateway's application: its routes, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from turnabout.errors import LinkRefused, TurnaboutError, Unreachable
from workers.gateway import by_link, by_session, health, render, signin
from workers.gateway.addresses import HOME
from workers.gateway.api import ROOT
from workers.gateway.api.app import api
from workers.gateway.guard import Guard
from workers.gateway.house import Gateway
from workers.gateway.sessions import Sessions

_log = structlog.stdlib.get_logger(__name__)


def application(gateway: Gateway) -> FastAPI:
    """The pages and the API of one installation."""
    app = FastAPI(title="Turnabout", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=render.FOLDER / "static"), name="static")
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)
    app.add_api_route("/", _door(gateway), include_in_schema=False)
    app.include_router(health.router(gateway))
    app.include_router(by_link.router(gateway))
    secure = gateway.links.base.startswith("https://")
    lasting = timedelta(hours=gateway.settings.session_hours)
    sessions = Sessions(gateway.links.session_keys, lasting=lasting, secure=secure)
    app.include_router(signin.router(gateway, sessions))
    app.include_router(by_session.router(gateway, sessions))
    app.mount(ROOT, api(gateway))
    app.add_middleware(Guard, per_minute=gateway.settings.gateway_rate, secure=secure)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_exception_handler(RequestValidationError, _no_address)
    app.add_exception_handler(TurnaboutError, _failed)
    return app


def _door(gateway: Gateway) -> Callable[[], Awaitable[Response]]:
    """What somebody sees who types the address alone."""

    async def door() -> Response:
        if gateway.settings.oidc_issuer:
            return RedirectResponse(HOME, 303)
        text = "People of a mentoring program answer here. Open the link in a letter of yours."
        return render.message("Welcome", text)

    return door


async def _icon() -> Response:
    return RedirectResponse("/static/icon.svg", 301)


async def _no_page(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return render.message(
        "There is nothing here", "This page does not exist, or it is not yours.", status=status
    )


async def _no_address(asked: Request, _: Exception) -> Response:
    """An address that none of our pages has, such as one that was cut off."""
    return await _no_page(asked, HTTPException(404))


async def _failed(_: Request, error: Exception) -> Response:
    if isinstance(error, LinkRefused):
        return render.message("This link does not work", error.message, hint=error.hint or "", status=404)
    if isinstance(error, Unreachable):
        return render.message(
            "Please try again in a minute",
            "We cannot be reached just now. Nothing was changed.",
            status=503,
            headers={"Retry-After": "30"},
        )
    _log.error("page_failed", exc_info=error)
    return render.failed()
