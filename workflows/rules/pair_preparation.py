"""Before the first session: exchange, cadence, goal, ground rules, kickoff; then the pair is active. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.pair_preparation import (
    CadenceAgreed,
    ExchangeAgreed,
    GoalAccepted,
    GoalProposed,
    GoalRated,
    GroundRulesSigned,
    KickoffAttended,
    PairActivated,
    PairFormed,
    PairLeadChanged,
    PreparationOpened,
)
from turnabout import schedule
from turnabout.commands.pair_preparation import (
    AgreeCadence,
    AgreeExchange,
    ChangeLead,
    ConfirmGoal,
    FormPair,
    NoteKickoffAttended,
    ProposeGoal,
    RateGoal,
    SignGroundRules,
)
from turnabout.commands.pair_terms import Terms
from turnabout.errors import Rejected
from workflows.rules import goal, pair_career, pair_decoy, pair_series
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.goal_time import Span
from workflows.rules.pair_hours import check_cadence, check_zone
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import Cadence, Goal, PairState, Preparation

# --- deciding ---------------------------------------------------------------------------------------------


def form(state: PairState, command: FormPair, moment: Moment) -> list[Event]:
    terms = command.terms
    if state.terms is not None:
        raise Rejected("E6", "this pair exists already.", hint="A new pair gets a new number.")
    if terms.mentor == terms.mentee:
        raise Rejected("G10", "a pair is two people.", hint="Name different people as mentor and mentee.")
    for name in (terms.timezone, *terms.zones.values()):
        check_zone(name)
    state = replace(state, terms=terms, formed_at=moment.now)
    planner, policy, started_on = Planner(state, moment.now), terms.policy, state.starts_on
    reminders = schedule.first_meeting_reminders(terms, policy, started_on)
    overdue = schedule.first_meeting_escalation(terms, policy, started_on)
    opens = (
        *planner.chase(
            "preparation",
            "preparation",
            planner.prompts(
                state.partners,
                (moment.now, "prepare_pair"),
                *((at, "preparation_reminder") for at in reminders),
                until=overdue,
            ),
            planner.tell_lead(overdue, "preparation_overdue"),
        ),
        *ends(planner),
    )
    return [PairFormed(terms=terms), PreparationOpened(opens=opens)]


def ends(planner: Planner) -> tuple[Chase, ...]:
    """The endpoint wave and the end of the pair's work, at the dates of its terms."""
    terms = planner.state.agreed
    opens_at, ends_at = schedule.endpoint_opens(terms), schedule.pair_ends(terms, terms.policy)
    return (
        *planner.chase("endpoint:open", "endpoint_open", planner.expire(opens_at), through_pause=True),
        *planner.chase("end", "end", planner.expire(ends_at), through_pause=True),
    )


def note_kickoff(state: PairState, command: NoteKickoffAttended, _: Moment) -> list[Event]:
    people = tuple(person for person in dict.fromkeys(command.people) if person in state.partners)
    if not people:
        raise Rejected("G4", "none of them is in this pair.", hint="Name the mentor, the mentee or both.")
    return [KickoffAttended(people=people)]


def agree_exchange(_: PairState, command: AgreeExchange, __: Moment) -> list[Event]:
    return [ExchangeAgreed(teaches=command.teaches, gives=command.gives)]


def agree_cadence(state: PairState, command: AgreeCadence, _: Moment) -> list[Event]:
    if state.life != "forming":
        raise Rejected(
            "R45", "the sessions are planned already.", hint="Move single ones with reschedule_session."
        )
    check_cadence(state.policy.sessions, command)
    return [CadenceAgreed.model_validate(command.model_dump(exclude={"type"}))]


def propose_goal(state: PairState, command: ProposeGoal, moment: Moment) -> list[Event]:
    terms, ready = state.agreed, state.preparation
    if ready.accepted is not None and command.replaces_because is None:
        raise Rejected(
            "R43", "the pair has an accepted goal.", hint="Say why it is replaced (`replaces_because`)."
        )
    by_mentee = moment.actor.id == terms.mentee
    measure = goal.gate(command, terms.metric, _span(state, moment), state.policy.goal, by_mentee=by_mentee)
    proposed = GoalProposed(
        number=ready.goals + 1,
        by=moment.actor.id,
        statement=command.statement,
        metric=measure.metric,
        baseline=measure.baseline,
        target=measure.target,
        unit=measure.unit,
        due_on=measure.due_on,
        replaces_because=command.replaces_because if ready.accepted else None,
        settles=state.ledger.still_open(_goal_item(ready.goals)),
    )
    return [proposed, *pair_career.found(state, proposed)]


def goal_faults(state: PairState, command: ProposeGoal, moment: Moment) -> tuple[goal.Fault, ...]:
    """What the gate would say of a goal if it were proposed now (G2)."""
    terms = state.agreed
    by_mentee = moment.actor.id == terms.mentee
    return goal.judge(command, terms.metric, _span(state, moment), state.policy.goal, by_mentee=by_mentee)


def _span(state: PairState, moment: Moment) -> Span:
    terms = state.agreed
    return Span(
        starts_on=state.starts_on,
        week_one_on=terms.first_week_on,
        ends_on=terms.ends_on,
        today=schedule.day_of(terms, moment.now),
    )


def rate_goal(state: PairState, command: RateGoal, moment: Moment) -> list[Event]:
    proposed, who = _proposed(state), moment.actor.id
    attainable = command.attainability >= state.policy.goal.attainable
    believers = {*_believers(proposed), who} if attainable else _believers(proposed) - {who}
    item = _goal_item(proposed.number)
    opens: tuple[Chase, ...] = ()
    if believers == set(state.partners) and item not in state.ledger.open:
        planner = Planner(state, moment.now)
        asked = planner.remind(moment.now, (state.agreed.lead,), "goal_to_confirm")
        opens = planner.chase(item, "goal", asked, through_pause=True)
    return [
        GoalRated(
            number=proposed.number,
            by=who,
            attainability=command.attainability,
            attainable=attainable,
            opens=opens,
            settles=() if attainable else state.ledger.still_open(item),
        )
    ]


def confirm_goal(state: PairState, _: ConfirmGoal, __: Moment) -> list[Event]:
    proposed = _proposed(state)
    if _believers(proposed) != set(state.partners):
        raise Rejected(
            "G2",
            f"letter A: both partners must rate the goal attainable ({state.policy.goal.attainable} or more "
            "of 5) first.",
            hint="Ask them to rate it, or to propose another one.",
        )
    settles = state.ledger.still_open(_goal_item(proposed.number))
    return [GoalAccepted(number=proposed.number, settles=settles)]


def sign_ground_rules(state: PairState, _: SignGroundRules, moment: Moment) -> list[Event]:
    """Each of the two signs for themselves (R46)."""
    if moment.actor.id in state.preparation.signed:
        raise Rejected("G3", "you have signed the ground rules already.", hint="Nothing to do.")
    return [GroundRulesSigned(by=moment.actor.id)]


def change_lead(_: PairState, command: ChangeLead, __: Moment) -> list[Event]:
    check_zone(command.timezone)
    return [PairLeadChanged(lead=command.lead, timezone=command.timezone)]


def activate(state: PairState, now: datetime) -> list[Event]:
    """The pair is active as soon as nothing is missing (G2-G4); asked after every command. A pair that is
    late for all pulses has one of its own some weeks later (R56), and one that is late for the decision has
    it after its next pulse (R61)."""
    if state.life != "forming" or state.paused or state.missing():
        return []
    planner, terms = Planner(state, now), state.agreed
    sessions = pair_series.series(planner)
    ahead = {wave: week for wave, week in enumerate(terms.pulse_weeks, 1) if _opens(terms, week) > now}
    late = None if ahead else _late_pulse(state, now)
    if late is not None:
        ahead = {len(terms.pulse_weeks) + 1: late}
    opens = (
        *planner.chase("activated", "activated", planner.remind(now, state.partners, "pair_activated")),
        *pair_series.first_meeting(planner),
        *(chase for session in sessions for chase in pair_series.session_chase(planner, session)),
        *pair_series.inactivity(planner, now),
        *pair_decoy.between(planner),
        *(
            chase
            for wave, week in ahead.items()
            for chase in planner.chase(
                f"pulse-{wave}:open", "pulse_open", planner.expire(_opens(terms, week)), through_pause=True
            )
        ),
        *_endpoint(planner),
    )
    settles = state.ledger.still_open("preparation")
    missed = terms.decision_week is not None and terms.decision_week not in ahead.values()
    return [
        PairActivated(
            sessions=sessions,
            late_pulse=late,
            late_decision=min(ahead.values(), default=None) if missed else None,
            opens=opens,
            settles=settles,
        )
    ]


def _opens(terms: Terms, week: int) -> datetime:
    return schedule.pulse_opens(terms, week)


def _late_pulse(state: PairState, now: datetime) -> int | None:
    """The week of a late pair's own pulse; None where the endpoint wave comes first."""
    terms, policy = state.agreed, state.policy
    week = schedule.week_of(terms, now) + policy.pulse.late
    if policy.measurement.survey_gap:
        # On a Monday, so that two late pairs of one mentor ask a week apart, or together (G17).
        while schedule.day_of(terms, _opens(terms, week)) != schedule.week_starts(terms, week):
            week += 1
    return week if schedule.pulse_closes(terms, policy, week) < schedule.endpoint_opens(terms) else None


def _endpoint(planner: Planner) -> tuple[Chase, ...]:
    """The endpoint wave of a pair that becomes active only when it should have opened."""
    opens_at = schedule.endpoint_opens(planner.state.agreed)
    late = planner.expire(planner.now) if opens_at <= planner.now else ()
    return planner.chase("endpoint:open", "endpoint_open", late, through_pause=True)


def _goal_item(number: int) -> str:
    return f"goal-{number}"


def _proposed(state: PairState) -> Goal:
    if state.preparation.proposed is None:
        raise Rejected("G2", "no goal is proposed.", hint="Propose one with propose_goal.")
    return state.preparation.proposed


def _believers(proposed: Goal) -> set[str]:
    return {person for person, attainable in proposed.attainable.items() if attainable}


# --- folding ----------------------------------------------------------------------------------------------


def formed(state: PairState, event: PairFormed, at: datetime) -> PairState:
    return replace(state, terms=event.terms, life="forming", formed_at=at)


def attended(state: PairState, event: KickoffAttended, _: datetime) -> PairState:
    ready = state.preparation
    return _prepared(state, replace(ready, attended=ready.attended | set(event.people)))


def exchanged(state: PairState, event: ExchangeAgreed, _: datetime) -> PairState:
    ready = replace(state.preparation, exchange=True, teaches=event.teaches, gives=event.gives)
    return _prepared(state, ready)


def paced(state: PairState, event: CadenceAgreed, _: datetime) -> PairState:
    cadence = Cadence(event.weekday, event.at, event.timezone, event.minutes, event.channel)
    return _prepared(state, replace(state.preparation, cadence=cadence))


def proposed(state: PairState, event: GoalProposed, _: datetime) -> PairState:
    names = ("number", "statement", "metric", "baseline", "target", "unit", "due_on")
    fresh = Goal(**{name: getattr(event, name) for name in names})
    return _prepared(state, replace(state.preparation, proposed=fresh, goals=event.number))


def rated(state: PairState, event: GoalRated, _: datetime) -> PairState:
    current = state.preparation.proposed
    if current is None or current.number != event.number:
        return state
    attainable: Mapping[str, bool] = {**current.attainable, event.by: event.attainable}
    return _prepared(state, replace(state.preparation, proposed=replace(current, attainable=attainable)))


def accepted(state: PairState, _: GoalAccepted, __: datetime) -> PairState:
    ready = state.preparation
    return _prepared(state, replace(ready, accepted=ready.proposed, proposed=None))


def signed(state: PairState, event: GroundRulesSigned, _: datetime) -> PairState:
    ready = state.preparation
    return _prepared(state, replace(ready, signed=ready.signed | {event.by}))


def activated(state: PairState, event: PairActivated, at: datetime) -> PairState:
    terms, own = state.agreed, () if event.late_pulse is None else (event.late_pulse,)
    late = {
        "pulse_weeks": (*terms.pulse_weeks, *own),
        "decision_week": event.late_decision or terms.decision_week,
    }
    return replace(
        pair_series.planned(state, event.sessions),
        terms=terms.model_copy(update=late),
        life="active",
        activated_at=at,
        fresh_at=at,
    )


def led(state: PairState, event: PairLeadChanged, _: datetime) -> PairState:
    terms = state.agreed
    zones = {**terms.zones, event.lead: event.timezone}
    return replace(state, terms=terms.model_copy(update={"lead": event.lead, "zones": zones}))


def _prepared(state: PairState, preparation: Preparation) -> PairState:
    return replace(state, preparation=preparation)


RULES: Rules[PairState] = {
    FormPair: form,
    NoteKickoffAttended: note_kickoff,
    AgreeExchange: agree_exchange,
    AgreeCadence: agree_cadence,
    ProposeGoal: propose_goal,
    RateGoal: rate_goal,
    ConfirmGoal: confirm_goal,
    SignGroundRules: sign_ground_rules,
    ChangeLead: change_lead,
}


FOLDS: Folds[PairState] = {
    PairFormed: formed,
    KickoffAttended: attended,
    ExchangeAgreed: exchanged,
    CadenceAgreed: paced,
    GoalProposed: proposed,
    GoalRated: rated,
    GoalAccepted: accepted,
    GroundRulesSigned: signed,
    PairActivated: activated,
    PairLeadChanged: led,
}
