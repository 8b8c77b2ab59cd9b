"""What pairs report, the reshuffle, the endpoint and the beginning of the close (G7, R61, T15)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.cohort_closing import ClosingBegan
from events.cohort_rounds import MatchAccepted, PairArranged, RoundClosed, RoundOpened, ShortlistsPrepared
from events.cohort_running import (
    EndpointReached,
    PairActivationNoted,
    PairEndNoted,
    PairMemoNoted,
    PairPauseNoted,
    PairResumptionNoted,
)
from events.contracts import Compute
from events.matching import ShortlistTask
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    S,
    accepted,
    closing,
    computed,
    end,
    make_spec,
    notices,
    ok,
    once,
    ranked,
    ready,
    running,
    shortlist,
    told,
)
from turnabout.commands.cohort_rounds import AssignPair, RankShortlist, RecordMatch
from turnabout.commands.cohort_running import (
    NoteMemoFiled,
    NotePairActivated,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
)
from turnabout.spec import CohortSpec
from workflows.rules.cohort import COHORT

FIRST = "pair-q1-01"


def reshuffled(scene: S) -> S:
    """The first pair ends at mid-pilot and its mentee looks for another mentor."""
    return ok(scene, NotePairEnded(pair=FIRST, state="reshuffled"), "system")


def midpilot(spec: CohortSpec | None = None) -> S:
    return running(spec).until("2026-04-20T10:00Z")


def test_pairs_report_what_the_board_shows() -> None:
    scene = ok(running(), NotePairPaused(pair=FIRST), "system").then(PairPauseNoted)
    assert scene.state.pairs[FIRST].status == "paused"
    assert "1 paused" in COHORT.summarize(scene.state).details
    scene.when(NotePairPaused(pair=FIRST)).rejected("R103")
    scene = ok(scene, NotePairResumed(pair=FIRST), "system").then(PairResumptionNoted)
    assert scene.state.pairs[FIRST].status == "active"
    scene.when(NotePairResumed(pair=FIRST)).rejected("R103")
    scene.when(NotePairActivated(pair=FIRST)).rejected("R103")
    scene.when(NotePairActivated(pair="pair-q1-99")).rejected("R103")


def test_a_pair_that_paused_before_it_worked_goes_back_to_forming() -> None:
    scene = ok(ready(), NotePairPaused(pair=FIRST), "system")
    scene = ok(scene, NotePairResumed(pair=FIRST), "system")
    assert scene.state.pairs[FIRST].status == "forming"
    ok(scene, NotePairActivated(pair=FIRST), "system").then(PairActivationNoted)


def test_an_ended_pair_is_wound_up_once() -> None:
    scene = ok(running(), NotePairEnded(pair=FIRST, state="ended_by_exit"), "system").then(PairEndNoted)
    assert scene.state.pairs[FIRST].status == "ended_by_exit"
    assert scene.of(PairEndNoted)[0].waiting == ()
    scene.when(NotePairEnded(pair=FIRST, state="graduated")).rejected("R103")
    scene = ok(scene, NoteMemoFiled(pair=FIRST, waived=True), "system").then(PairMemoNoted)
    assert scene.state.pairs[FIRST].memo == "waived"
    scene.when(NoteMemoFiled(pair=FIRST)).rejected("R103")


def test_a_reshuffle_gives_the_mentee_a_round_and_the_mentor_a_place_in_the_queue() -> None:
    scene = midpilot()
    old = scene.state.pairs[FIRST]
    scene = reshuffled(scene).then(
        like(PairEndNoted, waiting=(old.mentor,)), like(RoundOpened, round=2, replaces=FIRST)
    )
    opened = scene.of(RoundOpened)[0]
    assert opened.mentees == (old.mentee,)
    assert old.mentor not in opened.mentors
    assert set(opened.mentors) == set(scene.state.of_role("mentor")) - {old.mentor}
    assert old.mentor in scene.state.waiting
    (compute,) = (effect for effect in scene.effects if isinstance(effect, Compute))
    task = ShortlistTask.model_validate(compute.payload)
    assert compute.command_id == "shortlists:2"
    assert min(task.capacity.values()) == 1, "one who has a pair may take a second"
    assert notices(computed(scene).later(hours=1), "shortlist_ready") == [old.mentee]


def test_the_new_pair_has_the_weeks_that_are_left() -> None:
    scene = midpilot()
    old = scene.state.pairs[FIRST]
    scene = accepted(computed(ranked(computed(reshuffled(scene)))))
    scene.then(MatchAccepted, PairArranged, like(RoundClosed, unmatched=()))
    arranged = scene.of(PairArranged)[0]
    terms = arranged.terms
    assert arranged.pair == "pair-q1-06"
    assert terms.mentee == old.mentee
    assert terms.replaces == FIRST
    assert (terms.weeks, terms.decision_week, terms.pulse_weeks) == (5, None, ())
    assert terms.ends_on == scene.state.spec.ends_on
    assert set(arranged.attended) <= {terms.mentor, terms.mentee}
    assert [stream for stream, _ in told(scene, "form_pair")] == ["pair-q1-06"]
    assert [command["people"] for _, command in told(scene, "note_kickoff_attended")] == [
        list(arranged.attended)
    ]


def test_in_a_reshuffle_the_mentees_first_choice_comes_first() -> None:
    """Also a mentor who has a pair, for the mentor still consents."""
    scene = computed(reshuffled(midpilot()))
    (mentee,) = scene.state.rounds[2].mentees
    busy = [mentor for mentor in shortlist(scene, mentee) if scene.state.load(mentor)]
    idle = [mentor for mentor in shortlist(scene, mentee) if not scene.state.load(mentor)]
    for choice in ((busy[0], *idle), (idle[0], *busy)):
        after = computed(ok(scene, RankShortlist(mentors=choice), mentee))
        assert [mentor for mentor, _ in after.state.rounds[2].pending] == [choice[0]]


def test_two_reshuffles_run_side_by_side() -> None:
    scene = computed(reshuffled(midpilot()))
    scene = ok(scene, NotePairEnded(pair="pair-q1-02", state="reshuffled"), "system")
    scene.then(PairEndNoted, like(RoundOpened, round=3))
    scene = computed(scene).then(like(ShortlistsPrepared, round=3))
    scene = ranked(scene)
    assert {one.stage for one in scene.state.rounds.values()} == {"solving"}
    for number in (2, 3):
        scene = ok(scene, RecordMatch(round=number, solve=1, algorithm="x", edges=()), "system")


def test_a_reshuffle_that_finds_nobody_leaves_the_mentee_waiting() -> None:
    scene = computed(reshuffled(midpilot(once()))).later(days=9)
    assert scene.state.rounds == {}
    assert scene.of(RoundClosed)[0].unmatched[0].reason == "did not choose in time"
    assert notices(scene, "assisted_choice") == [LEAD]
    assert len(scene.state.waiting) == 3


def test_a_mentor_who_withdrew_does_not_wait() -> None:
    scene = midpilot()
    scene = ok(scene, NotePairEnded(pair=FIRST, state="withdrawn"), "system")
    assert not set(scene.state.pairs[FIRST].people) & set(scene.state.waiting)


def test_the_endpoint_comes_in_the_last_full_week() -> None:
    scene = running().until("2026-05-18T10:00+02:00")
    assert len(scene.of(EndpointReached)) == 1
    assert scene.state.phase == "endpoint"


@pytest.mark.parametrize("stage", ["shortlisting", "choosing", "solving", "consenting"])
def test_the_last_weeks_make_no_new_pair(stage: str) -> None:
    scene = running().until("2026-05-15T10:00Z")
    scene = reshuffled(scene)
    for step in (computed, ranked, computed):
        if scene.state.rounds[2].stage == stage:
            break
        scene = step(scene)
    assert scene.state.rounds[2].stage == stage
    scene = scene.until("2026-05-18T10:00+02:00")
    assert scene.state.rounds == {}
    assert scene.of(RoundClosed)[0].unmatched[0].reason == "the cohort is in its last weeks"
    assert not any(item.startswith(("choice", "consent")) for item in scene.state.ledger.open)
    mentee = scene.state.pairs[FIRST].mentee
    free = next(who for who in scene.state.waiting if who.startswith("mentor"))
    scene.when(AssignPair(mentor=free, mentee=mentee, reason="x"), by=LEAD).rejected("G18")
    after = ok(scene, NotePairEnded(pair="pair-q1-02", state="reshuffled"), "system")
    assert after.of(RoundOpened) == ()
    assert set(after.state.pairs["pair-q1-02"].people) <= set(after.state.waiting)


def test_closing_begins_when_the_last_day_has_passed_and_all_pairs_have_ended() -> None:
    scene = closing()
    assert scene.state.phase == "closing"
    assert len(scene.of(ClosingBegan)) == 1
    late = running()
    late = late.until(end(late) + timedelta(days=1))
    assert late.state.phase == "endpoint"
    *others, last = late.state.pairs
    for pair in others:
        late = ok(late, NotePairEnded(pair=pair, state="graduated"), "system").then(PairEndNoted)
    late = ok(late, NotePairPaused(pair=last), "system")
    safety = ok(late, NotePairEnded(pair=last, state="ended_for_safety"), "system")
    safety.then(PairEndNoted, ClosingBegan)
    choice = ok(late, NotePairEnded(pair=last, state="ended_by_choice"), "system")
    assert COHORT.summarize(safety.state) == COHORT.summarize(choice.state), "nobody can tell the two apart"


def test_the_lead_owes_the_memo_and_the_sponsor_hears_if_it_stays_out() -> None:
    scene = closing().until("2026-07-01T12:00Z")
    assert notices(scene, "cohort_memo_due") == [LEAD] * 2, "the first went out as closing began"
    assert notices(scene, "cohort_memo_overdue") == ["sponsor"]
    assert COHORT.summarize(scene.state).attention


def test_a_long_program_keeps_the_pulses_that_are_still_to_come() -> None:
    scene = running(make_spec(preset="behaviour_change", weeks=26))
    scene = reshuffled(scene.until("2026-06-02T10:00Z"))
    terms = accepted(computed(ranked(computed(scene)))).of(PairArranged)[0].terms
    assert (terms.pulse_weeks, terms.decision_week, terms.weeks) == ((18, 24), None, 13)
