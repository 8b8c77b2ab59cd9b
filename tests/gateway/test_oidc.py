"""What a provider says counts only when it is signed by it, for us, in answer to this request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import pytest_asyncio
from joserfc.jwk import ECKey

from tests.gateway.signing import Liar, everybody
from turnabout.errors import InvalidInput, SignInRefused, Unreachable
from workers.embedded.dev_provider import dev_provider
from workers.gateway.oidc import KEYS_REST, Provider, fresh
from workers.settings import EngineSettings

BACK = "http://127.0.0.1:1/sign-in/back"
NONCE, VERIFIER = fresh(), fresh()


@pytest_asyncio.fixture(scope="module")
async def dev() -> AsyncIterator[Liar]:
    async with dev_provider(everybody, made=Liar) as made:
        assert isinstance(made, Liar)
        yield made


async def came_back(provider: Provider, verifier: str = VERIFIER) -> str:
    """The code with which somebody comes back who chose to be p-001."""
    address = await provider.address("state", NONCE, verifier)
    async with httpx2.AsyncClient() as web:
        leads = await web.get(f"{address}&person=p-001")
    return parse_qs(urlsplit(leads.headers["location"]).query)["code"][0]


def ours(issuer: str) -> Provider:
    return Provider(EngineSettings(oidc_issuer=issuer), BACK)


async def test_a_sound_answer_names_the_person_and_its_code_serves_once(dev: Liar) -> None:
    dev.other, dev.token = {}, None
    provider = ours(dev.issuer)
    code = await came_back(provider)
    claims = await provider.claims(code, VERIFIER, NONCE)
    assert (claims["sub"], claims["email"]) == ("p-001", "aylin.demir@example.org")
    with pytest.raises(SignInRefused):
        await provider.claims(code, VERIFIER, NONCE)


CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "for somebody else": {"aud": "another-client"},
    "for somebody else, passed on by us": {"aud": "another-client", "azp": "turnabout"},
    "for many, passed on by another": {"aud": ["turnabout", "another"], "azp": "another"},
    "no audience": {"aud": None},
    "another request's": {"nonce": fresh()},
    "no request's": {"nonce": None},
    "long over": {"exp": 1_700_000_000, "iat": 1_699_999_000},
    "without an end": {"exp": None},
    "not yet": {"nbf": 4_000_000_000},
    "nobody's": {"sub": None},
}


@pytest.mark.parametrize("other", CLAIMS.values(), ids=CLAIMS.keys())
async def test_a_token_that_says_something_else_names_nobody(dev: Liar, other: dict[str, Any]) -> None:
    dev.other, dev.token = other, None
    await refused(dev)


@pytest.mark.parametrize("token", ["stranger", "nameless", "pretender", "secret", "unsigned"])
async def test_a_token_that_another_signed_names_nobody(dev: Liar, token: str) -> None:
    dev.other, dev.token = {}, token
    await refused(dev)


async def refused(dev: Liar) -> None:
    provider = ours(dev.issuer)
    code = await came_back(provider)
    with pytest.raises(SignInRefused):
        await provider.claims(code, VERIFIER, NONCE)


async def test_a_code_is_of_no_use_to_who_did_not_begin(dev: Liar) -> None:
    dev.other, dev.token = {}, None
    provider = ours(dev.issuer)
    with pytest.raises(SignInRefused):
        await provider.claims(await came_back(provider), fresh(), NONCE)


async def test_a_new_key_of_the_provider_is_learned(dev: Liar) -> None:
    dev.other, dev.token = {}, None
    provider = ours(dev.issuer)
    await provider.claims(await came_back(provider), VERIFIER, NONCE)
    dev.key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
    code = await came_back(provider)
    with pytest.raises(SignInRefused):  # so soon nobody makes us ask again
        await provider.claims(code, VERIFIER, NONCE)
    provider._keys_at -= KEYS_REST
    claims = await provider.claims(await came_back(provider), VERIFIER, NONCE)
    assert claims["sub"] == "p-001"


async def test_a_provider_that_is_away_or_calls_itself_otherwise_is_not_believed(dev: Liar) -> None:
    with pytest.raises(Unreachable):
        await ours("http://127.0.0.1:9").address("s", NONCE, VERIFIER)
    other = dev.issuer.replace("127.0.0.1", "localhost")
    with pytest.raises(Unreachable, match="TURNABOUT_OIDC_ISSUER"):
        await ours(other).address("s", NONCE, VERIFIER)


async def test_the_development_service_leads_to_this_machine_alone(dev: Liar) -> None:
    async with httpx2.AsyncClient() as web:
        address = await ours(dev.issuer).address("s", NONCE, VERIFIER)
        assert "FOR DEVELOPMENT ONLY" in (await web.get(address)).text
        elsewhere = address.replace("127.0.0.1%3A1%2F", "evil.example%2F")
        assert elsewhere != address
        assert (await web.get(elsewhere)).status_code == 400
        assert (await web.get(address, headers={"Host": "evil.example"})).status_code == 400
        assert (await web.get(address.replace("S256", "plain"))).status_code == 400


def test_a_provider_elsewhere_needs_https() -> None:
    with pytest.raises(InvalidInput, match="https"):
        EngineSettings(oidc_issuer="http://login.example.org")
    assert EngineSettings(oidc_issuer="https://login.example.org").oidc_issuer
