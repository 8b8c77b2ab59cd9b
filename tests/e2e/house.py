"""A cohort on servers of its own, with worker and projector as processes that a test may kill: in simulated
time, or on the dev server in real time by a fast clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from events import registry
from events.contracts import StoredEvent
from events.people import People
from tests.e2e.cohort import LIMIT, begins, brisk_cohort, contacts, prompt_script, script, small_cohort
from tests.e2e.fast_clock import FastClock
from tests.e2e.patient import PatientLog, PatientTurnabout
from tests.e2e.service import Service
from tests.processes.child import open_directory
from turnabout.runtime import quiet_runtime
from turnabout.spec import CohortSpec
from workers.demo.cast import Cast
from workers.demo.play import Clock, Play
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import Stack
from workers.embedded.state import Keys
from workers.embedded.temporal import DevServer
from workers.settings import EngineSettings

# A reconciler that looks all the time would hide what a restart alone must mend.
QUIET = {"TURNABOUT_RECONCILE_INTERVAL": "3600"}

DAY_SECONDS = 1.0
"""How long a day lasts by the fast clock."""

START_UP = timedelta(days=8)
"""The time by the fast clock until the cohort begins: processes must start."""

# The dev server's timers may otherwise be a second late, and a lost task waits ten seconds: days.
PROMPT = {"history.timerProcessorMaxTimeShift": '"10ms"', "history.defaultWorkflowTaskTimeout": '"2s"'}


@dataclass(frozen=True)
class House:
    """The servers, the processes, the people, the client through which they speak, and the time that all of
    it lives in."""

    stack: Stack
    workers: tuple[Service, ...]
    projectors: tuple[Service, ...]
    turnabout: PatientTurnabout
    spec: CohortSpec
    clock: Clock
    play: Play

    @property
    def worker(self) -> Service:
        """The first of the workers; in most houses the only one."""
        return self.workers[0]

    @property
    def projector(self) -> Service:
        """The first of the projectors."""
        return self.projectors[0]

    async def until(self, finished: Callable[[StoredEvent], bool]) -> None:
        """Let everybody play until an event makes `finished` true."""
        await self.play.run(finished, limit=LIMIT)

    async def until_closed(self) -> None:
        """Let everybody play to the end of the cohort."""
        await self.until(lambda event: event.type == "cohort.closed")

    async def stop(self) -> None:
        """Tell all processes to end, and see that they end well."""
        for service in (*self.workers, *self.projectors):
            await service.stop()


@asynccontextmanager
async def a_house(
    *,
    durable: bool = False,
    cast: Cast | None = None,
    log_level: str = "info",
    mail: Mapping[str, str] | None = None,
    workers: int = 1,
    projectors: int = 1,
) -> AsyncIterator[House]:
    """The small cohort is planned on the time-skipping server, and its first morning begins. `mail` are the
    workers' settings where letters go elsewhere than into their log."""
    cast = cast or Cast(small_cohort(), script())
    async with Stack.simulated(worker=False, projector=False, durable=durable) as stack:
        await stack.clock.sleep(begins(cast.spec) - await stack.clock.now())
        variables = {**stack.environment(), "TURNABOUT_LOG_LEVEL": log_level}
        made = (
            tuple(Service("worker", {**variables, **QUIET, **(mail or {})}) for _ in range(workers)),
            tuple(Service("projector", variables) for _ in range(projectors)),
        )
        async with _running(stack, *made, cast, stack.clock) as house:
            await house.turnabout.start_cohort(cast.spec)
            yield house


@asynccontextmanager
async def a_fast_house(*, workers: int = 1, projectors: int = 1) -> AsyncIterator[House]:
    """The brisk cohort is planned on a dev server with a database file, and the fast clock runs."""
    cast = Cast(brisk_cohort(), prompt_script())
    async with AsyncExitStack() as exits:
        folder = exits.enter_context(open_directory())
        postgres = EmbeddedPostgres()
        exits.callback(postgres.close)
        await asyncio.to_thread(postgres.start)
        temporal = DevServer(database=folder / "temporal.db", dynamic_config=PROMPT)
        await exits.enter_async_context(temporal)
        stack = await exits.enter_async_context(
            Stack._on(
                EngineSettings(),
                postgres,
                temporal,
                Keys.generate(),
                quiet_runtime(),
                worker=False,
                projector=False,
            )
        )
        speed = timedelta(days=1).total_seconds() / DAY_SECONDS
        clock = FastClock(datetime.now(UTC), begins(cast.spec) - START_UP, speed)
        variables = {**stack.environment(), **clock.environment()}
        program = ("-m", "tests.e2e.fast_worker")
        house = await exits.enter_async_context(
            _running(
                stack,
                tuple(Service("worker", variables, program=program) for _ in range(workers)),
                tuple(Service("projector", stack.environment()) for _ in range(projectors)),
                cast,
                clock,
            )
        )
        await clock.sleep(begins(cast.spec) - await clock.now())
        await house.turnabout.start_cohort(cast.spec)
        yield house


@asynccontextmanager
async def _running(
    stack: Stack,
    workers: tuple[Service, ...],
    projectors: tuple[Service, ...],
    cast: Cast,
    clock: Clock,
) -> AsyncIterator[House]:
    await People(stack.pool).import_people(contacts())
    turnabout = PatientTurnabout(stack)
    play = Play(cast, turnabout, PatientLog(stack.pool, registry.standard()), clock)
    try:
        await asyncio.gather(*(service.start() for service in (*workers, *projectors)))
        yield House(stack, workers, projectors, turnabout, cast.spec, clock, play)
    finally:
        for service in (*workers, *projectors):
            await service.close()
