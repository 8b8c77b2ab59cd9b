"""A hundred people answer a pulse by their links within a minute while fifty cohorts run: how long each
waits, and whether an answer is lost or stored twice, also when the worker is killed in the middle.

Real processes of ours on a real dev server; ratios are against a POST that the gateway refuses at once and an
update that a workflow answers at once.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
from temporalio import workflow
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.bench import copies
from tests.bench.figures import Figure, Report
from tests.e2e.service import Service
from tests.processes.child import free_ports, open_directory
from tests.waiting import until
from turnabout.runtime import quiet_runtime
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import Stack
from workers.embedded.state import Keys
from workers.embedded.temporal import DevServer
from workers.settings import EngineSettings

ANSWER = {"form": "pulse-1", "progress": "4", "safety": "5", "recommend": "yes", "worked": "Drafts"}
FLOOR = 100
"""Requests of each floor."""
STARTING = 600.0
"""Seconds that it may take until everything runs."""


@dataclass(frozen=True)
class Effort:
    """How many cohorts run, in each of which two people answer; `seconds` in which all of them do. `sticky`
    replaces the workers' setting."""

    cohorts: int = 50
    seconds: float = 60.0
    sticky: float | None = None


@workflow.defn
class Echo:
    """Answers at once."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def ping(self) -> str:
        return "pong"


@dataclass(frozen=True)
class Sent:
    """One answer: who gave it in which pair, when it was first sent, how long until the page led on to
    `Saved`, and how often it was sent."""

    person: str
    stream: str
    at: float
    seconds: float
    times: int


@dataclass(frozen=True)
class Place:
    """What runs."""

    stack: Stack
    worker: Service
    other: Service
    web: httpx2.AsyncClient
    made: list[copies.Copy]
    original: copies.Original


async def measure(effort: Effort) -> Report:
    """A calm minute, one in which the only worker is killed, one in which one of two is; and the floors."""
    original = await copies.played()
    async with everything(original, effort.cohorts, sticky=effort.sticky) as place:
        echoes = await _floor(_echoing(place.stack.client))
        posts = await _floor(_refused(place.web))
        calm = await _minute(place, "pair-zzbench-01", effort.seconds)
        alone, met = await _killed(place, "pair-zzbench-02", effort.seconds)
        await place.other.start()
        await _settled(place)
        beside, _ = await _killed(place, "pair-zzbench-03", effort.seconds)
        wrong = await _audit(place.stack, [*calm, *alone, *beside])
    rest = [one for one in alone if one not in met]
    report = Report("load")
    people = len(calm)
    report.figures += [
        *latency(f"{people} answers in {effort.seconds:.0f} s", _waits(calm), "answers", target=500.0),
        *latency("the same, the only worker killed in its middle: everybody", _waits(alone), "answers"),
        *latency("those it did not meet", _waits(rest), "answers"),
        *latency("those it did", _waits(met), "answers"),
        Figure("sent again by those", (float(sum(one.times - 1 for one in met)),), "answers"),
        *latency("the same, one of two workers killed in its middle: everybody", _waits(beside), "answers"),
        Figure("lost, of all", (float(wrong["lost"]),), "answers", target=0.0, at_least=False),
        Figure("stored twice", (float(wrong["twice"]),), "answers", target=0.0, at_least=False),
        Figure("floor: a POST that is refused at once, median", (posts,), "ms"),
        Figure("floor: an update that is answered at once, median", (echoes,), "ms"),
    ]
    median = statistics.median(one.seconds for one in calm) * 1000
    report.figures.append(Figure("median answer against both floors together", (median / (posts + echoes),)))
    return report


def latency(what: str, seconds: Sequence[float], things: str, target: float | None = None) -> list[Figure]:
    """Median, 95th percentile and longest of so many waits, in milliseconds; nothing of fewer than two."""
    if len(seconds) < 2:
        return []
    waits = sorted(one * 1000 for one in seconds)
    p95 = statistics.quantiles(waits, n=20, method="inclusive")[18]
    return [
        Figure(f"{what}: median", (statistics.median(waits),), "ms", note=f"{len(waits)} {things}"),
        Figure(f"{what}: p95", (p95,), "ms", target=target, at_least=False),
        Figure(f"{what}: longest", (waits[-1],), "ms"),
    ]


def _waits(sent: list[Sent]) -> list[float]:
    return [one.seconds for one in sent]


async def _minute(place: Place, pair: str, seconds: float) -> list[Sent]:
    """Both partners of that pair in every cohort answer, each at a time of their own."""
    chance = random.Random(pair)  # noqa: S311 -- the same times in each run
    terms = next(stream for stream in place.original.streams if stream[0].stream == pair)[0].data["terms"]
    partners = [
        (copy.text(terms[role]), copy.text(pair)) for copy in place.made for role in ("mentor", "mentee")
    ]
    return await asyncio.gather(
        *(_answer(place, person, stream, chance.uniform(0, seconds)) for person, stream in partners)
    )


async def _answer(place: Place, person: str, stream: str, wait: float) -> Sent:
    """Open the link as a person would, answer, and press again while the page says that it is not saved."""
    await asyncio.sleep(wait)
    links = place.stack.links(str(place.web.base_url))
    url = links.issue(person, stream, "pulse", "pulse-1", datetime.now(UTC))
    shown = await place.web.get(url)
    assert shown.status_code == 200, shown.text
    begin, times = time.perf_counter(), 1
    while (answer := await place.web.post(url, data=ANSWER)).status_code == 503:
        times += 1
        await asyncio.sleep(1)
    seconds = time.perf_counter() - begin
    assert answer.status_code == 303, answer.text
    assert "Saved. Thank you!" in (await place.web.get(answer.headers["location"])).text
    return Sent(person, stream, begin, seconds, times)


async def _killed(place: Place, pair: str, seconds: float) -> tuple[list[Sent], list[Sent]]:
    """A minute in whose middle the first worker is killed and started again; and whom that met."""
    killing = asyncio.create_task(_kill(place.worker, seconds / 2))
    sent = await _minute(place, pair, seconds)
    down, up = await killing
    await _settled(place)
    return sent, [one for one in sent if one.at + one.seconds > down and one.at < up + 10]


async def _settled(place: Place) -> None:
    names = [copy.text(stream[0].stream) for copy in place.made for stream in place.original.streams]
    await until(lambda: _at_rest(place.stack.client, names), STARTING)


async def _kill(worker: Service, after: float) -> tuple[float, float]:
    """Kill the worker and start another at once; when that was, and when the other one ran."""
    await asyncio.sleep(after)
    down = time.perf_counter()
    await worker.restart()
    return down, time.perf_counter()


async def _audit(stack: Stack, sent: list[Sent]) -> Counter[str]:
    """How many answers of those that were said to be saved the log lacks, or holds twice."""
    held: Counter[tuple[str, str]] = Counter()
    for stream in {one.stream for one in sent}:
        async for event in stack.log.read_stream(stream):
            if event.type == "pair.pulse_answered":
                held[event.actor, stream] += 1
    given = {(one.person, one.stream) for one in sent}
    return Counter(lost=sum(held[one] == 0 for one in given), twice=sum(count > 1 for count in held.values()))


async def _floor(ask: AsyncIterator[Callable[[], Awaitable[object]]]) -> float:
    """The median of how many milliseconds it takes, one after the other."""
    waits: list[float] = []
    async for once in ask:
        for _ in range(FLOOR):
            begin = time.perf_counter()
            await once()
            waits.append((time.perf_counter() - begin) * 1000)
    return statistics.median(waits)


async def _echoing(client: Client) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    async with Worker(
        client, task_queue="echo", workflows=[Echo], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        handle = await client.start_workflow(Echo.run, id="echo", task_queue="echo")
        yield lambda: handle.execute_update(Echo.ping)
        await handle.terminate()


async def _refused(web: httpx2.AsyncClient) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    yield lambda: web.post("/link/none", data=ANSWER)


async def _at_rest(client: Client, names: list[str]) -> bool:
    """Whether each of these runs and waits for what comes next; what they catch up with is not the load."""
    await asyncio.sleep(2)
    for name in names:
        try:
            told = (await client.get_workflow_handle(name).describe()).raw_description
        except RPCError:
            return False
        if told.pending_activities or told.HasField("pending_workflow_task"):
            return False
    return True


@asynccontextmanager
async def everything(
    original: copies.Original, count: int, *, sticky: float | None = None
) -> AsyncIterator[Place]:
    """Servers as in production, our three processes, and so many cohorts, all of them running."""
    async with AsyncExitStack() as exits:
        folder = exits.enter_context(open_directory())
        postgres = EmbeddedPostgres()
        exits.callback(postgres.close)
        await asyncio.to_thread(postgres.start)
        temporal = DevServer(database=folder / "temporal.db")
        await exits.enter_async_context(temporal)
        settings, keys = EngineSettings(), Keys.generate()
        stack = await exits.enter_async_context(
            Stack._on(settings, postgres, temporal, keys, quiet_runtime(), worker=False, projector=False)
        )
        made = await copies.copied(original, stack, count)
        port = free_ports(1)[0]
        base = f"http://127.0.0.1:{port}"
        variables = {
            **stack.environment(),
            "TURNABOUT_GATEWAY_URL": base,
            "TURNABOUT_GATEWAY_PORT": str(port),
            "TURNABOUT_GATEWAY_RATE": "100000",
            **({} if sticky is None else {"TURNABOUT_STICKY_TIMEOUT": str(sticky)}),
        }
        services = {verb: Service(verb, variables) for verb in ("worker", "projector", "gateway")}
        other = Service("worker", variables)
        exits.push_async_callback(other.close)
        for service in services.values():
            exits.push_async_callback(service.close)
            await service.start()
        # Everybody comes on a line of their own.
        alone = httpx2.Limits(max_keepalive_connections=0)
        web = await exits.enter_async_context(httpx2.AsyncClient(base_url=base, timeout=90, limits=alone))
        place = Place(stack, services["worker"], other, web, made, original)
        await _settled(place)
        yield place
