"""From when on somebody's key is due to be destroyed, over all their cohorts (R109)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg

from events.cohort_closing import CohortCancelled, CohortClosed
from events.cohort_governance import CohortPlanned
from events.sealing import Vault
from events.store import EventStore
from tests.projections.conftest import Projector
from tests.projections.story import write
from tests.projections.story_telling import Told
from tests.rules.cohort.world import make_spec
from turnabout import sql
from turnabout.policy import ClosingPolicy, Policy
from turnabout.reads import Reads
from turnabout.spec import CohortSpec
from workers import retention as job

DUE = sql.load(str(Path(job.__file__)), "retention.sql")["due"]
CLOSED = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
"""In Berlin it is the day after."""


def planned(name: str, days: int | None, mentors: int = 2) -> CohortPlanned:
    policy = Policy(closing=ClosingPolicy(retention=days))
    spec = CohortSpec.model_validate(
        make_spec(mentors, 1, id=name).model_dump() | {"policy": policy.model_dump()}
    )
    return CohortPlanned(spec=spec, spec_digest="x", policy=spec.policy, shape=spec.shape)


START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TWO = (
    Told("cohort-one", START, planned("one", 30)),
    Told("cohort-two", START, planned("two", 30, mentors=1)),
    Told("cohort-one", CLOSED, CohortClosed()),
)
"""Two people are in both cohorts, and one of the cohorts runs."""
OVER = Told("cohort-two", CLOSED.replace(day=20), CohortCancelled(by="lea", reason="a merger"))


async def dues(pool: asyncpg.Pool) -> dict[str, date | None]:
    rows = await pool.fetch("SELECT person, due_on FROM read.retention_v1")
    return {row["person"]: row["due_on"] for row in rows}


async def test_nobodys_key_is_due_while_a_cohort_of_theirs_runs(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    """R109."""
    async with projector():
        await reads.wait_for(await write(store, TWO))
        assert await dues(pool) == {"mentor-2": date(2026, 7, 11), "mentor-1": None, "mentee-1": None}


async def test_a_key_is_due_when_the_last_cohort_ended_so_long_ago(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, vault: Vault, projector: Projector
) -> None:
    """R109: and is on the list until it is destroyed."""
    async with projector():
        await reads.wait_for(await write(store, (*TWO, OVER)))
        last = date(2026, 7, 21)
        assert await dues(pool) == {"mentor-2": date(2026, 7, 11), "mentor-1": last, "mentee-1": last}

    async def due(on: date) -> list[str]:
        return [row["person"] for row in await pool.fetch(DUE, on)]

    assert await due(date(2026, 7, 10)) == []
    assert await due(last) == ["mentor-2", "mentee-1", "mentor-1"]
    await pool.execute(
        "INSERT INTO log.people (id, name, language, timezone) VALUES ('mentor-2', 'Bo', 'en', 'UTC')"
    )
    await vault.erase("mentor-2")
    assert await due(last) == ["mentee-1", "mentor-1"]


async def test_a_cohort_without_a_retention_period_keeps_its_people(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    """R109: as those that were planned before there was one."""
    told = [Told("cohort-old", START, planned("old", None)), Told("cohort-old", CLOSED, CohortClosed())]
    async with projector():
        await reads.wait_for(await write(store, told))
        assert set((await dues(pool)).values()) == {None}
