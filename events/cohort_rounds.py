"""What happens in the matching rounds, up to a pair of its own. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from events.base import Event
from events.chase import Chasing
from turnabout.commands.cohort_rounds import Edge, MatchQuality, RoundCause, Shortlist, Unmatched
from turnabout.commands.pair_terms import Terms
from turnabout.model import Line, PersonId


class RoundOpened(Chasing):
    """A matching round for these mentees over these mentors: of everybody without a partner, or (`replaces`)
    of one mentee whose pair ended."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.round_opened"] = "cohort.round_opened"
    round: int
    mentees: tuple[PersonId, ...]
    mentors: tuple[PersonId, ...]
    replaces: str | None = None
    cause: RoundCause = "matching"


class ShortlistsPrepared(Chasing):
    """Each mentee of the round has candidates to rank."""

    type: Literal["cohort.shortlists_prepared"] = "cohort.shortlists_prepared"
    round: int
    algorithm: str
    seed: int
    shortlists: tuple[Shortlist, ...]
    unmatched: tuple[Unmatched, ...] = ()


class ShortlistRanked(Chasing):
    """A mentee ranked the shortlist, best first."""

    type: Literal["cohort.shortlist_ranked"] = "cohort.shortlist_ranked"
    round: int
    mentee: PersonId
    mentors: tuple[PersonId, ...]


class SolveRequested(Chasing):
    """The choices of a round are in; a solve over what is left is asked for."""

    type: Literal["cohort.solve_requested"] = "cohort.solve_requested"
    round: int
    solve: int


class MatchProposed(Chasing):
    """A solve proposed pairs; each mentor is asked to consent."""

    type: Literal["cohort.match_proposed"] = "cohort.match_proposed"
    round: int
    solve: int
    algorithm: str
    edges: tuple[Edge, ...]
    unmatched: tuple[Unmatched, ...] = ()
    quality: MatchQuality | None = None


class MatchAccepted(Chasing):
    """A mentor accepted."""

    type: Literal["cohort.match_accepted"] = "cohort.match_accepted"
    round: int
    mentor: PersonId
    mentee: PersonId


class MatchDeclined(Chasing):
    """A mentor declined, or did not answer in time (`by_default`)."""

    type: Literal["cohort.match_declined"] = "cohort.match_declined"
    round: int
    mentor: PersonId
    mentee: PersonId
    by_default: bool = False


class PairAssigned(Event):
    """The lead paired two willing people without their choice, for a reason (G18)."""

    type: Literal["cohort.pair_assigned"] = "cohort.pair_assigned"
    mentor: PersonId
    mentee: PersonId
    reason: Line


class PairArranged(Chasing):
    """A pair has a number and terms; its own stream begins."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.pair_arranged"] = "cohort.pair_arranged"
    pair: str
    terms: Terms
    attended: tuple[PersonId, ...] = ()


class RoundClosed(Chasing):
    """The round is over; the unmatched wait, each with a reason."""

    type: Literal["cohort.round_closed"] = "cohort.round_closed"
    round: int
    unmatched: tuple[Unmatched, ...] = ()


CohortRoundsEvent = (
    RoundOpened
    | ShortlistsPrepared
    | ShortlistRanked
    | SolveRequested
    | MatchProposed
    | MatchAccepted
    | MatchDeclined
    | PairAssigned
    | PairArranged
    | RoundClosed
)
