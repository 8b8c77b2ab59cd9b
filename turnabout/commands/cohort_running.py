"""The commands of the kickoff, and what pairs tell their cohort. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from turnabout.commands.base import ENGINE, LEAD, Command
from turnabout.commands.pair_terms import ShownEnd, shown_end
from turnabout.model import PersonId


def _neutral(value: Any) -> Any:
    return shown_end(value) if isinstance(value, str) else value


PairEnd = Annotated[ShownEnd, BeforeValidator(_neutral)]
"""How a pair ended as far as its cohort may know: never that it was for safety (G6)."""


class HoldKickoff(Command):
    """Record the joint kickoff: who came, whether the sponsor did, the agenda's minutes (R51, R54). `held_on`
    is the day in the cohort's zone, today where None: it may be recorded afterwards."""

    type: Literal["hold_kickoff"] = "hold_kickoff"
    roles: ClassVar = LEAD
    attended: tuple[PersonId, ...]
    sponsor_present: bool
    agenda_minutes: Annotated[tuple[int, ...], Field(min_length=1)]
    held_on: date | None = None


class RecordMakeUp(Command):
    """Record that an absentee attended the make-up of the kickoff (R52)."""

    type: Literal["record_make_up"] = "record_make_up"
    roles: ClassVar = LEAD
    person: PersonId


class NotePairActivated(Command):
    """Learn from a pair that it is active."""

    type: Literal["note_pair_activated"] = "note_pair_activated"
    roles: ClassVar = ENGINE
    pair: str


class NotePairPaused(Command):
    """Learn from a pair that it is paused; never why."""

    type: Literal["note_pair_paused"] = "note_pair_paused"
    roles: ClassVar = ENGINE
    pair: str


class NotePairResumed(Command):
    """Learn from a pair that it goes on."""

    type: Literal["note_pair_resumed"] = "note_pair_resumed"
    roles: ClassVar = ENGINE
    pair: str


class NotePairEnded(Command):
    """Learn from a pair that it ended, and who of it `left` the program; never that it was for safety."""

    type: Literal["note_pair_ended"] = "note_pair_ended"
    roles: ClassVar = ENGINE
    pair: str
    state: PairEnd
    left: tuple[PersonId, ...] = ()


class NoteMemoFiled(Command):
    """Learn from a pair that its memo is filed or waived."""

    type: Literal["note_memo_filed"] = "note_memo_filed"
    roles: ClassVar = ENGINE
    pair: str
    waived: bool = False


CohortRunningCommand = (
    HoldKickoff
    | RecordMakeUp
    | NotePairActivated
    | NotePairPaused
    | NotePairResumed
    | NotePairEnded
    | NoteMemoFiled
)
