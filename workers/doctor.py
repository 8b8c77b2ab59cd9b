"""Looks at everything that the engine needs and says the fix for each fault; it changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import aiosmtplib
import asyncpg
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from events import database, migrate
from events.sealing import Vault
from turnabout import search_attributes
from turnabout.client import connect_temporal
from turnabout.database import connect_reads
from turnabout.errors import TurnaboutError, Unreachable
from turnabout.messages import TASK_QUEUE
from turnabout.model import Model
from workers.backups import list_backups
from workers.settings import EngineSettings
from workers.worker import has_search_attributes

OLDEST_POSTGRES = 150000
SKEW_SECONDS = 2.0
STALE = timedelta(hours=26)
"""So old may the newest backup be: a day, and the time that one takes."""
CREATE_ATTRIBUTES = "Run " + "; ".join(
    f"temporal operator search-attribute create --name {name} --type {kind}"
    for name, kind in search_attributes.TYPES.items()
)


class Check(Model):
    """One thing that was looked at: `ok`; a `warning`, which the engine runs with; a `fault`, with which it
    does not; or a server that is `unreachable`. `fix` says what to do where it is not ok."""

    check: str
    status: Literal["ok", "warning", "fault", "unreachable"]
    found: str
    fix: str = ""

    @property
    def exit_code(self) -> int:
        """The command line's: 0 also for a warning."""
        return {"fault": TurnaboutError.exit_code, "unreachable": Unreachable.exit_code}.get(self.status, 0)


async def examine() -> list[Check]:
    """All checks, in the order in which faults build on one another."""
    settings = EngineSettings()
    checks = [_keys("codec keys", lambda: settings.keys()[0].id)]
    # Workers cannot do without; other places should not even have them.
    checks += [_keys("master keys", lambda: settings.master().newest, otherwise="warning")]
    checks += await _guarded("postgresql", lambda: _postgres(settings))
    checks += await _guarded("schema", lambda: _schema(settings))
    if checks[-1].status == "ok":
        checks += await _guarded("stored keys", lambda: _stored_keys(settings))
        checks += await _guarded("backups", _backups)
    checks += await _guarded("read models", lambda: _read_models(settings))
    checks += await _guarded("temporal", lambda: _temporal(settings))
    if "smtp" in settings.notify_channels:
        checks += await _guarded("smtp", lambda: _smtp(settings))
    return checks


def _check(
    name: str, found: str, fix: str, *, ok: bool, otherwise: Literal["warning", "fault"] = "fault"
) -> Check:
    return Check(check=name, status="ok" if ok else otherwise, found=found, fix="" if ok else fix)


async def _guarded(name: str, look: Callable[[], Awaitable[list[Check]]]) -> list[Check]:
    try:
        return await look()
    except TurnaboutError as error:
        status: Literal["unreachable", "fault"] = "unreachable" if isinstance(error, Unreachable) else "fault"
        return [Check(check=name, status=status, found=error.message, fix=error.hint or "")]
    except asyncpg.InsufficientPrivilegeError as error:
        fix = "Ask as `turnabout_operator`, or see docs/deployment.md for what each login may do."
        return [Check(check=name, status="warning", found=f"this login may not look: {error}", fix=fix)]
    except (OSError, RPCError, aiosmtplib.SMTPException) as error:
        found = f"{type(error).__name__}: {error}"
        return [
            Check(check=name, status="unreachable", found=found, fix="Check its address and that it runs.")
        ]


def _keys(name: str, newest: Callable[[], str], otherwise: Literal["warning", "fault"] = "fault") -> Check:
    try:
        return Check(check=name, status="ok", found=f"newest {newest()}")
    except TurnaboutError as error:
        return Check(check=name, status=otherwise, found=error.message, fix=error.hint or "")


async def _postgres(settings: EngineSettings) -> list[Check]:
    async with database.connection(settings.dsn(), name="doctor") as db:
        version = db.get_server_version()
        number = version.major * 10000 + version.minor
        now = await db.fetchval("SELECT clock_timestamp()")
    skew = abs((now - datetime.now(UTC)).total_seconds())
    return [
        _check(
            "postgresql",
            f"version {version.major}.{version.minor}",
            "Use PostgreSQL 15 or newer.",
            ok=number >= OLDEST_POSTGRES,
        ),
        _check(
            "clock",
            f"{skew:.2f} s apart from PostgreSQL",
            "Synchronise the clocks (NTP): delays are measured between them.",
            ok=skew < SKEW_SECONDS,
            otherwise="warning",
        ),
    ]


async def _schema(settings: EngineSettings) -> list[Check]:
    pending = [one.name for one in await migrate.status(settings.dsn()) if one.applied_at is None]
    found = f"pending: {', '.join(pending)}" if pending else "up to date"
    return [_check("schema", found, "Run `turnabout db migrate`.", ok=not pending)]


async def _stored_keys(settings: EngineSettings) -> list[Check]:
    """Whether the master keys are those of this database; nothing where there are none to ask."""
    try:
        master = settings.master()
    except TurnaboutError:
        return []
    async with database.pool(settings.dsn(), name="doctor", role=database.WRITER, size=2) as pool:
        found = await Vault(pool, master).probe()
    return [Check(check="stored keys", status="ok", found="open" if found else "none yet")]


async def _read_models(settings: EngineSettings) -> list[Check]:
    async with connect_reads(settings) as reads:
        builds = [build for build in await reads.projections() if build.live]
    stopped = [f"{build.projection} stands still: {build.error}" for build in builds if build.error]
    lag = max((build.lag_events for build in builds), default=0)
    found = "; ".join(stopped) or (f"{len(builds)}, at most {lag} events behind" if builds else "none yet")
    fix = "Mend the cause, then rebuild it." if stopped else "Start a projector: `turnabout projector`."
    return [_check("read models", found, fix, ok=bool(builds) and not stopped)]


async def _temporal(settings: EngineSettings) -> list[Check]:
    client: Client = await connect_temporal(settings)
    namespace = client.namespace
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        fix = f"Run temporal operator namespace create {namespace}, or check TEMPORAL_NAMESPACE."
        return [_check("temporal", f"there is no namespace {namespace}", fix, ok=False)]
    known = await has_search_attributes(client)
    return [
        Check(check="temporal", status="ok", found=f"namespace {namespace}"),
        _check(
            "search attributes",
            "registered" if known else "missing",
            f"{CREATE_ATTRIBUTES}. Workflows run without them; the UI finds less.",
            ok=known,
            otherwise="warning",
        ),
        *await _workers(client),
    ]


async def _workers(client: Client) -> list[Check]:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    try:
        pollers = (await client.workflow_service.describe_task_queue(request)).pollers
    except RPCError as error:
        if error.status is RPCStatusCode.UNIMPLEMENTED:  # the time-skipping server cannot tell
            return []
        raise
    found = f"{len({poller.identity for poller in pollers}) or 'nobody'} on {TASK_QUEUE}"
    return [_check("workers", found, "Start one: `turnabout worker`.", ok=bool(pollers), otherwise="warning")]


async def _backups() -> list[Check]:
    newest = next(iter(await list_backups(1)), None)
    age = datetime.now(UTC) - newest.taken_at if newest else None
    found = f"the newest is {age.total_seconds() / 3600:.0f} hours old" if age else "none recorded"
    fix = "Take one and record it: docs/recovery.md has the script."
    return [_check("backups", found, fix, ok=age is not None and age < STALE, otherwise="warning")]


async def _smtp(settings: EngineSettings) -> list[Check]:
    """Up to the login, as a message would go; a wrong password is a fault, not a server that is away."""
    server = settings.mail_server()
    try:
        async with aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            cert_bundle=server.ca_file,
            timeout=server.timeout,
        ) as smtp:
            answer = await smtp.noop()
    except aiosmtplib.SMTPAuthenticationError as error:
        found = f"{server.host}:{server.port} refuses the login ({error.code})"
        fix = "Check TURNABOUT_SMTP_USERNAME and TURNABOUT_SMTP_PASSWORD, then restart the workers."
        return [_check("smtp", found, fix, ok=False)]
    return [Check(check="smtp", status="ok", found=f"{server.host}:{server.port} answers {answer.code}")]
