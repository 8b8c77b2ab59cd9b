"""The commands of a cohort: what the lead, the sponsor, its people and the engine may ask for. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from turnabout.commands.base import ENGINE, Command
from turnabout.commands.cohort_care import CohortCareCommand
from turnabout.commands.cohort_changes import CohortChangesCommand
from turnabout.commands.cohort_circles import CohortCirclesCommand
from turnabout.commands.cohort_closing import CohortClosingCommand
from turnabout.commands.cohort_corrections import CohortCorrectionsCommand
from turnabout.commands.cohort_enrolment import CohortEnrolmentCommand
from turnabout.commands.cohort_governance import CohortGovernanceCommand
from turnabout.commands.cohort_holidays import CohortHolidaysCommand
from turnabout.commands.cohort_kpis import CohortKpisCommand
from turnabout.commands.cohort_measurement import CohortMeasurementCommand
from turnabout.commands.cohort_offices import CohortOfficesCommand
from turnabout.commands.cohort_people import CohortPeopleCommand
from turnabout.commands.cohort_rounds import CohortRoundsCommand
from turnabout.commands.cohort_running import CohortRunningCommand


class RunCohortStep(Command):
    """Run the next step of an open item; the engine's own command."""

    type: Literal["run_cohort_step"] = "run_cohort_step"
    roles: ClassVar = ENGINE
    item: str
    revision: int
    step: int


CohortCommand = (
    CohortGovernanceCommand
    | CohortOfficesCommand
    | CohortChangesCommand
    | CohortCorrectionsCommand
    | CohortEnrolmentCommand
    | CohortPeopleCommand
    | CohortHolidaysCommand
    | CohortRoundsCommand
    | CohortRunningCommand
    | CohortCirclesCommand
    | CohortClosingCommand
    | CohortMeasurementCommand
    | CohortKpisCommand
    | CohortCareCommand
    | RunCohortStep
)
COHORT_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[CohortCommand, Field(discriminator="type")])
