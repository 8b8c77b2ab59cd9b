"""Brings back every stream that is not finished and whose workflow does not run: after a termination, a lost
Temporal cluster, a move to another namespace. The log says what is unfinished; Temporal says what runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from events import sql
from events.database import reachable
from events.store import EventStore
from turnabout.errors import TurnaboutError, Unreachable
from turnabout.messages import TASK_QUEUE

EVERY = timedelta(minutes=5)
WORKFLOWS = {"cohort": "CohortWorkflow", "pair": "PairWorkflow"}
"""The workflow type of each kind of stream."""

_AT_ONCE = 20
_PATIENCE = timedelta(seconds=5)
_SQL = sql.load(__file__, "reconciler.sql")
_log = structlog.stdlib.get_logger(__name__)


class Reconciler:
    """Starts what should run. Of several, one works at a time: an advisory lock in the database says which.

    `pool` has direct connections (the lock lives in a session).
    """

    def __init__(
        self,
        client: Client,
        store: EventStore,
        pool: asyncpg.Pool,
        *,
        every: timedelta = EVERY,
        task_queue: str = TASK_QUEUE,
        workflows: Mapping[str, str] = WORKFLOWS,
    ) -> None:
        self._client = client
        self._store = store
        self._pool = pool
        self._every = every
        self._task_queue = task_queue
        self._workflows = workflows

    async def run(self) -> None:
        """Reconcile now and then every five minutes of the wall clock, until cancelled. What fails is logged
        and tried again at the next turn."""
        while True:
            try:
                async with self._alone() as mine:
                    started = await self._start_missing() if mine else []
                if started:
                    await _log.awarning("workflows_brought_back", streams=started)
            except Exception as error:  # noqa: BLE001 -- a worker must not end because a look at the log failed
                known = isinstance(error, TurnaboutError)
                await _log.aerror("reconciling_failed", error=str(error) if known else type(error).__name__)
            await asyncio.sleep(self._every.total_seconds())

    async def recover(self) -> list[str]:
        """Reconcile once, now, and return the names of the streams that were started.

        Raises Unreachable if the database or Temporal does not answer, TurnaboutError if another reconciler
        is at work.
        """
        async with self._alone() as mine:
            if not mine:
                raise TurnaboutError(
                    "Another reconciler is at work right now.", hint="Wait for it to finish."
                )
            return await self._start_missing()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        async with reachable("reconcile"), self._pool.acquire() as connection:
            mine = bool(await connection.fetchval(_SQL["try_lock"]))
            try:
                yield mine
            finally:
                if mine:
                    await connection.execute(_SQL["unlock"])

    async def _start_missing(self) -> list[str]:
        """Every stream has its turn; Unreachable at the end when some could not be started."""
        gate = asyncio.Semaphore(_AT_ONCE)
        names = await self._store.unfinished_streams()
        outcomes = await asyncio.gather(*(self._start(name, gate) for name in names), return_exceptions=True)
        started = [name for name, outcome in zip(names, outcomes, strict=True) if outcome is True]
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failures:
            raise Unreachable(
                f"{len(started)} streams were started and {len(failures)} were not, of {len(names)}: "
                f"{failures[0]}",
                hint="Those that were started run; ask again for the others.",
            ) from failures[0]
        return started

    async def _start(self, stream: str, gate: asyncio.Semaphore) -> bool:
        """Whether the stream's workflow had to be started. Asking to start it is the cheapest way to see
        whether it runs, and leaves one that does alone."""
        workflow = self._workflows.get(stream.partition("-")[0])
        if workflow is None:
            await _log.awarning("stream_of_unknown_kind", stream=stream)
            return False
        async with gate:
            try:
                await self._client.start_workflow(
                    workflow,
                    id=stream,
                    task_queue=self._task_queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    static_summary=stream,
                    rpc_timeout=_PATIENCE,
                )
            except WorkflowAlreadyStartedError:
                return False
            except RPCError as error:
                raise Unreachable(f"Temporal did not start {stream}: {error.message}.") from error
        return True
