"""How the client finds the log (by `TURNABOUT_*`) and Temporal (by Temporal's own configuration).

`TURNABOUT_DATABASE_URL` decides: unset, all comes from the stack that `make up` runs; set, nothing does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from turnabout.codec import PayloadKey
from turnabout.errors import InvalidInput, Unreachable
from turnabout.faults import said
from turnabout.model import Model, PersonId

PREFIX = "TURNABOUT_"
STACK_FILE = "stack.json"
TEMPORAL_DEFAULT = "localhost:7233"
NEW_KEY = """python -c 'from turnabout.codec import PayloadKey; print(PayloadKey.generate("1").format())'"""


class RunningStack(Model):
    """Where the stack of `make up` listens: the content of `<state_dir>/stack.json`. Secret."""

    database_url: SecretStr
    temporal_address: str
    temporal_namespace: str
    codec_keys: tuple[SecretStr, ...]
    master_keys: tuple[SecretStr, ...]
    pid: int


class Settings(BaseSettings):
    """What the client and the command line need. Made from the environment: `Settings()`.

    Every variable may also be given as `<NAME>_FILE`, the path of a file that holds the value, or as a file
    of its lower-case name in `TURNABOUT_SECRETS_DIR`. Raises InvalidInput for a value that does not fit.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL, as a libpq URL. Unset: the stack that `make up` runs."
    )
    codec_keys: SecretStr | None = Field(
        None,
        description="Keys that encrypt what Temporal stores: `id:base64` of 32 bytes, newest first, comma "
        "between them.",
    )
    state_dir: Path = Field(
        Path(".turnabout"), description="Where `make up` keeps its data and generated keys."
    )
    actor: PersonId | None = Field(
        None, description="Who gives commands, by id, where a command does not say."
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            problems = tuple(
                ": ".join([*(f"{PREFIX}{str(name).upper()}" for name in fault["loc"][:1]), said(fault)])
                for fault in faults
            )
            raise InvalidInput("The settings do not fit.", problems) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the library names the arguments
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _Files(settings_cls)

    def dsn(self) -> str:
        """Where PostgreSQL is. Raises Unreachable when neither a setting nor a running stack says so."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return self.stack().database_url.get_secret_value()

    def temporal(self) -> ClientConnectConfig:
        """How to connect to Temporal, as arguments of `Client.connect`; `target_host` is always there.

        Raises InvalidInput for a broken temporal.toml, or when the address is set and the database is not.
        """
        if self.database_url is None:
            if os.environ.get("TEMPORAL_ADDRESS"):
                raise InvalidInput(
                    "TEMPORAL_ADDRESS is set, but TURNABOUT_DATABASE_URL is not; they belong together.",
                    hint="Set both, or neither to use the stack that `make up` runs.",
                )
            stack = self.stack()
            return ClientConnectConfig(target_host=stack.temporal_address, namespace=stack.temporal_namespace)
        try:
            config = ClientConfig.load_client_connect_config()
        except (ValueError, OSError, RuntimeError) as error:
            raise InvalidInput(
                # Further lines quote the file, which may hold a key.
                f"Temporal's configuration cannot be read: {str(error).partition(chr(10))[0]}.",
                hint="Check the TEMPORAL_* variables and temporal.toml.",
            ) from error
        config.setdefault("target_host", TEMPORAL_DEFAULT)
        return config

    def keys(self) -> tuple[PayloadKey, ...]:
        """The keys of the payload codec, newest first. Raises InvalidInput when missing or broken."""
        if self.codec_keys is None and self.database_url is None:
            return tuple(PayloadKey.parse(key.get_secret_value()) for key in self.stack().codec_keys)
        return parse_keys(self.codec_keys, "CODEC_KEYS")

    def stack(self) -> RunningStack:
        """Where the stack of `make up` listens. Raises Unreachable when none runs here."""
        path = self.state_dir / STACK_FILE
        try:
            return RunningStack.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise Unreachable(
                f"TURNABOUT_DATABASE_URL is not set, and no stack runs here ({path} does not exist).",
                hint="Set it to a PostgreSQL URL, or start a stack with `make up`.",
            ) from None
        except (OSError, ValidationError) as error:
            raise Unreachable(
                f"{path} cannot be read ({type(error).__name__}).",
                hint="Start the stack anew with `make up`.",
            ) from None


def parse_keys(text: SecretStr | None, name: str) -> tuple[PayloadKey, ...]:
    """The keys of a setting, newest first. Raises InvalidInput naming the variable, never its value."""
    parts = text.get_secret_value().replace(",", " ").split() if text else []
    if not parts:
        raise InvalidInput(f"{PREFIX}{name} is not set.", hint=f"Make a key with: {NEW_KEY}")
    try:
        return tuple(PayloadKey.parse(part) for part in parts)
    except InvalidInput as error:
        raise InvalidInput(f"{PREFIX}{name} does not fit: {error.message}", hint=error.hint) from None


class _Files(PydanticBaseSettingsSource):
    """Values that lie in files, as container platforms mount secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        name = f"{PREFIX}{field_name.upper()}"
        named = os.environ.get(f"{name}_FILE")
        folder = os.environ.get(f"{PREFIX}SECRETS_DIR")
        if named and os.environ.get(name):
            raise InvalidInput(f"{name} and {name}_FILE are both set.", hint="Unset one of them.")
        path = Path(named) if named else Path(folder, name.lower()) if folder else None
        if path is None or not (named or path.exists()):
            return None, field_name, False
        try:
            return path.read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(
                f"The file of {name} cannot be read: {path} ({type(error).__name__}).",
                hint="Check that it exists and is readable for this user.",
            ) from None

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value}
