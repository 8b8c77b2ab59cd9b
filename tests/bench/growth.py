"""Whole lives of 10, 100 and 1,000 pairs in simulated time: what a pair costs, and whether that grows with
their number. Worker and projector are processes of their own, so that each one's processor time can be told.

`python -m tests.bench.growth 1 10 100` names the rounds by their cohorts of ten pairs; 100 take an hour.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from events.contracts import StoredEvent
from events.people import People
from tests.bench.figures import Figure, Report, Table, show
from tests.bench.history import runs_of
from tests.e2e.cohort import LIMIT, STARTS_ON, begins
from tests.e2e.service import Service
from turnabout.process import leave
from turnabout.spec import CohortSpec
from workers.demo.cast import Action, Cast
from workers.demo.play import Play
from workers.demo.run import read_example, repeatable
from workers.embedded.stack import Stack
from workers.settings import EngineSettings

WEEKS = 8
WAVE = 25
"""So many cohorts live at the same time; the next ones begin when they have closed."""
SAMPLE = 40
"""Pairs whose histories are fetched and weighed, evenly over all."""
BETWEEN = LIMIT + timedelta(weeks=5)
"""From the start of one wave to that of the next."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Effort:
    """How many cohorts of ten pairs, round by round, each round on servers of its own."""

    cohorts: tuple[int, ...] = (1, 10, 100)


@dataclass(frozen=True)
class Round:
    """What a round took: seconds of processor time by process, bytes in the database, history of a pair."""

    pairs: int
    streams: int
    wall: float
    events: int
    history_events: float
    history_bytes: float
    log_bytes: int
    read_bytes: int
    seconds: dict[str, float]
    peak: dict[str, int]

    def row(self) -> tuple[str, ...]:
        """The row of the printed table, a pair's share of each."""
        each = self.pairs
        return (
            f"{self.pairs:,}",
            f"{self.events / each:.0f}",
            f"{self.history_events:.0f}",
            f"{self.history_bytes / 1024:.0f} KiB",
            f"{self.log_bytes / each / 1024:.0f} KiB",
            f"{self.read_bytes / each / 1024:.0f} KiB",
            *(f"{self.seconds[name] / each:.2f}" for name in ("worker", "projector", "postgres", "temporal")),
            f"{self.wall / each:.2f}",
            f"{self.peak['worker'] >> 20} / {self.peak['projector'] >> 20}",
        )


COLUMNS = (
    "pairs", "events", "history events", "history", "log", "read models", "worker s", "projector s",
    "postgres s", "temporal s", "wall s", "peak MiB",
)  # fmt: skip


class Crowd(Cast):
    """The casts of many cohorts as one."""

    def __init__(self, specs: list[CohortSpec]) -> None:
        super().__init__(specs[0])
        self._casts = {spec.id: Cast(spec) for spec in specs}

    def respond(self, event: StoredEvent) -> Iterator[Action]:
        _, cohort, *_ = event.stream.split("-")
        yield from self._casts[cohort].respond(event)


async def measure(effort: Effort) -> Report:
    """All rounds, the smallest first."""
    rounds = []
    for count in effort.cohorts:
        rounds.append(await _round(count))
        sys.stderr.write(f"{' | '.join(rounds[-1].row())}\n")  # the next one takes ten times as long
    report = Report("growth")
    first, last = rounds[0], rounds[-1]
    growth = (sum(last.seconds.values()) / last.pairs) / (sum(first.seconds.values()) / first.pairs)
    report.figures.append(
        Figure(f"processor time of a pair, {last.pairs:,} against {first.pairs}", (growth,), at_least=False)
    )
    report.tables.append(Table("Each pair's share", COLUMNS, tuple(one.row() for one in rounds)))
    return report


def _specs(count: int) -> list[CohortSpec]:
    """The example's cohort, cut to a sprint of eight weeks, under so many names, wave after wave."""
    spec = repeatable(read_example()[0])
    told = {**spec.model_dump(), "preset": "skills_sprint", "holidays": ()}
    return [
        CohortSpec.model_validate(
            {
                **told,
                "id": f"g{number:03}",
                "starts_on": (begin := STARTS_ON + number // WAVE * BETWEEN),
                "kickoff_on": begin + (spec.kickoff_on - spec.starts_on),
            }
        )
        for number in range(count)
    ]


async def _round(count: int) -> Round:
    specs = _specs(count)
    settings = EngineSettings(notify_channels=("log",))
    async with Stack.simulated(settings, worker=False, projector=False) as stack:
        await People(stack.pool).import_people(read_example()[1])
        services = {verb: Service(verb, stack.environment()) for verb in ("worker", "projector")}
        try:
            await asyncio.gather(*(service.start() for service in services.values()))
            pids = {
                **{verb: service.pid for verb, service in services.items()},
                "postgres": stack.postgres.pid or 0,
                "temporal": stack.temporal.pid or 0,
            }
            before = {name: spent(pid) for name, pid in pids.items()}
            began = time.perf_counter()
            for first in range(0, count, WAVE):
                await _live(stack, specs[first : first + WAVE])
                sys.stderr.write(f"{first + WAVE} of {count} after {time.perf_counter() - began:.0f} s\n")
            wall = time.perf_counter() - began
            await stack.reads.wait_for(await stack.log.head(), timeout=600)
            seconds = {name: spent(pid) - before[name] for name, pid in pids.items()}
            peak = {verb: peak_memory(service.pid) for verb, service in services.items()}
            return await _weighed(stack, count, wall, seconds, peak)
        finally:
            for service in services.values():
                await service.close()


async def _live(stack: Stack, specs: list[CohortSpec]) -> None:
    """Every cohort of a wave from its start to its close."""
    await stack.clock.sleep(begins(specs[0]) - await stack.clock.now())
    few = asyncio.Semaphore(8)

    async def start(spec: CohortSpec) -> None:
        async with few:
            await stack.turnabout.start_cohort(spec)

    closed: set[str] = set()

    def over(event: StoredEvent) -> bool:
        if event.type == "cohort.closed":
            closed.add(event.stream)
        return len(closed) == len(specs)

    play = Play(Crowd(specs), stack.turnabout, stack.log, stack.clock, _position=await stack.log.head())
    await asyncio.gather(*(start(spec) for spec in specs))
    await play.run(over, limit=LIMIT + timedelta(days=30))


async def _weighed(
    stack: Stack, cohorts: int, wall: float, seconds: dict[str, float], peak: dict[str, int]
) -> Round:
    async with stack.pool.acquire() as db:
        names = [row["stream"] for row in await db.fetch("SELECT stream FROM log.streams ORDER BY stream")]
        events = await db.fetchval("SELECT count(*) FROM log.events")
        log_bytes, read_bytes = [
            await db.fetchval(
                "SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname ~ $1",
                schema,
            )
            for schema in ("^log$", "^proj")
        ]
    pairs = [name for name in names if name.startswith("pair-")]
    chosen = pairs[:: max(1, len(pairs) // SAMPLE)]
    histories = [[event for run in await runs_of(stack.client, name) for event in run] for name in chosen]
    return Round(
        pairs=10 * cohorts,
        streams=len(names),
        wall=wall,
        events=events,
        history_events=sum(map(len, histories)) / len(chosen),
        history_bytes=sum(event.ByteSize() for history in histories for event in history) / len(chosen),
        log_bytes=log_bytes,
        read_bytes=read_bytes,
        seconds=seconds,
        peak=peak,
    )


def spent(pid: int) -> float:
    """Seconds of processor time of a process and all below it, also of those that have ended."""
    children: dict[int, list[int]] = {}
    times: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        number = int(entry.parent.name)
        children.setdefault(int(words[1]), []).append(number)
        times[number] = sum(map(int, words[11:15])) / TICK
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        total += times.get(one, 0.0)
        todo += children.get(one, [])
    return total


def peak_memory(pid: int) -> int:
    """The most bytes of memory that a process has held at once."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    rounds = tuple(int(word) for word in sys.argv[1:])
    show(asyncio.run(measure(Effort(rounds or Effort.cohorts))))
    leave(0)
