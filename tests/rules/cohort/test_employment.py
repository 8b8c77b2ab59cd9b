"""What HR tells of people: recorded once, contradicted aloud, put right by its number (K1, K4, R103)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.cohort_corrections import EmploymentCorrected
from events.cohort_measurement import EmploymentObserved
from tests.rules.bdd import like
from tests.rules.cohort.world import LEAD, S, mentee, mentor, ok, running, wound_up
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_corrections import CorrectEmployment
from turnabout.commands.cohort_measurement import Employment, RecordEmployment
from turnabout.model import Actor
from workflows.rules.cohort import COHORT
from workflows.rules.decider import Moment


def row(who: str = "", on: str = "2026-03-20", what: str = "employed", **more: Any) -> Employment:
    return Employment.model_validate(
        {"person": who or mentor(1), "on": on, "what": what, "source": "HR system", **more}
    )


def record(*rows: Employment) -> RecordEmployment:
    return RecordEmployment(rows=rows)


def test_k1_exits_transfers_and_levels_are_recorded_one_by_one() -> None:
    rows = (
        row(),
        row(mentor(2), what="voluntary_exit"),
        row(mentor(3), what="involuntary_exit"),
        row(mentee(1), what="transfer"),
        row(mentee(2), what="level_change", level=9),
    )
    scene = ok(running().later(days=30), record(*rows), LEAD)
    assert [(one.person, one.what, one.level) for one in scene.of(EmploymentObserved)] == [
        (mentor(1), "employed", None),
        (mentor(2), "voluntary_exit", None),
        (mentor(3), "involuntary_exit", None),
        (mentee(1), "transfer", None),
        (mentee(2), "level_change", 9),
    ]
    assert {one.source for one in scene.of(EmploymentObserved)} == {"HR system"}


def test_r107_what_is_recorded_is_left_out_when_a_list_comes_again() -> None:
    scene = ok(running().later(days=30), record(row(), row(mentor(2))), LEAD)
    again = ok(scene, record(row(), row(mentor(2), source="another"), row(mentor(3))), LEAD)
    again.then(like(EmploymentObserved, person=mentor(3)))
    again.when(record(row(), row(mentor(3))), by=LEAD).rejected("R107")
    twice = ok(scene, record(row(mentor(4)), row(mentor(4))), LEAD)
    twice.then(like(EmploymentObserved, person=mentor(4)))


def test_k1_a_list_with_a_stranger_or_a_day_to_come_is_refused_as_a_whole() -> None:
    scene = running().later(days=30)
    scene.when(record(row(), row("nobody")), by=LEAD).rejected("R84", "nobody is not on the roster")
    scene.when(record(row(), row(on="2027-01-01")), by=LEAD).rejected("R84", "in the future")
    with pytest.raises(ValueError, match="level belongs"):
        row(level=4)
    with pytest.raises(ValueError, match="level belongs"):
        row(what="level_change")


def later() -> S:
    return running().later(days=30)


def number(scene: S, who: str) -> int:
    """That of the one observation that holds of somebody."""
    (found,) = [key for key, one in scene.state.measurement.employment.items() if one.person == who]
    return found


def correct(replaces: int, **fields: Any) -> CorrectEmployment:
    return CorrectEmployment.model_validate({"replaces": replaces, "reason": "HR looked again", **fields})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("voluntary_exit", "2026-03-20"), ("involuntary_exit", "2026-03-20")),
        (("transfer", "2026-03-20"), ("voluntary_exit", "2026-03-18")),
        (("voluntary_exit", "2026-03-10"), ("employed", "2026-03-20")),
        (("employed", "2026-03-20"), ("voluntary_exit", "2026-03-19")),
    ],
    ids=["another exit that day", "another day", "seen after the exit", "an exit before being seen"],
)
def test_r84_a_row_that_contradicts_an_earlier_one_is_told_with_both_and_the_next_step(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    """Whichever came first, and nothing of the list is recorded."""
    for one, other in ((first, second), (second, first)):
        scene = ok(later(), record(row(what=one[0], on=one[1])), LEAD)
        told = record(row(what=other[0], on=other[1]), row(mentor(2)))
        refused = scene.when(told, by=LEAD)
        refused.rejected(
            "R84", f"{mentor(1)}, {other[0]} on {other[1]}, but number {number(scene, mentor(1))}"
        )
        refused.rejected("R84", f"says {one[0]} on {one[1]} (HR system)")


def test_r84_every_row_that_contradicts_is_told_and_rows_of_one_list_are_held_against_each_other() -> None:
    exits = [row(mentor(n), what="voluntary_exit") for n in (1, 2)]
    scene = ok(later(), record(*exits), LEAD)
    refused = scene.when(record(*(row(mentor(n), what="transfer") for n in (1, 2))), by=LEAD)
    for n in (1, 2):
        refused.rejected("R84", f"{mentor(n)}, transfer on 2026-03-20, but number")
    levels = [row(what="level_change", level=level) for level in (5, 6)]
    later().when(record(*levels), by=LEAD).rejected("R84", "stands in the list, too")


def test_k1_what_does_not_contradict_is_recorded_and_what_was_before_the_kickoff_counts_for_nothing() -> None:
    """The last day at work, a rise after a rise, and somebody who came back before the program began."""
    scene = ok(later(), record(row(), row(what="voluntary_exit"), row(on="2026-03-10")), LEAD)
    ok(scene, record(row(mentor(2), "2024-01-01", "voluntary_exit"), row(mentor(2))), LEAD)
    rises = [row(mentor(3), f"2026-03-{day}", "level_change", level=day) for day in (10, 12)]
    ok(scene, record(*rises, row(mentor(3), "2026-03-12")), LEAD)


def test_r103_a_wrong_fact_is_replaced_by_its_number() -> None:
    scene = ok(later(), record(row(what="voluntary_exit"), row(mentor(2))), LEAD)
    wrong = number(scene, mentor(1))
    right = ok(scene, correct(wrong, person=mentor(1), what="involuntary_exit", on="2026-03-19"), LEAD)
    right.then(
        like(
            EmploymentCorrected,
            corrects=wrong,
            person=mentor(1),
            what="involuntary_exit",
            on=date(2026, 3, 19),
            source="HR system",
            by=LEAD,
        )
    )
    right.when(correct(wrong), by=LEAD).rejected("R84", f"number {wrong} is no observation that holds")
    again = number(right, mentor(1))
    assert again == right.state.record.version
    back = ok(right, correct(again, what=None), LEAD)
    assert [one.person for one in back.state.measurement.employment.values()] == [mentor(2)]
    ok(back, record(row(on="2026-03-25")), LEAD)


def test_what_an_earlier_release_took_is_taken_again_on_replay() -> None:
    scene = ok(later(), record(row(what="voluntary_exit")), LEAD)
    told, actor = record(row(what="transfer")), Actor(id=LEAD)
    again = COHORT.decide(scene.state, told, Moment(scene.at, actor, lenient=True))
    assert [one.type for one in again] == ["cohort.employment_observed"]
    assert COHORT.stricter == {told.type: "contradictions-refused"}


def test_r107_a_list_that_still_says_what_was_corrected_changes_nothing() -> None:
    scene = ok(later(), record(row(what="voluntary_exit")), LEAD)
    right = ok(scene, correct(number(scene, mentor(1)), what="transfer"), LEAD)
    right.when(record(row(what="voluntary_exit")), by=LEAD).rejected("R107")
    ok(right, record(row(what="voluntary_exit"), row(mentor(2))), LEAD).then(
        like(EmploymentObserved, person=mentor(2))
    )


def test_r84_a_correction_names_what_is_recorded_and_brings_no_new_contradiction() -> None:
    scene = ok(later(), record(row(), row(mentor(2)), row(what="voluntary_exit", on="2026-03-25")), LEAD)
    seen = next(key for key, one in scene.state.measurement.employment.items() if one.what == "employed")
    for told, why in (
        (correct(9999), "is no observation"),
        (correct(seen, person=mentor(2), what="transfer"), f"is not about {mentor(2)}"),
        (correct(seen, what="employed"), "is what is recorded"),
        (correct(seen, what="transfer"), "says voluntary_exit on 2026-03-25"),
        (correct(seen, what="voluntary_exit", on="2026-03-25"), "is recorded as number"),
        (correct(seen, what="employed", on="2027-01-01"), "in the future"),
    ):
        scene.when(told, by=LEAD).rejected("R84", why)
    with pytest.raises(ValueError, match="level belongs"):
        correct(1, what="level_change")
    with pytest.raises(ValueError, match="a day without"):
        correct(1, on="2026-03-01")


def test_r103_a_closed_cohort_still_takes_corrections() -> None:
    scene = ok(wound_up(), CloseCohort(), LEAD).later(days=100)
    told = ok(scene, record(row(on="2026-08-01", what="voluntary_exit")), LEAD)
    ok(told, correct(number(told, mentor(1)), what="transfer"), LEAD).then(EmploymentCorrected)
