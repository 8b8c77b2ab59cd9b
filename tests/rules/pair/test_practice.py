"""What a pair produces and tries (R6, R63, R68), and the decision log (R11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.pair_practice import (
    DecisionChanged,
    DecisionImplemented,
    DecisionMeasured,
    ExperimentRecorded,
    FeedbackGiven,
    InsightRecorded,
)
from events.pair_sessions import DeliverableRecorded
from events.upcasts import upcast
from tests.rules.bdd import like
from tests.rules.pair.stage import LEAD, MENTEE, MENTOR, Pair, active, held, notified, prepared
from tests.rules.pair.test_phases import EXPERIMENT, MEMO
from turnabout.commands.base import Command
from turnabout.commands.pair_closing import EndPair
from turnabout.commands.pair_practice import (
    ChangeDecision,
    GiveFeedback,
    ImplementDecision,
    MeasureDecision,
    RecordExperiment,
    RecordInsight,
)
from turnabout.commands.pair_sessions import RecordDeliverable

DRAFT = RecordDeliverable(what="a post", kind="draft")
INSIGHT = RecordInsight(what="short titles are read")
CHANGE = ChangeDecision(insight=1, what="titles of five words")
DONE = ImplementDecision(insight=1)
MEASURED = MeasureDecision(insight=1, outcome="better", what="two weeks of counts")


def at_work() -> Pair:
    return active().until("2026-03-04T10:00Z")


# --- deliverables and feedback --------------------------------------------------------------------------


def test_r6_deliverables_are_numbered_with_those_of_session_logs() -> None:
    scene = held(active(), 1, deliverables=("a plan", "a list"))
    scene.when(RecordDeliverable(what="a brief", kind="brief"), by=MENTEE).then(
        DeliverableRecorded(by=MENTEE, what="a brief", kind="brief", number=3)
    )


def test_r6_a_deliverable_of_an_earlier_release_is_counted() -> None:
    old = upcast("pair.deliverable_recorded", 1, {"by": MENTOR, "what": "a draft"})
    event = DeliverableRecorded.model_validate(old)
    assert (event.kind, event.number) == ("other", 0)
    scene = at_work()
    state = scene.decider.evolve(scene.decider.evolve(scene.state, event, scene.at), event, scene.at)
    assert sorted(state.work.deliverables) == [1, 2]


def test_r63_the_other_partner_is_asked_for_feedback_on_a_draft_within_48_hours() -> None:
    scene = at_work().when(DRAFT, by=MENTOR)
    (draft,) = scene.of(DeliverableRecorded)
    assert draft.feedback_due is not None
    assert draft.feedback_due.isoformat() == "2026-03-06T10:00:00+00:00"
    asked = scene.until("2026-03-05T10:00Z")
    assert ("feedback_due", (MENTEE,)) in notified(asked)
    asked.when(GiveFeedback(deliverable=1), by=MENTEE).then(
        like(FeedbackGiven, deliverable=1, in_time=True, settles=("feedback-1",))
    )


def test_r63_a_draft_of_a_friday_is_asked_about_on_monday_though_its_time_is_over() -> None:
    """No step runs on the dot: what is of use until the instant at which it is due never comes."""
    scene = active().until("2026-03-13T10:00Z").when(DRAFT, by=MENTOR)
    (step,) = scene.state.ledger.open["feedback-1"].chase.steps
    due = next(one for one in scene.decider.agenda(scene.state) if one.command_id.startswith("feedback-1:"))
    assert f"{due.at:%m-%d %H:%M}" == "03-16 07:00"
    assert step.useful_until == due.at + timedelta(hours=scene.state.policy.nudges.stale_after)
    scene = scene.when(due.command, at=due.at + timedelta(milliseconds=5))
    assert ("feedback_due", (MENTEE,)) in notified(scene)


def test_r63_feedback_after_48_hours_is_late() -> None:
    scene = at_work().when(DRAFT, by=MENTOR)
    on_time = scene.until("2026-03-06T10:00Z")
    on_time.when(GiveFeedback(deliverable=1), by=MENTEE).then(like(FeedbackGiven, in_time=True))
    late = scene.until("2026-03-06T10:00:01Z")
    late.when(GiveFeedback(deliverable=1), by=MENTEE).then(like(FeedbackGiven, in_time=False))


def test_r63_nobody_is_asked_any_more_who_has_given_feedback() -> None:
    scene = at_work().when(DRAFT, by=MENTOR).when(GiveFeedback(deliverable=1), by=MENTEE)
    assert "feedback_due" not in {template for template, _ in notified(scene.later(days=4))}


@pytest.mark.parametrize(
    ("number", "by"), [(1, MENTOR), (2, MENTEE), (3, MENTEE)], ids=["own", "no draft", "unknown"]
)
def test_r63_feedback_is_the_other_partners_on_a_draft(number: int, by: str) -> None:
    scene = at_work().when(DRAFT, by=MENTOR).when(RecordDeliverable(what="a list"), by=MENTOR)
    scene.when(GiveFeedback(deliverable=number), by=by).rejected("R63")


def test_r63_feedback_is_recorded_once() -> None:
    scene = at_work().when(DRAFT, by=MENTOR).when(GiveFeedback(deliverable=1), by=MENTEE)
    scene.when(GiveFeedback(deliverable=1), by=MENTEE).rejected("R63", "already")


# --- experiments ----------------------------------------------------------------------------------------


def test_r68_an_experiment_is_recorded_with_interval_and_verdict() -> None:
    scene = at_work().when(EXPERIMENT, by=MENTEE)
    (found,) = scene.of(ExperimentRecorded)
    assert (found.number, found.verdict, found.confidence) == (1, "better", 95)
    (compared,) = found.comparisons
    assert (compared.variant, compared.low, compared.high) == ("short", 0.052431, 0.333873)
    again = scene.when(EXPERIMENT, by=MENTOR)
    assert again.of(ExperimentRecorded)[0].number == 2


def test_r68_inconclusive_is_a_legal_verdict() -> None:
    few = [
        {"name": "long", "exposures": 10, "successes": 3},
        {"name": "short", "exposures": 10, "successes": 5},
    ]
    command = RecordExperiment.model_validate({"metric": "clicks", "variants": few})
    at_work().when(command, by=MENTOR).then(like(ExperimentRecorded, verdict="inconclusive"))


def test_r68_fewer_is_better_where_the_metric_says_so() -> None:
    command = EXPERIMENT.model_copy(update={"direction": "decrease"})
    at_work().when(command, by=MENTOR).then(like(ExperimentRecorded, verdict="worse"))


def test_r68_the_confidence_is_the_policys() -> None:
    house = active().state.policy
    sure = house.model_copy(update={"practice": house.practice.model_copy(update={"confidence": 99})})
    scene = active(policy=sure).when(EXPERIMENT, by=MENTOR)
    (found,) = scene.of(ExperimentRecorded)
    assert (found.confidence, found.comparisons[0].low) == (99, 0.005371)


def test_r68_two_variants_of_one_name_are_refused() -> None:
    same = [{"name": "a", "exposures": 10, "successes": 3}] * 2
    command = RecordExperiment.model_validate({"metric": "clicks", "variants": same})
    at_work().when(command, by=MENTOR).rejected("R68")


# --- insights and decisions -----------------------------------------------------------------------------


def test_r11_an_insight_changes_a_decision_that_is_implemented_and_measured() -> None:
    scene = at_work().when(INSIGHT, by=MENTOR)
    scene.then(InsightRecorded(number=1, by=MENTOR, what="short titles are read"))
    scene = scene.when(CHANGE, by=MENTEE)
    scene.then(DecisionChanged(insight=1, by=MENTEE, what="titles of five words"))
    scene = scene.when(DONE, by=MENTEE).then(DecisionImplemented(insight=1, by=MENTEE))
    scene.when(MEASURED, by=MENTOR).then(like(DecisionMeasured, insight=1, outcome="better"))


@pytest.mark.parametrize(
    ("before", "command", "saying"),
    [
        ((), CHANGE, "no insight 1"),
        ((INSIGHT,), DONE, "change_decision"),
        ((INSIGHT,), MEASURED, "change_decision"),
        ((INSIGHT, CHANGE), CHANGE, "implement_decision"),
        ((INSIGHT, CHANGE), MEASURED, "implement_decision"),
        ((INSIGHT, CHANGE, DONE), DONE, "measure_decision"),
        ((INSIGHT, CHANGE, DONE, MEASURED), MEASURED, "end"),
    ],
)
def test_r11_one_step_follows_the_other_and_each_comes_once(
    before: tuple[Command, ...], command: Command, saying: str
) -> None:
    scene = at_work()
    for one in before:
        scene = scene.when(one, by=MENTOR)
        assert scene.rejection is None
    scene.when(command, by=MENTOR).rejected("R11", saying)


def test_r11_a_decision_is_measured_also_after_the_memo() -> None:
    scene = held(active(), 1).when(INSIGHT, by=MENTOR).when(CHANGE, by=MENTOR)
    scene = scene.when(EndPair(state="ended_by_choice", reason="-"), by=LEAD).when(MEMO, by=MENTOR)
    scene = scene.later(days=20).when(DONE, by=MENTOR).when(MEASURED, by=MENTEE)
    assert scene.of(DecisionMeasured)
    scene.when(INSIGHT, by=MENTOR).rejected("E5")


@pytest.mark.parametrize("command", [DRAFT, EXPERIMENT, INSIGHT], ids=lambda one: one.type)
def test_g4_nothing_is_recorded_before_the_pair_works(command: Command) -> None:
    prepared().when(command, by=MENTOR).rejected("G4")
