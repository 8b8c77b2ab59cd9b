"""Who does what until when: asked alike by the milestone check and the memo (R74, R79)."""

from __future__ import annotations

from collections.abc import Sequence

from workers.gateway.fields import Field, Option
from workers.gateway.house import Gateway


async def next_step(gateway: Gateway, name: str, label: str, what: str, people: Sequence[str]) -> Field:
    """The field `name` for a step that one of `people` takes; `what` is the question for the step itself."""
    names = await gateway.names(people)
    owners = tuple(Option(one, names[one]) for one in dict.fromkeys(people))
    columns = (
        Field("what", what, limit=280),
        Field("owner", "By whom?", "choice", options=owners),
        Field("due_on", "Until when?", "date"),
    )
    return Field(name, label, "rows", columns=columns)
