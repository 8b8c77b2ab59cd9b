"""Making a pair of two people: who may not be one, who supports them, and the terms they start with. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.cohort_rounds import PairArranged, PairAssigned
from turnabout import schedule
from turnabout.commands.cohort_rounds import AssignPair
from turnabout.commands.pair_terms import Terms
from turnabout.eligibility import exclusion
from turnabout.errors import Rejected
from turnabout.spec import Staff
from workflows.rules import cohort_holidays
from workflows.rules import cohort_kickoff as kickoff
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState, Edge, Round, pair_stream
from workflows.rules.decider import Moment, Rules

PAIRING = frozenset({"matching", "ready", "running"})
"""The phases in which somebody without a partner may still get one."""


def support_contact(state: CohortState, mentor: str, mentee: str) -> Staff:
    """A contact outside both reporting lines (R72): of those named in the spec the one with the fewest pairs;
    else the steward, who manages nobody of the roster."""
    spec = state.spec
    inside = {mentor, mentee, *state.roster[mentor].reports_to, *state.roster[mentee].reports_to}
    used = [pair.support_contact for pair in state.living]
    named = sorted(spec.support_contacts, key=lambda contact: used.count(contact.id))
    return next((one for one in named if one.id not in inside), state.steward)


def obstacle(state: CohortState, mentor: str, mentee: str) -> tuple[str, str] | None:
    """The rule by which these two may never be paired, and why; capacity is not asked (G10, R42)."""
    if (mentor, mentee) in state.former:
        return "R42", "they have been a pair before"
    why = exclusion(state.roster[mentor], state.roster[mentee], state.policy, state.spec.kickoff_on)
    if why is None:
        return None
    rule, _, reason = why.partition(" ")
    return rule, reason


def forbidden(state: CohortState, one: Round) -> tuple[Edge, ...]:
    """The pairs of a round that the solver cannot rule out by itself: former partners."""
    former = state.former
    return tuple(
        (mentor, mentee) for mentee in one.mentees for mentor in one.mentors if (mentor, mentee) in former
    )


def time_left(state: CohortState, now: datetime) -> bool:
    """Whether a new round is still worth it: somebody without a partner may get one, and for some weeks."""
    spec = state.spec
    weeks = (spec.ends_on - max(schedule.day_of(spec, now), spec.kickoff_on)).days // 7
    return state.phase in PAIRING and weeks >= state.policy.matching.rematch


def assign(state: CohortState, command: AssignPair, moment: Moment) -> list[Event]:
    """Pair two willing people without their choice (R38, G18)."""
    mentor, mentee = command.mentor, command.mentee
    if state.phase not in PAIRING:
        raise Rejected(
            "G18", f"pairs are not assigned while the cohort is {state.phase}.", hint="Nothing to do."
        )
    for person, role in ((mentor, "mentor"), (mentee, "mentee")):
        known = state.roster.get(person)
        if known is None or known.role != role:
            raise Rejected("G10", f"{person} is no {role} of this cohort.", hint="Check the two ids.")
        if person not in state.joined:
            raise Rejected(
                "G11", f"{person} has not opted in.", hint="Pair only people who take part willingly."
            )
    if state.round_of(mentee) is not None:
        raise Rejected(
            "G18", f"the matching round of {mentee} is still open.", hint="Assign when the round is over."
        )
    if any(pair.mentee == mentee for pair in state.living):
        raise Rejected("G12", f"{mentee} has a pair already.", hint="A mentee has one pair at a time.")
    if not state.room(mentor):
        limit = state.policy.matching.mentor_capacity
        raise Rejected("G12", f"{mentor} has {limit} pairs or proposals.", hint="Choose another mentor.")
    if not state.places:
        limit = state.policy.matching.max_pairs
        raise Rejected("G13", f"the cohort has {limit} pairs.", hint="Start another cohort for the others.")
    found = obstacle(state, mentor, mentee)
    if found:
        raise Rejected(found[0], f"{mentor} and {mentee}: {found[1]}.", hint="Choose another mentor.")
    events: list[Event] = [PairAssigned(mentor=mentor, mentee=mentee, reason=command.reason)]
    events.append(arrange(state, mentor, mentee, Planner(state, moment.now), assigned=True))
    after = fold(state, events, moment.now)
    return [*events, *kickoff.ready(after, moment.now)]


def arrange(
    state: CohortState,
    mentor: str,
    mentee: str,
    planner: Planner,
    *,
    assigned: bool = False,
    replaces: str | None = None,
) -> PairArranged:
    """The pair with its number and terms; from the kickoff on, with who has been there and what is owed."""
    spec, shape, number = state.spec, state.shape, len(state.pairs) + 1
    contact = support_contact(state, mentor, mentee)
    staff = (state.lead, state.steward, contact)
    zones = {who.id: who.timezone for who in (*staff, state.roster[mentor], state.roster[mentee])}
    late = state.launched
    pulses = tuple(
        week
        for week in schedule.survey_weeks(spec, state.policy, shape.pulse_weeks)
        if not late or schedule.pulse_opens(spec, week) > planner.now
    )
    enough = state.phase == "ready" and len(state.living) + 1 >= kickoff.pairs_needed(state)
    decides = not late or shape.decision_week in pulses
    terms = Terms(
        cohort=spec.id,
        program=spec.program,
        number=number,
        mentor=mentor,
        mentee=mentee,
        lead=state.lead.id,
        steward=state.steward.id,
        support_contact=contact.id,
        zones=zones,
        timezone=spec.timezone,
        preset=shape.name,
        weeks=max(1, (spec.ends_on - planner.today).days // 7) if late else shape.weeks,
        kickoff=spec.kickoff,
        first_week_on=spec.first_week_on,
        ends_on=spec.ends_on,
        pulse_weeks=pulses,
        decision_week=shape.decision_week if decides else None,
        session_minutes=shape.session_minutes,
        interval_weeks=shape.interval_weeks,
        metric=spec.priority_metric,
        phases=shape.phases,
        prompts=spec.prompts,
        holidays=spec.holidays,
        days_off=cohort_holidays.days_off(state, mentor, mentee),
        assigned=assigned,
        replaces=replaces,
        seed=spec.seed,
        policy=state.policy,
    )
    return PairArranged(
        pair=pair_stream(spec.id, number),
        terms=terms,
        attended=tuple(person for person in (mentor, mentee) if person in state.attended),
        opens=tuple(_opens(state, number, (mentor, mentee), planner)),
        settles=state.ledger.still_open(kickoff.TOO_FEW) if enough else (),
    )


def confirmed_item(number: int) -> str:
    """The item under which the two of a pair are told of each other."""
    return f"confirmed-{number:02d}"


def _opens(state: CohortState, number: int, people: tuple[str, str], planner: Planner) -> Iterable[Chase]:
    yield from planner.message(confirmed_item(number), people, "match_confirmed")
    if state.phase == "ready":
        yield from kickoff.invitation(planner, f"kickoff-{number:02d}", people)
    if state.launched:
        absent = [who for who in people if who not in state.attended]
        yield from kickoff.make_ups(planner, absent, planner.today)


RULES: Rules[CohortState] = {
    AssignPair: assign,
}
