"""Sponsor and steward change hands, and the next cohort is planned (R26-R30, R73, R98, G6, G15, T12, T19)."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.cohort import CohortReminded
from events.cohort_governance import DutyFulfilled, DutyMissed
from events.cohort_offices import NextCohortPlanned, SponsorReplaced, SponsorshipTakenOver, StewardReplaced
from events.contracts import Notify
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    STEWARD,
    S,
    chartered,
    end,
    hold,
    kickoff_day,
    make_spec,
    mentee,
    mentor,
    notices,
    ok,
    person,
    planned,
    ready,
    running,
    told,
    wound_up,
)
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_governance import CommitSponsorship, FulfilDuty, HandOverLead, SignCharter
from turnabout.commands.cohort_offices import PlanNextCohort, ReplaceSponsor, ReplaceSteward
from turnabout.commands.cohort_people import Withdraw
from turnabout.policy import Policy, SponsorPolicy
from workflows.rules import cohort_offices
from workflows.rules.cohort import COHORT

BERLIN = "Europe/Berlin"
SOFIA = {"id": "sofia", "timezone": "America/New_York", "title": "cpo"}
NEW_SPONSOR = ReplaceSponsor.model_validate({"to": SOFIA})
NEXT = PlanNextCohort.model_validate({"cohort": "q2", "starts_on": "2026-07-06"})


def steward(who: str, **fields: Any) -> ReplaceSteward:
    return ReplaceSteward.model_validate({"to": {"id": who, "timezone": BERLIN}, **fields})


def partners(scene: S, template: str) -> dict[str, str]:
    """Whose name the last messages with this template show to whom."""
    found: dict[str, str] = {}
    for effect in scene.effects:
        if isinstance(effect, Notify) and effect.template == template:
            found |= effect.values["partner_of"]
    return found


def test_before_the_charter_a_new_sponsor_signs_it() -> None:
    """R26: reminders go to the new one; nothing else is asked."""
    scene = ok(planned(), NEW_SPONSOR, LEAD).then(like(SponsorReplaced, must_commit=False))
    scene.when(CommitSponsorship(), by=SPONSOR).rejected("G21")
    later = scene.later(days=12)
    assert set(notices(later, "charter_due")) == {"sofia"}
    assert notices(later, "sponsor_appointed") == ["sofia"]
    ok(later, SignCharter(text="We learn."), "sofia")


def test_before_the_kickoff_the_new_sponsor_commits_in_person() -> None:
    """R30: the kickoff is blocked until then; the duties stay as they are."""
    scene = kickoff_day(ok(ready(), NEW_SPONSOR, SPONSOR).then(like(SponsorReplaced, must_commit=True)))
    scene.when(hold(scene), by=LEAD).rejected("R30", "sofia has not committed")
    before = scene.state.duties
    scene = ok(scene, CommitSponsorship(), "sofia").then(SponsorshipTakenOver)
    assert scene.state.duties == before
    scene.when(CommitSponsorship(), by="sofia").rejected("R28", "already")
    assert ok(scene, hold(scene), LEAD).state.phase == "running"


def test_who_does_not_commit_is_reminded_and_then_the_lead_told() -> None:
    """T2, R30: as often as for the charter."""
    scene = ok(chartered(), NEW_SPONSOR, LEAD).later(days=20)
    assert notices(scene, "sponsor_appointed") == ["sofia"] * 3
    assert notices(scene, "sponsor_uncommitted") == [LEAD]
    assert COHORT.summarize(scene.state).attention
    done = ok(ok(chartered(), NEW_SPONSOR, LEAD), CommitSponsorship(), "sofia").later(days=20)
    assert notices(done, "sponsor_uncommitted") == []


def test_after_the_kickoff_the_duties_go_on_with_the_new_sponsor() -> None:
    """R28, T12: what was asked of the old one is asked of the new one, and never of both."""
    scene = ok(running(), NEW_SPONSOR, LEAD).then(like(SponsorReplaced, must_commit=False))
    scene.when(FulfilDuty(duty="checkpoint"), by=SPONSOR).rejected("G21")
    later = scene.until("2026-04-19T12:00Z")
    assert set(notices(later, "duty_due")) == {"sofia"}
    ok(later, FulfilDuty(duty="checkpoint"), "sofia").then(like(DutyFulfilled, on_time=True))


def test_the_invitation_to_the_kickoff_follows_the_office() -> None:
    """T7: and reaches the new sponsor before the kickoff, in their hours."""
    scene = ok(ready(), NEW_SPONSOR, LEAD).until("2026-03-03T09:00Z")
    asked = [e for e in scene.of(CohortReminded) if e.template.startswith("kickoff_") and "sofia" in e.to]
    assert [event.template for event in asked] == ["kickoff_invitation", "kickoff_reminder"]
    assert SPONSOR not in notices(scene, "kickoff_invitation")
    assert mentee(1) in notices(scene, "kickoff_invitation")


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        (SPONSOR, "R26"),
        (LEAD, "R110"),
        (STEWARD, "R73"),
        ("system", "G21"),
        (mentee(1), "R110"),
        ("contact-1", "R110"),
    ],
)
def test_some_cannot_be_the_sponsor(who: str, rule: str) -> None:
    """R110, R73."""
    to = ReplaceSponsor.model_validate({"to": {**SOFIA, "id": who}})
    planned().when(to, by=LEAD).rejected(rule)


@pytest.mark.parametrize(("who", "rule"), [("bea", "R110"), (STEWARD, "R73"), (SPONSOR, "R110")])
def test_some_cannot_be_the_lead(who: str, rule: str) -> None:
    """R110, R73: as in a spec; somebody of a pair may lead, though it is not advised (R27)."""
    scene = planned(make_spec(business_sponsor={"id": "bea", "timezone": BERLIN}))
    to = HandOverLead.model_validate({"to": {"id": who, "timezone": BERLIN}})
    scene.when(to, by=LEAD).rejected(rule)
    ok(scene, HandOverLead.model_validate({"to": {"id": mentor(1), "timezone": BERLIN}}), LEAD)


def test_a_new_steward_takes_over_in_every_pair_and_everybody_hears_of_it() -> None:
    """R73: the pairs are told, and the letter names to whom one turns; the old steward gives no command."""
    scene = ok(running(), steward("stella"), STEWARD).then(StewardReplaced)
    assert {pair for pair, _ in told(scene, "change_steward")} == set(scene.state.pairs)
    scene.when(steward("stef"), by=STEWARD).rejected("G21")
    later = scene.later(days=1)
    assert notices(later, "steward_appointed") == ["stella"]
    heard = set(notices(later, "steward_changed"))
    assert heard == {*scene.state.joined, STEWARD, LEAD}
    assert partners(later, "steward_changed") == dict.fromkeys(heard, "stella")
    again = ok(later, steward("stef"), LEAD)
    assert again.state.steward.id == "stef"
    assert "stella" in notices(again.later(days=1), "steward_changed")


def test_a_pair_arranged_later_has_the_new_steward() -> None:
    """R72, R73: also as its support contact where there is no other."""
    spec = make_spec(support_contacts=[])
    scene = ok(ready(spec), steward("stella"), LEAD)
    assert {pair.support_contact for pair in scene.state.living} == {"stella"}


@pytest.mark.parametrize(
    ("who", "rule"),
    [(STEWARD, "R73"), (SPONSOR, "R73"), ("mentor-1", "R73"), ("chief-1", "G6"), ("system", "G21")],
)
def test_some_cannot_be_the_steward(who: str, rule: str) -> None:
    """R73, G6: no sponsor, nobody in a pair, no manager of one."""
    running().when(steward(who), by=LEAD).rejected(rule)


def test_a_business_sponsor_cannot_be_the_steward() -> None:
    """R29, R73."""
    spec = make_spec(business_sponsor={"id": "bea", "timezone": BERLIN})
    running(spec).when(steward("bea"), by=LEAD).rejected("R73")


def test_a_lead_is_the_steward_only_for_a_reason() -> None:
    """R73: a separate person where possible."""
    running().when(steward(LEAD), by=LEAD).rejected("R73", "say why")
    ok(running(), steward(LEAD, reason="nobody else for a week"), LEAD)


def test_a_business_sponsor_is_invited_and_speaks_for_nobody_else() -> None:
    """R29, R110: the role is held, and gives no command of others."""
    spec = make_spec(business_sponsor={"id": "bea", "timezone": BERLIN})
    invited = ready(spec).until("2026-02-18T12:00Z")
    assert "bea" in notices(invited, "kickoff_invitation")
    scene = running(spec)
    for command in (FulfilDuty(duty="checkpoint"), CloseCohort(), NEXT):
        scene.when(command, by="bea").rejected("G21")


def test_a_planned_successor_ends_the_questions() -> None:
    """R98, G15, T19: neither before nor after the close is anybody asked again."""
    scene = ok(running(), NEXT, LEAD).then(like(NextCohortPlanned, cohort="q2"))
    assert notices(scene.until(end(scene) - timedelta(days=1)), "next_cohort_due") == []
    closed = ok(ok(wound_up(), NEXT, LEAD), CloseCohort(), LEAD)
    assert notices(closed.later(days=30), "next_cohort_late") == []


def test_without_one_the_lead_is_asked_before_and_after_the_close() -> None:
    """T19: and may still plan it when the cohort is closed."""
    asked = [e.template for _, e in wound_up().history if isinstance(e, CohortReminded)]
    assert asked.count("next_cohort_due") == 1
    closed = ok(wound_up(), CloseCohort(), LEAD)
    assert notices(closed.later(days=30), "next_cohort_late") == [LEAD]
    after = ok(closed.later(days=3), NEXT, LEAD).then(NextCohortPlanned)
    assert notices(after.later(days=30), "next_cohort_late") == []


def test_a_plan_made_before_the_kickoff_counts() -> None:
    """R98."""
    scene = kickoff_day(ok(ready(), NEXT, LEAD))
    scene = ok(scene, hold(scene), LEAD)
    assert "next-cohort" not in scene.state.ledger.open


@pytest.mark.parametrize(
    "fields", [{"cohort": "q1"}, {"starts_on": "2026-01-05"}, {"starts_on": "2025-12-01"}]
)
def test_the_next_cohort_is_another_and_later(fields: dict[str, Any]) -> None:
    """G15."""
    wish = PlanNextCohort.model_validate({"cohort": "q2", "starts_on": "2026-07-06", **fields})
    running().when(wish, by=LEAD).rejected("G15")


def test_the_closing_checkpoint_has_its_days() -> None:
    """T12: it counts from the day after the last day of work, also when the cohort is closed."""
    scene = running()
    scene.when(FulfilDuty(duty="closing"), by=SPONSOR).rejected("T12", "2026-05-27")
    done = wound_up()
    ok(done, FulfilDuty(duty="closing"), SPONSOR).then(like(DutyFulfilled, duty="closing", on_time=True))
    closed = ok(done, CloseCohort(), LEAD).until("2026-06-02T12:00Z")
    assert closed.of(DutyMissed)[0].duty == "closing"
    assert notices(closed, "duty_overdue") == [LEAD]
    ok(closed, FulfilDuty(duty="closing"), LEAD).then(like(DutyFulfilled, on_time=False))


def test_a_cohort_of_before_has_no_closing_checkpoint() -> None:
    """T12: as old streams, whose policy has none."""
    none = SponsorPolicy(closing_checkpoint=None)
    spec = make_spec(policy=Policy(sponsor=none).model_dump(mode="json"))
    scene = ok(wound_up(spec), CloseCohort(), LEAD)
    assert "closing" not in scene.state.duties
    scene.when(FulfilDuty(duty="closing"), by=SPONSOR).rejected("T12", "no closing checkpoint")
    assert [event.duty for event in scene.later(days=40).of(DutyMissed)] == ["recognition"]


def test_a_lead_may_take_over_from_another_while_the_sponsor_changes() -> None:
    """R27, R110: the new sponsor cannot become the lead."""
    scene = ok(running(), NEW_SPONSOR, LEAD)
    to = HandOverLead.model_validate({"to": {"id": "sofia", "timezone": BERLIN}})
    scene.when(to, by=LEAD).rejected("R110")
    ok(scene, HandOverLead.model_validate({"to": {"id": SPONSOR, "timezone": BERLIN}}), LEAD)


def test_what_waits_for_the_lead_goes_to_whoever_leads_then() -> None:
    """R27, R102: also after the second hand-over."""
    anna, bert = (
        HandOverLead.model_validate({"to": {"id": who, "timezone": BERLIN}}) for who in ("anna", "bert")
    )
    scene = ok(ready(), anna, LEAD)
    night = scene.at.replace(hour=22)
    scene = ok(scene, Withdraw(reason="time"), mentor(1), at=night)
    later = ok(scene, bert, "anna").later(days=5)
    assert notices(later, "withdrawal_told") == ["bert"]


def test_a_former_lead_may_still_be_written_to() -> None:
    """R27, R108: what was theirs as a person reaches them in their hours, also after the second hand-over."""
    scene = ok(ready(), HandOverLead.model_validate({"to": {"id": "anna", "timezone": BERLIN}}), LEAD)
    scene = ok(scene, steward("stella"), STEWARD, at=scene.at.replace(hour=22))
    scene = ok(scene, HandOverLead.model_validate({"to": {"id": "bert", "timezone": BERLIN}}), "anna")
    assert "anna" in notices(scene.later(days=5), "steward_changed")


def test_every_letter_to_the_lead_follows_the_office() -> None:
    """R27: whatever the rules plan for `lead.id` alone is readdressed."""
    planned_for_the_lead = {
        template
        for path in Path(cohort_offices.__file__).parent.glob("cohort*.py")
        if path.name != "cohort_offices.py"
        for template in _to_the_lead(ast.parse(path.read_text()))
    }
    assert len(planned_for_the_lead) > 10
    assert planned_for_the_lead <= cohort_offices.TO_THE_LEAD


def _to_the_lead(module: ast.Module) -> list[str]:
    """The templates of the calls that plan something for the lead alone."""
    found = []
    for call in ast.walk(module):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        to_lead = any(
            ast.unparse(arg) in {"lead", "state.lead.id", "[state.lead.id]", "after.lead.id", "spec.lead.id"}
            for arg in call.args
        )
        if to_lead and call.func.attr in {"tell", "prompt", "prompts", "before", "message"}:
            found += [
                arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
    return found


def test_people_of_the_roster_are_not_stewards_whatever_their_role() -> None:
    """R73."""
    spec = make_spec(people=[*(person(r, n) for r in ("mentor", "mentee") for n in range(1, 6))])
    planned(spec).when(steward("mentee-5"), by=LEAD).rejected("R73")
