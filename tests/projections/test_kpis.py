"""What was published outlives an erasure, and a sponsor sees aggregates alone (scenario 11, R110)."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import pytest

from events.cohort_kpis import KpisPublished
from events.contracts import Append, Load, NewEvent, StoredEvent
from events.sealing import Vault
from events.store import EventStore
from projections.kpi.folds import facts
from projections.kpi.report import publication
from projections.kpis import kpis
from tests.kpi.lives import Life
from tests.projections.conftest import Projector
from turnabout.errors import InvalidInput
from turnabout.kpi import Publication
from turnabout.reads import Reads

NOW = datetime(2027, 6, 1, tzinfo=UTC)


async def keep(store: EventStore, log: list[StoredEvent]) -> None:
    """Append a life as the engine would: sealed."""
    for one in log:
        event = NewEvent(
            event_id=str(one.event_id), type=one.type, schema_version=one.schema_version, data=one.data
        )
        await append(store, one.stream, one.version, one.occurred_at, event)


async def append(store: EventStore, stream: str, version: int, at: datetime, event: NewEvent) -> int:
    done = await store.append(
        Append(stream=stream, expected_version=version - 1, command_id=f"c-{version}", command_digest="d",
               actor="lea", correlation_id="c", policy_version="p", occurred_at=at, events=(event,))
    )  # fmt: skip
    return done.events[-1].position


async def read(store: EventStore, log: list[StoredEvent]) -> list[StoredEvent]:
    """The life as an engine-side job reads it."""
    found: list[StoredEvent] = []
    for stream in dict.fromkeys(one.stream for one in log):
        after = 0
        while (page := await store.load(Load(stream=stream, after=after))).events:
            found += page.events
            after += len(page.events)
    return sorted(found, key=lambda one: one.position)


def made(log: list[StoredEvent], last: Publication | None = None) -> Publication:
    found = facts(log)
    assert found is not None
    before = () if last is None else last.disclosed
    return publication(found, NOW, "lea", previous=int(last is not None), before=before,
                       old=() if last is None else last.figures)  # fmt: skip


async def test_11_what_was_published_outlives_an_erasure(
    store: EventStore, vault: Vault, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    life = Life(9)
    for number, one in enumerate(life.log):
        life.log[number] = one.model_copy(update={"event_id": f"00000000-0000-0000-0000-{number:012}"})
    await keep(store, life.log)
    told = made(await read(store, life.log))
    assert told.model_dump(exclude={"position"}) == made(life.log).model_dump(exclude={"position"})
    count = sum(one.stream == life.cohort for one in life.log)
    event = KpisPublished(number=1, publication=told.figures_alone(), disclosed=told.disclosed)
    kept = NewEvent(event_id="00000000-0000-0000-0001-000000000000", type=event.type,
                    schema_version=event.schema_version, data=event.payload())  # fmt: skip
    end = await append(store, life.cohort, count + 1, NOW, kept)
    async with projector(projections=(kpis,)):
        await reads.wait_for(end, ["kpis"])
        report = await reads.kpis("q1")
        assert report is not None
        assert (report.figures, report.number, report.up_to) == (told.figures, 1, told.position)
        assert [one.cohort for one in await reads.program_kpis("acme")] == ["q1"]
        rated = next(one.data["respondent"] for one in life.log if one.type == "pair.pulse_answered")
        assert await vault.erase(rated)
        after = await read(store, life.log)
        assert (
            next(one for one in after if one.type == "cohort.kpis_published").data["publication"]
            == (event.payload()["publication"])
        )
        assert (await reads.kpis("q1")) == report
    again = made(after, told)
    stands = {one.kpi for one in again.figures if "stands as of earlier" in one.flags}
    assert "K7" in stands
    assert made(after).figures != told.figures, "the erasure is seen where nothing was published before"


async def test_r110_a_sponsor_sees_aggregates_alone(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    life = Life(9)
    for number, one in enumerate(life.log):
        life.log[number] = one.model_copy(update={"event_id": f"00000000-0000-0000-0000-{number:012}"})
    plan = [life.log[0]]
    await keep(store, plan)
    told = made(life.log)
    event = KpisPublished(number=1, publication=told.figures_alone(), disclosed=told.disclosed)
    kept = NewEvent(event_id="00000000-0000-0000-0001-000000000000", type=event.type,
                    schema_version=event.schema_version, data=event.payload())  # fmt: skip
    end = await append(store, life.cohort, 2, NOW, kept)
    async with projector(projections=(kpis,)):
        await reads.wait_for(end, ["kpis"])
        rows = [row[0] for row in await pool.fetch("SELECT to_jsonb(v)::text FROM read.kpi_sponsor_v1 v")]
        open_to = {row[0] for row in await pool.fetch("SELECT kpi FROM read.kpi_sponsor_v1")}
        everything = {row[0] for row in await pool.fetch("SELECT kpi FROM read.kpi_figures_v1")}
    assert everything - open_to == {"K10"}
    people = [one.id for one in life.spec.people]
    assert not [row for row in rows for who in people if f'"{who}"' in row]
    assert not [row for row in rows if "pair-q1-" in row]


async def test_g19_who_answered_and_exact_sums_lie_sealed_in_the_log(
    store: EventStore, vault: Vault, pool: asyncpg.Pool
) -> None:
    """The memory of the guard is nobody's to read but the engine's, and nobody can erase it."""
    life = Life(9)
    told = made(life.log)
    assert told.disclosed
    event = KpisPublished(number=1, publication=told.figures_alone(), disclosed=told.disclosed)
    kept = NewEvent(event_id="00000000-0000-0000-0001-000000000000", type=event.type,
                    schema_version=event.schema_version, data=event.payload())  # fmt: skip
    await append(store, life.cohort, 1, NOW, kept)
    (row,) = await pool.fetch("SELECT data::text FROM log.events WHERE type = $1", event.type)
    for who in {who.split()[0] for one in told.disclosed for who in one.people}:
        assert f'"{who}' not in row["data"]
    (page,) = (await store.load(Load(stream=life.cohort, after=0))).events
    assert KpisPublished.model_validate(page.data).disclosed == told.disclosed
    with pytest.raises(InvalidInput, match="engine and nobody to erase"):
        await vault.erase("system")
