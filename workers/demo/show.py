"""Shows the demo: progress on stderr while it runs, then the report on stdout, for people or as JSON."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from events.contracts import StoredEvent
from turnabout.cli.matching_page import summary
from turnabout.cli.output import Format, note, render, show_document, table
from turnabout.results import PairCard, TimelineLine
from turnabout.spec import CohortSpec
from workers import logs
from workers.demo.report import DemoReport
from workers.demo.run import Watch, run_demo

ROUTINE = {
    "cohort.person_joined": "people joined",
    "cohort.shortlist_ranked": "shortlists ranked",
    "cohort.match_accepted": "matches accepted",
    "cohort.pair_arranged": "pairs arranged",
    "pair.formed": "pairs formed",
    "pair.exchange_agreed": "exchanges agreed",
    "pair.cadence_agreed": "cadences agreed",
    "pair.goal_proposed": "goals proposed",
    "pair.goal_accepted": "goals accepted",
    "pair.ground_rules_signed": "signatures under the ground rules",
    "pair.activated": "pairs active",
    "pair.session_held": "sessions held",
    "pair.session_missed": "sessions missed",
    "pair.pulse_opened": "pulses opened",
    "pair.pulse_closed": "pulses closed",
    "pair.milestone_opened": "milestone checks opened",
    "pair.milestone_checked": "milestone checks filled in",
    "pair.stagnation_assessed": "midpoint reviews without a finding",
    "pair.midpoint_decided": "midpoint decisions",
    "pair.endpoint_opened": "endpoint waves opened",
    "pair.endpoint_closed": "endpoint waves closed",
    "pair.outcome_recorded": "outcomes recorded",
    "pair.ended": "pairs ended",
    "pair.memo_filed": "memos filed",
}
"""What happens to nearly everybody is counted a week; the rest is told line by line."""

NOTABLE = ("reshuffle", "default", "nudge", "routine check-in", "never logged")
"""Words that make a routine line worth telling on its own."""


def run(output: Format, out: Path | None = None) -> None:
    """Run the demo and print it: `table` for people, `json` or `jsonl` as one document. `out` is a folder for
    a sample of its letters."""
    logs.configure("auto", "error")  # what the demo plays is no reason to warn
    with _progress() as watch:
        report = asyncio.run(run_demo(watch, out))
    if output == "table":
        render(*page(report))
    else:
        show_document(report, output)
    if out is not None:
        note(f"Letters, documents and calendars are in {out}.")


@contextmanager
def _progress() -> Iterator[Watch]:
    """A bar over the simulated days; on a pipe, a line a week."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[phase]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting PostgreSQL and Temporal", total=None, phase="")
        weeks: set[int] = set()

        def watch(spec: CohortSpec, now: datetime, events: Sequence[StoredEvent]) -> None:  # noqa: ARG001
            day = (now.date() - spec.starts_on).days
            total = (spec.ends_on - spec.starts_on).days + 5
            bar.update(task, total=total, completed=day, description=f"{now:%d %B %Y}", phase=f"day {day}")
            if not console.is_terminal and day // 7 not in weeks:
                weeks.add(day // 7)
                console.print(f"{now:%d %B %Y}, day {day}", highlight=False)

        yield watch


def page(report: DemoReport) -> Iterator[RenderableType]:
    """The report for people."""
    cohort = report.cohort
    yield Text.assemble(
        (cohort.name, "bold"), f" ({cohort.preset}, {cohort.weeks} weeks, {cohort.people} people)"
    )
    yield _heading("Timeline")
    yield from _timeline(report.timeline)
    yield _heading("Matching")
    yield table(("what", "value"), list(summary(report.matching)))
    yield _heading("Pairs")
    yield table(("pair", "end state", "sessions", "goal", "attained", "memo"), map(_pair, report.pairs))
    yield from _reshuffles(report.pairs)
    if report.pause:
        yield _heading("A pause after a low answer, as both partners read it")
        yield from (Text(f"  {line}".rstrip()) for line in report.pause.rstrip().splitlines())
    yield _heading("The six classic traps")
    yield table(("trap", "guard", "here"), [(one.trap, one.guard, one.here) for one in report.traps])
    yield _heading("Mails by kind")
    yield table(("kind", "mails"), [(count.what, count.count) for count in report.mails])
    yield _heading("Refused by a rule")
    refused = [(one.rule, one.command, one.times, one.reason) for one in report.refusals]
    yield table(("rule", "command", "times", "reason"), refused)
    yield _heading("Closure memos")
    yield from map(_memo, report.pairs)
    yield _heading("Quick numbers")
    yield from _numbers(report)


def _heading(name: str) -> Text:
    return Text(f"\n{name}", "bold")


def _timeline(lines: Sequence[TimelineLine]) -> Iterator[Text]:
    for (week, phase), group in groupby(lines, key=lambda line: (line.week, line.phase)):
        yield Text.assemble("  ", (f"week {week}", "bold"), f" · {phase}")
        counted: Counter[str] = Counter()
        for line in group:
            if line.type in ROUTINE and not any(word in line.what for word in NOTABLE):
                counted[ROUTINE[line.type]] += 1
            else:
                place = "" if line.stream.startswith("cohort-") else f"{line.stream.removeprefix('pair-')}: "
                yield Text(f"    {line.occurred_at:%a %d %b %H:%M}  {place}{line.what}")
        if counted:
            told = [f"{what} {counted[what]}" for what in ROUTINE.values() if counted[what]]
            yield Text(f"    {' · '.join(told)}", "dim")


def _pair(card: PairCard) -> tuple[str | None, ...]:
    return (
        card.pair,
        card.state + (f" (replaces {card.replaces.removeprefix('pair-')})" if card.replaces else ""),
        f"{card.held} of {card.planned}" + (f", {card.pauses} pause" if card.pauses else ""),
        card.goal,
        None if card.attainment is None else f"{card.attainment:+d}" if card.attainment else "0",
        card.memo,
    )


def _reshuffles(cards: Sequence[PairCard]) -> Iterator[RenderableType]:
    """Who went on with whom."""
    former = {f"pair-{card.pair}": card for card in cards}
    again = [card for card in cards if card.replaces]
    if again:
        yield _heading("Reshuffled")
    for card in again:
        old = former[card.replaces or ""]
        yield Text(
            f"  {card.mentee} left {old.pair} with {old.mentor} at mid-point and went on with {card.mentor} "
            f"in {card.pair}: {card.held} of {card.planned} sessions, with a goal of its own."
        )


def _memo(card: PairCard) -> Text:
    steps = "; ".join(f"{step.what} ({step.owner}, {step.due_on:%d %b %Y})" for step in card.next_steps)
    return Text(f"  {card.pair}: {card.summary} Next: {steps}.")


def _numbers(report: DemoReport) -> Iterator[Text]:
    rate, cost = report.adherence.adherence, report.cost
    milestones = report.adherence.milestones
    progress = "suppressed" if milestones.suppressed else f"{milestones.progress:.1f} of 5"
    ends = ", ".join(f"{count} {state}" for state, count in sorted(report.cohort.pairs_by_state.items()))
    yield Text(f"  pairs: {ends}; {report.cohort.waiting} people wait")
    yield Text(
        f"  adherence (K10): {'-' if rate is None else f'{rate:.0%}'} "
        f"({report.adherence.held} held, {report.adherence.missed} missed)"
    )
    yield Text(f"  milestone progress: {progress} (n = {milestones.n}, shown from {milestones.k} on)")
    yield Text(f"  messages: {', '.join(f'{count.count} {count.what}' for count in report.messages)}")
    yield Text(
        f"  {cost.events} events in {cost.simulated_days} simulated days took {cost.wall_seconds} s; "
        f"no message was later than {cost.longest_delay_seconds} s"
    )
