"""What the engine's processes take from their environment, beside what the client takes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from activities.links import Links
from activities.mail import MailServer, Security
from events.sealing import MasterKeys
from turnabout.codec import PayloadKey
from turnabout.errors import InvalidInput
from turnabout.settings import Settings, parse_keys
from workers.gateway.addresses import HOME
from workers.loopback import is_loopback

ChannelName = Literal["log", "smtp"]
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]


class EngineSettings(Settings):
    """Settings of worker, projector and `up`. Raises InvalidInput for a value that does not fit."""

    master_keys: SecretStr | None = Field(
        None,
        description="Keys that protect each person's key: `id:base64` of 32 bytes, newest first, comma "
        "between them. Workers need them; projectors must not have them.",
    )
    notify_channels: Annotated[tuple[ChannelName, ...], NoDecode] = Field(
        ("log",), description="Where messages go: `log`, `smtp` or both, comma between them."
    )
    smtp_host: str | None = Field(None, description="The mail server.")
    smtp_port: Port = Field(587, description="Its port.")
    smtp_security: Security = Field("starttls", description="`starttls`, `tls` or `none`.")
    smtp_ca_file: Path | None = Field(None, description="Certificates to trust, beside the system's.")
    smtp_username: str | None = Field(None, description="The login, if the server wants one.")
    smtp_password: SecretStr | None = Field(None, description="Its password.")
    smtp_from: str | None = Field(None, description="The address that messages come from.")
    smtp_timeout: Seconds = Field(20, description="Seconds to wait for each answer of the mail server.")
    outbox_hold: Seconds = Field(
        600, description="Seconds after which a message reserved and not finished is sent again."
    )
    outbox_patience: Annotated[int, Field(ge=1, le=90)] = Field(
        7, description="Days after which a message that still cannot go out is given up, with an alert."
    )
    notify_rate: Annotated[float, Field(gt=0, le=10_000)] | None = Field(
        None,
        description="Messages a second that a worker hands over at most, all channels together; where "
        "more wait, cohorts take turns, and letters to safety stewards go first. Unset: as fast as they are "
        "taken.",
    )
    gateway_url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+/?$",
        description="Where people reach the gateway, such as https://mentoring.example.org; letters then "
        "carry links to it. Unset: letters have none.",
    )
    gateway_host: str = Field("127.0.0.1", description="Where the gateway listens; in a container `0.0.0.0`.")
    gateway_port: Port = Field(8080, description="Its port. 0 takes a free one.")
    gateway_rate: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        600, description="Requests a minute that the gateway takes from one address."
    )
    gateway_streams: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        1000,
        description="Cohorts and pairs that the gateway keeps in memory, folded: best as many as are looked "
        "at in a minute.",
    )
    gateway_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.1",),
        description="Addresses or networks of the proxies before the gateway, comma between them. They alone "
        "are believed for whom they ask (`X-Forwarded-For`); without it all people count as one address.",
    )
    link_keys: SecretStr | None = Field(
        None,
        description="Keys that make the links in letters: `id:base64` of 32 bytes, newest first, comma "
        "between them. Workers and gateways need the same. Unset: they follow from the master keys.",
    )
    link_days: Annotated[int, Field(ge=1, le=90)] = Field(
        30, description="Days for which a link in a letter works; after them its page offers a new one."
    )
    oidc_issuer: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+$",
        description="Where people sign in: the issuer of an OpenID Connect provider. Unset: nobody signs in, "
        "and links in letters are the only way to a page.",
    )
    oidc_client_id: str = Field("turnabout", description="What the gateway is called there.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="Its secret there; unset for a client without one. PKCE is used with both."
    )
    oidc_claim: str = Field(
        "email",
        description="What names the person: `email` is looked up in the directory and must be verified; any "
        "other claim holds the directory's id.",
    )
    session_hours: Annotated[int, Field(ge=1, le=24)] = Field(
        8, description="Hours after which somebody who signed in does so again."
    )
    workflow_cache: Annotated[int, Field(ge=0, le=100_000)] = Field(
        1000, description="Workflows that a worker keeps in memory between their tasks."
    )
    sticky_timeout: Seconds = Field(
        1,
        description="Seconds that a workflow waits for the worker that holds it in memory before any other "
        "worker may take it: so long wait those who answer just after a worker was killed.",
    )
    pool_size: Annotated[int, Field(ge=2, le=100)] = Field(
        10, description="Connections to PostgreSQL that a process may open."
    )
    reconcile_interval: Seconds = Field(
        300, description="Seconds between two looks for streams whose workflow is gone."
    )
    start_timeout: Seconds = Field(
        60, description="Seconds to wait at start for PostgreSQL and Temporal before giving up."
    )
    shutdown_timeout: Seconds = Field(
        30, description="Seconds that running work may take to finish after SIGTERM."
    )
    metrics_host: str = Field(
        "127.0.0.1", description="Where `/metrics`, `/livez` and `/readyz` listen; in a container `0.0.0.0`."
    )
    metrics_port: Port = Field(
        9464, description="Their port; each process needs its own. 0 takes a free one."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto` is `console` on a terminal and `json` elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least level that is logged."
    )
    postgres_dir: Path | None = Field(
        None,
        description="`up`: PostgreSQL's data. Unset: in the state directory, or below /var/lib/turnabout "
        "where PostgreSQL's own user cannot reach that.",
    )
    temporal_port: Port = Field(7233, description="`up`: the port of Temporal's dev server.")
    ui_port: Port = Field(8233, description="`up`: the port of its web UI.")
    codec_port: Port = Field(8234, description="`up`: the port of the codec server that lets the UI decrypt.")
    oidc_port: Port = Field(8235, description="`up`: the port of the development sign-in service.")
    mail_port: Port = Field(
        8236,
        description="`up`: the port of the page that shows every mail. It is there unless you set "
        "TURNABOUT_NOTIFY_CHANNELS.",
    )

    @field_validator("notify_channels", "gateway_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _mail_is_whole(self) -> EngineSettings:
        if "smtp" in self.notify_channels and not (self.smtp_host and self.smtp_from):
            raise ValueError("the channel smtp needs TURNABOUT_SMTP_HOST and TURNABOUT_SMTP_FROM")
        return self

    @field_validator("oidc_issuer")
    @classmethod
    def _is_safe(cls, value: str | None) -> str | None:
        if value and value.startswith("http://") and not is_loopback(value):
            raise ValueError("must begin with https://; http:// is for a provider on this machine")
        return value

    def master(self) -> MasterKeys:
        """The keys that protect the persons' keys. Raises InvalidInput when they are missing or broken."""
        if self.master_keys is None and self.database_url is None:
            keys = tuple(PayloadKey.parse(key.get_secret_value()) for key in self.stack().master_keys)
        else:
            keys = parse_keys(self.master_keys, "MASTER_KEYS")
        return MasterKeys({key.id: key.secret for key in keys}, newest=keys[0].id)

    def own_master(self) -> MasterKeys | None:
        """Those keys where this process has some, else None. Raises InvalidInput when they are broken."""
        if self.master_keys is None and self.database_url is not None:
            return None
        return self.master()

    def links(self, base: str | None = None, master: MasterKeys | None = None) -> Links:
        """What makes and reads the links of letters, to the gateway at `base` (default: `gateway_url`);
        `master` replaces the master keys of the settings. Raises InvalidInput when keys or address are
        missing or broken."""
        where = base or self.gateway_url
        if where is None:
            raise InvalidInput(
                "TURNABOUT_GATEWAY_URL is not set.", hint="Set it to where people reach the gateway."
            )
        if self.link_keys is not None:
            keys = parse_keys(self.link_keys, "LINK_KEYS")
        else:
            derived = (master or self.master()).all_derived("links")
            keys = tuple(PayloadKey(name, secret) for name, secret in derived.items())
        desk = f"{where.rstrip('/')}{HOME}" if self.oidc_issuer else None
        return Links(keys, where, lasting=timedelta(days=self.link_days), desk=desk)

    def mail_server(self) -> MailServer:
        """Where mail is handed in; only with the channel `smtp`."""
        optional = {
            "username": self.smtp_username,
            "password": self.smtp_password.get_secret_value() if self.smtp_password else None,
            "ca_file": str(self.smtp_ca_file) if self.smtp_ca_file else None,
        }
        return MailServer(
            host=self.smtp_host or "",
            sender=self.smtp_from or "",
            port=self.smtp_port,
            security=self.smtp_security,
            timeout=self.smtp_timeout,
            **{name: value for name, value in optional.items() if value is not None},
        )
