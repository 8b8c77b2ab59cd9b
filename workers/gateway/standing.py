"""Who is what where: the streams in which somebody has a role, as the deciders know it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from events.own import OwnLog
from turnabout.model import Role
from turnabout.reads import Reads
from workers.gateway.desk import Desk, State, roles_of
from workflows.rules.cohort_state import CohortState, PairRecord, pair_stream


@dataclass(frozen=True)
class Standing:
    """A stream, its state, and what somebody is in it."""

    stream: str
    state: State
    roles: frozenset[Role]


async def cohorts(reads: Reads, desk: Desk) -> AsyncIterator[tuple[str, CohortState]]:
    """All cohorts by their start, with their streams."""
    for board in await reads.boards():
        state = await desk.look(f"cohort-{board.cohort}")
        if isinstance(state, CohortState):
            yield f"cohort-{board.cohort}", state


async def standings(own: OwnLog, desk: Desk, person: str) -> list[Standing]:
    """Where somebody has a role: each cohort of theirs by its start, followed by their own pairs in it. Looks
    at no other stream."""
    known = {stream: await desk.look(stream) for stream in await own.streams(person)}
    held = [(stream, state) for stream, state in known.items() if isinstance(state, CohortState)]
    found = []
    for stream, state in sorted(held, key=lambda one: (one[1].spec.starts_on, one[0])):
        if roles := roles_of(state, person):
            found.append(Standing(stream, state, roles))
        mine = (pair for pair in state.pairs.values() if person in pair.people)
        found += [one async for one in in_pairs(desk, state, mine, person)]
    return found


async def in_pairs(
    desk: Desk, cohort: CohortState, pairs: Iterable[PairRecord], person: str
) -> AsyncIterator[Standing]:
    """Those pairs of a cohort in which somebody has a role."""
    for pair in pairs:
        stream = pair_stream(cohort.spec.id, pair.number)
        state = await desk.look(stream)
        if state is not None and (roles := roles_of(state, person)):
            yield Standing(stream, state, roles)


async def all_roles(reads: Reads, desk: Desk) -> dict[str, list[str]]:
    """What everybody is, in words such as `lead of q3`, by person."""
    found: dict[str, list[str]] = {}
    async for _, state in cohorts(reads, desk):
        people = {state.lead.id, state.sponsor.id, state.steward.id, *state.roster}
        for person in sorted(people):
            words = ", ".join(sorted(role.value.replace("_", " ") for role in roles_of(state, person)))
            found.setdefault(person, []).append(f"{words} of {state.spec.id}")
    return found
