"""The watch over what is due: a stream whose item nobody runs is stuck, a steward who waits too long is late,
and neither tells of whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from events.contracts import Append, NewEvent
from events.metrics import showing
from events.sealing import MasterKeys
from events.store import EventStore
from tests.rules.bdd import Scene
from tests.rules.cohort.test_care import CONCERN
from tests.rules.cohort.world import enrolling, mentor
from tests.rules.pair.stage import MENTEE, MENTOR, STEWARD, Pair, active, in_pulse, policy, pulse
from turnabout.codec import PayloadKey
from turnabout.commands.pair_care import RaiseConcern, RecordStewardContact
from workers.agenda import GRACE, SHOWN, AgendaWatch, stuck
from workflows.stream import event_id

MINUTE = timedelta(minutes=1)


@pytest.fixture
def watch(store: EventStore) -> AgendaWatch:
    return AgendaWatch(store, timedelta(minutes=5))


async def keep(store: EventStore, stream: str, scene: Scene[Any]) -> None:
    """Store what the scene has beyond what the log holds of the stream."""
    known = (await store.open_versions()).get(stream, 0)
    for version, (at, event) in enumerate(scene.history[known:], start=known):
        await store.append(
            Append(
                stream=stream,
                expected_version=version,
                command_id=f"test-{version}",
                command_digest="d",
                actor="somebody",
                correlation_id="test",
                policy_version="p",
                occurred_at=at,
                events=(
                    NewEvent(
                        event_id=event_id(stream, "test", version),
                        type=event.type,
                        schema_version=event.schema_version,
                        data=event.payload(),
                    ),
                ),
            )
        )


async def names(watch: AgendaWatch, now: datetime) -> list[str]:
    """What is stuck then."""
    return [one.stream for one in await watch.look(now)]


def shown(name: str, **labels: str) -> float | None:
    with showing(*SHOWN):
        return REGISTRY.get_sample_value(f"turnabout_{name}", labels)


async def test_a_stream_that_does_not_do_what_is_due_is_stuck(store: EventStore, watch: AgendaWatch) -> None:
    scene = active()
    await keep(store, "pair-q1-07", scene)
    due = scene.due()
    assert due is not None
    assert await names(watch, due.at + GRACE) == []
    assert shown("streams_overdue", stream_kind="pair") == 0
    assert await names(watch, due.at + GRACE + MINUTE) == ["pair-q1-07"]
    assert shown("streams_overdue", stream_kind="pair") == 1
    assert shown("streams_overdue", stream_kind="cohort") == 0
    assert shown("agenda_overdue_seconds") == (GRACE + MINUTE).total_seconds()
    await keep(store, "pair-q1-07", scene.run())
    assert await names(watch, due.at + GRACE + MINUTE) == []
    assert shown("agenda_overdue_seconds") == 0
    assert shown("agenda_looked_timestamp_seconds") == (due.at + GRACE + MINUTE).timestamp()


async def test_a_stream_that_cannot_be_read_is_stuck(store: EventStore, watch: AgendaWatch) -> None:
    scene = active()
    twice = Scene(scene.decider, scene.state, scene.at, scene.history[1:])
    await keep(store, "pair-q1-07", twice)
    assert await names(watch, scene.at + GRACE + MINUTE) == ["pair-q1-07"]


def check_in(*, by_lot: bool) -> Pair:
    """A pair that is paused, because somebody answered low or because it was drawn."""
    if by_lot:
        scene = in_pulse(policy=policy(decoys=100))
        for person in (MENTOR, MENTEE):
            scene = scene if scene.state.paused else scene.when(pulse(), by=person)
    else:
        scene = in_pulse().when(pulse(safety=1), by=MENTOR)
    assert scene.state.paused
    return scene


@pytest.mark.parametrize("by_lot", [False, True])
async def test_a_late_steward_counts_whatever_the_check_in_came_from(
    store: EventStore, watch: AgendaWatch, *, by_lot: bool
) -> None:
    scene = check_in(by_lot=by_lot)
    await keep(store, "pair-q1-07", scene)
    soon = scene.at + timedelta(hours=48)
    await watch.look(soon)
    assert shown("steward_overdue") == 0
    await watch.look(soon + MINUTE)
    assert shown("steward_overdue") == 1
    scene = scene.when(RecordStewardContact(), by=STEWARD)
    await keep(store, "pair-q1-07", scene)
    await watch.look(soon + MINUTE)
    assert shown("steward_overdue") == 0, "contacted; ten business days to resolve it"
    await watch.look(soon + timedelta(days=20))
    assert shown("steward_overdue") == 1


async def test_a_conversation_that_somebody_asked_for_counts_too(
    store: EventStore, watch: AgendaWatch
) -> None:
    aside = RaiseConcern(text="May I ask you something?", about_safety=False)
    pair, cohort = active().when(aside, by=MENTOR), enrolling().when(CONCERN, by=mentor(1))
    assert cohort.rejection is None
    await keep(store, "pair-q1-07", pair)
    await keep(store, "cohort-q1", cohort)
    await watch.look(min(pair.at, cohort.at) + timedelta(hours=48))
    assert shown("steward_overdue") == 0
    await watch.look(max(pair.at, cohort.at) + timedelta(hours=48) + MINUTE)
    assert shown("steward_overdue") == 2


async def test_an_operator_sees_which_streams_are_stuck(
    store: EventStore, dsn: str, master_keys: MasterKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = active()
    await keep(store, "pair-q1-07", scene)
    due = scene.due()
    assert due is not None
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", dsn)
    secret = master_keys._secrets["test"]
    monkeypatch.setenv("TURNABOUT_MASTER_KEYS", PayloadKey("test", secret).format())
    (found,) = await stuck()
    assert (found.stream, found.due_at) == ("pair-q1-07", due.at)
    assert found.late_seconds > GRACE.total_seconds()
