"""What a stream owes itself: one timer, the same road as every command, and no loops."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from tests.waiting import until
from tests.workflow.counter_rules import Add, Schedule
from tests.workflow.lab import Lab
from workers.embedded.temporal import TimeSkippingServer

DAY = timedelta(days=1)


def alerts(caplog: pytest.LogCaptureFixture, reason: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if getattr(record, "alert", None) == reason]


async def test_a_due_item_is_a_command_of_the_system(
    skipping: Lab, temporal_skipping: TimeSkippingServer
) -> None:
    stream = skipping.name()
    async with skipping.running():
        await skipping.open(stream)
        at = await temporal_skipping.now() + 3 * DAY
        await skipping.deliver(stream, Schedule(at=at))
        await skipping.deliver(stream, Add(by=7))
        await temporal_skipping.sleep(3 * DAY - timedelta(minutes=1))
        assert len(await skipping.events(stream)) == 3
        await temporal_skipping.sleep(timedelta(minutes=2))

        async def reminded() -> bool:
            return len(await skipping.events(stream)) > 3

        await until(reminded)
        last = (await skipping.events(stream))[-1]
        assert (last.type, last.actor, last.command_id) == ("counter.reminded", "system", "remind:r1")
        assert timedelta(0) <= last.occurred_at - at < timedelta(seconds=5)

        async def sent() -> bool:
            return bool(skipping.outbox.sent)

        await until(sent)
    (message,) = skipping.outbox.sent.values()
    assert message.values == {"total": 7}
    assert skipping.outbox.streams == {stream}
    # The time of sending is Temporal's, three days ahead of any wall clock here.
    assert timedelta(0) <= skipping.outbox.times[0] - at < timedelta(minutes=1)
    assert at - datetime.now(UTC) > 2 * DAY


async def test_the_timer_is_restarted_only_when_the_next_due_time_changes(lab: Lab) -> None:
    stream = lab.name()
    at = datetime.now(UTC) + DAY
    async with lab.running():
        await lab.open(stream)
        await lab.deliver(stream, Schedule(at=at))
        for _ in range(3):
            await lab.deliver(stream, Add(by=1))
        history = await lab.history(stream)
        assert (history.count("TIMER_STARTED"), history.count("TIMER_CANCELED")) == (1, 0)
        # Another revision at the same time is another item, and no other timer.
        await lab.deliver(stream, Schedule(at=at))
        assert (await lab.history(stream)).count("TIMER_STARTED") == 1
        await lab.deliver(stream, Schedule(at=at + DAY))
        history = await lab.history(stream)
        assert (history.count("TIMER_STARTED"), history.count("TIMER_CANCELED")) == (2, 1)


async def test_a_rescheduled_item_is_a_new_one(lab: Lab) -> None:
    stream = lab.name()
    past = datetime.now(UTC) - DAY
    async with lab.running():
        await lab.open(stream)
        for _ in range(3):
            await lab.deliver(stream, Schedule(at=past))
            await lab.deliver(stream, Add(by=1))

        async def all_done() -> bool:
            return len(await lab.events(stream)) == 10

        await until(all_done)
    ids = [event.command_id for event in await lab.events(stream) if event.type == "counter.reminded"]
    assert ids == ["remind:r1", "remind:r2", "remind:r3"]


@pytest.mark.parametrize("fault", ["rejected", "empty", "stays"])
async def test_a_due_item_that_fails_is_set_aside(
    lab: Lab, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        with caplog.at_level(logging.ERROR):
            await lab.deliver(
                stream, {"type": "schedule", "at": datetime.now(UTC).isoformat(), "fault": fault}
            )

            async def alerted() -> bool:
                performed = fault != "stays" or await lab.performed(stream) == 3
                return performed and bool(alerts(caplog, "due_failed"))

            await until(alerted)
            before = len(await lab.history(stream))
            # It stays on the agenda, long due, through every further command.
            for _ in range(3):
                await lab.deliver(stream, Add(by=1))
        assert len(await lab.history(stream)) <= before + 3 * 6 + 6
        (told,) = alerts(caplog, "due_failed")
        assert "remind:r1" in told
        # The next revision is another item, and works.
        await lab.deliver(stream, Schedule(at=datetime.now(UTC)))

        async def reminded() -> bool:
            return (await lab.events(stream))[-1].command_id == "remind:r2"

        await until(reminded)


async def test_due_items_and_callers_take_turns(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        await asyncio.gather(
            lab.deliver(stream, Schedule(at=datetime.now(UTC) - DAY)),
            *(lab.deliver(stream, Add(by=1)) for _ in range(6)),
        )

        async def reminded() -> bool:
            return any(event.type == "counter.reminded" for event in await lab.events(stream))

        await until(reminded)
    assert (await lab.fold(stream)).total == 6


async def test_the_budget_of_history(skipping: Lab, temporal_skipping: TimeSkippingServer) -> None:
    """At most 6 events for an external command and 12 for a reminder with its message."""
    stream = skipping.name()
    async with skipping.running():
        await skipping.open(stream)
        before = len(await skipping.history(stream))
        for _ in range(10):
            await skipping.deliver(stream, Add(by=1))
        after = len(await skipping.history(stream))
        assert (after - before) / 10 <= 6
        start = await temporal_skipping.now()
        for week in range(1, 6):
            await skipping.deliver(stream, Schedule(at=start + week * DAY))
            planned = len(await skipping.history(stream))
            await temporal_skipping.sleep(DAY)
            # Opened, ten times added, and a schedule with its reminder each week.
            version = 11 + 2 * week

            async def settled(version: int = version) -> bool:
                history = await skipping.history(stream)
                return (
                    await skipping.performed(stream) == version and history[-1] == "WORKFLOW_TASK_COMPLETED"
                )

            await until(settled)
            assert len(await skipping.history(stream)) - planned <= 12
    assert len(skipping.outbox.sent) == 5
