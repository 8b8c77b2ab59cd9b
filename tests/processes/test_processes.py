"""Worker and projector as an operator runs them: they wait, say what is wrong, work, and drain."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from events.people import People
from tests.deploy import run
from tests.notify.post import PostOffice, post_office
from tests.processes.child import free_ports, turnabout
from tests.processes.coming import coming_cohort
from tests.processes.web import ask
from tests.waiting import until
from turnabout.codec import PayloadKey
from turnabout.contact import Contact
from turnabout.errors import InvalidInput, MigrationDrift, Unreachable
from workers import metrics
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import Stack
from workers.embedded.temporal import DevServer
from workers.processes import run_projector_process, run_worker_process
from workers.readiness import Status
from workers.settings import EngineSettings

KEY = PayloadKey("k1", bytes(32)).format()
KEYS = {"TURNABOUT_CODEC_KEYS": KEY, "TURNABOUT_MASTER_KEYS": KEY}
NOWHERE = "postgresql://turnabout:hunter2@127.0.0.1:1/turnabout"
Process = Callable[[EngineSettings, asyncio.Event], Awaitable[None]]
SPEC = coming_cohort()


def variables(**more: str) -> dict[str, str]:
    """Variables for a process that gives up soon; its metrics take any free port."""
    return {**KEYS, "TURNABOUT_METRICS_PORT": "0", "TURNABOUT_START_TIMEOUT": "2", **more}


def impatient(dsn: str, **more: Any) -> EngineSettings:
    """Settings of a process in this one that gives up soon."""
    given = {"codec_keys": KEY, "master_keys": KEY, "metrics_port": 0, "start_timeout": 1.5}
    return EngineSettings(database_url=dsn, **{**given, **more})


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[Stack]:
    """Servers without worker and projector; those are the processes under test."""
    async with Stack.simulated(EngineSettings(), worker=False, projector=False) as made:
        yield made


@pytest.mark.parametrize("process", ["worker", "projector"])
async def test_a_database_that_is_down_is_told_and_exit_is_5(process: str) -> None:
    async with turnabout(process, environment=variables(TURNABOUT_DATABASE_URL=NOWHERE)) as child:
        assert await child.ended() == 5
    assert "waiting_for_server" in child.errors
    assert "PostgreSQL does not answer" in child.errors
    assert "Traceback" not in child.errors
    assert "hunter2" not in child.errors
    assert child.output == ""


async def test_settings_that_do_not_fit_are_told_and_exit_is_2() -> None:
    environment = variables(TURNABOUT_DATABASE_URL=NOWHERE, TURNABOUT_CODEC_KEYS="k1:hunter2")
    async with turnabout("worker", environment=environment) as child:
        assert await child.ended() == 2
    assert "TURNABOUT_CODEC_KEYS" in child.errors
    assert "Traceback" not in child.errors
    assert "hunter2" not in child.errors


async def test_a_temporal_that_is_down_is_told(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    with pytest.raises(Unreachable, match=r"Temporal does not answer at 127\.0\.0\.1:1"):
        await run_worker_process(impatient(dsn), asyncio.Event())


async def test_an_unknown_namespace_is_told_with_the_command_that_makes_it(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    async with DevServer() as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        with pytest.raises(Unreachable, match="temporal operator namespace create nowhere"):
            await run_worker_process(impatient(dsn), asyncio.Event())


@pytest.mark.parametrize("process", [run_worker_process, run_projector_process])
async def test_an_old_schema_is_not_worked_on(cluster: EmbeddedPostgres, process: Process) -> None:
    with pytest.raises(MigrationDrift, match="turnabout db migrate"):
        await process(impatient(cluster.dsn("template1")), asyncio.Event())


async def test_a_worker_needs_its_keys(dsn: str) -> None:
    for name in ("codec_keys", "master_keys"):
        with pytest.raises(InvalidInput, match=f"TURNABOUT_{name.upper()} is not set"):
            await run_worker_process(impatient(dsn, **{name: None}), asyncio.Event())


async def test_two_processes_cannot_share_a_metrics_port(dsn: str) -> None:
    async with metrics.endpoint("127.0.0.1", 0, Status()) as url:
        settings = impatient(dsn, metrics_port=int(url.rpartition(":")[2]))
        with pytest.raises(InvalidInput, match="TURNABOUT_METRICS_PORT"):
            await run_projector_process(settings, asyncio.Event())


async def test_a_stop_while_waiting_is_heard_at_once() -> None:
    environment = variables(TURNABOUT_DATABASE_URL=NOWHERE, TURNABOUT_START_TIMEOUT="600")
    async with turnabout("projector", environment=environment) as child:
        await child.says("waiting_for_server")
        child.send(signal.SIGTERM)
        assert await child.ended(10) == 0


async def test_a_worker_waits_for_a_server_that_comes_late(stack: Stack) -> None:
    (port,) = free_ports(1)
    environment = variables(**stack.environment(), TURNABOUT_START_TIMEOUT="60")
    environment["TURNABOUT_METRICS_PORT"] = str(port)
    await asyncio.to_thread(stack.postgres.stop)
    async with turnabout("worker", environment=environment) as child:
        await child.says("waiting_for_server")
        probed = await ask(f"http://127.0.0.1:{port}/readyz")
        assert probed.status == 503
        told = json.loads(probed.text)
        assert told["process"] == "starts"
        assert "PostgreSQL does not answer" in told["needs"]["postgresql"]["reason"]
        await asyncio.to_thread(stack.postgres.start)
        await child.says("worker_runs")
        probed = await ask(f"http://127.0.0.1:{port}/readyz")
        assert (probed.status, json.loads(probed.text)["needs"].keys()) == (200, {"postgresql", "temporal"})
        child.send(signal.SIGTERM)
        assert await child.ended() == 0


def held(stack: Stack, text: str) -> list[str]:
    """The ids of the stack's keys whose secrets are in a text."""
    keys = (stack.keys.codec, stack.keys.master)
    parts = (key.get_secret_value().partition(":") for key in keys)
    return [name for name, _, secret in parts if secret in text]


async def shows(port: int, line: str) -> None:
    """Wait until `/metrics` holds a line; gauges are read from the database every two seconds."""

    async def shown() -> bool:
        return line in (await ask(f"http://127.0.0.1:{port}/metrics")).text.splitlines()

    await until(shown)


async def test_worker_and_projector_run_a_cohort_and_stop_when_told(stack: Stack) -> None:
    ports = free_ports(2)
    environments = [
        variables(**stack.environment()) | {"TURNABOUT_METRICS_PORT": str(port)} for port in ports
    ]
    async with (
        turnabout("worker", environment=environments[0]) as worker,
        turnabout("projector", environment=environments[1]) as projector,
    ):
        await worker.says("worker_runs")
        await projector.says("projector_runs")
        started = await stack.turnabout.start_cohort(SPEC)
        assert started.receipt is not None
        await stack.reads.wait_for(started.receipt.position, timeout=30)
        board = await stack.reads.board(SPEC.id)
        assert board is not None
        assert board.state == "planned"

        await shows(ports[0], 'turnabout_events_appended_total{stream_kind="cohort"} 1.0')
        await shows(ports[1], 'turnabout_cohorts{state="planned"} 1.0')
        for port in ports:
            assert (await ask(f"http://127.0.0.1:{port}/readyz")).status == 200
            scraped = (await ask(f"http://127.0.0.1:{port}/metrics")).text
            assert run("promtool", "check", "metrics", given=scraped) == ""
            assert not held(stack, scraped)
        for child in (worker, projector):
            child.send(signal.SIGTERM)
            assert await child.ended() == 0
            assert child.output == ""
    assert "worker_stopped" in worker.errors
    assert "projector_stopped" in projector.errors
    assert not held(stack, worker.errors + projector.errors)


class SlowOffice(PostOffice):
    """Takes a mail only when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_for = asyncio.Event()
        self.go_on = asyncio.Event()

    async def handle_RCPT(self, *call: object) -> str:  # noqa: N802
        self.asked_for.set()
        await self.go_on.wait()
        return await super().handle_RCPT(*call)  # type: ignore[arg-type]


async def test_a_message_under_way_is_finished_before_a_worker_ends(stack: Stack) -> None:
    await People(stack.pool).import_people(
        [Contact(id="s-sponsor", name="Ada", email="ada@example.org", timezone="Europe/London")]
    )
    async with post_office(SlowOffice()) as office:
        assert isinstance(office, SlowOffice)
        environment = variables(
            **stack.environment(),
            TURNABOUT_NOTIFY_CHANNELS="smtp",
            TURNABOUT_SMTP_HOST="127.0.0.1",
            TURNABOUT_SMTP_PORT=str(office.port),
            TURNABOUT_SMTP_SECURITY="none",
            TURNABOUT_SMTP_FROM="program@turnabout.example",
        )
        async with turnabout("worker", environment=environment) as worker:
            await worker.says("worker_runs")
            await stack.turnabout.start_cohort(SPEC)
            passing = asyncio.create_task(stack.clock.sleep(timedelta(days=90)))
            async with asyncio.timeout(30):
                await office.asked_for.wait()
            worker.send(signal.SIGTERM)
            await worker.says("worker_drains")
            office.go_on.set()
            assert await worker.ended() == 0
            passing.cancel()
    rows: list[asyncpg.Record] = await stack.pool.fetch(
        "SELECT outcome, attempts FROM log.outbox WHERE template = 'charter_due' ORDER BY due_at LIMIT 1"
    )
    assert [tuple(row) for row in rows] == [("sent", 1)]
    assert str(office.mails[0]["Subject"]) == "Your signature opens the reverse-mentoring program"


async def test_a_stack_in_real_time_has_no_clock_to_move(stack: Stack) -> None:
    assert (await stack.clock.now()).tzinfo is not None
    with pytest.raises(InvalidInput, match="real time"):
        _ = Stack(**{**vars(stack), "temporal": DevServer()}).clock
