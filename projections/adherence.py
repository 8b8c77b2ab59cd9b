"""How far pairs keep their sessions (K10), and what the milestone checks say in aggregate. Pure fold.

Pair by pair for the lead; for sponsors only the milestone view, whose numbers stay suppressed below k
distinct respondents and then move in steps of k, so that no newcomer's answer can be told from the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.cohort_governance import CohortPlanned
from events.contracts import StoredEvent
from events.pair_care import PairResumed, PauseAnnounced
from events.pair_closing import PairEnded
from events.pair_pulse import MilestoneChecked
from projections.projection import Batch, Projection, Table, at, place
from projections.sessions import SESSION_EVENTS, session_changes
from projections.weeks import week_of, week_one
from turnabout.policy import Policy
from turnabout.spec import CohortSpec


@dataclass
class Frame:
    """What turns an instant into a week of the cohort; after `unlogged_days` an unlogged session counts as
    missed, and below `k` respondents nothing is told (both from the policy)."""

    cohort: str
    timezone: str
    week_one: str
    unlogged_days: int
    k: int


@dataclass
class Session:
    """A session of a pair, in the week that it is planned for."""

    pair: str
    number: int
    cohort: str
    week: int
    starts_at: str
    state: str
    unlogged: bool


@dataclass
class Pause:
    """A pause, from its week to the week in which the pair went on or ended; None while it lasts."""

    pair: str
    pause: int
    cohort: str
    from_week: int
    to_week: int | None = None


@dataclass
class Milestone:
    """A pair's first milestone check; a second would let one answer be told from the moving mean."""

    pair: str
    cohort: str
    position: int
    respondent: str
    progress: int


FRAMES = Table("frames", Frame, key=("cohort",), scope="cohort")
SESSIONS = Table("sessions", Session, key=("pair", "number"), scope="pair")
PAUSES = Table("pauses", Pause, key=("pair", "pause"), scope="pair")
MILESTONES = Table("milestones", Milestone, key=("pair",), scope="pair")

adherence = Projection("adherence", __file__, version=1, tables=(FRAMES, SESSIONS, PAUSES, MILESTONES))


def _week(batch: Batch, event: StoredEvent, instant: str) -> int:
    frame = batch[FRAMES].find(place(event.stream).cohort)
    if frame is None:
        raise LookupError("a pair's event came before its cohort's")
    return week_of(instant, frame.week_one, frame.timezone)


@adherence.on(CohortPlanned)
def planned(batch: Batch, event: StoredEvent) -> None:
    spec = CohortSpec.model_validate(event.data["spec"])
    policy = Policy.model_validate(event.data["policy"])
    batch[FRAMES].put(
        Frame(
            cohort=place(event.stream).cohort,
            timezone=spec.timezone,
            week_one=week_one(spec.kickoff_on),
            unlogged_days=policy.sessions.unlogged,
            k=policy.confidential_k,
        )
    )


def _change_sessions(batch: Batch, event: StoredEvent) -> None:
    cohort, pair = place(event.stream).cohort, str(place(event.stream).pair)
    for number, values in session_changes(event):
        if "starts_at" in values:
            week = _week(batch, event, values["starts_at"])
            batch[SESSIONS].put(
                Session(pair, number, cohort, week, values["starts_at"], values["state"], values["unlogged"])
            )
        else:
            session = batch[SESSIONS].change(pair, number)
            session.state = values["state"]
            session.unlogged = values.get("unlogged", False)


@adherence.on(*(event for event in SESSION_EVENTS if event not in {PairResumed, PauseAnnounced}))
def sessions_changed(batch: Batch, event: StoredEvent) -> None:
    _change_sessions(batch, event)


@adherence.on(PauseAnnounced)
def paused(batch: Batch, event: StoredEvent) -> None:
    _change_sessions(batch, event)
    where = place(event.stream)
    week = _week(batch, event, at(event))
    batch[PAUSES].put(Pause(str(where.pair), event.data["pause"], where.cohort, week))


@adherence.on(PairResumed)
def resumed(batch: Batch, event: StoredEvent) -> None:
    _change_sessions(batch, event)
    _end_pauses(batch, event)


@adherence.on(PairEnded)
def ended(batch: Batch, event: StoredEvent) -> None:
    """What was still ahead is off; what was behind and never logged lapses as ever."""
    pair = place(event.stream).pair
    for session in batch[SESSIONS].under(pair):
        if session.state == "planned" and datetime.fromisoformat(session.starts_at) > event.occurred_at:
            batch[SESSIONS].change(pair, session.number).state = "cancelled"
    _end_pauses(batch, event)


def _end_pauses(batch: Batch, event: StoredEvent) -> None:
    pair = place(event.stream).pair
    for pause in batch[PAUSES].under(pair):
        if pause.to_week is None:
            batch[PAUSES].change(pair, pause.pause).to_week = _week(batch, event, at(event))


@adherence.on(MilestoneChecked)
def milestone_checked(batch: Batch, event: StoredEvent) -> None:
    cohort, pair = place(event.stream).cohort, str(place(event.stream).pair)
    if batch[MILESTONES].find(pair) is None:
        data = event.data
        batch[MILESTONES].put(Milestone(pair, cohort, event.position, data["by"], data["progress"]))
