"""The organisation's sign-in, by OpenID Connect: code flow with PKCE, state and nonce.

What the provider says counts only when its token is signed with a key of its own, for us, by the issuer of
our settings, and answers this very request.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from turnabout.errors import SignInRefused, Unreachable
from workers.settings import EngineSettings

SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that only the provider has; never `none`, never a secret that both know."""
PATIENCE, LEEWAY, KEYS_REST = 10.0, 60, 60.0
"""Seconds: for each answer of the provider, between its clock and ours, between two looks for new keys."""
BASIC, POST = "client_secret_basic", "client_secret_post"
DISCOVERY = "/.well-known/openid-configuration"


class Provider:
    """The provider of the settings; what it says of itself is read once, its keys when a new one appears."""

    def __init__(self, settings: EngineSettings, back: str) -> None:
        assert settings.oidc_issuer is not None  # noqa: S101 -- made only where one is set
        secret = settings.oidc_client_secret
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = secret.get_secret_value() if secret else None
        self._back = back
        self._metadata: dict[str, Any] | None = None
        self._keys: KeySet | None = None
        self._keys_at = 0.0
        self._lock = asyncio.Lock()
        self._tls = ssl.create_default_context()

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where somebody signs in. Raises Unreachable."""
        metadata = await self._known()
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                # On a computer that several people use the provider may still know the one before.
                prompt="select_account",
            )
        return str(url)

    async def farewell(self) -> str | None:
        """Where somebody signs out of the organisation's account, too; None where the provider does not say.
        Raises Unreachable."""
        end = (await self._known()).get("end_session_endpoint")
        return f"{end}?{urlencode({'client_id': self._client_id})}" if isinstance(end, str) else None

    async def claims(self, code: str, verifier: str, nonce: str) -> Mapping[str, Any]:
        """What the provider says of somebody who came back with a code. Raises SignInRefused, Unreachable."""
        metadata = await self._known()
        try:
            async with self._client(_way_of(metadata)) as client:
                token = await client.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier
                )
        except OAuthError as error:
            raise SignInRefused("code") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise _away() from error
        if not isinstance(token.get("id_token"), str):
            raise SignInRefused("token")
        return await self._checked(token["id_token"], nonce)

    async def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        try:
            decoded = await self._decoded(token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                {"client_id": self._client_id, "nonce": nonce},
            )
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            raise SignInRefused(type(error).__name__) from error
        return dict(claims)

    async def _decoded(self, token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(token, await self._key_set(), registry=registry)
        except InvalidKeyIdError:
            # The provider may have a new key; whoever makes ids up must not make us ask all the time.
            return jwt.decode(token, await self._key_set(anew=True), registry=registry)

    async def _known(self) -> dict[str, Any]:
        async with self._lock:
            if self._metadata is None:
                found = await self._get(self.issuer.rstrip("/") + DISCOVERY)
                if found.get("issuer") != self.issuer:
                    raise Unreachable(
                        "The sign-in service calls itself otherwise than TURNABOUT_OIDC_ISSUER.",
                        hint="Set it to the issuer exactly as the service's metadata give it.",
                    )
                self._metadata = found
            return self._metadata

    async def _key_set(self, *, anew: bool = False) -> KeySet:
        metadata = await self._known()
        async with self._lock:
            rested = time.monotonic() - self._keys_at > KEYS_REST
            if self._keys is None or (anew and rested):
                self._keys_at = time.monotonic()
                try:
                    self._keys = KeySet.import_key_set(await self._get(metadata["jwks_uri"]))  # type: ignore[arg-type]
                except (JoseError, KeyError, ValueError) as error:
                    raise _away() from error
            return self._keys

    async def _get(self, url: str) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=PATIENCE, verify=self._tls) as client:
                answer = await client.get(url)
                answer.raise_for_status()
                return dict(answer.json())
        except (httpx2.HTTPError, ValueError, TypeError) as error:
            raise _away() from error

    def _client(self, way: str = BASIC) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._secret,
            token_endpoint_auth_method=way if self._secret else "none",
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=PATIENCE,
            verify=self._tls,
        )


def _way_of(metadata: Mapping[str, Any]) -> str:
    """How the provider wants a secret to be shown; a header unless it says otherwise."""
    ways = metadata.get("token_endpoint_auth_methods_supported") or [BASIC]
    return POST if POST in ways and BASIC not in ways else BASIC


def fresh() -> str:
    """A random text that nobody can guess."""
    return token_urlsafe(48)


def _away() -> Unreachable:
    return Unreachable("The sign-in service does not answer.", hint="Check TURNABOUT_OIDC_ISSUER.")
