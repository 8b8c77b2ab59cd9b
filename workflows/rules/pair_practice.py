"""What a pair produces and tries: deliverables, feedback on drafts, experiments (R6, R63, R68). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from events.base import Event
from events.chase import Chase
from events.pair_practice import ExperimentRecorded, FeedbackGiven
from events.pair_sessions import DeliverableRecorded
from turnabout.commands.pair_practice import GiveFeedback, RecordExperiment
from turnabout.commands.pair_sessions import RecordDeliverable
from turnabout.errors import Rejected
from turnabout.experiments import compare, verdict
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState
from workflows.rules.pair_work import Deliverable

# --- deciding ---------------------------------------------------------------------------------------------


def record_deliverable(state: PairState, command: RecordDeliverable, moment: Moment) -> list[Event]:
    """Something was produced; the other partner is asked for feedback on a draft."""
    must_have_started(state)
    number, by = len(state.work.deliverables) + 1, moment.actor.id
    awaits = command.kind == "draft" and state.life == "active"
    due = moment.now + timedelta(hours=state.policy.practice.feedback) if awaits else None
    return [
        DeliverableRecorded(
            by=by,
            what=command.what,
            kind=command.kind,
            number=number,
            feedback_due=due,
            opens=_feedback(state, number, by, due, moment.now) if due else (),
        )
    ]


def _feedback(state: PairState, number: int, author: str, due: datetime, now: datetime) -> tuple[Chase, ...]:
    planner = Planner(state, now)
    others = tuple(person for person in state.partners if person != author)
    at = now + timedelta(hours=state.policy.practice.feedback_reminder)
    # Where the time is over before anybody works again, the word still comes: late feedback is of use, too.
    reminders = (
        step.model_copy(update={"useful_until": due}) if step.at < due else step
        for step in planner.remind(at, others, "feedback_due")
    )
    return planner.chase(feedback_item(number), "feedback", reminders)


def give_feedback(state: PairState, command: GiveFeedback, moment: Moment) -> list[Event]:
    """One partner's word on the other's draft."""
    must_have_started(state)
    number, by = command.deliverable, moment.actor.id
    draft = state.work.deliverables.get(number)
    if draft is None or draft.kind != "draft" or draft.gone:
        raise Rejected("R63", f"deliverable {number} is no draft.", hint="Name the number of a draft.")
    if draft.by == by:
        raise Rejected("R63", "that draft is your own.", hint="Your partner gives feedback on it.")
    if draft.feedback:
        raise Rejected("R63", f"draft {number} has feedback already.", hint="Nothing to do.")
    in_time = draft.feedback_due is None or moment.now <= draft.feedback_due
    item = feedback_item(number)
    return [FeedbackGiven(deliverable=number, by=by, in_time=in_time, settles=state.ledger.still_open(item))]


def record_experiment(state: PairState, command: RecordExperiment, moment: Moment) -> list[Event]:
    """Counts of variants; what they say follows from them (R68)."""
    must_have_started(state)
    names = [variant.name for variant in command.variants]
    if len(set(names)) < len(names):
        raise Rejected("R68", "two variants have the same name.", hint="Give each its own name.")
    confidence = state.policy.practice.confidence
    found = compare(command.variants, command.direction, confidence)
    return [
        ExperimentRecorded(
            number=state.work.experiments + 1,
            by=moment.actor.id,
            metric=command.metric,
            direction=command.direction,
            variants=command.variants,
            confidence=confidence,
            comparisons=found,
            verdict=verdict(found),
        )
    ]


def must_have_started(state: PairState) -> None:
    """Nothing of the pair's work exists before it is active (G3, G4)."""
    if state.activated_at is None:
        rule, reason = state.missing() or ("G3", "the pair is not active yet.")
        raise Rejected(rule, reason, hint="Complete the preparation.")


def feedback_item(number: int) -> str:
    """The item under which feedback on a draft is awaited."""
    return f"feedback-{number}"


# --- folding ----------------------------------------------------------------------------------------------


def produced(state: PairState, event: DeliverableRecorded, at: datetime) -> PairState:
    known = state.work.deliverables
    one = Deliverable(event.kind, event.by, at, event.feedback_due)
    work = replace(state.work, deliverables={**known, event.number or len(known) + 1: one})
    return replace(state, fresh_at=at, work=work)


def logged(state: PairState, what: Iterable[str], by: str, at: datetime) -> PairState:
    """The state with what a session's log names as produced."""
    known = dict(state.work.deliverables)
    for _ in what:
        known[len(known) + 1] = Deliverable("other", by, at)
    return replace(state, work=replace(state.work, deliverables=known))


def withdrawn(state: PairState, number: int) -> PairState:
    """The state without something that was recorded by mistake; a phase that it completed stays so."""
    known = state.work.deliverables
    gone = {number: replace(known[number], gone=True)} if number in known else {}
    return replace(state, work=replace(state.work, deliverables={**known, **gone}))


def answered(state: PairState, event: FeedbackGiven, _: datetime) -> PairState:
    known = state.work.deliverables
    given = replace(known[event.deliverable], feedback=True)
    return replace(state, work=replace(state.work, deliverables={**known, event.deliverable: given}))


def tried(state: PairState, event: ExperimentRecorded, at: datetime) -> PairState:
    return replace(state, fresh_at=at, work=replace(state.work, experiments=event.number))


RULES: Rules[PairState] = {
    RecordDeliverable: record_deliverable,
    GiveFeedback: give_feedback,
    RecordExperiment: record_experiment,
}

FOLDS: Folds[PairState] = {
    DeliverableRecorded: produced,
    FeedbackGiven: answered,
    ExperimentRecorded: tried,
}
