"""The commands of a pair: what its people, the lead, the steward and the engine may ask for. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from turnabout.commands.base import Command
from turnabout.model import Instant, Key, Line, Model, PersonId, Rating, Role, Text
from turnabout.policy import Policy
from turnabout.presets import PresetName
from turnabout.spec import LocalTime, Metric

PARTNERS = frozenset({Role.MENTOR, Role.MENTEE})
ENGINE = frozenset({Role.SYSTEM})
LEAD = frozenset({Role.LEAD})

EndState = Literal[
    "graduated",
    "graduated_early",
    "reshuffled",
    "ended_by_choice",
    "ended_for_safety",
    "ended_by_exit",
    "withdrawn",
]
ShownEnd = Literal["graduated", "graduated_early", "reshuffled", "ended", "ended_by_exit", "withdrawn"]
Decision = Literal["continue", "reshuffle", "graduate"]

_NEUTRAL_ENDS = {"ended_by_choice": "ended", "ended_for_safety": "ended"}


def shown_end(state: str) -> str:
    """An end state as everybody but the steward sees it: an end for safety looks like one by choice (G6)."""
    return _NEUTRAL_ENDS.get(state, state)


Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
"""A free answer of the feedback form (R81)."""

Amount = Annotated[float, Field(allow_inf_nan=False)]
"""A value of a metric."""


class Terms(Model):
    """What a pair starts with, fixed by the cohort. `weeks` is what is left for a reshuffled pair; `zones`
    holds the zone of everyone who may be written to; `seed` is the cohort's."""

    cohort: Key
    program: Key
    number: int = Field(ge=1)
    mentor: PersonId
    mentee: PersonId
    lead: PersonId
    steward: PersonId
    support_contact: PersonId
    zones: dict[PersonId, str]
    timezone: str
    preset: PresetName
    weeks: int
    kickoff: Instant
    first_week_on: date
    ends_on: date
    pulse_weeks: tuple[int, ...]
    decision_week: int | None
    session_minutes: int
    interval_weeks: int
    metric: Metric
    holidays: tuple[date, ...] = ()
    assigned: bool = False
    replaces: str | None = None
    seed: int = 0
    policy: Policy


class NextStep(Model):
    """Something someone will do: what, who, by when (R74, R79)."""

    what: Line
    owner: PersonId
    due_on: date


class FormPair(Command):
    """Open the pair's stream (from the cohort)."""

    type: Literal["form_pair"] = "form_pair"
    roles: ClassVar = ENGINE
    terms: Terms


class NoteKickoffAttended(Command):
    """Record that these partners were at the kickoff or its make-up (G4)."""

    type: Literal["note_kickoff_attended"] = "note_kickoff_attended"
    roles: ClassVar = ENGINE
    people: tuple[PersonId, ...]


class AgreeExchange(Command):
    """Agree what the junior teaches and what the senior gives (R10)."""

    type: Literal["agree_exchange"] = "agree_exchange"
    roles: ClassVar = PARTNERS
    teaches: Line
    gives: Line


class AgreeCadence(Command):
    """Agree when and how the pair meets (R45). `weekday` 0 is Monday; `at` is the wall clock's time in
    `timezone`, within the policy's hours for sessions."""

    type: Literal["agree_cadence"] = "agree_cadence"
    roles: ClassVar = PARTNERS
    weekday: int = Field(ge=0, le=4)
    at: LocalTime
    timezone: str
    minutes: int = Field(ge=1)
    channel: Line


class ProposeGoal(Command):
    """Propose the pair's SMART goal (R43, R44, G2), or replace the accepted one with a reason.

    `child_of` names the cohort's priority metric where `metric` is a child of it; `confirm_stretch` says that
    a target beyond the policy's multiple of the baseline is meant.
    """

    type: Literal["propose_goal"] = "propose_goal"
    roles: ClassVar = PARTNERS
    statement: Line
    metric: Line | None = None
    child_of: Line | None = None
    baseline: Amount | None = None
    target: Amount | None = None
    unit: Line | None = None
    due_on: date | None = None
    confirm_stretch: bool = False
    replaces_because: Line | None = None


class RateGoal(Command):
    """Say how attainable the proposed goal is, 1-5 (G2, letter A)."""

    type: Literal["rate_goal"] = "rate_goal"
    roles: ClassVar = PARTNERS
    attainability: Rating


class ConfirmGoal(Command):
    """Confirm that the goal serves the priority metric (G2, letter R)."""

    type: Literal["confirm_goal"] = "confirm_goal"
    roles: ClassVar = LEAD


class SignGroundRules(Command):
    """Sign the ground rules on confidentiality and feedback (R46, G3)."""

    type: Literal["sign_ground_rules"] = "sign_ground_rules"
    roles: ClassVar = PARTNERS


class LogSession(Command):
    """Log a planned session as held or missed. `note` stays with its author."""

    type: Literal["log_session"] = "log_session"
    roles: ClassVar = PARTNERS
    number: int = Field(ge=1)
    held: bool = True
    deliverables: tuple[Line, ...] = ()
    note: Text | None = None


class RescheduleSession(Command):
    """Move a session that has not been logged, to a business day within the policy's hours (R45)."""

    type: Literal["reschedule_session"] = "reschedule_session"
    roles: ClassVar = PARTNERS
    number: int = Field(ge=1)
    starts_at: Instant


class RecordDeliverable(Command):
    """Record something the pair produced (R6)."""

    type: Literal["record_deliverable"] = "record_deliverable"
    roles: ClassVar = PARTNERS
    what: Line


class AnswerPulse(Command):
    """Answer the open pulse (R56, R81): progress and safety 1-5; free text is optional."""

    type: Literal["answer_pulse"] = "answer_pulse"
    roles: ClassVar = PARTNERS
    progress: Rating
    safety: Rating
    recommend: bool | None = None
    worked: Answer | None = None
    improve: Answer | None = None


class CheckMilestone(Command):
    """Fill in the milestone check together (R79): shared by the pair, and no survey. Actions belong to
    the partners or the lead, and are due within the policy's horizon."""

    type: Literal["check_milestone"] = "check_milestone"
    roles: ClassVar = PARTNERS
    progress: Rating
    roadblocks: Annotated[tuple[Line, ...], Field(min_length=1, max_length=2)]
    wins: Annotated[tuple[Line, ...], Field(min_length=2, max_length=2)]
    actions: Annotated[tuple[NextStep, ...], Field(min_length=1)]


class CompleteAction(Command):
    """Mark an action of the milestone check as done; `number` counts from 1."""

    type: Literal["complete_action"] = "complete_action"
    roles: ClassVar = PARTNERS
    number: int = Field(ge=1)


class DecideMidpoint(Command):
    """Decide at mid-point how the pair goes on (R61)."""

    type: Literal["decide_midpoint"] = "decide_midpoint"
    roles: ClassVar = LEAD
    decision: Decision
    reason: Line


class RaiseConcern(Command):
    """Tell the safety steward, and nobody else, that something is wrong (R73)."""

    type: Literal["raise_concern"] = "raise_concern"
    roles: ClassVar = PARTNERS
    text: Text
    about_safety: bool = True


class RecordStewardContact(Command):
    """Record that the steward has spoken with the people of a paused pair (T18)."""

    type: Literal["record_steward_contact"] = "record_steward_contact"
    roles: ClassVar = frozenset({Role.STEWARD})


class ConsentToResume(Command):
    """Agree that a paused pair goes on; the steward and both partners must (G6)."""

    type: Literal["consent_to_resume"] = "consent_to_resume"
    roles: ClassVar = PARTNERS | {Role.STEWARD}


class EndPair(Command):
    """End the pair before its time. Ending for safety is the steward's, the rest the lead's. The record gives
    neutral words in place of a reason for safety (G6). `left` are the partners who leave the program with it:
    at least one where somebody withdrew or left the company (R102)."""

    type: Literal["end_pair"] = "end_pair"
    roles: ClassVar = frozenset({Role.LEAD, Role.STEWARD, Role.SYSTEM})
    state: Literal["ended_by_choice", "ended_for_safety", "ended_by_exit", "withdrawn"]
    reason: Line
    left: tuple[PersonId, ...] = ()


class AnswerEndpoint(Command):
    """Answer the endpoint wave."""

    type: Literal["answer_endpoint"] = "answer_endpoint"
    roles: ClassVar = PARTNERS
    progress: Rating
    safety: Rating
    recommend: bool | None = None


class RecordOutcome(Command):
    """Record the endpoint against the goal (R57): the metric's end value and the attainment level,
    -2 (much less than expected) to +2 (much more)."""

    type: Literal["record_outcome"] = "record_outcome"
    roles: ClassVar = PARTNERS
    value: Amount
    attainment: int = Field(ge=-2, le=2)


class FileMemo(Command):
    """File the pair's closure memo: what was achieved and at least one next step (R75)."""

    type: Literal["file_memo"] = "file_memo"
    roles: ClassVar = PARTNERS | LEAD
    summary: Text
    lesson: Line
    next_steps: Annotated[tuple[NextStep, ...], Field(min_length=1)]


class WaiveMemo(Command):
    """Do without the pair's memo, with a reason (G9)."""

    type: Literal["waive_memo"] = "waive_memo"
    roles: ClassVar = LEAD | ENGINE
    reason: Line


class ChangeLead(Command):
    """Make somebody else the program lead of this pair (from the cohort, R27)."""

    type: Literal["change_lead"] = "change_lead"
    roles: ClassVar = ENGINE
    lead: PersonId
    timezone: str


class RunPairStep(Command):
    """Run the next step of an open item; the engine's own command."""

    type: Literal["run_pair_step"] = "run_pair_step"
    roles: ClassVar = ENGINE
    item: str
    revision: int
    step: int


PairCommand = (
    FormPair
    | NoteKickoffAttended
    | AgreeExchange
    | AgreeCadence
    | ProposeGoal
    | RateGoal
    | ConfirmGoal
    | SignGroundRules
    | LogSession
    | RescheduleSession
    | RecordDeliverable
    | AnswerPulse
    | CheckMilestone
    | CompleteAction
    | DecideMidpoint
    | RaiseConcern
    | RecordStewardContact
    | ConsentToResume
    | EndPair
    | AnswerEndpoint
    | RecordOutcome
    | FileMemo
    | WaiveMemo
    | ChangeLead
    | RunPairStep
)
PAIR_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[PairCommand, Field(discriminator="type")])
