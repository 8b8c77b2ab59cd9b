"""The phases of a program (R62-R66): entered in order, complete when their evidence is there. Pure.

A phase that ends without all of its evidence says what is missing and stays open: it may still come. A pair
that begins late has the first phase and the one of its week, and not those that were over before it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from events.base import Event
from events.chase import Chase
from events.pair_practice import PhaseCompleted, PhaseEntered, PhaseOverdue
from turnabout import schedule
from turnabout.evidence import Evidence
from turnabout.presets import Phase
from workflows.rules.decider import Folds
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState
from workflows.rules.pair_work import STAGES, PhaseState

# --- what is there ----------------------------------------------------------------------------------------


def missing(state: PairState, number: int) -> tuple[Evidence, ...]:
    """What a phase, counted from 1, still lacks; each with how many of it."""
    phase = state.agreed.phases[number - 1]
    lacking = (
        (asked, _needed(state, phase, asked) - _found(state, phase, asked)) for asked in phase.evidence
    )
    return tuple(Evidence(kind=asked.kind, count=count) for asked, count in lacking if count > 0)


def asked(state: PairState) -> tuple[Evidence, ...]:
    """What the phases ask for that have begun and are not over."""
    open_ = (number for number, one in state.work.phases.items() if not (one.missing or one.completed))
    return tuple(one for number in open_ for one in state.agreed.phases[number - 1].evidence)


def overdue(state: PairState) -> tuple[Evidence, ...]:
    """What is still missing of phases that are over."""
    late = (number for number, one in state.work.phases.items() if one.missing and not one.completed)
    return tuple(one for number in late for one in missing(state, number))


def _needed(state: PairState, phase: Phase, asked: Evidence) -> int:
    if not asked.weekly:
        return asked.count
    return asked.count * (phase.last_week - max(phase.first_week, _first_week(state)) + 1)


def _found(state: PairState, phase: Phase, asked: Evidence) -> int:
    work, ready = state.work, state.preparation
    every = [one for one in work.deliverables.values() if not one.gone]
    made = [one for one in every if one.kind == asked.kind]
    match asked.kind:
        case "goal":
            return int(ready.accepted is not None)
        case "cadence":
            return int(ready.cadence is not None)
        case "draft":
            weeks = [schedule.week_of(state.agreed, one.at) for one in made if one.feedback]
            if not asked.weekly:
                return len(weeks)
            within = {week for week in weeks if phase.first_week <= week <= phase.last_week}
            return len(within) + sum(week > phase.last_week for week in weeks)
        case "deliverable":
            return len(every)
        case "experiment":
            return work.experiments
        case "insight":
            return len(work.insights)
        case "decision":
            return sum(STAGES.index(stage) > 0 for stage in work.insights.values())
        case "outcome":
            return int(state.outcome)
        case "next_steps" | "memo":
            return int(state.memo == "filed")
        case _:
            return len(made)


def _first_week(state: PairState) -> int:
    return schedule.week_of(state.agreed, state.activated_at) if state.activated_at else 1


# --- deciding ---------------------------------------------------------------------------------------------


def follow(state: PairState, now: datetime) -> list[Event]:
    """What the phases make of the events before: a pair that works enters its first one, and one whose
    evidence is there is complete."""
    if not state.terms or not state.terms.phases or state.activated_at is None:
        return []
    events: list[Event] = []
    if not state.work.phases and state.life == "active":
        events = _begin(state, now)
        for event in events:
            state = _folded(state, event, now)
    return [*events, *_complete(state)]


def _begin(state: PairState, now: datetime) -> list[Event]:
    """The first phase of a late pair lasts as long as the present one."""
    phases, week = state.agreed.phases, schedule.week_of(state.agreed, now)
    present = sum(phase.first_week <= week for phase in phases[1:]) + 1
    # What the first ones ask for stands in the letter that the pair is active.
    return [_entered(state, number, end_of(state, present), now) for number in sorted({1, present})]


def _next(state: PairState, number: int, now: datetime) -> PhaseEntered:
    planner, until = Planner(state, now), end_of(state, number)
    letter = planner.remind(now, state.partners, "phase_begins", useful_until=until)
    return _entered(state, number, until, now, planner.chase(phase_item(number), "phase", letter))


def _entered(
    state: PairState, number: int, until: datetime, now: datetime, letter: tuple[Chase, ...] = ()
) -> PhaseEntered:
    opens = (*letter, *end_chase(Planner(state, now), number, until))
    return PhaseEntered(number=number, name=state.agreed.phases[number - 1].name, until=until, opens=opens)


def end_of(state: PairState, number: int) -> datetime:
    """By when the evidence of a phase is there."""
    return schedule.phase_ends(state.agreed, state.policy, state.agreed.phases, number)


def end_chase(planner: Planner, number: int, until: datetime) -> tuple[Chase, ...]:
    """The end of a phase. A pause does not move it (R67)."""
    return planner.chase(f"{phase_item(number)}:end", "phase_end", planner.expire(until), through_pause=True)


def _complete(state: PairState) -> list[Event]:
    events: list[Event] = []
    for number, one in state.work.phases.items():
        if one.completed or missing(state, number):
            continue
        # The end of an earlier phase begins the next one.
        last = number == len(state.agreed.phases)
        items = (evidence_item(number), *([f"{phase_item(number)}:end"] if last else []))
        events.append(
            PhaseCompleted(
                number=number,
                name=state.agreed.phases[number - 1].name,
                late=bool(one.missing),
                settles=state.ledger.still_open(*items),
            )
        )
    return events


def end_phase(state: PairState, number: int, now: datetime) -> list[Event]:
    """Its time is over: what is missing is said, and the next phase begins."""
    events: list[Event] = []
    lacking = missing(state, number)
    if lacking and not state.work.phases[number].completed:
        name = state.agreed.phases[number - 1].name
        opens = _ask(state, number, now)
        events.append(PhaseOverdue(number=number, name=name, missing=lacking, opens=opens))
    following = number + 1
    if state.life == "active" and number == max(state.work.phases) and following <= len(state.agreed.phases):
        events.append(_next(state, following, now))
    return events


def _ask(state: PairState, number: int, now: datetime) -> tuple[Chase, ...]:
    """The letter that the next phase begins says it first; later ones remind of it."""
    if state.life != "active":
        return ()
    planner, ends_at = Planner(state, now), schedule.pair_ends(state.agreed, state.policy)
    days = (timedelta(days=count) for count in state.policy.practice.evidence_reminders)
    asks = [(schedule.on_day(state.agreed, planner.today + count), "phase_evidence") for count in days]
    return planner.chase(
        evidence_item(number), "evidence", planner.prompts(state.partners, *asks, until=ends_at)
    )


def phase_item(number: int) -> str:
    """The item under which a pair is told of a phase."""
    return f"phase-{number}"


def evidence_item(number: int) -> str:
    """The item under which missing evidence of a phase is asked for."""
    return f"evidence-{number}"


# --- folding ----------------------------------------------------------------------------------------------


def entered(state: PairState, event: PhaseEntered, _: datetime) -> PairState:
    return _with(state, event.number, PhaseState(event.until))


def found_late(state: PairState, event: PhaseOverdue, _: datetime) -> PairState:
    return _with(state, event.number, replace(state.work.phases[event.number], missing=event.missing))


def completed(state: PairState, event: PhaseCompleted, _: datetime) -> PairState:
    return _with(state, event.number, replace(state.work.phases[event.number], completed=True))


def _with(state: PairState, number: int, phase: PhaseState) -> PairState:
    return replace(state, work=replace(state.work, phases={**state.work.phases, number: phase}))


def _folded(state: PairState, event: Event, at: datetime) -> PairState:
    return FOLDS[type(event)](state, event, at)


FOLDS: Folds[PairState] = {
    PhaseEntered: entered,
    PhaseOverdue: found_late,
    PhaseCompleted: completed,
}
