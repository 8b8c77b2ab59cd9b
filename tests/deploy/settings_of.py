"""What a process of deploy/ reads from its environment, and whether it could start with that."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from turnabout.settings import PREFIX
from workers.settings import EngineSettings

OURS = {
    *(f"{PREFIX}{name.upper()}" for name in EngineSettings.model_fields),
    f"{PREFIX}SECRETS_DIR",
    f"{PREFIX}DEBUG",
}
TEMPORAL = {
    "TEMPORAL_ADDRESS",
    "TEMPORAL_API_KEY",
    "TEMPORAL_NAMESPACE",
    "TEMPORAL_TLS",
    "TEMPORAL_TLS_CLIENT_CERT_PATH",
    "TEMPORAL_TLS_CLIENT_KEY_PATH",
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
    "TEMPORAL_TLS_SERVER_NAME",
    "TEMPORAL_DEPLOYMENT_NAME",
    "TEMPORAL_WORKER_BUILD_ID",
}
"""What `temporalio.envconfig` and the worker read."""


def unknown(variables: Mapping[str, str]) -> list[str]:
    """The variables that nothing of ours reads."""
    return sorted(
        name for name in variables if name.startswith((PREFIX, "TEMPORAL_")) and name not in OURS | TEMPORAL
    )


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """This process's environment, inside the block, is `variables` alone as far as ours are concerned."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith((PREFIX, "TEMPORAL_")):
            del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def has_all_it_needs(process: str, variables: Mapping[str, str]) -> EngineSettings:
    """The settings of a process; raises InvalidInput or Unreachable, as it would itself, where one is missing
    that it asks for before it reaches a server."""
    with environment(variables):
        settings = EngineSettings()
        assert settings.database_url is not None, "TURNABOUT_DATABASE_URL"
        settings.dsn()
        if process in {"worker", "gateway", "operator"}:
            settings.keys()
            settings.links()
            assert settings.temporal().get("namespace"), "TEMPORAL_NAMESPACE"
            assert "TEMPORAL_ADDRESS" in variables
            assert settings.notify_channels == ("smtp",)
            settings.mail_server()
        if process in {"worker", "operator"}:
            settings.master()
        else:
            assert settings.master_keys is None, "only workers and operators may open what is sealed"
        if process in {"projector", "migrate"}:
            assert settings.codec_keys is None
            assert settings.link_keys is None
        return settings
