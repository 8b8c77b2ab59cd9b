"""The commands of charter, sponsorship and lead. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import ENGINE, LEAD, SPONSOR, Command
from turnabout.spec import CohortSpec, Staff

Duty = Literal["kickoff", "checkpoint", "recognition", "closing"]
"""What the sponsor shows up for (R28); the checkpoint comes twice, at mid-pilot and at the close (T12)."""


class PlanCohort(Command):
    """Open the cohort's stream with its spec and policy."""

    type: Literal["plan_cohort"] = "plan_cohort"
    roles: ClassVar = LEAD | ENGINE
    spec: CohortSpec


class SignCharter(Command):
    """Sign the charter (R26): at most 600 words; its text, version and hash are recorded."""

    type: Literal["sign_charter"] = "sign_charter"
    roles: ClassVar = SPONSOR
    text: Annotated[str, Field(min_length=1, max_length=8000)]


class CommitSponsorship(Command):
    """Commit to the sponsor's duties (R28, R30): kickoff, checkpoints and public recognition."""

    type: Literal["commit_sponsorship"] = "commit_sponsorship"
    roles: ClassVar = SPONSOR


class FulfilDuty(Command):
    """Record that the sponsor fulfilled a duty (R28)."""

    type: Literal["fulfil_duty"] = "fulfil_duty"
    roles: ClassVar = SPONSOR | LEAD
    duty: Duty


class HandOverLead(Command):
    """Make somebody else the program lead (R27: exactly one at a time)."""

    type: Literal["hand_over_lead"] = "hand_over_lead"
    roles: ClassVar = LEAD
    to: Staff


CohortGovernanceCommand = PlanCohort | SignCharter | CommitSponsorship | FulfilDuty | HandOverLead
