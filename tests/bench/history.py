"""What Temporal keeps and would bill for a whole cohort's life: the demo's ten pairs in simulated time."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from events.contracts import StoredEvent
from events.people import People
from tests.bench import counting
from tests.bench.counting import Appended, Cost, Totals
from tests.bench.figures import Figure, Report, Table
from turnabout.load import load_spec
from turnabout.results import PairCard
from turnabout.roster import read_roster
from workers.demo.cast import Cast
from workers.demo.play import Play
from workers.demo.run import EXAMPLES, LIMIT, LOOK_EVERY, repeatable
from workers.embedded.stack import Stack
from workers.settings import EngineSettings


@dataclass
class Log:
    """What the log says of one stream: its commands in order, and how many events they are."""

    commands: dict[str, Appended] = field(default_factory=dict)
    events: int = 0


async def measure() -> Report:
    """Play the example's cohort to its close and count."""
    spec = repeatable((loaded := load_spec(EXAMPLES / "cohort.yaml")).spec)
    settings = EngineSettings(notify_channels=("log",), shutdown_timeout=0.5)
    async with Stack.simulated(settings, sandboxed=False, look_every=LOOK_EVERY) as stack:
        staff = read_roster(EXAMPLES / "staff.csv").contacts
        await People(stack.pool).import_people((*loaded.contacts, *staff))
        began = datetime.combine(spec.starts_on, datetime.min.time(), tzinfo=UTC) + timedelta(hours=8)
        await stack.clock.sleep(began - await stack.clock.now())
        clock = time.perf_counter()
        await stack.turnabout.start_cohort(spec)
        logs: dict[str, Log] = defaultdict(Log)
        play = Play(
            Cast(spec), stack.turnabout, stack.log, stack.clock, lambda _, events: _note(logs, events)
        )
        await play.run(lambda event: event.type == "cohort.closed", limit=LIMIT)
        seconds = time.perf_counter() - clock
        cards = {f"pair-{card.pair}": card for card in await stack.reads.pairs(spec.id)}
        refused = [refusal.stream for refusal in play.refusals]
        runs = {name: await runs_of(stack.client, name) for name in sorted(logs)}
    sums = {name: counting.totals(runs[name], log.events, refused.count(name)) for name, log in logs.items()}
    costs = {name: _costs(runs[name], log) for name, log in logs.items()}
    weeks = max(card.weeks for card in cards.values())
    whole = [name for name, card in cards.items() if _is_whole(card, weeks)]
    return _report(sums, costs, cards, whole, seconds)


def _note(logs: dict[str, Log], events: Sequence[StoredEvent]) -> None:
    for event in events:
        log = logs[event.stream]
        log.events += 1
        log.commands.setdefault(event.command_id, Appended(event.command_id, event.type))


async def runs_of(client: Client, workflow_id: str) -> list[Sequence[HistoryEvent]]:
    """The histories of a workflow's runs, from the first to the last."""
    runs: list[Sequence[HistoryEvent]] = []
    run_id: str | None = None
    while run_id != "":
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        runs.insert(0, history.events)
        run_id = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return runs


def _costs(runs: Sequence[Sequence[HistoryEvent]], log: Log) -> list[Cost]:
    commands = iter(log.commands.values())
    return [cost for run in runs for cost in counting.by_cause(run, commands)]


def _is_whole(card: PairCard, weeks: int) -> bool:
    """Whether the pair lived from the kickoff to the end, without a pause."""
    return card.state == "graduated" and card.weeks == weeks and not card.pauses


def _report(
    sums: dict[str, Totals],
    costs: dict[str, list[Cost]],
    cards: dict[str, PairCard],
    whole: list[str],
    seconds: float,
) -> Report:
    lived = [cost for name in whole for cost in costs[name]]
    commands = [cost.history_events for cost in lived if cost.trigger == "command"]
    reminders = [cost.history_events for cost in lived if cost.event_type == "pair.reminded"]
    lives = [float(sums[name].history_events) for name in whole]
    report = Report("history")
    report.figures = [
        _at_most(f"a pair's whole 12 weeks ({len(whole)} pairs)", lives, 500, judged_by="worst"),
        _at_most("one external command to a pair", commands, 6, judged_by="median"),
        _at_most("one reminder of a pair, sent", reminders, 12, judged_by="worst"),
        Figure(
            "the demo's cohort, from its start to its close", (seconds,), "s", target=20.0, at_least=False
        ),
    ]
    report.tables = [_streams(sums, cards), _causes(lived)]
    return report


def _at_most(what: str, values: list[float], target: float, *, judged_by: str) -> Figure:
    return Figure(
        f"history events: {what}",
        tuple(values),
        "events",
        target=target,
        at_least=False,
        worst=judged_by == "worst",
    )


def _streams(sums: dict[str, Totals], cards: dict[str, PairCard]) -> Table:
    columns = ("stream", "ended", *(name.replace("_", " ") for name in Totals.__annotations__))
    rows = [
        (name, cards[name].state if name in cards else "closed", *map(str, vars(total).values()))
        for name, total in sorted(sums.items())
    ]
    return Table("Each stream of the cohort", columns, tuple(rows))


def _causes(costs: Sequence[Cost]) -> Table:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for cost in costs:
        found[cost.trigger, cost.event_type].append(cost.history_events)
    rows = [
        (trigger, event_type, str(len(values)), f"{statistics.median(values):.1f}", f"{max(values):.1f}")
        for (trigger, event_type), values in sorted(found.items())
    ]
    columns = ("cause", "first event", "times", "median", "max")
    return Table("History events by cause, over whole lives of pairs", columns, tuple(rows))
