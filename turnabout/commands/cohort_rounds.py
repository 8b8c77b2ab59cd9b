"""The commands of the matching rounds, and the words for their results. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import ENGINE, LEAD, Command
from turnabout.model import Line, Model, PersonId, Role

RoundCause = Literal["matching", "refresh", "place"]
"""Why there is a round: the cohort's own or one for somebody whose pair ended; another shortlist for those
who did not choose in time (T5); a place that came free (R41)."""


class Candidate(Model):
    """One person on a mentee's shortlist, with the score (0-100) and why (R36)."""

    mentor: PersonId
    score: float
    reasons: tuple[Line, ...]


class Shortlist(Model):
    """The candidates for one mentee, best first; `short` marks a pool too small for the minimum."""

    mentee: PersonId
    candidates: tuple[Candidate, ...]
    short: bool = False


class Edge(Model):
    """One proposed pair and the rank that the mentee gave the mentor (1 is the first choice)."""

    mentor: PersonId
    mentee: PersonId
    rank: int


class Unmatched(Model):
    """Someone without a partner, and why (R41)."""

    person: PersonId
    reason: Line


class MatchQuality(Model):
    """How good a solve is (R37, K15). `profile` counts the pairs by the mentee's rank, first choices first;
    its length is the worst rank. A pair blocks when both would rather have each other than what they got."""

    profile: tuple[int, ...]
    blocking_pairs: int

    @property
    def matched(self) -> int:
        """How many pairs were proposed."""
        return sum(self.profile)

    @property
    def total_rank(self) -> int:
        """The sum of the ranks; the number of pairs at best."""
        return sum(rank * count for rank, count in enumerate(self.profile, start=1))


class RecordShortlists(Command):
    """Record the computed shortlists of a round, with the algorithm's version and seed."""

    type: Literal["record_shortlists"] = "record_shortlists"
    roles: ClassVar = ENGINE
    round: int
    algorithm: str
    seed: int
    shortlists: tuple[Shortlist, ...]
    unmatched: tuple[Unmatched, ...] = ()


class RankShortlist(Command):
    """Rank one's shortlist, best first (R37)."""

    type: Literal["rank_shortlist"] = "rank_shortlist"
    roles: ClassVar = frozenset({Role.MENTEE})
    mentors: Annotated[tuple[PersonId, ...], Field(min_length=1)]


class RecordMatch(Command):
    """Record a solve of a round: the proposed pairs and who is left out."""

    type: Literal["record_match"] = "record_match"
    roles: ClassVar = ENGINE
    round: int
    solve: int
    algorithm: str
    edges: tuple[Edge, ...]
    unmatched: tuple[Unmatched, ...] = ()
    quality: MatchQuality | None = None


class AcceptMatch(Command):
    """Accept a proposed mentee (the mentor's consent)."""

    type: Literal["accept_match"] = "accept_match"
    roles: ClassVar = frozenset({Role.MENTOR})
    mentee: PersonId


class DeclineMatch(Command):
    """Decline a proposed mentee; no reason is owed."""

    type: Literal["decline_match"] = "decline_match"
    roles: ClassVar = frozenset({Role.MENTOR})
    mentee: PersonId


class AssignPair(Command):
    """Pair two willing people without their choice, with a reason (R38, G18)."""

    type: Literal["assign_pair"] = "assign_pair"
    roles: ClassVar = LEAD
    mentor: PersonId
    mentee: PersonId
    reason: Line


CohortRoundsCommand = RecordShortlists | RankShortlist | RecordMatch | AcceptMatch | DeclineMatch | AssignPair
