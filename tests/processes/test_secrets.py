"""Planted secrets come out nowhere: not where all is well, not in errors, not in logs, not in tracebacks."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from tests.cli.forking import Forking, forking
from tests.cli.shell import NOWHERE, Shell
from turnabout.codec import PayloadKey
from workers.config import without_password


def planted(what: str) -> str:
    return f"planted-{what}-{secrets.token_hex(8)}"


PASSWORD = planted("password")
KEYS = {f"TURNABOUT_{kind}_KEYS": PayloadKey.generate(kind.lower()) for kind in ("CODEC", "MASTER", "LINK")}
PLAIN = {
    name: planted(name.lower())
    for name in ("TURNABOUT_SMTP_PASSWORD", "TURNABOUT_OIDC_CLIENT_SECRET", "TEMPORAL_API_KEY")
}
SECRET = frozenset(
    (
        PASSWORD,
        *PLAIN.values(),
        *(
            form
            for key in KEYS.values()
            for form in (base64.b64encode(key.secret).decode(), key.secret.hex())
        ),
    )
)
ELSEWHERE = {
    **{name: key.format() for name, key in KEYS.items()},
    **PLAIN,
    "TURNABOUT_NOTIFY_CHANNELS": "log,smtp",
    "TURNABOUT_SMTP_HOST": "127.0.0.1",
    "TURNABOUT_SMTP_PORT": "1",
    "TURNABOUT_SMTP_USERNAME": "turnabout",
    "TURNABOUT_SMTP_FROM": "turnabout@example.org",
    "TURNABOUT_OIDC_ISSUER": "https://sign-in.example.org",
    "TURNABOUT_GATEWAY_URL": "https://mentoring.example.org",
    "TURNABOUT_GATEWAY_PORT": "0",
    "TURNABOUT_METRICS_PORT": "0",
    "TURNABOUT_START_TIMEOUT": "0.3",
    "TURNABOUT_LOG_LEVEL": "debug",
    "TURNABOUT_DEBUG": "1",
    "TEMPORAL_ADDRESS": NOWHERE["TEMPORAL_ADDRESS"],
}


@pytest_asyncio.fixture(scope="module")
async def forks() -> AsyncIterator[Forking]:
    async with forking() as made:
        yield made


async def said(forks: Forking, words: str, **variables: str) -> tuple[int, str]:
    """The exit code of a verb, and all that it said; none of the secrets is in it."""
    known = Shell({**ELSEWHERE, **variables}).variables()
    code, output, errors = await forks.run(words.split(), known, b"")
    text = (output + errors).decode()
    assert not [secret for secret in SECRET if secret in text], words
    return code, text


WELL = (
    "config show",
    "config show -o json",
    "db status",
    "keys list",
    "keys rotate",
    "backup list",
    "people erasures",
    "verify --no-read-models",
)
AMISS = (
    "doctor",
    "recover",
    "worker",
    "gateway",
    "cohort list",
    "cohort show nobody",
    "pair concerns nobody-01",
)


async def test_verbs_keep_secrets_on_a_database_that_answers_and_a_temporal_that_does_not(
    forks: Forking, dsn: str
) -> None:
    parts = urlsplit(dsn)
    with_password = urlunsplit(parts._replace(netloc=f"postgres:{PASSWORD}@"))
    for words in WELL:
        code, text = await said(forks, words, TURNABOUT_DATABASE_URL=with_password)
        assert code == 0, text
    for words in AMISS:
        code, _ = await said(forks, words, TURNABOUT_DATABASE_URL=with_password)
        assert code, words


@pytest.mark.parametrize("words", ["doctor", "worker", "projector", "gateway", "verify", "db migrate"])
async def test_verbs_keep_secrets_where_no_server_answers(forks: Forking, words: str) -> None:
    dsn = f"postgresql://turnabout:{PASSWORD}@127.0.0.1:1/turnabout?sslmode=disable"
    assert (await said(forks, words, TURNABOUT_DATABASE_URL=dsn))[0] == 5


@pytest.mark.parametrize(
    "variable", ["TURNABOUT_DATABASE_URL", *KEYS, "TURNABOUT_SMTP_PORT", "TURNABOUT_OIDC_ISSUER"]
)
async def test_a_secret_in_the_wrong_form_or_place_is_not_told(forks: Forking, variable: str) -> None:
    values = {"TURNABOUT_DATABASE_URL": f"postgresql://u:{PASSWORD}@127.0.0.1:1/t", variable: PASSWORD}
    assert (await said(forks, "keys list", **values))[0] in {2, 5}


async def test_what_is_shown_says_that_a_secret_is_there_and_from_where(forks: Forking) -> None:
    dsn = f"postgresql://turnabout:{PASSWORD}@db.example:6432/turnabout?sslmode=require&password={PASSWORD}"
    _, text = await said(forks, "config show -o json", TURNABOUT_DATABASE_URL=dsn)
    shown = {line["variable"]: (line["value"], line["source"]) for line in json.loads(text)}
    assert shown["TURNABOUT_DATABASE_URL"] == (
        *("postgresql://turnabout@db.example:6432/turnabout?sslmode=require",),
        "environment",
    )
    assert shown["TURNABOUT_MASTER_KEYS"] == ("master:(set)", "environment")
    assert shown["TURNABOUT_SMTP_PASSWORD"] == ("(set)", "environment")
    assert shown["TURNABOUT_POOL_SIZE"] == ("10", "default")
    assert shown["TEMPORAL_API_KEY"] == ("(set)", "temporal")


@pytest.mark.parametrize(
    "dsn", ["", "secret", "postgresql://[secret", "host=db password=secret", "secret://x"]
)
def test_a_url_that_cannot_be_read_is_not_shown(dsn: str) -> None:
    assert without_password(dsn) == "(set)"


async def test_a_rotation_moves_every_key_and_says_which_master_key_may_go(
    forks: Forking, dsn: str, pool: asyncpg.Pool
) -> None:
    old, new = KEYS["TURNABOUT_MASTER_KEYS"], PayloadKey.generate("newer")
    from events.sealing import MasterKeys, Vault

    vault = Vault(pool, MasterKeys({old.id: old.secret}, newest=old.id))
    await vault.keys(["p-1", "p-2"], create=True)
    both = {"TURNABOUT_DATABASE_URL": dsn, "TURNABOUT_MASTER_KEYS": f"{new.format()},{old.format()}"}

    async def masters(**variables: str) -> dict[str, tuple[str, int]]:
        _, text = await said(forks, "keys list -o json", **variables)
        return {
            line["id"]: (line["state"], line["protects"])
            for line in json.loads(text)
            if line["kind"] == "master"
        }

    assert await masters(**both) == {"newer": ("newest", 0), "master": ("older", 2)}
    assert (await said(forks, "keys rotate", **both))[1] == "2 keys were moved to the newest master key.\n"
    assert await masters(**both) == {"newer": ("newest", 2), "master": ("older", 0)}
    code, text = await said(
        forks, "verify --no-read-models", **both | {"TURNABOUT_MASTER_KEYS": new.format()}
    )
    assert code == 0, text
    assert await masters(TURNABOUT_DATABASE_URL=dsn) == {"master": ("newest", 0), "newer": ("missing", 2)}
