"""The commands by which a pair is formed and prepares. Pure."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import ENGINE, LEAD, PARTNERS, Command
from turnabout.commands.pair_terms import Amount, Terms
from turnabout.model import Line, PersonId, Rating
from turnabout.spec import LocalTime


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


class ChangeLead(Command):
    """Make somebody else the program lead of this pair (from the cohort, R27)."""

    type: Literal["change_lead"] = "change_lead"
    roles: ClassVar = ENGINE
    lead: PersonId
    timezone: str


PairPreparationCommand = (
    FormPair
    | NoteKickoffAttended
    | AgreeExchange
    | AgreeCadence
    | ProposeGoal
    | RateGoal
    | ConfirmGoal
    | SignGroundRules
    | ChangeLead
)
