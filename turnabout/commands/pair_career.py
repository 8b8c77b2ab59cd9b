"""What the junior hopes for. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from turnabout.commands.base import Command
from turnabout.model import Line, Role


class StateCareerOutcome(Command):
    """Say where you would like your career to go (R4), or put it in other words. Your partner may read it,
    and nobody else; you may leave it."""

    type: Literal["state_career_outcome"] = "state_career_outcome"
    roles: ClassVar = frozenset({Role.MENTOR})
    outcome: Line


PairCareerCommand = StateCareerOutcome
