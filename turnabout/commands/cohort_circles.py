"""The command of the mentors' circles. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import LEAD, Command
from turnabout.model import PersonId, Role


class RecordCircle(Command):
    """Record which mentors came to the circle of a week (T13); given again, it corrects the list."""

    type: Literal["record_circle"] = "record_circle"
    roles: ClassVar = LEAD | {Role.MENTOR}
    week: int = Field(ge=1)
    attended: Annotated[tuple[PersonId, ...], Field(min_length=1)]


CohortCirclesCommand = RecordCircle
