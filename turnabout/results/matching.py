"""How the matching went, and whose answer is open. Pure."""

from __future__ import annotations

from typing import Literal

from turnabout.results.base import At, Result


class MatchSolve(Result):
    """A solve of a matching round. `profile` counts the proposed pairs by the mentee's rank, first choices
    first; `blocking_pairs` counts those who would rather have each other (None where it was not recorded)."""

    round: int
    solve: int
    at: At
    profile: tuple[int, ...]
    worst_rank: int
    total_rank: int
    blocking_pairs: int | None


class Waiting(Result):
    """Somebody without a partner, and why."""

    person: str
    role: Literal["mentor", "mentee"]
    reason: str


class MatchingReport(Result):
    """How matching went, for the lead. Ranks are those of `matched` pairs, which both sides chose; `crosses`
    counts the pairs across functions, locations and backgrounds, and is None for too few to tell; `wanted` is
    what the policy asks for at least."""

    cohort: str
    pairs: int
    matched: int
    assigned: int
    declined: int
    silent: int
    profile: tuple[int, ...]
    worst_rank: int
    total_rank: int
    crosses: dict[str, int] | None
    wanted: dict[str, int]
    solves: tuple[MatchSolve, ...]
    unmatched: tuple[Waiting, ...]


class OpenAnswer(Result):
    """An answer that the lead may wait for: to an invitation, of a mentee to the shortlist (`choice`), of a
    mentor to a proposal (`consent`)."""

    cohort: str
    kind: Literal["invitation", "choice", "consent"]
    person: str
    since: At
    closes_at: At | None
    item: str
