"""The whole engine on servers from wheels, in one process: lasting in real time, or fleeting in simulated.

async with Stack.simulated() as stack:
    await stack.turnabout.start_cohort(spec)
    await stack.clock.sleep(timedelta(days=7))
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.runtime import Runtime

from activities.channels import Channel
from activities.links import Links
from events import database, registry
from events.migrate import migrate
from events.reader import LogReader
from events.sealing import MasterKeys
from events.store import EventStore
from projections.feed import BUSY
from turnabout import sql
from turnabout.client import Turnabout
from turnabout.codec import PayloadKey, data_converter
from turnabout.errors import InvalidInput
from turnabout.reads import Reads
from turnabout.runtime import quiet_runtime
from turnabout.settings import RunningStack
from workers import assembly, metrics
from workers.codec_server import codec_server
from workers.context import LogContext
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.state import Keys, StateDirectory
from workers.embedded.temporal import NAMESPACE, DevServer, TimeSkippingServer
from workers.loopback import HOST
from workers.readiness import Status
from workers.settings import EngineSettings

_SQL = sql.load(__file__, "stack.sql")
DATABASE = "turnabout"
PORT_PATIENCE = 15.0
"""Seconds that a port may take to become free: after a SIGKILL the old servers need a moment to stop."""

# A simulated stack is gone with its process, so nothing needs to survive a power cut.
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class _DevServerWithCodec(DevServer):
    """A dev server whose UI decrypts through our codec server."""

    codec_port: int

    def command(self) -> list[str]:
        return [*super().command(), "--ui-codec-endpoint", f"http://{HOST}:{self.codec_port}"]


@dataclass(frozen=True)
class Stack:
    """What runs, and the ways to speak to it. `pool` has a worker's rights; `addresses` are for people."""

    settings: EngineSettings
    dsn: str
    client: Client
    pool: asyncpg.Pool
    store: EventStore
    master: MasterKeys
    log: LogReader
    reads: Reads
    turnabout: Turnabout
    postgres: EmbeddedPostgres
    temporal: DevServer | TimeSkippingServer
    keys: Keys
    addresses: Mapping[str, str]

    @property
    def clock(self) -> TimeSkippingServer:
        """The simulated time. Raises InvalidInput in a stack that lasts."""
        if not isinstance(self.temporal, TimeSkippingServer):
            raise InvalidInput("This stack runs in real time.", hint="Use Stack.simulated().")
        return self.temporal

    @property
    def lost(self) -> str | None:
        """The server that has ended by itself; None while both run."""
        if not self.postgres.running:
            return "PostgreSQL"
        return "Temporal" if self.temporal.pid is None else None

    def links(self, at: str) -> Links:
        """What makes and reads the links of letters to a gateway at this address."""
        return self.settings.links(at, self.master)

    def environment(self) -> dict[str, str]:
        """The variables with which another process (worker, projector, CLI) uses this stack. Secret."""
        return {
            "TURNABOUT_DATABASE_URL": self.dsn,
            "TURNABOUT_CODEC_KEYS": self.keys.codec.get_secret_value(),
            "TURNABOUT_MASTER_KEYS": self.keys.master.get_secret_value(),
            "TEMPORAL_ADDRESS": self.temporal.address,
            "TEMPORAL_NAMESPACE": NAMESPACE,
        }

    @classmethod
    @asynccontextmanager
    async def simulated(
        cls,
        settings: EngineSettings | None = None,
        *,
        worker: bool = True,
        projector: bool = True,
        durable: bool = False,
        sandboxed: bool = True,
        look_every: float = BUSY,
        ways: Sequence[Channel] | None = None,
        at: str | None = None,
    ) -> AsyncIterator[Stack]:
        """A stack in simulated time with temporary data; all of it is gone at the end.

        Without `worker` or `projector` the caller runs these, in other processes for instance. A `durable`
        one keeps what it acknowledged when PostgreSQL is killed and started again. `sandboxed` and `ways`:
        see the worker; letters lead to a gateway `at` an address; `look_every`: see the projector.
        """
        settings = settings or EngineSettings()
        async with (
            _postgres(None, {} if durable else FLEETING) as postgres,
            TimeSkippingServer() as temporal,
            cls._on(
                settings,
                postgres,
                temporal,
                Keys.generate(),
                quiet_runtime(),
                worker,
                projector,
                sandboxed=sandboxed,
                look_every=look_every,
                ways=ways,
                at=at,
            ) as stack,
        ):
            yield stack

    @classmethod
    @asynccontextmanager
    async def lasting(
        cls,
        settings: EngineSettings | None = None,
        *,
        worker: bool = True,
        projector: bool = True,
        at: str | None = None,
    ) -> AsyncIterator[Stack]:
        """A stack in real time that goes on where the last one on its state directory stopped, with web UI,
        codec server and `/metrics`. Letters lead to a gateway `at` an address.

        Raises TurnaboutError when another stack runs there, InvalidInput for a port that is taken.
        """
        settings = settings or EngineSettings()
        state = StateDirectory(settings.state_dir, postgres=settings.postgres_dir)
        async with AsyncExitStack() as exits:
            exits.enter_context(state.locked())
            keys = state.keys()
            status = Status()
            pages = await exits.enter_async_context(
                metrics.endpoint(settings.metrics_host, settings.metrics_port, status)
            )
            codec_keys = [PayloadKey.parse(keys.codec.get_secret_value())]
            codec = await exits.enter_async_context(
                codec_server(codec_keys, settings.codec_port, ui_port=settings.ui_port)
            )
            postgres = await exits.enter_async_context(_postgres(state.postgres, {}))
            for name, port in (("TEMPORAL_PORT", settings.temporal_port), ("UI_PORT", settings.ui_port)):
                await _wait_for_port(name, port)
            server = _DevServerWithCodec(
                port=settings.temporal_port, database=state.temporal, ui=True, ui_port=settings.ui_port
            )
            server.codec_port = int(codec.rpartition(":")[2])
            await exits.enter_async_context(server)
            runtime = await exits.enter_async_context(metrics.temporal_metrics())
            stack = await exits.enter_async_context(
                cls._on(settings, postgres, server, keys, runtime, worker, projector, at=at)
            )
            exits.enter_context(state.announced(stack.as_announced()))
            status.phase = "runs"
            addresses = {
                "web UI": server.ui_address or "",
                "Temporal": server.address,
                "PostgreSQL": stack.dsn,
                "metrics": f"{pages}/metrics",
                "codec server": codec,
                "state": str(state.path),
            }
            yield replace(stack, addresses=addresses)

    @classmethod
    @asynccontextmanager
    async def _on(
        cls,
        settings: EngineSettings,
        postgres: EmbeddedPostgres,
        temporal: DevServer | TimeSkippingServer,
        keys: Keys,
        runtime: Runtime,
        worker: bool,
        projector: bool,
        *,
        sandboxed: bool = True,
        look_every: float = BUSY,
        ways: Sequence[Channel] | None = None,
        at: str | None = None,
    ) -> AsyncIterator[Stack]:
        dsn = await _database(postgres)
        codec_keys = [PayloadKey.parse(keys.codec.get_secret_value())]
        master_key = PayloadKey.parse(keys.master.get_secret_value())
        master = MasterKeys({master_key.id: master_key.secret}, newest=master_key.id)
        client = await Client.connect(
            temporal.address,
            namespace=NAMESPACE,
            data_converter=data_converter(codec_keys, lenient=True),
            interceptors=[LogContext()],
            runtime=runtime,
        )
        async with AsyncExitStack() as exits:
            pool = await exits.enter_async_context(assembly.worker_pool(dsn, settings))
            readers = await exits.enter_async_context(
                database.pool(dsn, name="reads", role=database.AUDITOR, size=4)
            )
            if projector:
                await exits.enter_async_context(assembly.projector(dsn, settings, look_every=look_every))
            if worker:
                links = settings.links(at, master) if at else None
                work = assembly.worker(
                    client, pool, master, settings, sandboxed=sandboxed, ways=ways, links=links
                )
                store = await exits.enter_async_context(work)
                await exits.enter_async_context(assembly.reconciler(dsn, client, master, settings))
            else:
                store = assembly.event_store(pool, master)
            reads = Reads(readers)
            yield cls(
                settings=settings,
                dsn=dsn,
                client=client,
                pool=pool,
                store=store,
                master=master,
                log=LogReader(pool, registry.standard()),
                reads=reads,
                turnabout=Turnabout(client, reads, actor=settings.actor),
                postgres=postgres,
                temporal=temporal,
                keys=keys,
                addresses={},
            )

    def as_announced(self) -> RunningStack:
        """What clients on this machine need to find the stack."""
        return RunningStack(
            database_url=SecretStr(self.dsn),
            temporal_address=self.temporal.address,
            temporal_namespace=NAMESPACE,
            codec_keys=(self.keys.codec,),
            master_keys=(self.keys.master,),
            pid=os.getpid(),
        )


@asynccontextmanager
async def _postgres(directory: Path | None, settings: Mapping[str, str]) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(directory, settings=settings)
    starting = asyncio.ensure_future(asyncio.to_thread(server.start))
    try:
        await asyncio.shield(starting)
        yield server
    finally:
        # Interrupted while it starts, it is stopped when it has started.
        await asyncio.wait([starting])
        await asyncio.to_thread(server.close)


async def _database(postgres: EmbeddedPostgres) -> str:
    """Our database on the server, made and migrated where need be."""
    async with database.connection(postgres.dsn(), name="up") as admin:
        if not await admin.fetchval(_SQL["database_exists"]):
            await admin.execute(_SQL["create_database"])
    dsn = postgres.dsn(DATABASE)
    await migrate(dsn)
    return dsn


async def _wait_for_port(setting: str, port: int) -> None:
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return
        writer.close()
        if time.monotonic() > deadline:
            raise InvalidInput(
                f"The port {port} is taken by another program.",
                hint=f"Set TURNABOUT_{setting} to a free one.",
            )
        await asyncio.sleep(0.2)
