"""Computes shortlists and matches: exclusions, the most pairs, diversity minima, the best ranks. Pure,
deterministic.

Both functions take a task of `events.matching` as JSON and return the answering command as JSON. Ties are
broken by a hash of seed and ids, so neither the order of the input nor the machine matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from activities.assignment import Costs, Mask, cheapest, most
from activities.lot import draw
from activities.minima import Minimum, cheapest_with, shortfall
from activities.public_holidays import look_up
from activities.scoring import reasons, score
from events.holidays import HOLIDAYS
from events.lot import LOT
from events.matching import MATCH, SHORTLISTS, MatchTask, ShortlistTask
from turnabout.commands.cohort_rounds import (
    Candidate,
    Edge,
    MatchQuality,
    RecordMatch,
    RecordShortlists,
    Shortlist,
    Unmatched,
)
from turnabout.eligibility import crosses, exclusion
from turnabout.spec import Participant

SHORTLIST_ALGORITHM = "score-2"
MATCH_ALGORITHM = "exact-2"
TIES = 1000
"""How many steps the tie-break has; a whole solve's ties weigh less than one rank."""


def prepare_shortlists(payload: dict[str, Any]) -> dict[str, Any]:
    """The best candidates for each mentee (R36), from a ShortlistTask to a RecordShortlists.

    A largest matching of all is computed first and each mentee's partner in it is kept on the shortlist, so
    that the shortlists together still allow as many pairs as the pool does.
    """
    task = ShortlistTask.model_validate(payload)
    mentees = sorted(task.mentees, key=lambda person: person.id)
    mentors = sorted(task.mentors, key=lambda person: person.id)
    allowed, scores = _pool(task, mentors, mentees)
    anchors = _anchors(task, mentors, mentees, allowed, scores)
    rules = task.policy.matching
    shortlists: list[Shortlist] = []
    unmatched: list[Unmatched] = []
    for row, mentee in enumerate(mentees):
        found = [int(column) for column in np.flatnonzero(allowed[row])]
        found.sort(key=lambda column: (-scores[row, column], _tie(task.seed, mentors[column], mentee)))
        chosen = found[: rules.shortlist_max]
        anchor = anchors.get(row)
        if anchor is not None and anchor not in chosen:
            chosen[-1] = anchor
        if not chosen:
            unmatched.append(Unmatched(person=mentee.id, reason="no mentor is free and allowed"))
            continue
        candidates = tuple(
            Candidate(
                mentor=mentors[column].id,
                score=scores[row, column] / 10,
                reasons=reasons(mentors[column], mentee, task.policy, task.day),
            )
            for column in chosen
        )
        shortlists.append(
            Shortlist(mentee=mentee.id, candidates=candidates, short=len(candidates) < rules.shortlist_min)
        )
    return RecordShortlists(
        round=task.round,
        algorithm=SHORTLIST_ALGORITHM,
        seed=task.seed,
        shortlists=tuple(shortlists),
        unmatched=tuple(unmatched),
    ).wire()


def solve_match(payload: dict[str, Any]) -> dict[str, Any]:
    """The pairs to propose (R37), from a MatchTask to a RecordMatch.

    Lexicographic: the most pairs within the limit; the least shortfall of the diversity minima (R39); the
    best worst rank; the best total rank; ties by seed.
    """
    task = MatchTask.model_validate(payload)
    mentees, mentors = sorted(task.rankings), sorted(task.capacity)
    room = [task.capacity[mentor] for mentor in mentors]
    ranks = np.zeros((len(mentees), len(mentors)), dtype=np.int64)
    ties = np.zeros(ranks.shape, dtype=np.int64)
    for row, mentee in enumerate(mentees):
        for column, mentor in enumerate(mentors):
            if room[column] and (rank := task.rankings[mentee].get(mentor, 0)):
                ranks[row, column] = rank
                ties[row, column] = _hash(task.seed, mentor, mentee)
    slots = np.repeat(np.arange(len(mentors)), room)
    count = min(task.limit, most(ranks[:, slots] > 0))
    costs = (ranks * (TIES * len(mentees) + 1) + ties)[:, slots]
    pairs = [
        (row, int(slots[slot]))
        for row, slot in cheapest(costs, _within_worst_rank(ranks[:, slots], count), count)
    ]
    minima = _minima(task, mentees, mentors)
    if shortfall(pairs, minima):  # or nothing that counts for less could have been better
        pairs = cheapest_with(ranks, ties, room, count, minima)
    edges = tuple(
        Edge(mentor=mentors[column], mentee=mentees[row], rank=int(ranks[row, column]))
        for row, column in pairs
    )
    return RecordMatch(
        round=task.round,
        solve=task.solve,
        algorithm=MATCH_ALGORITHM,
        edges=edges,
        unmatched=_left_out(task, edges),
        quality=MatchQuality(profile=_profile(edges), blocking_pairs=_blocking(task, edges)),
    ).wire()


SOLVERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    SHORTLISTS: prepare_shortlists,
    MATCH: solve_match,
    HOLIDAYS: look_up,
    LOT: draw,
}
"""The computations that a stream may ask for, by the name of the task."""


def _pool(task: ShortlistTask, mentors: list[Participant], mentees: list[Participant]) -> tuple[Mask, Costs]:
    """Who may be paired at all, and the score of those in tenths of a point."""
    forbidden = set(task.forbidden)
    allowed = np.zeros((len(mentees), len(mentors)), dtype=np.bool_)
    scores = np.zeros(allowed.shape, dtype=np.int64)
    for row, mentee in enumerate(mentees):
        for column, mentor in enumerate(mentors):
            if (
                task.capacity.get(mentor.id, 0) > 0
                and (mentor.id, mentee.id) not in forbidden
                and exclusion(mentor, mentee, task.policy, task.day) is None
            ):
                allowed[row, column] = True
                scores[row, column] = score(mentor, mentee, task.policy, task.day)
    return allowed, scores


def _anchors(
    task: ShortlistTask,
    mentors: list[Participant],
    mentees: list[Participant],
    allowed: Mask,
    scores: Costs,
) -> dict[int, int]:
    """Each mentee's partner (row to column) in a largest matching with the best total score; where that one
    lacks pairs across something (R39), those come before the score."""
    slots = [column for column, mentor in enumerate(mentors) for _ in range(task.capacity.get(mentor.id, 0))]
    if not slots or not mentees:
        return {}
    columns = np.array(slots)
    ties = np.array([[_tie(task.seed, mentor, mentee) for mentor in mentors] for mentee in mentees])
    unit, free = TIES * len(mentees) + 1, allowed[:, columns]
    costs = (1000 - scores) * unit + ties
    found = cheapest(costs[:, columns], free, most(free))
    masks = {
        trait: np.array([[trait in crosses(mentor, mentee) for mentor in mentors] for mentee in mentees])
        for trait in task.minima
    }
    minima = [Minimum(least, masks[trait][:, columns]) for trait, least in task.minima.items()]
    if shortfall(found, minima):
        costs = costs + sum(~mask * 1000 * unit for mask in masks.values())
        found = cheapest(costs[:, columns], free, most(free))
    return {row: slots[slot] for row, slot in found}


def _minima(task: MatchTask, mentees: list[str], mentors: list[str]) -> list[Minimum]:
    return [
        Minimum(
            least,
            np.array(
                [
                    [trait in task.crosses.get(mentee, {}).get(mentor, ()) for mentor in mentors]
                    for mentee in mentees
                ],
                dtype=np.bool_,
            ).reshape(len(mentees), len(mentors)),
        )
        for trait, least in task.minima.items()
    ]


def _within_worst_rank(ranks: Costs, count: int) -> Mask:
    """The ranked cells without those beyond the best worst rank that still allows so many pairs."""
    for worst in np.unique(ranks[ranks > 0]):
        within: Mask = (ranks > 0) & (ranks <= worst)
        if most(within) >= count:
            return within
    return ranks > 0


def _left_out(task: MatchTask, edges: tuple[Edge, ...]) -> tuple[Unmatched, ...]:
    matched = {edge.mentee for edge in edges}
    full = len(edges) >= task.limit
    reason = "the cohort has no more places" if full else "everyone on the list is taken"
    return tuple(
        Unmatched(person=mentee, reason=reason) for mentee in sorted(task.rankings) if mentee not in matched
    )


def _profile(edges: tuple[Edge, ...]) -> tuple[int, ...]:
    ranks = [edge.rank for edge in edges]
    return tuple(ranks.count(rank) for rank in range(1, max(ranks, default=0) + 1))


def _blocking(task: MatchTask, edges: tuple[Edge, ...]) -> int:
    """How many ranked pairs would rather have each other: the mentee ranks the mentor above the own one (or
    has none), and the mentor is free or scores higher with this mentee than with one that was given."""
    own = {edge.mentee: edge.rank for edge in edges}
    given: dict[str, list[float]] = {}
    for edge in edges:
        given.setdefault(edge.mentor, []).append(_mutual(task, edge.mentor, edge.mentee))
    return sum(
        1
        for mentee, ranking in task.rankings.items()
        for mentor, rank in ranking.items()
        if rank < own.get(mentee, rank + 1)
        and (
            len(given.get(mentor, [])) < task.capacity.get(mentor, 0)
            or _mutual(task, mentor, mentee) > min(given.get(mentor, []), default=100)
        )
    )


def _mutual(task: MatchTask, mentor: str, mentee: str) -> float:
    return task.scores.get(mentee, {}).get(mentor, 0.0)


def _tie(seed: int, mentor: Participant, mentee: Participant) -> int:
    return _hash(seed, mentor.id, mentee.id)


def _hash(seed: int, mentor: str, mentee: str) -> int:
    """A number below TIES that only seed and ids decide."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{mentor}/{mentee}".encode()).digest()[:4]) % TIES
