"""How matching went and whose answer is open: proposals, solves, who waits, why (R37, R39, R41). Pure fold.

For the lead: it names people. What pairs reach across is told only of so many pairs as the policy's k.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from events.cohort import CohortItemExpired
from events.cohort_changes import PersonExited
from events.cohort_closing import CohortCancelled
from events.cohort_enrolment import (
    EnrolmentClosed,
    EnrolmentOpened,
    EnrolmentReopened,
    PersonDeclined,
    PersonJoined,
)
from events.cohort_governance import CohortPlanned
from events.cohort_people import PersonWithdrew
from events.cohort_rounds import (
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    PairArranged,
    PairAssigned,
    RoundClosed,
    RoundOpened,
    ShortlistRanked,
    ShortlistsPrepared,
)
from events.cohort_running import PairEndNoted
from events.contracts import StoredEvent
from projections.projection import Batch, Projection, Table, at, place
from turnabout.commands.cohort_rounds import MatchQuality
from turnabout.eligibility import crosses
from turnabout.policy import Policy
from turnabout.spec import CohortSpec

AWAITED = frozenset({"invitation", "choice", "consent"})
"""The kinds of items under which an answer of somebody is open."""


@dataclass
class Cohort:
    """What the policy wants of the pairs (`wanted`), and how many there must be before it is told."""

    cohort: str
    k: int
    wanted: dict[str, int]


@dataclass
class Person:
    """Somebody with what pairs may reach across; `reason` says why they wait for a partner, if they do."""

    cohort: str
    person: str
    role: str
    function: str
    location: str
    background: str | None
    reason: str | None = None


@dataclass
class Edge:
    """Two people who were proposed (or in round 0 assigned) to each other, with the mentee's rank. `state` is
    proposed, accepted, declined, silent, void (one of them left) or assigned."""

    cohort: str
    round: int
    mentor: str
    mentee: str
    solve: int
    rank: int | None
    state: str
    crosses: list[str] = field(default_factory=list)


@dataclass
class Solve:
    """One solve of a round, as its quality was recorded then."""

    cohort: str
    round: int
    solve: int
    at: str
    profile: list[int]
    worst_rank: int
    total_rank: int
    blocking_pairs: int | None


@dataclass
class Awaited:
    """An answer that is open: to an invitation, a shortlist (`choice`) or a proposal (`consent`)."""

    cohort: str
    item: str
    kind: str
    person: str
    since: str
    closes_at: str | None


COHORTS = Table("cohorts", Cohort, key=("cohort",), scope="cohort")
PEOPLE = Table("people", Person, key=("cohort", "person"), scope="cohort")
EDGES = Table("edges", Edge, key=("cohort", "round", "mentor", "mentee"), scope="cohort")
SOLVES = Table("solves", Solve, key=("cohort", "round", "solve"), scope="cohort")
AWAITS = Table("awaits", Awaited, key=("cohort", "item"), scope="cohort")

matching = Projection("matching", __file__, version=2, tables=(COHORTS, PEOPLE, EDGES, SOLVES, AWAITS))


@matching.on(CohortPlanned)
def planned(batch: Batch, event: StoredEvent) -> None:
    cohort, policy = place(event.stream).cohort, Policy.model_validate(event.data["policy"])
    rules = policy.matching
    wanted = {
        "function": rules.min_cross_function,
        "location": rules.min_cross_location,
        "background": rules.min_cross_background,
    }
    batch[COHORTS].put(Cohort(cohort, policy.confidential_k, wanted))
    for person in CohortSpec.model_validate(event.data["spec"]).people:
        batch[PEOPLE].put(
            Person(cohort, person.id, person.role, person.function, person.location, person.background)
        )


@matching.on(EnrolmentOpened, EnrolmentReopened)
def opened(batch: Batch, event: StoredEvent) -> None:
    _await(batch, event, event.data["closes_at"])


@matching.on(PersonJoined, EnrolmentClosed, ShortlistRanked, CohortCancelled)
def answered(batch: Batch, event: StoredEvent) -> None:
    _settle(batch, event)


@matching.on(CohortItemExpired)
def expired(batch: Batch, event: StoredEvent) -> None:
    batch[AWAITS].drop(place(event.stream).cohort, event.data["item"])


@matching.on(PersonDeclined, PersonWithdrew, PersonExited)
def left(batch: Batch, event: StoredEvent) -> None:
    _settle(batch, event)
    _gone(batch, event, [event.data["person"]])


@matching.on(RoundOpened)
def round_opened(batch: Batch, event: StoredEvent) -> None:
    _waits(batch, event, dict.fromkeys(event.data["mentees"]))


@matching.on(ShortlistsPrepared)
def prepared(batch: Batch, event: StoredEvent) -> None:
    _await(batch, event)


@matching.on(MatchProposed)
def proposed(batch: Batch, event: StoredEvent) -> None:
    cohort, data = place(event.stream).cohort, event.data
    for edge in data["edges"]:
        across = _crosses(batch, cohort, edge["mentor"], edge["mentee"])
        batch[EDGES].put(
            Edge(
                cohort,
                data["round"],
                edge["mentor"],
                edge["mentee"],
                data["solve"],
                edge["rank"],
                "proposed",
                across,
            )
        )
    ranks = [edge["rank"] for edge in data["edges"]]
    quality = MatchQuality.model_validate(data["quality"]) if data.get("quality") else None
    batch[SOLVES].put(
        Solve(
            cohort,
            data["round"],
            data["solve"],
            at(event),
            _profile(ranks),
            max(ranks, default=0),
            sum(ranks),
            quality.blocking_pairs if quality else None,
        )
    )
    _await(batch, event)


@matching.on(MatchAccepted, MatchDeclined)
def consented(batch: Batch, event: StoredEvent) -> None:
    cohort, data = place(event.stream).cohort, event.data
    _settle(batch, event)
    row = batch[EDGES].change(cohort, data["round"], data["mentor"], data["mentee"])
    declined = "silent" if data.get("by_default") else "declined"
    row.state = "accepted" if event.type == "cohort.match_accepted" else declined


@matching.on(PairAssigned)
def assigned(batch: Batch, event: StoredEvent) -> None:
    cohort, mentor, mentee = place(event.stream).cohort, event.data["mentor"], event.data["mentee"]
    across = _crosses(batch, cohort, mentor, mentee)
    batch[EDGES].put(Edge(cohort, 0, mentor, mentee, 0, None, "assigned", across))


@matching.on(PairArranged)
def arranged(batch: Batch, event: StoredEvent) -> None:
    terms = event.data["terms"]
    _waits(batch, event, dict.fromkeys((terms["mentor"], terms["mentee"])))


@matching.on(RoundClosed)
def round_closed(batch: Batch, event: StoredEvent) -> None:
    _settle(batch, event)
    _waits(batch, event, {who["person"]: who["reason"] for who in event.data["unmatched"]})


@matching.on(PairEndNoted)
def pair_ended(batch: Batch, event: StoredEvent) -> None:
    _settle(batch, event)
    _waits(batch, event, dict.fromkeys(event.data["waiting"], "the pair ended"))
    _gone(batch, event, event.data["left"])


def _await(batch: Batch, event: StoredEvent, closes_at: str | None = None) -> None:
    cohort = place(event.stream).cohort
    _settle(batch, event)
    for chase in event.data["opens"]:
        people = [person for step in chase["steps"] for person in step["to"]]
        if chase["kind"] in AWAITED and people:
            ends = [step["at"] for step in chase["steps"] if step["action"] == "expire"]
            batch[AWAITS].put(
                Awaited(
                    cohort, chase["item"], chase["kind"], people[0], at(event), ends[0] if ends else closes_at
                )
            )


def _settle(batch: Batch, event: StoredEvent) -> None:
    for item in event.data["settles"]:
        batch[AWAITS].drop(place(event.stream).cohort, item)


def _waits(batch: Batch, event: StoredEvent, reasons: Mapping[str, str | None]) -> None:
    for person, reason in reasons.items():
        batch[PEOPLE].change(place(event.stream).cohort, person).reason = reason


def _gone(batch: Batch, event: StoredEvent, people: Collection[str]) -> None:
    """What was proposed to or of somebody who left is void."""
    cohort = place(event.stream).cohort
    _waits(batch, event, dict.fromkeys(people))
    for edge in batch[EDGES].under(cohort):
        if edge.state == "proposed" and {edge.mentor, edge.mentee} & set(people):
            batch[EDGES].change(cohort, edge.round, edge.mentor, edge.mentee).state = "void"


def _crosses(batch: Batch, cohort: str, mentor: str, mentee: str) -> list[str]:
    one, other = (batch[PEOPLE].find(cohort, person) for person in (mentor, mentee))
    return list(crosses(one, other)) if one and other else []


def _profile(ranks: list[int]) -> list[int]:
    return [ranks.count(rank) for rank in range(1, max(ranks, default=0) + 1)]
