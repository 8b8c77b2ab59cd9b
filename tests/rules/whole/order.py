"""What must come before what in a whole life: judged from the order of the events alone."""

from __future__ import annotations

from typing import Any

from tests.rules.whole.town import Town
from turnabout.commands.pair_terms import shown_end
from turnabout.spec import CohortSpec


def gates_hold_in_the_cohort(town: Town, spec: CohortSpec) -> None:
    """G1, G8, R30: charter and commitment before enrolment, and before a kickoff at which the sponsor was."""
    seen: set[str] = set()
    for _, event in town.of(f"cohort-{spec.id}"):
        seen.add(event.type)
        if event.type in {"cohort.enrolment_opened", "cohort.kickoff_held"}:
            assert {"cohort.charter_signed", "cohort.sponsorship_committed"} <= seen, event.type
        if event.type == "cohort.kickoff_held":
            assert "cohort.ready" in seen
        if event.type == "cohort.closed":
            assert "cohort.memo_filed" in seen


def pairs_choose_each_other(town: Town, spec: CohortSpec) -> None:
    """R37, R38, G18: the mentee ranked the mentor, who accepted; or the lead assigned them, with a reason."""
    ranked: set[tuple[str, str]] = set()
    accepted: set[tuple[str, str]] = set()
    assigned: set[tuple[str, str]] = set()
    for _, event in town.of(f"cohort-{spec.id}"):
        told: Any = event
        match event.type:
            case "cohort.shortlist_ranked":
                ranked |= {(mentor, told.mentee) for mentor in told.mentors}
            case "cohort.match_accepted":
                accepted.add((told.mentor, told.mentee))
            case "cohort.pair_assigned":
                assert told.reason
                assigned.add((told.mentor, told.mentee))
            case "cohort.pair_arranged":
                two = told.terms.mentor, told.terms.mentee
                assert two in (assigned if told.terms.assigned else ranked & accepted), two


def pairs_meet_prepared(town: Town) -> None:
    """G2, G3, G4, R10, R45: no session before goal, signatures, kickoff, exchange and cadence."""
    for name, pair in town.pairs.items():
        both = set(pair.state.partners)
        signed: set[str] = set()
        attended: set[str] = set()
        seen: set[str] = set()
        for _, event in town.of(name):
            told: Any = event
            seen.add(event.type)
            signed |= {told.by} if event.type == "pair.ground_rules_signed" else set()
            attended |= set(told.people) if event.type == "pair.kickoff_attended" else set()
            if event.type == "pair.activated":
                assert signed == attended == both, name
                assert {"pair.goal_accepted", "pair.exchange_agreed", "pair.cadence_agreed"} <= seen, name
            if event.type == "pair.session_held":
                assert "pair.activated" in seen, f"{name} meets before it is active"


def the_cohort_knows_its_pairs(town: Town) -> None:
    """What the cohort was told of each pair is how it ended, though never that it ended for safety (G6)."""
    for name, pair in town.pairs.items():
        record = town.cohort.state.pairs[name]
        assert record.status == shown_end(pair.state.end_state), name
        assert record.memo == pair.state.memo, name


def the_steward_hears_at_once(town: Town) -> None:
    """R73: each concern is a letter to the steward in the same moment."""
    raised = sorted((one.at, one.stream) for one in town.log if one.event.type == "pair.concern_raised")
    told = sorted((one.at, one.stream) for one in town.letters if one.template == "concern_received")
    assert set(raised) <= set(told)


def nothing_ends_by_default(town: Town) -> None:
    """R61, T14: where nobody decides at mid-point the pair goes on."""
    for one in town.log:
        event: Any = one.event
        if event.type == "pair.midpoint_decided" and event.by_default:
            assert event.decision == "continue"
