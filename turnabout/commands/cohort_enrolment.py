"""The commands of enrolment. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from turnabout.commands.base import LEAD, PARTNERS, Command
from turnabout.model import Line

DeclineReason = Literal["time", "workload", "not_interested", "leaving", "manager", "other"]


class OpenEnrolment(Command):
    """Invite the people of the roster (G8)."""

    type: Literal["open_enrolment"] = "open_enrolment"
    roles: ClassVar = LEAD


class OptIn(Command):
    """Join the cohort of one's own will and agree to its consent text (R102, G11). `consent` is the version
    that one has read; None: the one that the invitation came with."""

    type: Literal["opt_in"] = "opt_in"
    roles: ClassVar = PARTNERS
    consent: Line | None = None


class Decline(Command):
    """Stay out of the cohort, with a reason code (R102)."""

    type: Literal["decline"] = "decline"
    roles: ClassVar = PARTNERS
    reason: DeclineReason


class CloseEnrolment(Command):
    """Close enrolment before its window ends."""

    type: Literal["close_enrolment"] = "close_enrolment"
    roles: ClassVar = LEAD


class ReopenEnrolment(Command):
    """Invite again those who are not in, where too few pairs came about (G13)."""

    type: Literal["reopen_enrolment"] = "reopen_enrolment"
    roles: ClassVar = LEAD


class ProceedSmall(Command):
    """Go on with fewer pairs than a cohort should have, with a reason (G13)."""

    type: Literal["proceed_small"] = "proceed_small"
    roles: ClassVar = LEAD
    reason: Line


CohortEnrolmentCommand = OpenEnrolment | OptIn | Decline | CloseEnrolment | ReopenEnrolment | ProceedSmall
