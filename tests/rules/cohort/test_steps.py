"""What is due: late, out of hours, over the limit, or out of date (R108, G20)."""

from __future__ import annotations

from events.cohort import (
    CohortItemExpired,
    CohortReminded,
    CohortReminderPostponed,
    CohortReminderSuppressed,
)
from tests.rules.bdd import given, like, moment
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    S,
    choosing,
    enrolling,
    make_spec,
    mentee,
    mentor,
    notices,
    ok,
    once,
    person,
    planned,
    ready,
)
from turnabout.commands.cohort import RunCohortStep
from turnabout.commands.cohort_rounds import RankShortlist
from turnabout.commands.cohort_running import NotePairEnded
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_planner import Planner


def overdue(scene: S, at: str) -> S:
    """The worker was down until `at`; now everything that has become due runs."""
    late = given(COHORT, *((event, when) for when, event in scene.history), at=scene.history[0][0])
    return S(COHORT, late.state, moment(at), scene.history).until(at)


def test_after_an_outage_each_reminder_is_sent_once_or_suppressed() -> None:
    """The sponsor was to be reminded on the 8th and the 14th, and the lead told on the 19th."""
    scene = overdue(planned(), "2026-01-15T10:00+01:00")
    scene.then(CohortReminderSuppressed, CohortReminderSuppressed, CohortReminded)
    assert scene.of(CohortReminded)[0].due_at.date().isoformat() == "2026-01-14"
    assert notices(scene, "charter_due") == [SPONSOR]
    assert notices(scene.until("2026-01-20T10:00Z"), "charter_overdue") == [LEAD]


def test_what_comes_due_at_night_waits_for_the_morning() -> None:
    scene = overdue(planned(), "2026-01-14T23:00+00:00").then(
        CohortReminderSuppressed, CohortReminderSuppressed, CohortReminderPostponed
    )
    assert scene.effects == ()
    scene = scene.until("2026-01-15T12:00Z").then(like(CohortReminded, to=(SPONSOR,)))
    assert scene.history[-1][0].isoformat() == "2026-01-15T08:00:00+00:00"


def test_each_waits_for_the_own_morning() -> None:
    spec = make_spec()
    far = [person("mentor", 9, timezone="Asia/Tokyo"), person("mentor", 10, timezone="America/New_York")]
    scene = enrolling(make_spec(people=[*spec.people, *far])).later(days=1)
    sent = {event.to[0]: at for at, event in scene.history if isinstance(event, CohortReminded)}
    assert sent["mentor-1"].isoformat() == "2026-01-05T08:00:00+00:00"
    assert sent["mentor-9"].isoformat() == "2026-01-05T08:00:00+00:00", "17:00 in Tokyo"
    assert sent["mentor-10"].isoformat() == "2026-01-05T13:00:00+00:00", "8:00 in New York"


def test_an_expiry_in_the_night_still_works_and_asks_in_the_morning() -> None:
    scene = overdue(choosing(once()), "2026-01-13T02:00+01:00")
    assert len(scene.of(CohortItemExpired)) == 5
    assert scene.state.rounds == {}
    assert notices(scene, "too_few_pairs") == []
    assert notices(scene.later(hours=12), "too_few_pairs") == [LEAD]


def test_a_step_that_is_not_due_is_refused() -> None:
    planned().when(RunCohortStep(item="charter", revision=2, step=0)).rejected("G20")
    planned().when(RunCohortStep(item="charter", revision=1, step=1)).rejected("G20")
    planned().when(RunCohortStep(item="nothing", revision=1, step=0)).rejected("G20")


def test_a_policy_of_fewer_nudges_is_kept() -> None:
    scene = enrolling(make_spec(policy={"nudges": {"max_nudges": 2}})).until("2026-01-19T07:00Z")
    reached = notices(scene, "enrolment_invitation") + notices(scene, "enrolment_reminder")
    assert sorted(reached) == sorted([*scene.state.roster] * 2)


def test_what_precedes_an_event_moves_earlier_but_never_into_the_past() -> None:
    state = planned().state
    kickoff, sunday = moment("2026-01-12T10:00+01:00"), moment("2026-01-11T09:00+01:00")

    def plan(now: str) -> list[str]:
        steps = Planner(state, moment(now)).before(sunday, [LEAD], "kickoff_cheat_sheet", event=kickoff)
        return [step.at.isoformat() for step in steps]

    assert plan("2026-01-08T12:00+01:00") == ["2026-01-09T16:00:00+00:00"], "Friday, an hour before the end"
    assert plan("2026-01-10T12:00+01:00") == ["2026-01-12T07:00:00+00:00"], "Friday is over: Monday at eight"
    assert plan("2026-01-12T10:00+01:00") == []


def test_messages_that_are_done_are_forgotten() -> None:
    scene = ready().later(days=1)
    assert not any(one.chase.kind == "message" for one in scene.state.ledger.open.values())


def test_a_kickoff_message_to_nobody_is_suppressed() -> None:
    scene = ready()
    for pair in scene.state.living:
        scene = ok(scene, NotePairEnded(pair=pair.pair, state="withdrawn"), "system")
    scene = scene.until("2026-02-27T18:00Z")
    suppressed = [event for event in scene.of(CohortReminderSuppressed) if event.kind == "kickoff"]
    reasons = [event.reason for event in suppressed]
    assert reasons == ["nobody is left to tell"], "the cheat sheet; the sponsor still gets the invitation"


def test_holidays_are_no_working_days() -> None:
    scene = planned(make_spec(holidays=["2026-01-08"])).until("2026-01-09T12:00Z")
    assert [event.due_at.date().isoformat() for event in scene.of(CohortReminded)] == [
        "2026-01-05",
        "2026-01-09",
    ]


def test_the_choice_of_one_stops_only_their_reminders() -> None:
    scene = ok(choosing(), RankShortlist(mentors=(mentor(1),)), mentee(1))
    reached = notices(scene.until("2026-01-07T12:00Z"), "shortlist_reminder")
    assert reached == [mentee(number) for number in range(2, 6)]
