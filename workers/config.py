"""What the settings come to, for whoever asks why a process does what it does: never a secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import SecretStr

from turnabout.errors import InvalidInput
from turnabout.model import Model
from turnabout.settings import PREFIX, parse_keys
from workers.settings import EngineSettings

KEYS = ("codec_keys", "master_keys", "link_keys")
PUBLIC = frozenset(("host", "hostaddr", "port", "dbname", "user", "sslmode", "application_name", "service"))
"""What of a URL's query may be shown."""


class Setting(Model):
    """One setting: its value, or what may be said of a secret one, and where it comes from."""

    variable: str
    value: str
    source: Literal["environment", "file", "default", "temporal"]


async def settings() -> list[Setting]:
    """Every setting, then where Temporal is. Raises InvalidInput where they do not fit."""
    found = EngineSettings()
    return [*_ours(found), *_temporal(found)]


def _ours(found: EngineSettings) -> Iterator[Setting]:
    for name in EngineSettings.model_fields:
        variable = f"{PREFIX}{name.upper()}"
        source: Literal["environment", "file", "default"] = "default"
        if name in found.model_fields_set:
            source = "environment" if os.environ.get(variable) else "file"
        yield Setting(variable=variable, value=_shown(name, getattr(found, name)), source=source)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in KEYS:
        return _ids(name, value)
    if name == "database_url":
        return without_password(value.get_secret_value())
    if isinstance(value, SecretStr):
        return "(set)"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _ids(name: str, value: SecretStr) -> str:
    try:
        return ", ".join(f"{key.id}:(set)" for key in parse_keys(value, name.upper()))
    except InvalidInput:
        return "(set, and no key)"


def without_password(dsn: str) -> str:
    """A database's URL, as far as it may be shown: a URL that cannot be read is not."""
    try:
        parts = urlsplit(dsn)
        where = parts.netloc.rpartition("@")
        user = where[0].partition(":")[0]
    except ValueError:
        return "(set)"
    if parts.scheme not in {"postgres", "postgresql"}:
        return "(set)"
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key in PUBLIC], safe="/")
    return urlunsplit((parts.scheme, f"{user}{where[1]}{where[2]}", parts.path, query, ""))


def _temporal(found: EngineSettings) -> Iterator[Setting]:
    if found.database_url is None:
        yield Setting(variable="TEMPORAL_ADDRESS", value="of the stack that runs here", source="temporal")
        return
    config = found.temporal()
    shown = {
        "TEMPORAL_ADDRESS": config.get("target_host", ""),
        "TEMPORAL_NAMESPACE": config.get("namespace", "default"),
        "TEMPORAL_TLS": "yes" if config.get("tls") else "no",
        "TEMPORAL_API_KEY": "(set)" if config.get("api_key") else "",
    }
    for variable, value in shown.items():
        yield Setting(variable=variable, value=str(value), source="temporal")
