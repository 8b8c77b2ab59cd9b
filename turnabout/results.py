"""What reads answer: one frozen model for each read model. Pure.

Instants are in UTC. Who may see which is in each docstring; sponsors never see pair-level data (R110).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, ConfigDict, computed_field

from turnabout.commands.pair_terms import Decision, NextStep
from turnabout.evidence import Evidence
from turnabout.experiments import Comparison, Variant, Verdict
from turnabout.model import Model

ProjectionName = Literal[
    "cohort_board",
    "pair_card",
    "pair_work",
    "launch_checklist",
    "reminder_log",
    "adherence",
    "timeline",
    "survey_status",
]
PROJECTIONS: tuple[ProjectionName, ...] = get_args(ProjectionName)
"""The read models of this release."""


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


At = Annotated[AwareDatetime, AfterValidator(_utc)]


class Result(Model):
    """The base of all results; a column that this client does not know is left out."""

    model_config = ConfigDict(extra="ignore")


class SponsorDuty(Result):
    """One of the sponsor's duties: due, fulfilled, late, missed, or off where the cohort was cancelled."""

    due_at: At | None = None
    state: Literal["due", "fulfilled", "late", "missed", "off"]


class CohortBoard(Result):
    """A cohort as the lead, the steward and the analyst see it. `pairs` counts pairs formed, whatever became
    of them; `pairs_by_state` has a key only for states that occur; `attention` names what someone should
    look at."""

    cohort: str
    program: str
    name: str
    kind: str
    preset: str
    weeks: int
    state: str
    timezone: str
    starts_on: date
    kickoff_on: date
    ends_on: date
    lead: str
    sponsor: str
    policy_version: str
    charter_signed_at: At | None
    sponsorship_committed_at: At | None
    enrolment_opened_at: At | None
    enrolment_closes_at: At | None
    kickoff_held_on: date | None
    kickoff_held_at: At | None
    endpoint_at: At | None
    memo_filed_at: At | None
    closed_at: At | None
    archived_at: At | None
    cancelled_at: At | None
    duties: dict[str, SponsorDuty]
    next_cohort: str | None = None
    next_cohort_on: date | None = None
    people: int
    mentors_joined: int
    mentees_joined: int
    declined: int
    waiting: int
    pairs: int
    pairs_assigned: int
    pairs_by_state: dict[str, int]
    memos_filed: int
    memos_waived: int
    attention: tuple[str, ...]
    last_event: str
    last_event_at: At
    last_position: int


class Session(Result):
    """A session of a pair: planned (not logged yet), held, missed or cancelled."""

    number: int
    starts_at: At
    ends_at: At
    state: Literal["planned", "held", "missed", "cancelled"]
    unlogged: bool = False


class PairCard(Result):
    """A pair as its lead, the steward and the two partners see it. `planned` counts the sessions that were
    not called off. An end by choice and one for safety both read `ended`; a pause reads `paused`, whatever
    led to it. `next_session` is the first planned one after the time that the reader named."""

    pair: str
    cohort: str
    program: str
    number: int
    state: str
    mentor: str
    mentee: str
    lead: str
    support_contact: str
    preset: str
    weeks: int
    interval_weeks: int
    timezone: str
    ends_on: date
    assigned: bool
    replaces: str | None
    formed_at: At
    activated_at: At | None
    ended_at: At | None
    goal: str | None
    goal_metric: str | None
    goal_baseline: float | None
    goal_target: float | None
    goal_unit: str | None
    goal_due_on: date | None
    goal_proposed: str | None
    teaches: str | None
    gives: str | None
    cadence: dict[str, Any] | None
    next_session: Session | None = None
    sessions: tuple[Session, ...]
    planned: int
    held: int
    missed: int
    pauses: int
    deliverables: int
    milestone_checked_at: At | None
    actions: int
    actions_done: int
    decision: Decision | None
    decision_by_default: bool
    outcome: float | None
    attainment: int | None
    memo: Literal["filed", "waived"] | None
    memo_at: At | None
    summary: str | None
    lesson: str | None
    next_steps: tuple[NextStep, ...]


class PhaseLine(Result):
    """A phase that a pair has entered. `missing` is what it lacked at its end: kind and count."""

    number: int
    name: str
    entered_at: At
    until: At
    state: Literal["open", "overdue", "completed", "completed_late"]
    missing: tuple[Evidence, ...]
    completed_at: At | None


class DeliverableLine(Result):
    """Something produced; of a draft also by when it had feedback. `what` is None where it was recorded by
    mistake."""

    number: int
    kind: str
    what: str | None
    by: str
    at: At
    feedback_due: At | None
    feedback_at: At | None
    feedback_in_time: bool | None


class ExperimentLine(Result):
    """An experiment with its intervals of `confidence` per cent and its verdict (R68)."""

    number: int
    by: str
    at: At
    metric: str
    direction: str
    variants: tuple[Variant, ...]
    confidence: int
    comparisons: tuple[Comparison, ...]
    verdict: Verdict


class InsightLine(Result):
    """An insight and how far it has come (R11)."""

    number: int
    by: str
    what: str
    stage: Literal["recorded", "changed", "implemented", "measured"]
    recorded_at: At
    decision: str | None
    changed_at: At | None
    implemented_at: At | None
    outcome: Literal["better", "same", "worse"] | None
    measure: str | None
    measured_at: At | None


class PairWork(Result):
    """What a pair did, as its lead, the steward and the two partners see it; never for sponsors."""

    pair: str
    cohort: str
    number: int
    phases: tuple[PhaseLine, ...]
    deliverables: tuple[DeliverableLine, ...]
    experiments: tuple[ExperimentLine, ...]
    insights: tuple[InsightLine, ...]


class ChecklistItem(Result):
    """A line of the launch checklist (R77), for everyone in the program. `position` is that of the event
    which ticked it; `stream` is left out where that is a pair's."""

    cohort: str
    number: int
    item: str
    title: str
    done: bool
    done_at: At | None
    stream: str | None
    position: int | None


class ReminderLine(Result):
    """A nudge that was issued, suppressed or passed on to a person, for the lead and the analyst. `due_at` is
    when it was planned for, `delay_seconds` how much later it was issued."""

    position: int
    cohort: str
    pair: str | None
    stream: str
    item: str
    kind: str
    revision: int
    step: int
    outcome: Literal["reminded", "suppressed", "escalated"]
    template: str
    recipients: tuple[str, ...]
    recipient_count: int
    due_at: At | None
    issued_at: At
    delay_seconds: float | None
    reason: str | None


class SurveyLine(Result):
    """Who was asked in a wave and whether they have answered, for the lead and the analyst; never what they
    answered. `late`: there was no answer when it had to be in."""

    cohort: str
    wave: Literal["baseline", "endpoint"]
    person: str
    control: bool
    status: Literal["answered", "silent", "gone"]
    asked_at: At
    answered_at: At | None
    late: bool


class MessageLine(Result):
    """One message to one person by one channel, from the outbox. `delay_seconds` is from due to sent."""

    event_id: str
    recipient: str
    channel: str
    stream: str
    template: str
    due_at: At
    reserved_at: At
    attempts: int
    outcome: str
    outcome_at: At | None
    delay_seconds: float | None
    message_id: str | None
    error: str | None


NotificationState = Literal["sending", "retrying", "sent", "suppressed", "bounced", "unaddressed", "dead"]


class NotificationLine(Result):
    """What became of one message: `bounced` was refused for good, `dead` given up, `retrying` is tried again.
    `stream` is `sealed` where it would tell of which pair a steward hears. `tried_at` is the last attempt."""

    state: NotificationState
    recipient: str
    channel: str
    template: str
    stream: str
    due_at: At
    tried_at: At
    attempts: int
    outcome_at: At | None
    delay_seconds: float | None
    message_id: str | None
    error: str | None


class Attendance(Result):
    """Sessions due so far, those called off left out. `awaiting` were not logged yet and may still be; what
    nobody logs within the policy's days is missed."""

    planned: int
    held: int
    missed: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def awaiting(self) -> int:
        return self.planned - self.held - self.missed

    @computed_field  # type: ignore[prop-decorator]
    @property
    def adherence(self) -> float | None:
        """K10: held / planned to date, without those that still await their log; None before the first."""
        known = self.held + self.missed
        return self.held / known if known else None


class PairAttendance(Attendance):
    """A pair's sessions so far, and in how many weeks it was paused at some time."""

    pair: str
    paused_weeks: int


class WeekAttendance(Attendance):
    """A cohort's sessions of one week (1 is the kickoff's), and how many pairs were paused in it."""

    week: int
    paused_pairs: int


class MilestoneProgress(Result):
    """Mean progress (1-5) of a cohort's milestone checks, for sponsors too. `n` moves in steps of `k`, the
    policy's threshold; below it the mean is suppressed, which is not zero."""

    k: int
    n: int
    suppressed: bool
    progress: float | None


class Adherence(Attendance):
    """How far a cohort's pairs keep their sessions (K10), as of an instant: in total, by pair and by week.
    For the lead; only `milestones` is for sponsors."""

    cohort: str
    as_of: At
    pairs: tuple[PairAttendance, ...]
    weeks: tuple[WeekAttendance, ...]
    milestones: MilestoneProgress


class TimelineLine(Result):
    """What happened in a cohort, in one plain sentence; for the lead, support and the demo."""

    position: int
    cohort: str
    stream: str
    occurred_at: At
    week: int
    phase: str
    type: str
    what: str


class ProjectionStatus(Result):
    """A build of a read model: live, building (beside the live one) or stopped, and how far it is behind the
    log in positions and seconds."""

    projection: str
    build: int
    version: int
    live: bool
    status: Literal["live", "building", "stopped"]
    position: int
    events: int
    lag_events: int
    lag_seconds: float
    error: str | None
    stopped_at: At | None
    created_at: At
    moved_at: At


class LoggedEvent(Result):
    """An event as operators may see it: sealed fields read `sealed`, those of an erased person None."""

    position: int
    stream: str
    version: int
    event_id: str
    type: str
    schema_version: int
    occurred_at: At
    recorded_at: At
    actor: str
    command_id: str
    correlation_id: str
    causation_id: str | None
    policy_version: str
    data: dict[str, Any]


class StreamStatus(Result):
    """A stream of the log: its last version, and whether it takes no more commands."""

    stream: str
    kind: str
    version: int
    closed: bool
    created_at: At
    updated_at: At
