"""Nothing confidential in any read model (G6, G16): no answer, no ciphertext, no trace of a concern or a
verdict."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import asyncpg

from events.pair_care import ConcernRaised, PairPaused, PauseAnnounced, SafetyAssessed, StewardContactRecorded
from events.pair_closing import PairEnded
from events.sealing import SEALED
from events.store import EventStore
from projections.privacy import STEWARD_ONLY_TEMPLATES
from tests.projections.conftest import Projector
from tests.projections.story import story, write
from tests.projections.story_telling import SECRET, START, Told
from turnabout import reads as reads_module
from turnabout import sql
from turnabout.reads import Reads

NOT_READ_MODELS = {
    *("events_v1", "streams_v1", "receipts_v1", "directory_v1"),
    *("outbox_v1", "projections_v1", "backups_v1"),
}

FOR_SQL = (
    "reciprocity_v1",
    "sponsor_scorecard_v1",
    "survey_waves_v1",
    "sprint_board_v1",
    "insight_ledger_v1",
)
"""Views that only SQL asks."""


async def dump(pool: asyncpg.Pool, kind: str, schema: str) -> dict[str, str]:
    """Each table or view of the schemas, whole, as text."""
    names = await pool.fetch(
        "SELECT format('%I.%I', n.nspname, c.relname) AS path, c.relname AS name FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = $1 AND n.nspname ~ $2",
        kind.encode(),
        schema,
    )
    wanted = [(row["path"], row["name"]) for row in names if row["name"] not in NOT_READ_MODELS]
    return {
        path: "\n".join(row[0] for row in await pool.fetch(f"SELECT t::text FROM {path} t"))  # noqa: S608
        for path, _ in wanted
    }


async def test_no_confidential_value_reaches_a_read_model(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    told = [one for seed in (1, 2) for one in story(seed)]
    last = next(one for one in reversed(told) if isinstance(one.event, PairEnded))
    told[told.index(last)] = replace(last, event=last.event.model_copy(update={"state": "ended_for_safety"}))
    kinds = {type(one.event) for one in told}
    assert {ConcernRaised, SafetyAssessed, PairPaused} <= kinds
    end = await write(store, told)
    async with projector():
        await reads.wait_for(end)

    rows = await pool.fetch("SELECT f.value ->> 'text' FROM log.events, jsonb_each(sealed) f")
    ciphertexts = [row[0] for row in rows if row[0]]
    assert len(ciphertexts) > 50
    tables, views = await dump(pool, "r", "^proj_"), await dump(pool, "v", "^read$")
    assert len(tables) == 28
    assert len(views) == 22
    for name, text in {**tables, **views}.items():
        assert SECRET not in text, name
        assert SEALED not in text, name
        assert not [cipher for cipher in ciphertexts if cipher in text], name
    for name, text in views.items():
        for word in ("safety", "concern", "steward", "amber", "G6", *STEWARD_ONLY_TEMPLATES):
            assert word not in text, (name, word)


async def test_a_pause_reads_the_same_whatever_led_to_it(
    store: EventStore, reads: Reads, projector: Projector
) -> None:
    """Two stories that differ in the confidential events alone leave the same read models."""
    told = story(5, cohorts=1, pairs=3)
    pause = next(one for one in told if isinstance(one.event, PairPaused))
    before = pause.at - timedelta(seconds=1)
    red = Told(pause.stream, before, SafetyAssessed(level="red", rule="G6", wave=1))
    concern = Told(
        pause.stream, before, ConcernRaised(number=9, respondent="p-x", text=SECRET, about_safety=True)
    )
    quiet = [one for one in told if not isinstance(one.event, SafetyAssessed | ConcernRaised)]
    loud = sorted([*quiet, red, concern], key=lambda one: one.at)
    quiet = [drawn(one) for one in quiet]
    await write(store, quiet)
    end = await write(store, [renamed(one, "c6-0") for one in loud])
    async with projector():
        await reads.wait_for(end)
        seen = [await shown(reads, cohort) for cohort in ("c5-0", "c6-0")]
    assert seen[0] == seen[1]
    assert seen[0].count("paused") >= 1


async def test_a_pause_shows_from_its_announcement_on(
    store: EventStore, reads: Reads, projector: Projector
) -> None:
    """Until then the read models are those of a story without it: its hour would tell whose answer it was."""
    told = story(5, cohorts=1, pairs=3)
    place = next(n for n, one in enumerate(told) if isinstance(one.event, PauseAnnounced))
    until_then = [one for one in told[:place] if not isinstance(one.event, StewardContactRecorded)]
    without = [one for one in until_then if not isinstance(one.event, PairPaused)]
    assert len(without) < len(until_then)
    await write(store, until_then)
    await write(store, [renamed(one, "c6-0") for one in without])
    end = await write(store, [renamed(one, "c7-0") for one in told[: place + 1]])
    async with projector():
        await reads.wait_for(end)
        before, never, after = [await shown(reads, cohort) for cohort in ("c5-0", "c6-0", "c7-0")]
    assert before == never
    assert ("check-in" in after, "check-in" in before) == (True, False)


def drawn(told: Told) -> Told:
    """The same, where a pause came of no answer."""
    decoy = {"decoy": True} if isinstance(told.event, PairPaused) else {}
    return replace(told, event=told.event.model_copy(update=decoy))


def renamed(told: Told, cohort: str) -> Told:
    """What was told, in another cohort."""
    text = told.event.model_dump_json().replace("c5-0", cohort)
    event = type(told.event).model_validate_json(text)
    return Told(told.stream.replace("c5-0", cohort), told.at, event)


async def shown(reads: Reads, cohort: str) -> str:
    """Everything that the read models tell of a cohort, without its name and the log's positions."""
    hidden = {"position", "last_position"}
    results = [
        await reads.board(cohort),
        await reads.adherence(cohort, START),
        *await reads.pairs(cohort),
        *await reads.works(cohort),
        *await reads.checklist(cohort),
        *await reads.reminders(cohort),
        *await reads.surveys(cohort),
        *await reads.timeline(cohort),
    ]
    rows = [
        str(row)
        for view in FOR_SQL
        for row in await reads._pool.fetch(f"SELECT v::text FROM read.{view} v WHERE cohort = $1", cohort)  # noqa: S608
    ]
    texts = rows + [result.model_dump_json(exclude=hidden) for result in results if result is not None]
    return "\n".join(texts).replace(cohort, "COHORT")


async def test_every_view_says_for_whom_it_is_and_what_its_columns_mean(
    reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    async with projector():
        await reads.wait_for(0)
    rows = await pool.fetch(
        "SELECT c.relname, obj_description(c.oid) AS says, count(d.objsubid) AS columns FROM pg_class c "
        "LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid > 0 "
        "WHERE c.relnamespace = 'read'::regnamespace AND c.relkind = 'v' GROUP BY 1, 2"
    )
    views = {row["relname"]: row for row in rows if row["relname"] not in NOT_READ_MODELS}
    assert len(views) == 22
    for name, row in views.items():
        assert str(row["says"]).startswith("For "), name
        assert row["columns"] >= 1, name


def test_messages_leave_out_what_only_the_steward_may_know() -> None:
    """The client's SQL cannot import our constant, so this holds them together."""
    for name in ("messages", "notifications"):
        block = sql.load(reads_module.__file__, "reads.sql")[name]
        named = block.partition("template NOT IN (" if name == "messages" else "template IN (")[2]
        assert set(re.findall(r"'(\w+)'", named.partition(")")[0])) == STEWARD_ONLY_TEMPLATES
