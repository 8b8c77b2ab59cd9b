"""The pulse with its feedback form (R81), and the milestone check in its week (T10, T11, R79). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.pair_pulse import MilestoneChecked, MilestoneOpened, PulseAnswered, PulseClosed, PulseOpened
from turnabout import schedule
from turnabout.commands.pair_pulse import AnswerPulse, CheckMilestone
from turnabout.errors import Rejected
from workflows.rules import pair_care, pair_midpoint
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState, Wave

# --- deciding ---------------------------------------------------------------------------------------------


def open_wave(state: PairState, number: int, now: datetime) -> list[Event]:
    """The pulse of that number and its milestone check. In a pause nobody is asked, nor too
    soon before or after another survey (G17); the midpoint comes."""
    terms, policy = state.agreed, state.policy
    week = terms.pulse_weeks[number - 1]
    closes_at = schedule.pulse_closes(terms, policy, week)
    if state.life != "active":
        return []
    asked = schedule.survey_weeks(terms, policy, terms.pulse_weeks)
    if state.paused or now >= closes_at or week not in asked:
        return pair_midpoint.ask(state, "continue", now) if week == terms.decision_week else []
    planner, both = Planner(state, now), state.partners
    reminders = schedule.pulse_reminders(terms, policy, week)
    pulse = PulseOpened(
        wave=number,
        week=week,
        closes_at=closes_at,
        opens=(
            *planner.chase(
                f"pulse-{number}",
                "pulse",
                planner.prompts(
                    both,
                    (now, "pulse_invitation"),
                    *((at, "pulse_reminder") for at in reminders),
                    until=closes_at,
                ),
            ),
            *planner.chase(
                f"pulse-{number}:close", "pulse_close", planner.expire(closes_at), through_pause=True
            ),
        ),
    )
    earlier = tuple(item for item, one in state.ledger.open.items() if one.chase.kind == "milestone")
    due_at = schedule.milestone_due(terms, policy, week)
    milestone = MilestoneOpened(
        due_at=due_at,
        opens=planner.chase(
            f"milestone-{number}",
            "milestone",
            planner.prompts(
                both,
                (now, "milestone_invitation"),
                *((at, "milestone_reminder") for at in reminders[-1:]),
                until=due_at,
            ),
        ),
        settles=earlier,
    )
    return [pulse, milestone]


def answer(state: PairState, command: AnswerPulse, moment: Moment) -> list[Event]:
    wave, who = state.pulse, moment.actor.id
    if wave is None:
        raise Rejected("T10", "no pulse is open.", hint="The invitation says when it opens.")
    if who in wave.answered:
        raise Rejected("R58", "you have answered this pulse.", hint="Nothing to do.")
    item = f"pulse-{wave.number}"
    everybody = wave.answered | {who} == set(state.partners)
    answered = PulseAnswered(
        wave=wave.number,
        respondent=who,
        progress=command.progress,
        safety=command.safety,
        recommend=command.recommend,
        worked=command.worked or None,
        improve=command.improve or None,
        settles=state.ledger.still_open(item) if everybody else (),
    )
    return [answered, *pair_care.assess(state, who, command.safety, wave.number, moment.now)]


def close_wave(state: PairState, now: datetime) -> list[Event]:
    """The wave is over; in the decision week the midpoint follows."""
    wave = state.pulse
    if wave is None:
        return []
    item = f"pulse-{wave.number}"
    closed = PulseClosed(wave=wave.number, answered=len(wave.answered), settles=state.ledger.still_open(item))
    amber = pair_care.assess_gap(state, wave) or pair_care.assess_silence(state, wave)
    events: list[Event] = [closed, *amber]
    if state.life == "active" and wave.week == state.agreed.decision_week:
        events += pair_midpoint.assess(state, wave, now)
    return events


def check_milestone(state: PairState, command: CheckMilestone, moment: Moment) -> list[Event]:
    if state.milestone_due is None:
        raise Rejected("T11", "no milestone check is open.", hint="It opens with the pulse.")
    _check_actions(state, command, moment)
    items = tuple(item for item, one in state.ledger.open.items() if one.chase.kind == "milestone")
    fields = command.model_dump(exclude={"type"})
    return [MilestoneChecked.model_validate({**fields, "by": moment.actor.id, "settles": items})]


def _check_actions(state: PairState, command: CheckMilestone, moment: Moment) -> None:
    terms = state.agreed
    today = schedule.day_of(terms, moment.now)
    horizon = schedule.milestone_horizon(terms, state.policy, today)
    if any(action.owner not in {*state.partners, terms.lead} for action in command.actions):
        raise Rejected(
            "R79", "an action belongs to somebody else.", hint="Name a partner or the lead as its owner."
        )
    if not all(today <= action.due_on <= horizon for action in command.actions):
        raise Rejected(
            "R79", "an action is due outside the horizon.", hint=f"Choose days from {today} to {horizon}."
        )


# --- folding ----------------------------------------------------------------------------------------------


def opened(state: PairState, event: PulseOpened, _: datetime) -> PairState:
    return replace(state, waves=(*state.waves, Wave(event.wave, event.week, event.closes_at)))


def answered(state: PairState, event: PulseAnswered, _: datetime) -> PairState:
    who, wave = event.respondent, state.waves[-1]
    wave = replace(
        wave,
        answered=wave.answered | {who},
        progress={**wave.progress, who: event.progress},
        safety={**wave.safety, who: event.safety},
    )
    care = pair_care.remembered(state.care, who, event.safety)
    return replace(state, waves=(*state.waves[:-1], wave), care=care)


def closed(state: PairState, _: PulseClosed, __: datetime) -> PairState:
    wave = replace(state.waves[-1], closed=True)
    counted = {
        person: 0 if person in wave.answered else state.care.silent.get(person, 0) + 1
        for person in state.partners
    }
    return replace(state, waves=(*state.waves[:-1], wave), care=replace(state.care, silent=counted))


def milestone_opened(state: PairState, event: MilestoneOpened, _: datetime) -> PairState:
    return replace(state, milestone_due=event.due_at)


def milestone_checked(state: PairState, event: MilestoneChecked, _: datetime) -> PairState:
    return replace(state, milestone_due=None, actions=state.actions + len(event.actions))


RULES: Rules[PairState] = {
    AnswerPulse: answer,
    CheckMilestone: check_milestone,
}


FOLDS: Folds[PairState] = {
    PulseOpened: opened,
    PulseAnswered: answered,
    PulseClosed: closed,
    MilestoneOpened: milestone_opened,
    MilestoneChecked: milestone_checked,
}
