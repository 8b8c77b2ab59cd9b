"""Fields by which a lead names people: those of the cohort by choice, others by their id in the directory."""

from __future__ import annotations

from collections.abc import Iterable

from workers.gateway.fields import Field, Option
from workers.gateway.house import Gateway
from workers.gateway.visit import Visit

MOST = 40
"""So many people of the directory are shown to choose from; where there are more, one types an id."""
SUGGESTED = 500
"""So many of them a browser proposes by name while one types."""


async def options(gateway: Gateway, people: Iterable[str]) -> tuple[Option, ...]:
    """People to choose from, by name."""
    known = tuple(dict.fromkeys(people))
    names = await gateway.names(known)
    return tuple(Option(one, names[one]) for one in sorted(known, key=lambda one: names[one]))


async def staff(gateway: Gateway, visit: Visit, holder: str, *more: Field) -> Field:
    """The field `to`: somebody who takes an office over from its `holder`, with the zone they work in."""
    everybody = await gateway.people.everybody()
    others = [one for one in everybody if one.id not in {holder, *visit.cohort.roster}]
    known = tuple(Option(one.id, one.name) for one in others)
    who = Field("id", "Who?", help="Their id in the directory.", options=known[:SUGGESTED])
    if 0 < len(others) <= MOST:
        who = Field("id", "Who?", "choice", options=known)
    zones = tuple(Option(zone, "") for zone in sorted({one.timezone for one in everybody}))
    zone = Field("timezone", "In which time zone?", help="Such as Europe/Berlin.", options=zones)
    return Field("to", "The new one", "group", columns=(who, zone, *more))
