"""A sign-in service for development and tests: whoever reaches it chooses who to be.

OpenID Connect with discovery, PKCE and signed tokens, as a real one does it, but without any proof. So it
listens on loopback alone, speaks to loopback alone, and leads back to loopback alone.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from workers.http_server import listening, serving
from workers.loopback import is_loopback

LOOPBACK = "127.0.0.1"
HOSTS = ("localhost", LOOPBACK)
CLIENT = "turnabout"
LASTING = 300
"""Seconds for which a code and an ID token are good."""
_WANTED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")


@dataclass(frozen=True)
class Known:
    """Somebody to be: the id in the directory, what one is called, the address, and what one is."""

    id: str
    name: str
    email: str | None = None
    about: Sequence[str] = ()


@dataclass(frozen=True)
class Grant:
    """What a code was given for."""

    person: Known
    asked: Mapping[str, str]
    until: float


async def _ended(_: Request) -> Response:
    """It asks anew each time, so there is nothing to end."""
    return HTMLResponse("<!doctype html><title>Signed out</title><p>You are signed out here, too.</p>")


@dataclass
class DevProvider:
    """The service at `issuer`; `people` are those to choose from. Its key lives as long as it does."""

    issuer: str
    people: Callable[[], Awaitable[Sequence[Known]]]
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True))
    grants: dict[str, Grant] = field(default_factory=dict)

    def application(self) -> Starlette:
        """The pages and endpoints."""
        routes = [
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/jwks", self._jwks),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/end", _ended),
        ]
        # A name that resolves to loopback must not make a stranger's page the service.
        return Starlette(
            routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS))]
        )

    def claims(self, grant: Grant) -> dict[str, Any]:
        """What the ID token says."""
        now = int(time.time())
        mail = {"email": grant.person.email, "email_verified": True} if grant.person.email else {}
        return {
            "iss": self.issuer,
            "sub": grant.person.id,
            "aud": grant.asked["client_id"],
            "iat": now,
            "exp": now + LASTING,
            "nonce": grant.asked["nonce"],
            "name": grant.person.name,
            **mail,
        }

    def id_token(self, grant: Grant) -> str:
        """The signed ID token."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, self.claims(grant), self.key)

    async def _metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in _WANTED}
        fault = _fault(request, asked)
        if fault:
            return PlainTextResponse(fault, 400)
        people = await self.people()
        chosen = next((one for one in people if one.id == request.query_params.get("person")), None)
        if chosen is None:
            return HTMLResponse(_page(people, str(request.url.query)))
        code = token_urlsafe()
        self.grants[code] = Grant(chosen, asked, time.monotonic() + LASTING)
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 303)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        sent = {name: value for name, value in form.items() if isinstance(value, str)}
        grant = self.grants.pop(sent.get("code", ""), None)
        if grant is None or grant.until < time.monotonic() or not _redeems(sent, grant):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {
                "access_token": token_urlsafe(),
                "token_type": "Bearer",
                "expires_in": LASTING,
                "id_token": self.id_token(grant),
            }
        )


def _fault(request: Request, asked: Mapping[str, str]) -> str | None:
    """Why an authorization request is none of ours."""
    missing = [name for name, value in asked.items() if not value]
    if missing:
        return f"Missing: {', '.join(missing)}."
    if asked["client_id"] != CLIENT:
        return f"The client is called {CLIENT}."
    if request.query_params.get("code_challenge_method") != "S256":
        return "PKCE with S256 is needed."
    if not is_loopback(asked["redirect_uri"]) or not is_loopback(_caller(request)):
        return "This service is for development, on one machine."
    return None


def _redeems(sent: Mapping[str, str], grant: Grant) -> bool:
    proof = create_s256_code_challenge(sent.get("code_verifier") or "-")
    fits = hmac.compare_digest(proof.encode(), grant.asked["code_challenge"].encode())
    return fits and sent.get("redirect_uri") == grant.asked["redirect_uri"]


def _caller(request: Request) -> str:
    host = request.client.host if request.client else ""
    return f"//[{host}]" if ":" in host else f"//{host}"


def _page(people: Sequence[Known], query: str) -> str:
    rows = "".join(
        f'<li><a href="/authorize?{escape(query)}&amp;{escape(urlencode({"person": one.id}))}">'
        f"<strong>{escape(one.name)}</strong></a> {escape('; '.join(one.about))} "
        f"<small>{escape(one.id)}</small></li>"
        for one in people
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Who are you?</title>
<style>body{{font:18px/1.6 system-ui,sans-serif;max-width:44rem;margin:auto;padding:1rem;color:#1b2430}}
.big{{background:#7a1712;color:#fff;padding:1rem;font-size:1.5rem;font-weight:700;margin:0}}
a{{color:#0b5c8a}}li{{padding:.3rem 0}}small{{color:#52606d}}</style></head>
<body><main><p class="big">FOR DEVELOPMENT ONLY. Nobody proves who they are here.</p>
<h1>Who are you?</h1><ul>{rows}</ul></main></body></html>"""


@asynccontextmanager
async def dev_provider(
    people: Callable[[], Awaitable[Sequence[Known]]],
    port: int = 0,
    *,
    made: Callable[..., DevProvider] = DevProvider,
) -> AsyncIterator[DevProvider]:
    """Serve it on loopback; `made` replaces it by another. Raises InvalidInput when the port is taken."""
    socket = listening(LOOPBACK, port, "oidc provider")
    provider = made(f"http://{LOOPBACK}:{socket.getsockname()[1]}", people)
    async with serving(provider.application(), socket):
        yield provider
