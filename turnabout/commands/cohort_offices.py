"""The commands by which sponsor and steward change, and what comes after the cohort. Pure."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from turnabout.commands.base import LEAD, SPONSOR, Command
from turnabout.model import Key, Line, Role
from turnabout.spec import Sponsor, Staff


class ReplaceSponsor(Command):
    """Make somebody else the executive sponsor (R26). Before the kickoff they commit anew (R30)."""

    type: Literal["replace_sponsor"] = "replace_sponsor"
    roles: ClassVar = LEAD | SPONSOR
    to: Sponsor


class ReplaceSteward(Command):
    """Make somebody else the safety steward; who waits for the old one waits for the new one (R73). A lead
    who takes this on too says why."""

    type: Literal["replace_steward"] = "replace_steward"
    roles: ClassVar = LEAD | {Role.STEWARD}
    to: Staff
    reason: Line | None = None


class PlanNextCohort(Command):
    """Record which cohort comes next and when it starts (R98, G15), also after the close."""

    type: Literal["plan_next_cohort"] = "plan_next_cohort"
    roles: ClassVar = LEAD
    cohort: Key
    starts_on: date


CohortOfficesCommand = ReplaceSponsor | ReplaceSteward | PlanNextCohort
