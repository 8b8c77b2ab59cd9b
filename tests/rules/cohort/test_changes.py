"""People change while a cohort runs: another manager, an exit from the company (G6, G10, G11, R42, R72)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.cohort_changes import PersonExited, ReportingLineChanged
from events.cohort_rounds import MatchDeclined, RoundOpened
from events.cohort_running import PairEndNoted
from events.contracts import Notify
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    STEWARD,
    S,
    accepted,
    chartered,
    choosing,
    enrolling,
    make_spec,
    mentee,
    mentor,
    notices,
    ok,
    proposed,
    ranked,
    running,
    told,
    wound_up,
)
from turnabout.commands.cohort_changes import ChangeReportingLine, RecordExit
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_enrolment import OpenEnrolment, OptIn
from turnabout.commands.cohort_rounds import AcceptMatch, AssignPair
from turnabout.commands.cohort_running import NotePairEnded
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_rounds import options

FIRST = "pair-q1-01"


def line(person: str, *managers: str) -> ChangeReportingLine:
    return ChangeReportingLine(person=person, reports_to=managers)


def left(person: str, **fields: Any) -> RecordExit:
    return RecordExit.model_validate({"person": person, **fields})


def people(scene: S) -> tuple[str, str]:
    """Mentor and mentee of the first pair."""
    return scene.state.pairs[FIRST].people


def test_a_pair_that_would_not_be_made_today_is_never_passed_over() -> None:
    """G10, R42: the lead hears which pair and why, and it stays on the board until the pair has ended."""
    scene = running()
    junior, senior = people(scene)
    scene = ok(scene, line(junior, "chief-9", senior), LEAD)
    (changed,) = scene.of(ReportingLineChanged)
    assert [(one.pair, one.rule) for one in changed.conflicts] == [(FIRST, "R42")]
    later = scene.later(days=1)
    (letter,) = (e for e in later.effects if isinstance(e, Notify) and e.template == "line_conflict")
    assert (letter.to, letter.values["pair"], letter.values["why"]) == (
        (LEAD,),
        "q1-01",
        "[R42] same reporting line",
    )
    assert "would not be made today" in COHORT.summarize(later.state).details
    over = ok(later, NotePairEnded(pair=FIRST, state="ended"), "system")
    assert "would not be made today" not in COHORT.summarize(over.state).details
    assert "line-01" not in over.state.ledger.open


def test_what_is_against_a_pair_no_more_is_off_the_board() -> None:
    """R42, R72: the line changes back; where something else is left, that is what the lead reads."""
    scene = running()
    junior, senior = people(scene)
    contact = scene.state.pairs[FIRST].support_contact
    both = ok(scene, line(junior, contact, senior), LEAD)
    assert both.state.conflicts[FIRST].startswith("[R72]")
    rest = ok(both, line(junior, senior), LEAD)
    assert rest.state.conflicts == {FIRST: "[R42] same reporting line"}
    back = ok(rest, line(junior, "chief-9"), LEAD).then(like(ReportingLineChanged, settles=("line-01",)))
    assert not back.state.conflicts
    assert "line-01" not in back.state.ledger.open
    assert "would not be made today" not in COHORT.summarize(back.state).details
    assert notices(back.later(days=2), "line_conflict") == []


def test_a_change_that_touches_no_pair_is_only_recorded() -> None:
    """R42: also further up than the levels that count."""
    scene = running()
    junior, senior = people(scene)
    scene = ok(scene, line(junior, "a", "b", senior), LEAD).then(like(ReportingLineChanged, conflicts=()))
    assert notices(scene.later(days=2), "line_conflict") == []
    assert scene.state.roster[junior].reports_to == ("a", "b", senior)


def test_a_skip_level_contact_inside_the_line_is_a_conflict() -> None:
    """R72."""
    scene = running()
    contact = scene.state.pairs[FIRST].support_contact
    (changed,) = ok(scene, line(people(scene)[0], contact), LEAD).of(ReportingLineChanged)
    assert [(one.pair, one.rule) for one in changed.conflicts] == [(FIRST, "R72")]


def test_a_steward_who_manages_somebody_now_is_told_of() -> None:
    """G6: a line manager never learns why a pair is paused."""
    scene = ok(running(), line(mentor(1), STEWARD), LEAD).later(days=1)
    assert notices(scene, "line_of_steward") == [LEAD]


def test_a_proposal_that_is_against_the_rules_now_comes_to_nothing() -> None:
    """R42: the mentor cannot accept it, and the round goes on without it."""
    scene = proposed()
    (one,) = scene.state.rounds.values()
    who, whom = min(one.pending)
    scene = ok(scene, line(whom, who), LEAD)
    assert (scene.of(MatchDeclined)[0].mentor, scene.of(MatchDeclined)[0].mentee) == (who, whom)
    scene.when(AcceptMatch(mentee=whom), by=who).rejected("R37")


def test_a_ranking_that_is_against_the_rules_now_is_not_solved_for() -> None:
    """R42."""
    scene = choosing()
    scene = ranked(scene, leave=(mentee(5),))
    (one,) = scene.state.rounds.values()
    first = one.rankings[mentee(1)][0]
    scene = ok(scene, line(first, mentee(1)), LEAD)
    (one,) = scene.state.rounds.values()
    assert first not in options(scene.state, one)[mentee(1)]


def test_a_pair_against_the_new_line_cannot_be_assigned() -> None:
    """G10, R42."""
    scene = ok(running(), NotePairEnded(pair=FIRST, state="ended"), "system")
    free = next(who for who in scene.state.of_role("mentor") if scene.state.room(who))
    alone = scene.state.pairs[FIRST].mentee
    scene = ok(scene, line(free, alone), LEAD)
    scene.when(AssignPair(mentor=free, mentee=alone, reason="x"), by=LEAD).rejected("R42")


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        (line("nobody", "x"), "R102"),
        (line(mentor(1), mentor(1)), "R42"),
        (line(mentor(1), "chief-1"), "R42"),
    ],
)
def test_a_line_that_is_none_is_refused(wish: ChangeReportingLine, rule: str) -> None:
    running().when(wish, by=LEAD).rejected(rule)


def test_an_exit_ends_every_pair_of_a_person() -> None:
    """R102, G11: the pairs are told, and the place is free; the one who stays looks for another."""
    scene = running()
    junior, senior = people(scene)
    scene = ok(scene, left(junior), LEAD).then(like(PersonExited, pairs=(FIRST,), last_day=date(2026, 3, 3)))
    assert told(scene, "end_pair") == [
        (
            FIRST,
            {
                "type": "end_pair",
                "state": "ended_by_exit",
                "reason": "Somebody left the company.",
                "left": [junior],
            },
        )
    ]
    note = NotePairEnded(pair=FIRST, state="ended_by_exit", left=(junior,))
    scene = ok(scene, note, "system").then(PairEndNoted, like(RoundOpened, mentees=(senior,)))
    assert junior not in scene.of(RoundOpened)[0].mentors
    scene.when(left(junior), by=LEAD).rejected("R102", "already")


def test_an_exit_before_there_is_a_pair_ends_all_that_was_asked() -> None:
    """G11: no proposal, no shortlist, no invitation goes to somebody who is gone."""
    scene = proposed()
    (one,) = scene.state.rounds.values()
    who, _ = min(one.pending)
    scene = ok(scene, left(who), LEAD)
    assert who not in {mentor for one in scene.state.rounds.values() for mentor, _ in one.pending}
    after = accepted(scene)
    assert who not in {pair.mentor for pair in after.state.living}
    early = ok(ok(chartered(), left(mentor(1)), LEAD), OpenEnrolment(), LEAD)
    assert mentor(1) not in notices(early.later(days=1), "enrolment_invitation")
    early.when(OptIn(), by=mentor(1)).rejected("G11", "left the company")


def test_an_exit_is_recorded_on_the_day_or_afterwards() -> None:
    """R102."""
    scene = enrolling()
    scene.when(left(mentor(1), last_day="2026-01-06"), by=LEAD).rejected("R102", "future")
    done = ok(scene, left(mentor(1), last_day="2025-12-31"), LEAD)
    assert done.of(PersonExited)[0].last_day == date(2025, 12, 31)


@pytest.mark.parametrize("who", [LEAD, SPONSOR, STEWARD])
def test_who_holds_an_office_is_replaced(who: str) -> None:
    """R26, R27, R73."""
    running().when(left(who), by=LEAD).rejected("R102", "replace_")


def test_a_closed_cohort_learns_of_no_exit_this_way() -> None:
    """G9: employment is observed, not acted upon."""
    closed = ok(wound_up(make_spec()), CloseCohort(), LEAD)
    closed.when(left(mentor(1)), by=LEAD).rejected("G9")
