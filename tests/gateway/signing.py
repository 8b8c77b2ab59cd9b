"""Signing in as a browser does it: from the gateway to the development provider and back."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from tests.e2e.cohort import contacts
from tests.gateway.house import House, a_house
from workers.embedded.dev_provider import DevProvider, Grant, Known, dev_provider
from workers.settings import EngineSettings

STRANGER = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)


@dataclass
class Liar(DevProvider):
    """A provider that says something else where told to: other claims (None leaves one out), or a token that
    is signed otherwise."""

    other: dict[str, Any] = field(default_factory=dict)
    token: str | None = None

    def claims(self, grant: Grant) -> dict[str, Any]:
        said = {**super().claims(grant), **self.other}
        return {name: value for name, value in said.items() if value is not None}

    def id_token(self, grant: Grant) -> str:
        claims = self.claims(grant)
        match self.token:
            case None:
                return super().id_token(grant)
            case "stranger":
                return jwt.encode({"alg": "ES256", "kid": STRANGER.kid}, claims, STRANGER)
            case "nameless":
                return jwt.encode({"alg": "ES256"}, claims, STRANGER)
            case "pretender":
                return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, STRANGER)
            case "secret":
                shared = OctKey.import_key(json.dumps(self.key.as_dict(private=False)))
                return jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, shared)
        return ".".join([*(_part(one) for one in ({"alg": "none"}, claims)), ""])


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


async def everybody() -> Sequence[Known]:
    """Whom the provider knows: the directory's people, and somebody whom it does not know."""
    people = [Known(one.id, one.name, one.email) for one in contacts()]
    return [*people, Known("p-999", "Nobody Known", "nobody.known@example.org")]


@asynccontextmanager
async def a_house_with_sign_in(**settings: Any) -> AsyncIterator[tuple[House, Liar]]:
    """A house whose staff sign in, and where they do."""
    async with dev_provider(everybody, made=Liar) as provider:
        assert isinstance(provider, Liar)
        told = EngineSettings(shutdown_timeout=0.5, oidc_issuer=provider.issuer, **settings)
        async with a_house(settings=told) as house:
            yield house, provider


@dataclass
class Staff:
    """People who sign in, each with a browser of their own, and once more when their time is over."""

    house: House
    browsers: dict[str, httpx2.AsyncClient] = field(default_factory=dict)

    async def browser(self, person: str) -> httpx2.AsyncClient:
        """Somebody's browser, signed in."""
        web = self.browsers.setdefault(person, browser(self.house))
        if (await web.get("/my")).status_code == 303:
            assert (await sign_in(web, person)).status_code == 200
        return web

    async def close(self) -> None:
        """Close all browsers."""
        for web in self.browsers.values():
            await web.aclose()


def browser(house: House) -> httpx2.AsyncClient:
    """A browser of somebody's own."""
    return httpx2.AsyncClient(base_url=house.web.base_url, timeout=60)


async def to_provider(web: httpx2.AsyncClient, to: str = "/my") -> str:
    """Begin to sign in; where the gateway leads."""
    began = await web.get("/sign-in/start", params={"next": to})
    assert began.status_code == 303, began.text
    return str(began.headers["location"])


async def chosen(web: httpx2.AsyncClient, address: str, person: str) -> str:
    """Say who one is; where the provider leads back to."""
    page = await web.get(address)
    assert "Nobody proves who they are here" in page.text
    leads = await web.get(f"{address}&person={person}")
    assert leads.status_code == 303, leads.text
    return str(leads.headers["location"])


async def sign_in(web: httpx2.AsyncClient, person: str, to: str = "/my") -> httpx2.Response:
    """The whole way; the page on which it ends."""
    back = await chosen(web, await to_provider(web, to), person)
    return await web.get(back, follow_redirects=True)
