"""The commands of concerns and pauses. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from turnabout.commands.base import ENGINE, PARTNERS, Command
from turnabout.model import PersonId, Role, Text


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


class DrawLot(Command):
    """Record the lot of the pair (G6), which the engine drew outside."""

    type: Literal["draw_lot"] = "draw_lot"
    roles: ClassVar = ENGINE
    secret: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ChangeSteward(Command):
    """Make somebody else the safety steward of this pair (from the cohort)."""

    type: Literal["change_steward"] = "change_steward"
    roles: ClassVar = ENGINE
    steward: PersonId
    timezone: str


PairCareCommand = RaiseConcern | RecordStewardContact | ConsentToResume | DrawLot | ChangeSteward
