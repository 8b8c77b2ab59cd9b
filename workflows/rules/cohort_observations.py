"""The control group, and what is observed of the tied metric (R44, R60, K12). Pure."""

from __future__ import annotations

import hashlib

from events.base import Event
from events.cohort_measurement import (
    ComparisonRefused,
    ControlGroupFrozen,
    MetricObserved,
)
from turnabout import schedule
from turnabout.commands.cohort_measurement import FreezeControls, RecordMetric
from turnabout.errors import Rejected
from turnabout.model import Role
from workflows.rules.cohort_baseline import CONTROL_GROUP
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

WAITING_LIST = "Everybody on the waiting list when the group was frozen."
NO_GROUP = "No control group was frozen before the kickoff."
NAMED = 5
"""How many ids a message names."""


def freeze(state: CohortState, command: FreezeControls, moment: Moment) -> list[Event]:
    """Fix who the pairs' people are compared with, before anything can have had an effect (R60). Once the
    pairs stand, a round that is open holds nothing up: whom it may still pair is left out."""
    if state.measurement.controls is not None:
        raise Rejected("R60", "the control group is frozen.", hint="It stays as it is.")
    if state.launched or moment.now >= state.spec.kickoff:
        raise Rejected(
            "R60",
            "the kickoff is over: a group that is chosen now could be chosen by its outcome.",
            hint="This cohort is reported without a comparison.",
        )
    if state.phase not in {"matching", "ready"} or (state.phase == "matching" and state.rounds):
        raise Rejected(
            "R60", "who has no pair is not known yet.", hint="Freeze the group when matching is over."
        )
    people = _members(state, command)
    digest = hashlib.sha256("\n".join(sorted(people)).encode()).hexdigest()
    return [
        ControlGroupFrozen(
            by=moment.actor.id,
            rule=command.rule or WAITING_LIST,
            people=people,
            members_hash=digest,
            n=len(people),
            settles=state.ledger.still_open(CONTROL_GROUP),
        )
    ]


def _members(state: CohortState, command: FreezeControls) -> tuple[str, ...]:
    looking = {who for one in state.rounds.values() for who in (*one.mentees, *one.mentors)}
    if not command.people:
        waiting = [who for who in state.roster if who in state.waiting and who in state.joined]
        people = tuple(who for who in waiting if who not in looking)
        if not people:
            why = "everybody who waits may get a partner in a round that is open"
            raise Rejected(
                "R60",
                f"{why if waiting else 'nobody is on the waiting list'}.",
                hint="Name `people` who opted in, with a `rule`.",
            )
        return people
    if command.rule is None:
        raise Rejected("R60", "it is not said how they were chosen.", hint="Give the `rule` in one line.")
    strangers = [who for who in command.people if who not in state.joined]
    if strangers:
        raise Rejected("G11", f"{some(strangers)} did not opt in to this cohort.", hint="Name those who did.")
    paired = [who for who in command.people if who in state.engaged]
    if paired:
        raise Rejected("R60", f"{some(paired)} is in a pair.", hint="Controls have none.")
    maybe = [who for who in command.people if who in looking]
    if maybe:
        raise Rejected(
            "R60", f"{some(maybe)} may get a partner in a round that is open.", hint="Name others."
        )
    return tuple(who for who in state.roster if who in command.people)


def comparison_refused(state: CohortState) -> list[Event]:
    """The kickoff is held: without a frozen group there is never a comparison (R60)."""
    if not state.policy.measurement.waves or state.measurement.controls is not None:
        return []
    return [ComparisonRefused(reason=NO_GROUP)]


def record_metric(state: CohortState, command: RecordMetric, moment: Moment) -> list[Event]:
    """Record a value of the tied metric. A later value for the same day and source takes the place of the
    earlier one."""
    spec, who = state.spec, moment.actor
    pair = state.pairs.get(command.pair) if command.pair else None
    if command.pair and pair is None:
        raise Rejected("R44", f"{command.pair} is no pair of this cohort.", hint="Check the pair's name.")
    if not state.roles(who) & {Role.LEAD} and (pair is None or who.id not in pair.people):
        raise Rejected("R44", "you may record the metric of your own pair only.", hint="Name it in `pair`.")
    if command.on > schedule.day_of(spec, moment.now):
        raise Rejected("R44", f"{command.on} is in the future.", hint="Record what was measured.")
    if command.exposures is not None and not 0 <= command.value <= command.exposures:
        raise Rejected(
            "R44",
            f"of {command.exposures} it cannot be {command.value:g}.",
            hint="`value` counts those of the `exposures` for whom it is true.",
        )
    metric = command.metric or spec.priority_metric.name
    key = command.pair or "", metric, command.on, command.source
    if state.measurement.metrics.get(key) == (command.value, command.exposures or 0):
        raise Rejected("R107", "this value is recorded already.", hint="Nothing to do.")
    return [
        MetricObserved(
            by=who.id,
            pair=command.pair,
            metric=metric,
            unit=command.unit or spec.priority_metric.unit,
            on=command.on,
            value=command.value,
            exposures=command.exposures,
            source=command.source,
        )
    ]


def some(people: list[str]) -> str:
    """Their ids, or the first of them and how many more."""
    shown = list(dict.fromkeys(people))
    more = f" and {len(shown) - NAMED} more" if len(shown) > NAMED else ""
    return f"{', '.join(shown[:NAMED])}{more}"


RULES: Rules[CohortState] = {
    FreezeControls: freeze,
    RecordMetric: record_metric,
}
