"""Which pairs across functions, places and backgrounds a cohort still lacks (R39). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from turnabout.eligibility import Trait, crosses
from turnabout.policy import MatchingPolicy
from workflows.rules.cohort_state import CohortState, Edge


def minima(state: CohortState) -> dict[Trait, int]:
    """How many pairs across what are missing to the minima, beyond those that stand or wait for a mentor's
    answer; empty where none is."""
    made: list[Edge] = [pair.people for pair in state.living]
    made += [edge for one in state.rounds.values() for edge in one.pending]
    have = Counter(trait for edge in made for trait in across(state, *edge))
    missing = {trait: least - have[trait] for trait, least in wanted(state.policy.matching).items()}
    return {trait: count for trait, count in missing.items() if count > 0}


def wanted(policy: MatchingPolicy) -> dict[Trait, int]:
    """The minima of a policy; 0 asks for nothing."""
    return {
        "function": policy.min_cross_function,
        "location": policy.min_cross_location,
        "background": policy.min_cross_background,
    }


def across(state: CohortState, mentor: str, mentee: str) -> tuple[Trait, ...]:
    """What these two would reach across."""
    return crosses(state.roster[mentor], state.roster[mentee])


def across_all(
    state: CohortState, rankings: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, tuple[Trait, ...]]]:
    """The same for every ranked pair, by mentee and mentor."""
    return {
        mentee: {mentor: across(state, mentor, mentee) for mentor in ranking}
        for mentee, ranking in rankings.items()
    }
