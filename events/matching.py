"""What the solver is given: the input of the two computations of a matching round. Pure.

The answers are the commands `record_shortlists` and `record_match`.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from turnabout.eligibility import Trait
from turnabout.model import Model, PersonId
from turnabout.policy import Policy
from turnabout.spec import Participant

SHORTLISTS = "shortlists"
MATCH = "match"


class ShortlistTask(Model):
    """Find candidates for each mentee (R36). Working hours are compared on `day`, the kickoff's; `forbidden`
    are (mentor, mentee) pairs excluded for reasons that only the cohort knows; `capacity` is how many more
    pairs a mentor may have; `minima` how many pairs across what the cohort still lacks (R39)."""

    round: int
    seed: int
    day: date
    policy: Policy
    mentees: tuple[Participant, ...]
    mentors: tuple[Participant, ...]
    capacity: dict[PersonId, int]
    forbidden: tuple[tuple[PersonId, PersonId], ...] = ()
    minima: dict[Trait, int] = Field(default_factory=dict)


class MatchTask(Model):
    """Solve over the mentees' rankings (R37).

    `rankings` hold the mentors that each mentee left over may still get, best first, with the rank that the
    mentee gave them (declined and full ones are gone, so ranks may start above 1). `capacity` is how many
    more pairs a mentor may have, `limit` how many pairs the cohort may add.
    `scores` (0-100) stand for the mentors' side when blocking pairs are counted. `minima` are how many pairs
    across what the cohort still lacks (R39), and `crosses` says what a ranked pair would reach across; both
    are empty where no minimum is missing.
    """

    round: int
    solve: int
    seed: int
    rankings: dict[PersonId, dict[PersonId, int]]
    scores: dict[PersonId, dict[PersonId, float]]
    capacity: dict[PersonId, int]
    limit: int
    minima: dict[Trait, int] = Field(default_factory=dict)
    crosses: dict[PersonId, dict[PersonId, tuple[Trait, ...]]] = Field(default_factory=dict)
