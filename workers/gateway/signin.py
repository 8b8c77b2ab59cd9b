"""Signing in and out. Who is not in the directory is refused like one whose address nobody verified."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from turnabout.contact import Contact
from turnabout.errors import SignInRefused, Unreachable
from turnabout.model import Actor
from workers.gateway import render
from workers.gateway.addresses import HOME, SIGN_IN, SIGN_OUT
from workers.gateway.by_link import sent_by
from workers.gateway.house import Gateway
from workers.gateway.oidc import Provider, fresh
from workers.gateway.sessions import BEGUN_LASTS, FIELD, Begun, Sessions

_log = structlog.stdlib.get_logger(__name__)
START, BACK = f"{SIGN_IN}/start", f"{SIGN_IN}/back"
_OURS = re.compile(r"/my(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_SHARED = " Do others use this computer? Then leave your organisation's account, too."
_Next = Annotated[str, Query(alias="next", max_length=300)]


def router(gateway: Gateway, sessions: Sessions) -> APIRouter:
    """The routes of signing in and out."""
    routes = APIRouter(include_in_schema=False)
    provider = Provider(gateway.settings, gateway.links.base + BACK) if gateway.settings.oidc_issuer else None

    @routes.get(SIGN_IN)
    async def ask(to: _Next = HOME) -> Response:
        return _asked(provider, to)

    @routes.get(START)
    async def start(to: _Next = HOME) -> Response:
        if provider is None:
            return _asked(None, to)
        ends = await gateway.clock() + BEGUN_LASTS
        begun = Begun(state=fresh(), nonce=fresh(), verifier=fresh(), to=_own(to), until=ends)
        try:
            address = await provider.address(begun.state, begun.nonce, begun.verifier)
        except Unreachable as error:
            return _away(error)
        leads = RedirectResponse(address, 303)
        sessions.remember(leads, begun)
        return leads

    @routes.get(BACK)
    async def back(request: Request) -> Response:
        state = request.query_params.get("state", "")
        begun = sessions.begun(request, state, await gateway.clock())
        answer = await _arrive(gateway, sessions, provider, begun, request.query_params)
        sessions.forget(answer, state)
        return answer

    @routes.post(SIGN_OUT)
    async def leave(request: Request) -> Response:
        session = sessions.of(request, await gateway.clock())
        if session and not sessions.is_csrf(session, _first(await sent_by(request), FIELD)):
            return render.message("You are still signed in", "Please open the page once more.", status=403)
        farewell = await _farewell(provider)
        gone = render.message(
            "You are signed out",
            "What you had typed here is forgotten, too." + (_SHARED if farewell else ""),
            leads=farewell,
            leads_label="Sign out there, too",
        )
        sessions.end(gone)
        return gone

    return routes


async def _farewell(provider: Provider | None) -> str | None:
    try:
        return await provider.farewell() if provider else None
    except Unreachable:
        return None


async def _arrive(
    gateway: Gateway,
    sessions: Sessions,
    provider: Provider | None,
    begun: Begun | None,
    came: Mapping[str, Any],
) -> Response:
    """Where somebody comes to who returns from the provider."""
    if provider is None:
        return _asked(None, HOME)
    state, code, issuer = (str(came.get(name, "")) for name in ("state", "code", "iss"))
    if begun is None or not hmac.compare_digest(begun.state.encode(), state.encode()):
        return _again("state", begun)
    if not code or issuer not in {"", provider.issuer}:
        return _again("answer", begun)
    try:
        claims = await provider.claims(code, begun.verifier, begun.nonce)
    except SignInRefused as error:
        return _again(error.why, begun)
    except Unreachable as error:
        return _away(error)
    contact = await _known(gateway, claims)
    if contact is None:
        _log.info("sign_in_refused", reason="unknown")
        return render.message(
            "We do not know you here",
            "You are signed in with your organisation, but this program has nobody of that address. "
            "If you take part, ask your program lead to look at the address that we have.",
            status=403,
        )
    leads = RedirectResponse(begun.to, 303)
    sessions.begin(leads, contact.id, await gateway.clock())
    return leads


async def _known(gateway: Gateway, claims: Mapping[str, Any]) -> Contact | None:
    """Whom the claims name, if the directory knows them."""
    named = claims.get(gateway.settings.oidc_claim)
    if not isinstance(named, str) or not named:
        return None
    if gateway.settings.oidc_claim == "email":
        found = await gateway.people.at(named) if claims.get("email_verified") is True else None
    else:
        found = (await gateway.people.find([named])).get(named)
    # The engine acts under a name of its own, which is nobody's.
    return found if found and not Actor(id=found.id).is_system else None


def sign_in_first(to: str) -> Response:
    """Lead somebody who is not signed in there, and back to this page after."""
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': to})}", 303)


def _asked(provider: Provider | None, to: str) -> Response:
    if provider is None:
        return render.message(
            "There is no sign-in here",
            "This installation works with links alone. Open the page from a mail of ours.",
        )
    leads = f"{START}?{urlencode({'next': _own(to)})}"
    return render.page("sign_in.html.j2", {"title": "Sign in", "leads": leads})


def _own(to: str) -> str:
    """A page of ours to go on to; what leads elsewhere becomes the first one."""
    return to if _OURS.fullmatch(to) else HOME


def _again(why: str, begun: Begun | None) -> Response:
    _log.info("sign_in_refused", reason=why)
    return render.message(
        "That did not work",
        "Signing in took too long, or began in another window. Please try once more.",
        status=403,
        leads=f"{START}?{urlencode({'next': begun.to if begun else HOME})}",
        leads_label="Sign in",
    )


def _away(error: Unreachable) -> Response:
    _log.warning("sign_in_away", error=error.message)
    return render.message(
        "Please try again in a minute",
        "The sign-in of your organisation does not answer just now.",
        status=503,
        headers={"Retry-After": "30"},
    )


def _first(sent: Mapping[str, Any], name: str) -> str:
    return next(iter(sent.get(name, ())), "")
