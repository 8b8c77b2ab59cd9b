"""How runs begin and end: starting, rehydrating, continuing as new, closing, being cancelled."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.common import RawValue

from tests.waiting import until
from tests.workflow.counter_rules import Add, Close, Open
from tests.workflow.lab import LEAD, Lab
from turnabout.errors import InvalidInput, NotFound, Rejected, TurnaboutError
from turnabout.search_attributes import ATTENTION, COHORT, PHASE, PROGRAM
from turnabout.wire_errors import from_failure
from workers.embedded.temporal import TimeSkippingServer

PLAIN_START = {"command": {"type": "open", "label": "plain"}, "actor": {"id": "p-lead"}}


async def outcome(lab: Lab, stream: str) -> TurnaboutError:
    """What the run of a stream failed with."""
    with pytest.raises(WorkflowFailureError) as caught:
        await lab.client.get_workflow_handle(stream).result()
    return from_failure(caught.value.cause)


async def test_plain_json_from_a_foreign_client_starts_a_stream(lab: Lab) -> None:
    foreign = await Client.connect(lab.client.service_client.config.target_host)
    stream = lab.name()
    async with lab.running():
        await foreign.start_workflow("CounterWorkflow", PLAIN_START, id=stream, task_queue=lab.queue)
        # The same command under the id of the opening meets its receipt, whoever gave it.
        receipt = await lab.deliver(stream, Open(label="plain"), id="start")
        assert receipt.version == 1
        assert [event.command_id for event in await lab.events(stream)] == ["start"]


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ({"command": {"type": "open", "label": "x"}}, "actor"),
        ({**PLAIN_START, "colour": "red"}, "colour"),
        (["open"], "cannot be read"),
        ("open", "cannot be read"),
        ({"command": "open", "actor": {"id": "p-lead"}}, "command"),
        (RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"{broken")), "cannot be read"),
        (RawValue(Payload(metadata={"encoding": b"application/x-nothing"}, data=b"\x00")), "cannot be read"),
    ],
)
async def test_a_malformed_start_fails_the_run_and_wedges_nothing(lab: Lab, start: Any, told: str) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.client.start_workflow("CounterWorkflow", start, id=stream, task_queue=lab.queue)
        error = await outcome(lab, stream)
        assert isinstance(error, InvalidInput)
        assert told in str(error)
        # The name is free for another attempt.
        assert (await lab.open(stream)).version == 1


async def test_two_inputs_fail_the_run(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.client.start_workflow(
            "CounterWorkflow", args=[PLAIN_START, PLAIN_START], id=stream, task_queue=lab.queue
        )
        assert "one input at most" in str(await outcome(lab, stream))


@pytest.mark.parametrize("name", ["counter", "Counter-1", "cohort-1", "counter-", "counter-a b"])
async def test_a_workflow_id_that_is_no_stream_fails_the_run(lab: Lab, name: str) -> None:
    async with lab.running():
        await lab.client.start_workflow("CounterWorkflow", PLAIN_START, id=name, task_queue=lab.queue)
        assert isinstance(await outcome(lab, name), InvalidInput)


@pytest.mark.parametrize(
    ("command", "rule"), [({"type": "add", "by": 1}, "C3"), ({"type": "open"}, "E2"), ({"type": "?"}, "E2")]
)
async def test_a_start_that_is_rejected_fails_the_run(lab: Lab, command: dict[str, Any], rule: str) -> None:
    stream = lab.name()
    async with lab.running():
        start = {"command": command, "actor": {"id": "p-lead"}}
        await lab.client.start_workflow("CounterWorkflow", start, id=stream, task_queue=lab.queue)
        error = await outcome(lab, stream)
        assert isinstance(error, Rejected)
        assert error.rule == rule
        assert await lab.events(stream) == []


async def test_a_rejected_opening_update_leaves_nothing_running(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        with pytest.raises(Rejected) as caught:
            await lab.open_with(stream, Add(by=1))
        assert caught.value.rule == "C3"
        assert isinstance(await outcome(lab, stream), Rejected)
        # Whoever corrects the command opens the stream under the same id.
        assert (await lab.open(stream)).version == 1


async def test_an_opening_by_update_with_start(lab: Lab) -> None:
    """As effects do it."""
    stream = lab.name()
    async with lab.running():
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, Add(by=1), id="e-1", start="CounterWorkflow")
        assert caught.value.rule == "C3"
        assert isinstance(await outcome(lab, stream), Rejected)
        assert (await lab.deliver(stream, Open(label="x"), id="e-2", start="CounterWorkflow")).version == 1
        assert (await lab.deliver(stream, Add(by=1), id="e-3", start="CounterWorkflow")).version == 2


async def test_opening_twice(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        first = await lab.open(stream)
        assert await lab.open(stream) == first
        with pytest.raises(Rejected) as other:
            await lab.open_with(stream, Open(label="other"))
        assert other.value.rule == "E1"
        await lab.deliver(stream, Close(quietly=True))
        await lab.client.get_workflow_handle(stream).result()
        with pytest.raises(Rejected) as closed:
            await lab.open_with(stream, Open(label="other"))
        assert closed.value.rule in {"E1", "E5"}
        assert len(await lab.events(stream)) == 2


async def test_an_existing_stream_ignores_a_start(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        first = await lab.open(stream)
        await lab.client.get_workflow_handle(stream).terminate("gone")
        await lab.client.start_workflow("CounterWorkflow", PLAIN_START, id=stream, task_queue=lab.queue)
        assert await lab.deliver(stream, Open(label="x"), id="start") == first
        # Within one run the server itself answers a repeated id; the receipt's digest tells what it is for.
        assert await lab.deliver(stream, Open(label="plain"), id="start") == first
        await lab.restart(stream)
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, Open(label="plain"), id="start")
        assert caught.value.rule == "E1"
        assert len(await lab.events(stream)) == 1


async def test_a_name_without_stream_and_command_is_not_found(
    skipping: Lab, temporal_skipping: TimeSkippingServer
) -> None:
    stream = skipping.name()
    async with skipping.running():
        await skipping.start(stream)
        await temporal_skipping.sleep(timedelta(minutes=2))
        assert isinstance(await outcome(skipping, stream), NotFound)


async def test_an_id_alone_rehydrates(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        first = await lab.deliver(stream, Add(by=990), id="a-1")
        await lab.restart(stream)
        assert await lab.deliver(stream, Add(by=990), id="a-1") == first
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, Add(by=990), id="a-2")
        assert caught.value.rule == "C1"
        assert (await lab.deliver(stream, Add(by=1), id="a-3")).version == 3


async def test_rehydration_reads_page_after_page(lab: Lab) -> None:
    stream = lab.name()
    await lab.seed(stream, [Open(label="x"), *(Add(by=1) for _ in range(799))])
    async with lab.running():
        await lab.start(stream)
        receipt = await lab.deliver(stream, Add(by=1), id="seed-100")
        assert receipt.version == 101
        assert (await lab.deliver(stream, Add(by=1), id="last")).version == 801
        history = await lab.history(stream)
        assert history.count("MARKER_RECORDED") >= 3 + 1, "800 events fit no two pages"
    assert (await lab.fold(stream)).total == 800


async def test_continue_as_new_goes_on_as_if_nothing_had_happened(lab: Lab) -> None:
    stream = lab.name()
    handle = lab.client.get_workflow_handle(stream)
    async with lab.running():
        await lab.open(stream, "ShortRunsWorkflow")
        runs = {(await handle.describe()).run_id}
        receipts = {}
        for number in range(30):
            receipts[number] = await lab.deliver(stream, Add(by=1), id=f"a-{number}")
            runs.add((await handle.describe()).run_id)
        assert len(runs) >= 4
        for number, receipt in receipts.items():
            assert await lab.deliver(stream, Add(by=1), id=f"a-{number}") == receipt
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, Add(by=2), id="a-0")
        assert caught.value.rule == "E1"
        for run in runs:
            assert len(await lab.history(stream, run)) < 60
    assert (await lab.fold(stream)).total == 30


async def test_nobody_is_lost_while_runs_change(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream, "ShortRunsWorkflow")

        async def caller(name: str) -> None:
            for number in range(12):
                await lab.insist(stream, Add(by=1), f"{name}-{number}")

        await asyncio.gather(*(caller(name) for name in "abcdef"))
    assert (await lab.fold(stream)).total == 72


async def test_a_closed_stream_ends_its_run_after_its_effects(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        receipt = await lab.deliver(stream, Close(), id="c")
        await lab.client.get_workflow_handle(stream).result()
        assert [message.template for message in lab.outbox.sent.values()] == ["closed"]
        assert await lab.performed(stream) == receipt.version == 2


@pytest.mark.parametrize("quietly", [True, False])
async def test_a_run_on_a_closed_stream_answers_and_returns(lab: Lab, quietly: bool) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        receipt = await lab.deliver(stream, Close(quietly=quietly), id="c")
        await lab.client.get_workflow_handle(stream).result()
        # `performed` reaches the end also where the last event asks for nothing: see the reconciler.
        assert await lab.performed(stream) == 2
        again = Close(quietly=quietly)
        assert await lab.deliver(stream, again, id="c", start="CounterWorkflow") == receipt
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, Add(by=1), start="CounterWorkflow")
        assert caught.value.rule == "C9"
        await lab.start(stream, id_reuse_policy=1)
        await lab.client.get_workflow_handle(stream).result()
        assert len(await lab.history(stream)) <= 7
        assert lab.outbox.attempts == (0 if quietly else 1)


async def test_cancelling_ends_the_run_and_loses_nothing(lab: Lab) -> None:
    stream = lab.name()
    handle = lab.client.get_workflow_handle(stream)
    async with lab.running():
        await lab.open(stream)
        await handle.cancel()

        async def cancelled() -> bool:
            return (await handle.describe()).status == WorkflowExecutionStatus.CANCELED

        await until(cancelled)
        await lab.start(stream)
        assert (await lab.deliver(stream, Add(by=1))).version == 2


async def test_the_ui_tells_the_story(lab: Lab) -> None:
    stream = lab.name()
    handle = lab.client.get_workflow_handle(stream)
    async with lab.running():
        await lab.open(stream)
        found = (await handle.describe()).typed_search_attributes
        assert (found[PROGRAM], found[COHORT], found[PHASE]) == ("tests", "x", "open")
        assert found.get(ATTENTION) is None
        changes = (await lab.history(stream)).count("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES")
        await lab.deliver(stream, Add(by=1))
        assert (await lab.history(stream)).count("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES") == changes == 1
        await lab.deliver(stream, Add(by=600))
        assert (await handle.describe()).typed_search_attributes[ATTENTION] is True
        metadata = await handle.query("__temporal_workflow_metadata")
        assert metadata.current_details == "**Counter at 601**\n\n- reminders: 0"


async def test_without_search_attributes_nothing_is_set(skipping: Lab) -> None:
    stream = skipping.name()
    async with skipping.running():
        await skipping.open(stream)
        assert "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES" not in await skipping.history(stream)


def test_the_actor_of_the_tests_is_a_person() -> None:
    assert not LEAD.is_system
