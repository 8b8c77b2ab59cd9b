"""The commands by which people without a pair reach the safety steward. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from turnabout.commands.base import PARTNERS, Command
from turnabout.model import Role, Text


class RaiseCohortConcern(Command):
    """Tell the safety steward, and nobody else, that something is wrong, with a pair or without (R73)."""

    type: Literal["raise_cohort_concern"] = "raise_cohort_concern"
    roles: ClassVar = PARTNERS
    text: Text


class RecordCohortContact(Command):
    """Record that the steward has spoken with who raised the concern of that number (R73, T18)."""

    type: Literal["record_cohort_contact"] = "record_cohort_contact"
    roles: ClassVar = frozenset({Role.STEWARD})
    number: int


CohortCareCommand = RaiseCohortConcern | RecordCohortContact
