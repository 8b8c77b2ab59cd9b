"""The commands of a reshuffle outside of the midpoint, and of more time after one. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import LEAD, PARTNERS, Command
from turnabout.model import Line, Role


class ProposeReshuffle(Command):
    """Offer both partners new ones before or after the midpoint (G7); it comes about when both agree. The
    steward may after two reds (G6), and the record then gives neutral words in place of the reason."""

    type: Literal["propose_reshuffle"] = "propose_reshuffle"
    roles: ClassVar = LEAD | {Role.STEWARD}
    reason: Line


class AnswerReshuffle(Command):
    """Say whether you want a new partner. Nobody is told who of the two did not."""

    type: Literal["answer_reshuffle"] = "answer_reshuffle"
    roles: ClassVar = PARTNERS
    agree: bool


class ExtendPair(Command):
    """Give a pair that came of a reshuffle more weeks than are left of the program (G7)."""

    type: Literal["extend_pair"] = "extend_pair"
    roles: ClassVar = LEAD
    weeks: int = Field(ge=1)
    reason: Line


PairReshuffleCommand = ProposeReshuffle | AnswerReshuffle | ExtendPair
