"""What the demo shows at the end: read from the read models and the outbox, nothing kept by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from events.contracts import StoredEvent
from turnabout.errors import NotFound
from turnabout.model import Model
from turnabout.results import Adherence, CohortBoard, PairCard, TimelineLine
from workers.demo.play import Refusal
from workers.demo.traps import Trap, traps
from workers.embedded.stack import Stack


class Count(Model):
    """How often something came up."""

    what: str
    count: int


class RefusedCommand(Model):
    """A rule at work: which command it refused, how often, and the words of the first refusal."""

    rule: str
    command: str
    times: int
    reason: str


class Cost(Model):
    """What the run took: simulated days, wall seconds of the simulation, events in the log, and the longest
    delay from due to sent in simulated seconds."""

    simulated_days: int
    wall_seconds: float
    events: int
    longest_delay_seconds: float


class DemoReport(Model):
    """A whole cohort, as the demo prints it."""

    cohort: CohortBoard
    timeline: tuple[TimelineLine, ...]
    pairs: tuple[PairCard, ...]
    reminders: tuple[Count, ...]
    mails: tuple[Count, ...]
    messages: tuple[Count, ...]
    pause: str | None
    traps: tuple[Trap, ...]
    refusals: tuple[RefusedCommand, ...]
    adherence: Adherence
    cost: Cost


async def read_report(
    stack: Stack,
    cohort: str,
    refusals: Sequence[Refusal],
    events: Sequence[StoredEvent],
    *,
    pause: str | None,
    began: datetime,
    wall_seconds: float,
) -> DemoReport:
    """Everything about a cohort, once the read models have caught up with the log. `events` are those of the
    run, `pause` is the letter that announced a pause."""
    head = await stack.log.head()
    await stack.reads.wait_for(head, timeout=30)
    now = await stack.clock.now()
    board, adherence = await stack.reads.board(cohort), await stack.reads.adherence(cohort, now)
    if board is None or adherence is None:
        raise NotFound(f"The cohort {cohort!r} left no trace in the read models.")
    nudges = await stack.reads.reminders(cohort)
    outbox = await stack.reads.messages(cohort)
    pairs = await stack.reads.pairs(cohort, now)
    return DemoReport(
        cohort=board,
        timeline=await stack.reads.timeline(cohort),
        pairs=pairs,
        reminders=_counts(f"{line.template or line.kind} ({line.outcome})" for line in nudges),
        mails=_counts(line.template for line in outbox if line.outcome == "sent"),
        messages=_counts(line.outcome for line in outbox),
        pause=pause,
        traps=traps(events, refusals, board, pairs),
        refusals=_refused(refusals),
        adherence=adherence,
        cost=Cost(
            simulated_days=(now - began).days,
            wall_seconds=round(wall_seconds, 1),
            events=head,
            longest_delay_seconds=round(max((line.delay_seconds or 0 for line in outbox), default=0), 1),
        ),
    )


def _counts(names: Iterable[str]) -> tuple[Count, ...]:
    return tuple(Count(what=name, count=count) for name, count in sorted(Counter(names).items()))


def _refused(refusals: Iterable[Refusal]) -> tuple[RefusedCommand, ...]:
    kinds: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        kinds.setdefault((refusal.rule, refusal.command), []).append(refusal)
    return tuple(
        RefusedCommand(rule=rule, command=command, times=len(group), reason=group[0].reason)
        for (rule, command), group in sorted(kinds.items())
    )
