"""The commands of a pair: what its people, the lead, the steward and the engine may ask for. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from turnabout.commands.base import ENGINE, Command
from turnabout.commands.pair_calendar import PairCalendarCommand
from turnabout.commands.pair_care import PairCareCommand
from turnabout.commands.pair_career import PairCareerCommand
from turnabout.commands.pair_closing import PairClosingCommand
from turnabout.commands.pair_corrections import PairCorrectionsCommand
from turnabout.commands.pair_preparation import PairPreparationCommand
from turnabout.commands.pair_pulse import PairPulseCommand
from turnabout.commands.pair_sessions import PairSessionsCommand


class RunPairStep(Command):
    """Run the next step of an open item; the engine's own command."""

    type: Literal["run_pair_step"] = "run_pair_step"
    roles: ClassVar = ENGINE
    item: str
    revision: int
    step: int


PairCommand = (
    PairPreparationCommand
    | PairSessionsCommand
    | PairCalendarCommand
    | PairCareerCommand
    | PairPulseCommand
    | PairCareCommand
    | PairClosingCommand
    | PairCorrectionsCommand
    | RunPairStep
)
PAIR_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[PairCommand, Field(discriminator="type")])
