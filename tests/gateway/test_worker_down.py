"""A page says `Saved` only of what is saved: while no worker runs, and when one is killed in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2
import pytest
import pytest_asyncio

from events.people import People
from tests.conftest import FAST
from tests.e2e.cohort import contacts, small_cohort
from tests.e2e.house import PROMPT
from tests.e2e.service import Service
from tests.gateway.forms import forms_of
from tests.waiting import until
from turnabout.runtime import quiet_runtime
from workers import assembly
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import Stack
from workers.embedded.state import Keys
from workers.embedded.temporal import DevServer
from workers.gateway.app import application
from workers.gateway.serving import NOT_YET
from workers.http_server import listening, serving
from workers.settings import EngineSettings

AWAY, KILLED = "away", "killed"
SPONSOR = small_cohort(AWAY).sponsor.id
BEGAN = datetime.now(UTC)
TYPED = "Leaders learn in public, <b>whatever</b> they lead."
FORM = {"form": "sign_charter", "text": TYPED}
PATIENCE = timedelta(seconds=2)
"""How long the page waits for a worker here."""

_WAITS = "SELECT count(*) FROM pg_locks WHERE relation = 'log.events'::regclass AND NOT granted"


@dataclass(frozen=True)
class Desk:
    """The page of a cohort's sponsor, by its link, and the worker behind it."""

    stack: Stack
    worker: Service
    web: httpx2.AsyncClient
    cohort: str

    @property
    def path(self) -> str:
        """The link of the sponsor's letter."""
        links = self.stack.links(str(self.web.base_url))
        url = links.issue(SPONSOR, f"cohort-{self.cohort}", "charter", None, BEGAN)
        return url.removeprefix(links.base)

    async def send(self) -> httpx2.Response:
        return await self.web.post(self.path, data=FORM)

    async def saved(self) -> httpx2.Response | None:
        """Press once more; what the page says, once it is taken."""
        answer = await self.send()
        return await self.web.get(answer.headers["location"]) if answer.status_code == 303 else None

    async def signatures(self) -> list[str]:
        """Who signed the charter, as the log holds it."""
        found = [event async for event in self.stack.log.read_stream(f"cohort-{self.cohort}")]
        return [one.actor for one in found if one.type == "cohort.charter_signed"]


@asynccontextmanager
async def _in_real_time(settings: EngineSettings) -> AsyncIterator[Stack]:
    """Servers without a worker. The time-skipping one would wait for a killed worker for ever."""
    with EmbeddedPostgres(settings=FAST) as postgres:
        async with (
            DevServer(dynamic_config=PROMPT) as temporal,
            Stack._on(
                settings,
                postgres,
                temporal,
                Keys.generate(),
                quiet_runtime(),
                worker=False,
                projector=False,
            ) as stack,
        ):
            yield stack


@pytest_asyncio.fixture(scope="module")
async def desk() -> AsyncIterator[Desk]:
    """Two cohorts that wait for their sponsor, a worker of its own process, and a gateway that waits
    briefly."""
    socket = listening("127.0.0.1", 0, "gateway")
    base = f"http://127.0.0.1:{socket.getsockname()[1]}"
    settings = EngineSettings(shutdown_timeout=0.5)
    async with _in_real_time(settings) as stack:
        await People(stack.pool).import_people(contacts())
        gateway = assembly.a_gateway(
            stack.client,
            stack.pool,
            stack.reads,
            settings,
            links=stack.links(base),
            ways=[],
            patience=PATIENCE,
        )
        worker = Service("worker", stack.environment())
        try:
            async with (
                serving(application(gateway), socket) as address,
                httpx2.AsyncClient(base_url=address, timeout=60) as web,
            ):
                await worker.start()
                for cohort in (AWAY, KILLED):
                    await stack.turnabout.start_cohort(small_cohort(cohort))
                yield Desk(stack, worker, web, AWAY)
        finally:
            await worker.close()


@pytest.mark.timeout(300)
async def test_what_is_sent_while_no_worker_runs_is_said_not_to_be_saved_and_is_stored_once(
    desk: Desk,
) -> None:
    await desk.worker.kill()
    for _ in range(2):
        answer = await desk.send()
        assert answer.status_code == 503
        assert NOT_YET in answer.text
        assert "Saved. Thank you!" not in answer.text
        assert forms_of(answer.text)["sign_charter"]["text"] == TYPED
    assert "Saved" not in (await desk.web.get(desk.path)).text
    assert await desk.signatures() == []

    await desk.worker.start()
    shown = await until(desk.saved, 60)
    assert shown is not None
    assert "Saved. Thank you!" in shown.text
    assert await desk.signatures() == [SPONSOR]
    await desk.send()
    assert await desk.signatures() == [SPONSOR]


@pytest.mark.timeout(300)
async def test_a_worker_killed_while_it_stores_an_answer_leaves_one_answer(desk: Desk) -> None:
    desk = replace(desk, cohort=KILLED)
    behind = await asyncpg.connect(desk.stack.dsn)
    try:
        async with behind.transaction():
            # Whoever stores waits for us; the pages can still be read.
            await behind.execute("LOCK TABLE log.events IN SHARE ROW EXCLUSIVE MODE")
            sending = asyncio.create_task(desk.send())

            async def stores() -> bool:
                return bool(await behind.fetchval(_WAITS))

            await until(stores)
            await desk.worker.kill()
            answer = await sending
            assert answer.status_code == 503
            assert NOT_YET in answer.text
            assert forms_of(answer.text)["sign_charter"]["text"] == TYPED
            assert await desk.signatures() == []
    finally:
        await behind.close()
    await desk.worker.start()
    shown = await until(desk.saved, 120)
    assert shown is not None
    assert "Saved. Thank you!" in shown.text
    assert await desk.signatures() == [SPONSOR]
