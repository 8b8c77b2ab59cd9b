"""Which commands the API takes: those of staff. What mentors and mentees answer, they answer in person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args

from pydantic import BeforeValidator, Field, create_model
from pydantic_core import PydanticCustomError

from turnabout.commands.base import Command
from turnabout.commands.cohort import CohortCommand
from turnabout.commands.cohort_governance import PlanCohort
from turnabout.commands.pair import PairCommand
from turnabout.model import Model
from workers.gateway.api.caller import STAFF


def _kinds(union: Any) -> Iterator[type[Command]]:
    for part in get_args(union):
        if isinstance(part, type) and issubclass(part, Command):
            yield part
        else:
            yield from _kinds(part)


def _name(kind: type[Command]) -> str:
    return str(kind.model_fields["type"].default)


_ALL = (*_kinds(CohortCommand), *_kinds(PairCommand))
ACCEPTED = tuple(kind for kind in _ALL if kind.roles & STAFF and kind is not PlanCohort)
"""Commands that staff may give; a cohort is planned by starting it."""

IN_PERSON = frozenset(_name(kind) for kind in _ALL if not kind.roles & STAFF)
"""What only participants say, or only the engine."""


def _not_in_person(value: Any) -> Any:
    """Say plainly that an answer is not for machines."""
    if isinstance(value, dict) and value.get("type") in IN_PERSON:
        raise PydanticCustomError(
            "in_person",
            "no machine gives this command: whoever is asked answers on their own page, by the link of "
            "their letter or signed in",
        )
    return value


if TYPE_CHECKING:

    class SendCommand(Model):
        """A command for a stream."""

        stream: str
        command: Command

else:
    SendCommand = create_model(
        "SendCommand",
        __base__=Model,
        __doc__="A command for a stream. `turnabout cohort commands` and `turnabout pair commands` list them "
        "with their fields and who may give them.",
        stream=(
            str,
            Field(
                pattern=r"^(cohort|pair)-[a-z0-9][a-z0-9-]{0,120}$",
                description="Such as `cohort-q1-2027` or `pair-q1-2027-03`.",
                examples=["cohort-q1-2027"],
            ),
        ),
        command=(
            Annotated[
                Annotated[Union[ACCEPTED], Field(discriminator="type")],  # noqa: UP007 -- made at run time
                BeforeValidator(_not_in_person),
            ],
            Field(examples=[{"type": "open_enrolment"}]),
        ),
    )
