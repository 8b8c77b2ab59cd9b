"""What a pair of the story does between its sessions: phases, drafts, experiments, insights, more time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from events import pair_practice as w
from events.base import Event
from events.pair_care import LotDrawn
from events.pair_preparation import PlannedSession
from events.pair_reshuffle import PairExtended, ReshuffleAgreed, ReshuffleDeclined, ReshuffleProposed
from events.pair_sessions import DeliverableRecorded
from turnabout.evidence import Evidence
from turnabout.experiments import Variant, compare, verdict

DAY = timedelta(days=1)
PHASES = ("kickoff", "teach and do", "iterate", "scale and hand off")


def work(
    stream: str, mentor: str, mentee: str, begins: datetime, logged: int, secret: str
) -> Iterator[tuple[datetime, Event]]:
    """From the day after the start on, at hours of its own. `logged` deliverables stand in session logs by
    then; the events come after those of the sessions."""
    dice = random.Random(f"{stream}/work")  # noqa: S311 -- a story, no secret
    yield begins, LotDrawn(steward="p-steward", secret=secret)
    for number, name in enumerate(PHASES[: dice.randrange(1, 5)], 1):
        at = begins + (1 + 14 * (number - 1)) * DAY
        yield at, w.PhaseEntered(number=number, name=name, until=at + 14 * DAY)
        late = dice.random() < 0.5
        if late:
            missing = (Evidence(kind="tutorial", count=2),)
            yield at + 13.5 * DAY, w.PhaseOverdue(number=number, name=name, missing=missing)
        if dice.random() < 0.7:
            yield at + 13.6 * DAY, w.PhaseCompleted(number=number, name=name, late=late)
    at = begins + 100 * DAY
    draft = DeliverableRecorded(
        by=mentor, what="A post", kind="draft", number=logged + 1, feedback_due=at + 2 * DAY
    )
    yield at, draft
    if dice.random() < 0.7:
        in_time = dice.random() < 0.5
        yield at + DAY, w.FeedbackGiven(deliverable=logged + 1, by=mentee, in_time=in_time)
    variants = tuple(
        Variant(name=name, exposures=50, successes=dice.randrange(51)) for name in ("old", "new", "newer")
    )
    found = compare(variants, "increase", 95)
    experiment = w.ExperimentRecorded(
        number=1,
        by=mentee,
        metric="clicks",
        direction="increase",
        variants=variants,
        confidence=95,
        comparisons=found,
        verdict=verdict(found),
    )
    yield at + 2 * DAY, experiment
    steps: tuple[Event, ...] = (
        w.InsightRecorded(number=1, by=mentee, what="Short titles are read"),
        w.DecisionChanged(insight=1, by=mentee, what="Titles of five words"),
        w.DecisionImplemented(insight=1, by=mentor),
        w.DecisionMeasured(insight=1, by=mentee, outcome="better", what="Two weeks of counts"),
    )
    for day, event in enumerate(steps[: dice.randrange(5)], 3):
        yield at + day * DAY, event
    if dice.random() < 0.4:
        yield at + 8 * DAY, ReshuffleProposed(number=1, by="p-lead", reason="-", closes_at=at + 13 * DAY)
        yield at + 9 * DAY, ReshuffleAgreed(number=1, by=mentor)
        yield at + 9.5 * DAY, ReshuffleDeclined(number=1, by=mentee)


def extended(sessions: tuple[PlannedSession, ...]) -> PairExtended:
    """Two weeks more, with a session each."""
    more = tuple(
        PlannedSession(
            number=sessions[-1].number + week,
            starts_at=sessions[-1].starts_at + 7 * week * DAY,
            ends_at=sessions[-1].ends_at + 7 * week * DAY,
        )
        for week in (1, 2)
    )
    return PairExtended(weeks=2, ends_on=date(2026, 6, 9), reason="They began late", sessions=more)
