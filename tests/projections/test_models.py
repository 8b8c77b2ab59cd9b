"""Each read model, the launch checklist (R77) too, equals a slow recount of the log (R103), wherever batches
end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.contracts import StoredEvent
from events.pair_preparation import PairFormed
from events.pair_pulse import MilestoneChecked
from events.reader import LogReader
from events.registry import standard
from events.store import EventStore
from projections.catalog import PROJECTIONS
from projections.projection import Projection, place, wire
from projections.runner import Pace
from projections.sentences import SENTENCES
from tests.projections import (
    matching_recount,
    recount,
    recount_board,
    recount_cards,
    recount_ledgers,
    recount_records,
    recount_work,
)
from tests.projections.conftest import Projector, whole_log
from tests.projections.story import Teller, appends, story, write
from tests.projections.story_telling import START, Told
from turnabout.reads import PROJECTIONS as NAMES
from turnabout.reads import Reads

VIEWS: dict[str, tuple[str, Callable[[recount.Log], list[recount.Row]]]] = {
    "cohort_board_v1": ("cohort", recount_board.cohort_board),
    "pair_card_v1": ("pair", recount_cards.pair_card),
    "pair_work_v1": ("pair", recount_work.pair_work),
    "launch_checklist_v1": ("cohort, number", recount_board.launch_checklist),
    "reminder_log_v1": ("position", recount_records.reminder_log),
    "sessions_v1": ("pair, number", recount_cards.sessions_view),
    "survey_status_v1": ("cohort, wave, person", recount_records.survey_status),
    "kpi_figures_v1": ("cohort, number, place", recount_records.kpi_figures),
    "timeline_v1": ("position", recount_records.timeline),
    "matching_v1": ("cohort", matching_recount.matching),
    "reciprocity_v1": ("pair", recount_ledgers.reciprocity),
    "sponsor_scorecard_v1": ("cohort, duty", recount_ledgers.sponsor_scorecard),
    "employment_v1": ("position", recount_ledgers.employment),
    "survey_waves_v1": (
        "cohort, wave",
        lambda log: recount_ledgers.survey_waves(recount_records.survey_status(log), log),
    ),
    "sprint_board_v1": ("pair, number", recount_ledgers.sprint_board),
    "insight_ledger_v1": ("pair, number", recount_ledgers.insight_ledger),
    "open_answers_v1": ('cohort, item COLLATE "C"', matching_recount.open_answers),
}

LATE = {"insight_ledger_v1"}
"""What a story that breaks off early has nothing of."""


def plain(value: Any) -> Any:
    """A value with every instant in one notation."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, str) and len(value) > 19 and value[10:11] == "T":
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


@pytest.mark.parametrize(("seed", "share"), [(1, 1.0), (2, 0.6), (3, 0.7), (4, 0.8), (5, 0.9)])
async def test_every_read_model_equals_a_recount(
    seed: int,
    share: float,
    store: EventStore,
    reader: LogReader,
    reads: Reads,
    pool: asyncpg.Pool,
    projector: Projector,
) -> None:
    told = story(seed, cohorts=2, pairs=6)
    end = await write(store, told[: int(len(told) * share)])
    async with projector(pace=Pace(smallest=3, largest=40)):
        await reads.wait_for(end)
    log = await whole_log(reader)
    for view, (order, count) in VIEWS.items():
        rows = await pool.fetch(f"SELECT to_jsonb(v) FROM read.{view} v ORDER BY {order}")  # noqa: S608
        shown = [plain(json.loads(row[0])) for row in rows]
        if view == "timeline_v1":
            assert all(row.pop("what").endswith(".") for row in shown)
        expected = plain(count(log))
        assert len(shown) == len(expected), view
        assert expected or view in LATE, view
        for mine, theirs in zip(shown, expected, strict=True):
            assert mine == theirs, view


@pytest.mark.parametrize("weeks", [0, 3, 6, 9, 40])
async def test_adherence_equals_a_recount_as_of_any_time(
    weeks: int, store: EventStore, reader: LogReader, reads: Reads, projector: Projector
) -> None:
    as_of = START + timedelta(weeks=7 + weeks, hours=3)
    told = [one for one in story(7, cohorts=1, pairs=14) if one.at <= as_of]
    end = await write(store, told)
    async with projector():
        await reads.wait_for(end)
    answer = await reads.adherence("c7-0", as_of)
    assert answer is not None
    expected = plain(recount_records.adherence(await whole_log(reader), "c7-0", as_of))
    assert plain(answer.model_dump(mode="json")) == expected


async def test_milestone_progress_moves_in_steps_of_k(
    store: EventStore, reads: Reads, projector: Projector
) -> None:
    """Nobody can tell the sixth respondent's answer from the change that it made."""
    teller, at = Teller("m", 11, seed=0), START
    told = [Told("cohort-m", at, teller.planned())]
    answers = [(number, 1 + number % 5) for number in (*range(1, 6), 3, *range(6, 12))]
    for number, progress in answers:
        stream, mentor = f"pair-m-{number:02d}", f"m-mentor-{number}"
        terms = teller._terms(number, mentor, f"m-mentee-{number}", assigned=False)
        checked = MilestoneChecked(by=mentor, progress=progress, roadblocks=(), wins=(), actions=())
        again = any(one.stream == stream for one in told)
        told += [
            Told(stream, at, event) for event in ((checked,) if again else (PairFormed(terms=terms), checked))
        ]
    seen = []
    async with projector():
        for append in appends(told):
            await reads.wait_for((await store.append(append)).events[-1].position)
            answer = await reads.adherence("m")
            assert answer is not None
            seen.append((answer.milestones.n, answer.milestones.progress))
    first = sum(progress for _, progress in answers[:5]) / 5
    distinct = [*answers[:5], *answers[6:]]
    both = sum(progress for _, progress in distinct[:10]) / 10
    assert seen == [(0, None)] * 5 + [(5, first)] * 6 + [(10, both)] * 2


def memory_fold(projection: Projection, log: Sequence[StoredEvent], cuts: Sequence[int]) -> str:
    """All tables after the log, folded in batches that end at the cuts and stored as JSON in between."""
    tables: dict[str, dict[str, dict[str, Any]]] = {table.name: {} for table in projection.tables}
    edges = [0, *sorted(cuts), len(log)]
    for begin, end in pairwise(edges):
        events = [event for event in log[begin:end] if event.type in projection.types]
        wanted = {key for keys in projection.scopes(events) for key in keys}
        stored = {
            table.name: [row for row in tables[table.name].values() if row[table.key[0]] in wanted]
            for table in projection.tables
            if table.scope is not None
        }
        batch = projection.fold(events, stored)
        for table in projection.tables:
            for row in batch[table].dropped():
                tables[table.name].pop(str([row[name] for name in table.key]), None)
            for row in json.loads(json.dumps(batch[table].changed())):
                tables[table.name][str([row[name] for name in table.key])] = row
    return json.dumps(tables, sort_keys=True)


def stored(seed: int) -> list[StoredEvent]:
    """A story as events, without a database."""
    log: list[StoredEvent] = []
    for append in appends(story(seed, cohorts=2, pairs=3)):
        for ordinal, event in enumerate(append.events, 1):
            log.append(
                StoredEvent(
                    event_id=event.event_id,
                    stream=append.stream,
                    version=append.expected_version + ordinal,
                    position=len(log) + 1,
                    type=event.type,
                    schema_version=event.schema_version,
                    occurred_at=append.occurred_at,
                    recorded_at=append.occurred_at,
                    actor=append.actor,
                    command_id=append.command_id,
                    command_digest="d",
                    correlation_id="c",
                    policy_version=append.policy_version,
                    data=event.data,
                )
            )
    return log


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda one: one.name)
@settings(max_examples=10)
@given(seed=st.integers(0, 50), data=st.data())
def test_batches_may_end_anywhere(projection: Projection, seed: int, data: st.DataObject) -> None:
    log = stored(seed)
    cuts = data.draw(st.lists(st.integers(0, len(log)), max_size=20))
    assert memory_fold(projection, log, cuts) == memory_fold(projection, log, [])


def test_the_catalog_and_the_client_name_the_same_read_models() -> None:
    assert tuple(projection.name for projection in PROJECTIONS) == NAMES


def test_the_timeline_tells_or_leaves_out_every_event_type_on_purpose() -> None:
    told = {wire(event) for event in SENTENCES}
    assert told.isdisjoint(recount.SILENT)
    assert told | recount.SILENT == standard().names()


def test_streams_name_their_cohort_and_pair() -> None:
    assert place("pair-q3-emea-07") == ("pair-q3-emea-07", "q3-emea", "q3-emea-07")
    assert place("cohort-q3-emea") == ("cohort-q3-emea", "q3-emea", None)
    assert place("program-x").cohort == ""
