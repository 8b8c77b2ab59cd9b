"""The largest roster that is taken makes no command too large; a larger one is refused at once (E4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.cohort.world import (
    LEAD,
    S,
    accepted,
    computed,
    enrolling,
    make_spec,
    nothing,
    ok,
    person,
    planned,
    ranked,
)
from turnabout.checks import check
from turnabout.commands.cohort_closing import CancelCohort
from turnabout.commands.cohort_enrolment import CloseEnrolment, OptIn
from turnabout.commands.cohort_governance import PlanCohort
from turnabout.messages import MAX_BYTES
from turnabout.spec import CohortSpec

ENVELOPE = 2000
"""Bytes of an append beside its events, at most."""
BRIEF: dict[str, dict[str, Any]] = {
    "mentor": {"skills": ["a"]},
    "mentee": {"gaps": [{"skill": "a", "current": 1, "target": 4}]},
}
SKILLS = [f"the art of making something of number {number}" for number in range(20)]


def plain(role: str, number: int) -> dict[str, Any]:
    """Somebody of whom next to nothing is written: many of them are many invitations."""
    return person(role, number, timezone="Europe/Berlin", **BRIEF[role])


def wordy(role: str, number: int) -> dict[str, Any]:
    """Somebody with many skills and interests: the shortlists are long."""
    facts: dict[str, Any] = {"interests": SKILLS[:12], "location": f"{role} town", "function": f"{role} work"}
    if role == "mentor":
        return person(role, number, skills=SKILLS, **facts)
    gaps = [{"skill": skill, "current": 1, "target": 5} for skill in SKILLS[:6]]
    return person(role, number, gaps=gaps, **facts)


def roster(kind: Any, size: int) -> CohortSpec:
    people = [kind(role, number) for role in ("mentor", "mentee") for number in range(1, size + 1)]
    return make_spec(people=people)


def refused(spec: CohortSpec) -> bool:
    return any(finding.rule == "E4" for finding in check(spec).problems)


def largest(kind: Any) -> CohortSpec:
    """The largest roster of such people that is taken."""
    low, high = 20, 500
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if refused(roster(kind, middle)) else (middle, high)
    return roster(kind, low)


def fits(scene: S) -> S:
    for what in (scene.events, scene.effects):
        assert sum(len(one.model_dump_json()) for one in what) + ENVELOPE <= MAX_BYTES
    return scene


@pytest.mark.parametrize("kind", [plain, wordy])
def test_the_largest_roster_that_is_taken_fits_all_the_way(kind: Any) -> None:
    spec = largest(kind)
    fits(planned(spec))
    scene = fits(enrolling(spec))
    for who in spec.people:
        scene = ok(scene, OptIn(), who.id)
    scene = fits(ok(scene, CloseEnrolment(), LEAD))
    scene = fits(computed(scene))
    scene = fits(ranked(scene))
    scene = fits(computed(scene))
    scene = fits(accepted(scene))
    assert scene.state.phase == "ready"
    fits(ok(scene, CancelCohort(reason="x"), LEAD))


def test_five_hundred_by_five_hundred_are_refused_with_the_way_out() -> None:
    """The solver takes them; one cohort's record does not."""
    spec = roster(wordy, 500)
    scene = nothing().when(PlanCohort(spec=spec), by=LEAD)
    scene.rejected("E4", "people: [E4] 500 mentors and 500 mentees are too many for one cohort")
    scene.rejected("E4", "512 fit. Divide the people over several cohorts.")


def test_longer_shortlists_leave_room_for_fewer_people() -> None:
    spec = largest(wordy)
    longer = make_spec(people=list(spec.people), policy={"matching": {"shortlist_max": 6}})
    assert not refused(spec)
    assert refused(longer)
