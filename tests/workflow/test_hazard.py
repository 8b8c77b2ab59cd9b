"""A workflow task fails after its append was stored; others act before it is repeated; all must agree."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError

from events.store import EventStore
from tests.waiting import until
from tests.workflow import counter_rules
from tests.workflow.counter_rules import LIMIT, Add, Fail, Schedule
from tests.workflow.faults import FaultyRunner
from tests.workflow.lab import Lab
from turnabout.errors import CorruptLog, Rejected
from turnabout.messages import Receipt
from turnabout.wire_errors import from_failure


async def agree(lab: Lab, stream: str) -> None:
    """The workflow believes what the store says: it takes exactly what still fits, and then nothing more."""
    total = (await lab.fold(stream)).total
    version = len(await lab.events(stream))
    assert (await lab.deliver(stream, Add(by=LIMIT - total))).version == version + 1
    with pytest.raises(Rejected) as caught:
        await lab.deliver(stream, Add(by=1))
    assert caught.value.rule == "C1"
    assert (await lab.fold(stream)).total == LIMIT


async def test_a_command_arrives_before_the_failed_task_is_repeated(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reminder is stored, its task fails, and when the task is repeated the command is seen first."""
    stream = lab.name()
    loop = asyncio.get_running_loop()
    armed = False
    arrived: list[asyncio.Future[Receipt]] = []

    def fails() -> bool:
        nonlocal armed
        if not armed:
            return False
        armed = False
        command = lab.deliver(stream, Add(by=5), id="late")
        arrived.append(asyncio.run_coroutine_threadsafe(command, loop))  # type: ignore[arg-type]
        time.sleep(0.4)  # the task is held until the server has the command
        return True

    runner = FaultyRunner(fails)
    monkeypatch.setattr("workers.worker.sandbox", lambda: runner)
    async with lab.running():
        await lab.open(stream)
        await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(seconds=0.5)))
        armed = True

        async def answered() -> bool:
            return bool(arrived) and arrived[0].done()

        await until(answered)
        receipt = arrived[0].result()
        assert runner.failed == 1
        types = [event.type for event in await lab.events(stream)]
        assert types == ["counter.opened", "counter.scheduled", "counter.reminded", "counter.added"]
        assert receipt.version == 4

        async def performed() -> bool:
            return await lab.performed(stream) >= 3

        await until(performed)
        await agree(lab, stream)
    (message,) = lab.outbox.sent.values()
    assert message.values == {"total": 0}, "the reminder came before the command"
    assert "WORKFLOW_TASK_FAILED" in await lab.history(stream)


async def test_two_commands_around_a_failed_task(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = lab.name()
    armed = False

    def fails() -> bool:
        nonlocal armed
        fails_now, armed = armed, False
        if fails_now:
            time.sleep(0.2)
        return fails_now

    runner = FaultyRunner(fails)
    monkeypatch.setattr("workers.worker.sandbox", lambda: runner)
    async with lab.running():
        await lab.open(stream)
        for _ in range(5):
            armed = True
            first = asyncio.create_task(lab.deliver(stream, Add(by=3)))
            await asyncio.sleep(0.05)
            receipts = await asyncio.gather(first, lab.deliver(stream, Add(by=4)))
            assert {receipt.version for receipt in receipts} == {
                len(await lab.events(stream)) - 1,
                len(await lab.events(stream)),
            }
        assert runner.failed == 5
        await agree(lab, stream)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_tasks_fail_at_random(lab: Lab, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a repeatable choice of victims
    spared = 0

    def fails() -> bool:
        """Seldom twice in a row, or the server holds the next attempt back for long."""
        nonlocal spared
        spared = 4 if spared <= 0 and chance.random() < 0.5 else spared - 1
        return spared == 4

    runner = FaultyRunner(fails)
    monkeypatch.setattr("workers.worker.sandbox", lambda: runner)
    stream = lab.name()
    async with lab.running():
        await lab.open(stream, "ShortRunsWorkflow")

        async def caller(name: str) -> dict[str, Receipt]:
            receipts = {}
            for number in range(6):
                command_id = f"{name}-{number}"
                receipts[command_id] = await lab.insist(stream, Add(by=1), command_id)
                await lab.insist(stream, Schedule(at=datetime.now(UTC)), f"{command_id}-s")
            return receipts

        acknowledged: dict[str, Receipt] = {}
        for receipts in await asyncio.gather(*(caller(name) for name in "abc")):
            acknowledged |= receipts
        stored = {event.command_id: event for event in await lab.events(stream)}
        for command_id, receipt in acknowledged.items():
            assert (stored[command_id].version, stored[command_id].position) == (
                receipt.version,
                receipt.position,
            )
        assert (await lab.fold(stream)).total == 18
        assert runner.failed > 0
        await agree(lab, stream)


async def test_a_manual_repair_is_adopted(lab: Lab) -> None:
    """Somebody else wrote to the stream: the next command meets a conflict, and all agree again."""
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        await lab.seed(stream, [Add(by=LIMIT - 10), Schedule(at=datetime.now(UTC))])
        # What the workflow knew when it validated would have let this pass.
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, Add(by=11))
        assert caught.value.rule == "C1"
        assert (await lab.deliver(stream, Add(by=LIMIT - 10), id="seed-0")).version == 2

        async def reminded() -> bool:
            return (await lab.events(stream))[-1].command_id == "remind:r1"

        await until(reminded)
        await agree(lab, stream)


@pytest.mark.parametrize("fault", ["rejected", ""])
async def test_a_due_item_that_others_settled_first_is_dropped_without_alarm(
    lab: Lab, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The run dies after its append was stored, and the next sees the item as due once more: what came first
    has settled it, so that neither a refusal nor a second reminder may follow."""
    stream = lab.name()
    due_at = datetime.now(UTC) + timedelta(seconds=1)
    async with lab.running():
        await lab.open(stream)
        await lab.deliver(stream, Schedule(at=due_at))
        put_off = Schedule(at=due_at + timedelta(days=1), fault=fault)
        await lab.seed(stream, [put_off])
        with caplog.at_level(logging.ERROR):

            async def noticed() -> bool:
                return (await lab.history(stream)).count("TIMER_STARTED") == 2

            await until(noticed)
            await agree(lab, stream)
        assert not [record for record in caplog.records if hasattr(record, "alert")]
        types = [event.type for event in await lab.events(stream)]
        assert types == ["counter.opened", "counter.scheduled", "counter.scheduled", "counter.added"]


async def test_a_reset_repeats_nothing(lab: Lab) -> None:
    """An operator resets the workflow to its first task: what it decides again was decided before."""
    stream = lab.name()
    handle = lab.client.get_workflow_handle(stream)
    async with lab.running():
        await lab.open(stream)
        receipts = [await lab.deliver(stream, Add(by=1), id=f"a-{number}") for number in range(3)]
        await lab.deliver(stream, Schedule(at=datetime.now(UTC)))

        async def settled() -> bool:
            """The workflow has taken note that its effect was performed."""
            history = await lab.history(stream)
            return history[-1] == "WORKFLOW_TASK_COMPLETED" and "ACTIVITY_TASK_COMPLETED" in history

        await until(settled)
        for point in ("last", "first"):
            history = await lab.history(stream)
            tasks = [n for n, kind in enumerate(history, 1) if kind == "WORKFLOW_TASK_COMPLETED"]
            task = tasks[-1] if point == "last" else tasks[0]
            await lab.client.workflow_service.reset_workflow_execution(
                ResetWorkflowExecutionRequest(
                    namespace=lab.client.namespace,
                    workflow_execution=WorkflowExecution(workflow_id=stream),
                    reason="test",
                    request_id=f"{stream}-{point}",
                    workflow_task_finish_event_id=task,
                )
            )
            await lab.insist(stream, Add(by=1), f"after-{point}")
            for number, receipt in enumerate(receipts):
                assert await lab.deliver(stream, Add(by=1), id=f"a-{number}") == receipt
        assert (await handle.describe()).status == WorkflowExecutionStatus.RUNNING
        assert (await lab.fold(stream)).total == 5
        await agree(lab, stream)
    assert len(lab.outbox.sent) == 1


async def test_a_log_that_this_release_cannot_fold_stands_still_until_one_can(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stream = lab.name()
    handle = lab.client.get_workflow_handle(stream)

    async def ended() -> bool:
        return "WORKFLOW_EXECUTION_FAILED" in await lab.history(stream)

    async with lab.running():
        await lab.open(stream)
        with monkeypatch.context() as later:
            later.setattr(counter_rules, "FORGIVING", True)
            await lab.seed(stream, [Fail(place="evolve")])
        with caplog.at_level(logging.ERROR), pytest.raises(CorruptLog):
            await lab.deliver(stream, Add(by=1), id="a-1")
        await until(ended)
        assert any(getattr(record, "alert", None) == "corrupt_log" for record in caplog.records)
        await lab.start(stream)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
        assert isinstance(from_failure(caught.value.cause), CorruptLog)
        # The next release is deployed, and the reconciler starts the stream again.
        monkeypatch.setattr(counter_rules, "FORGIVING", True)
        await lab.start(stream)
        assert (await lab.deliver(stream, Add(by=1), id="a-1")).version == 3


async def test_a_log_restored_from_an_older_backup_is_read_anew(
    lab: Lab, own_store: EventStore, dsn: str
) -> None:
    """The run believes what the log has lost; it ends, and the next one believes the log."""
    alone = Lab(lab.client, own_store)
    stream = alone.name()
    handle = alone.client.get_workflow_handle(stream)
    async with alone.running():
        await alone.open(stream)
        await alone.deliver(stream, Add(by=5))
        owner = await asyncpg.connect(dsn)
        await owner.execute("ALTER TABLE log.events DISABLE TRIGGER append_only")
        await owner.execute("DELETE FROM log.events WHERE version > 1")
        await owner.execute("UPDATE log.streams SET version = 1")
        await owner.close()
        with pytest.raises(CorruptLog, match="older backup"):
            await alone.deliver(stream, Add(by=1))
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        await alone.start(stream)
        assert (await alone.deliver(stream, Add(by=1))).version == 2
        await agree(alone, stream)
