"""What happens to the governance of a cohort: its plan, charter, duties and lead. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.chase import Chasing
from turnabout.commands.cohort_governance import Duty
from turnabout.model import Instant, PersonId
from turnabout.policy import Policy
from turnabout.presets import Preset
from turnabout.spec import CohortSpec, Staff


class CohortPlanned(Chasing):
    """The cohort exists; its spec is fixed here, and so are the policy and the shape that followed from it:
    what a preset says later changes no cohort that runs. The charter is due."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.planned"] = "cohort.planned"
    spec: CohortSpec
    spec_digest: str
    policy: Policy
    shape: Preset


class CharterSigned(Chasing):
    """The executive sponsor signed; `version` counts signatures, `text_hash` is SHA-256 of the text."""

    type: Literal["cohort.charter_signed"] = "cohort.charter_signed"
    by: PersonId
    version: int
    words: int
    text: Annotated[str, Field(max_length=8000)]
    text_hash: str


class SponsorshipCommitted(Chasing):
    """The sponsor committed to these duties, each due at an instant; recognition as if the cohort closed when
    expected."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.sponsorship_committed"] = "cohort.sponsorship_committed"
    by: PersonId
    duties: dict[Duty, Instant]


class LaunchOverdue(Chasing):
    """Sixty days have passed since the charter without a kickoff (T3, R31)."""

    type: Literal["cohort.launch_overdue"] = "cohort.launch_overdue"


class DutyRescheduled(Chasing):
    """What a duty's due time counts from has come: it is due at `due_at`."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.duty_rescheduled"] = "cohort.duty_rescheduled"
    duty: Duty
    due_at: Instant


class DutyFulfilled(Chasing):
    """The sponsor showed up."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.duty_fulfilled"] = "cohort.duty_fulfilled"
    duty: Duty
    on_time: bool


class DutyMissed(Chasing):
    """A sponsor duty passed its due time."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.duty_missed"] = "cohort.duty_missed"
    duty: Duty


class LeadHandedOver(Chasing):
    """Somebody else leads the program; what the lead was to be told goes to the new one."""

    type: Literal["cohort.lead_handed_over"] = "cohort.lead_handed_over"
    to: Staff


CohortGovernanceEvent = (
    CohortPlanned
    | CharterSigned
    | SponsorshipCommitted
    | LaunchOverdue
    | DutyRescheduled
    | DutyFulfilled
    | DutyMissed
    | LeadHandedOver
)
