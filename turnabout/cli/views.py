"""Pages for people: a cohort, a pair, a calendar. Each takes results and returns what to print; no I/O.

Times stand on the clock of the cohort; programs take JSON, where they are in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from turnabout import calendar
from turnabout.cli.output import cell, table
from turnabout.plan import Plan, PlanItem
from turnabout.power import CONTROLS_EACH, ENOUGH, HOPED, SPREAD, USUAL, Design
from turnabout.results import ChecklistItem, CohortBoard, LoggedEvent, PairCard, Session

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays")


def cohort_page(
    board: CohortBoard, checklist: Sequence[ChecklistItem], pairs: Sequence[PairCard]
) -> Iterator[RenderableType]:
    """A cohort: its facts, its launch checklist and its pairs."""
    zone = board.timezone
    yield title(board.name, f"{board.cohort}, {_words(board.state)}")
    yield _facts(
        [
            ("kind", f"{_words(board.kind)}, {board.preset}, {board.weeks} weeks, {zone}"),
            (
                "dates",
                f"{_day(board.starts_on)}, kickoff {_day(board.kickoff_on)}, end {_day(board.ends_on)}",
            ),
            ("lead", board.lead),
            ("sponsor", f"{board.sponsor}{_duties(board)}"),
            ("people", _people(board)),
            ("pairs", f"{board.pairs}{_states(board)}"),
            ("memos", _memos(board)),
            ("next cohort", _next_cohort(board)),
            ("policy", board.policy_version),
            (
                "last event",
                f"{board.last_event}, {at(board.last_event_at, zone)}, position {board.last_position}",
            ),
            ("attention", ", ".join(map(_words, board.attention))),
        ]
    )
    yield heading("Launch checklist")
    rows = [("[x]" if item.done else "[ ]", item.title, at(item.done_at, zone)) for item in checklist]
    yield indented(grid(rows))
    if pairs:
        yield heading("Pairs")
        columns = ("pair", "state", "mentor", "mentee", "sessions", "next session", "goal")
        yield indented(table(columns, [_pair_row(card) for card in pairs], shortens="goal"))


def pair_page(card: PairCard) -> Iterator[RenderableType]:
    """A pair: its facts, and its sessions one by one."""
    zone = card.timezone
    yield title(card.pair, _words(card.state))
    yield _facts(
        [
            ("mentor", card.mentor),
            ("mentee", card.mentee),
            ("support", f"{card.support_contact}; lead {card.lead}"),
            ("formed", at(card.formed_at, zone) + (", assigned by the lead" if card.assigned else "")),
            ("replaces", card.replaces),
            ("active", at(card.activated_at, zone)),
            ("ended", at(card.ended_at, zone)),
            ("goal", card.goal or (f"{card.goal_proposed} (proposed)" if card.goal_proposed else None)),
            ("measure", _measure(card)),
            ("exchange", f"teaches {card.teaches}; gets {card.gives}" if card.teaches else None),
            ("cadence", _cadence(card.cadence)),
            ("progress", _progress(card)),
            ("midpoint", _decision(card)),
            ("outcome", _outcome(card)),
            ("memo", f"{card.memo}, {at(card.memo_at, zone)}" if card.memo else None),
            ("summary", card.summary),
            ("lesson", card.lesson),
            (
                "next steps",
                "; ".join(f"{one.what} ({one.owner}, {_day(one.due_on)})" for one in card.next_steps),
            ),
        ]
    )
    if card.sessions:
        yield heading(f"Sessions ({zone})")
        rows = [(str(one.number), at(one.starts_at, zone), _session(one)) for one in card.sessions]
        yield indented(grid(rows))


def event_page(event: LoggedEvent) -> Iterator[RenderableType]:
    """An event of the log, with its payload as JSON."""
    plain = event.model_dump(mode="json")
    data = plain.pop("data")
    yield _facts([(_words(name), cell(value)) for name, value in plain.items()])
    yield Text(json.dumps(data, indent=2, ensure_ascii=False))


def plan_page(plan: Plan) -> Iterator[RenderableType]:
    """A cohort's calendar, week by week, and what it takes for granted."""
    yield title(plan.name, f"{plan.cohort}, times in {plan.timezone}")
    yield _facts(
        [
            ("kickoff", at(plan.kickoff, plan.timezone)),
            ("end", _day(plan.ends_on)),
            ("close", at(plan.close_expected, plan.timezone)),
            ("policy", plan.policy_version),
        ]
    )
    made = Table.grid(padding=(0, 2, 0, 0))
    for index in range(4):
        made.add_column(no_wrap=index < 2, overflow="fold")
    for (week, phase), items in groupby(plan.items, key=lambda item: (item.week, item.phase)):
        made.add_row()
        made.add_row(Text(f"week {week}", "bold"), None, Text(phase, "bold"))
        for item in items:
            told = Text(_told(item), "dim" if item.kind == "reminder" else "")
            made.add_row(_clock(item.local), item.rule, cell(item.what), told)
    yield made
    if plan.design is not None:
        yield heading("What this cohort can find")
        yield indented(grid([("-", text) for text in _design(plan.design)]))
    yield heading("Taken for granted")
    yield indented(grid([("-", text) for text in plan.assumptions]))


def _design(one: Design) -> Iterator[str]:
    """Which differences a cohort can find, in plain words (domain rules, section 6, Power)."""
    yield (
        f"At the most {one.people} people are in pairs. Against {one.controls} controls, "
        f"{CONTROLS_EACH} for each, a retention that truly is {HOPED:.0%} and not {USUAL:.0%} "
        f"would be found in {one.found:.0%} of such cohorts."
    )
    if one.at_least is None:
        yield (
            f"Not even if everybody stayed would it be found in {ENOUGH:.0%} of them: expect "
            "“cannot tell yet”, and let `turnabout kpi program` pool several cohorts."
        )
    else:
        yield f"From {USUAL:.0%} to {one.at_least:.0%} or more is found in {ENOUGH:.0%} of them."
    if one.points is not None:
        yield (
            f"Of mean engagement (0 to 100) {one.points:g} points or more are found in {ENOUGH:.0%} of "
            f"them, if answers spread by {SPREAD:g} points."
        )


def title(name: str, rest: str) -> Text:
    return Text.assemble((cell(name), "bold"), f" ({rest})")


def heading(name: str) -> Text:
    return Text(f"\n{name}", "bold")


def _facts(facts: Iterable[tuple[str, str | None]]) -> RenderableType:
    """Names and values; what has no value yet is left out."""
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in facts:
        if value and value != "-":
            made.add_row(name, Text(cell(value)))
    return indented(made)


def grid(rows: Iterable[Sequence[str]]) -> Table:
    made = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        made.add_row(*(Text(cell(value)) for value in row))
    return made


def indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2), expand=False)


def _words(name: str) -> str:
    """A state in words; a pause has the neutral ones that its partners read (G6)."""
    neutral = {"paused": "in a routine check-in", "pairs_paused": "pairs in a routine check-in"}
    return neutral.get(name, name.replace("_", " "))


def _day(day: date) -> str:
    return f"{day:%a %d %b %Y}"


def at(at: datetime | None, timezone: str) -> str:
    return "-" if at is None else _clock(calendar.local(at, timezone))


def _clock(at: datetime) -> str:
    return f"{at:%a %d %b %Y %H:%M}"


def _next_cohort(board: CohortBoard) -> str:
    starts = f", from {_day(board.next_cohort_on)}" if board.next_cohort_on else ""
    return f"{board.next_cohort}{starts}" if board.next_cohort else ""


def _duties(board: CohortBoard) -> str:
    told = [
        f"{name} {duty.state}"
        + (f" {at(duty.due_at, board.timezone)}" if duty.due_at and duty.state == "due" else "")
        for name, duty in board.duties.items()
    ]
    return f"; duties: {', '.join(told)}" if told else ""


def _people(board: CohortBoard) -> str:
    joined = f"{board.mentors_joined} mentors and {board.mentees_joined} mentees joined"
    return f"{board.people} on the roster: {joined}, {board.declined} declined, {board.waiting} wait"


def _states(board: CohortBoard) -> str:
    counts = ", ".join(f"{count} {_words(state)}" for state, count in sorted(board.pairs_by_state.items()))
    assigned = f"; {board.pairs_assigned} assigned by the lead" if board.pairs_assigned else ""
    return (f": {counts}" if counts else "") + assigned


def _memos(board: CohortBoard) -> str:
    of_pairs = f"{board.memos_filed} filed, {board.memos_waived} waived"
    filed = f"; the cohort's filed {at(board.memo_filed_at, board.timezone)}" if board.memo_filed_at else ""
    return of_pairs + filed


def _pair_row(card: PairCard) -> tuple[Any, ...]:
    ahead = card.next_session
    return (
        card.pair,
        _words(card.state),
        card.mentor,
        card.mentee,
        f"{card.held}/{card.planned}",
        f"{calendar.local(ahead.starts_at, card.timezone):%a %d %b %H:%M}" if ahead else None,
        card.goal,
    )


def _measure(card: PairCard) -> str | None:
    if card.goal_metric is None or card.goal_target is None:
        return None
    due = f", by {_day(card.goal_due_on)}" if card.goal_due_on else ""
    amounts = f"{cell(card.goal_baseline)} to {cell(card.goal_target)} {card.goal_unit or ''}"
    return f"{card.goal_metric}: {amounts}{due}"


def _cadence(cadence: dict[str, Any] | None) -> str | None:
    if cadence is None:
        return None
    return (
        f"{WEEKDAYS[cadence['weekday']]} at {str(cadence['at'])[:5]} {cadence['timezone']}, "
        f"{cadence['minutes']} minutes, {cadence['channel']}"
    )


def _progress(card: PairCard) -> str | None:
    parts = [f"{card.held} of {card.planned} sessions held", f"{card.missed} missed"]
    parts += [f"{card.deliverables} deliverables"] if card.deliverables else []
    parts += [f"{card.actions_done} of {card.actions} actions done"] if card.actions else []
    parts += [f"{card.pauses} routine check-in{'s' if card.pauses > 1 else ''}"] if card.pauses else []
    return ", ".join(parts) if card.planned else None


def _decision(card: PairCard) -> str | None:
    return f"{card.decision}{' by default' if card.decision_by_default else ''}" if card.decision else None


def _outcome(card: PairCard) -> str | None:
    if card.outcome is None:
        return None
    attained = "" if card.attainment is None else f", attainment {card.attainment:+d}"
    return f"{cell(card.outcome)} {card.goal_unit or ''}{attained}"


def _session(session: Session) -> str:
    return f"{session.state}, never logged" if session.unlogged else session.state


def _told(item: PlanItem) -> str:
    """Who gets what, and what makes it needless."""
    count = f" ({item.people})" if item.people else ""
    told = [f"to {item.to}{count}" if item.to else "", item.template]
    unless = f"unless {item.unless}" if item.unless else ""
    return ", ".join(part for part in (*told, unless) if part)
