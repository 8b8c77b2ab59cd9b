"""What a caller of the engine may rely on, command by command."""

from __future__ import annotations

import asyncio
import logging
import uuid

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.workflow.counter_rules import Add, Fail, Open
from tests.workflow.lab import LEAD, Lab
from turnabout.errors import InternalError, InvalidInput, Rejected
from turnabout.messages import UPDATE, CommandEnvelope
from turnabout.model import Actor
from workflows.stream import NAMESPACE, event_id


async def test_a_command_is_stored_before_it_is_acknowledged(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        receipt = await lab.deliver(stream, Add(by=3), id="a-1")
        events = await lab.events(stream)
    assert [event.type for event in events] == ["counter.opened", "counter.added"]
    last = events[-1]
    assert (receipt.stream, receipt.version, receipt.position) == (stream, 2, last.position)
    assert (
        receipt.digest == last.command_digest == CommandEnvelope(command=Add(by=3).wire(), actor=LEAD).digest
    )
    assert (last.command_id, last.correlation_id, last.actor) == ("a-1", "a-1", LEAD.id)
    assert last.event_id == str(uuid.uuid5(NAMESPACE, f"{stream}/a-1/0")) == event_id(stream, "a-1", 0)


async def test_correlation_and_causation_are_kept(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        envelope = CommandEnvelope(command=Add(by=1).wire(), actor=LEAD, correlation_id="c", causation_id="e")
        await lab.client.get_workflow_handle(stream).execute_update(UPDATE, envelope, id="a-1")
        last = (await lab.events(stream))[-1]
    assert (last.correlation_id, last.causation_id) == ("c", "e")


async def test_what_the_validator_refuses_leaves_no_history(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        before = await lab.history(stream)
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, Add(by=-1), id="a-1")
        assert (caught.value.rule, caught.value.reason, caught.value.hint) == (
            "C1",
            "-1 does not fit.",
            "Stay between 1 and 1000.",
        )
        assert await lab.history(stream) == before
        assert len(await lab.events(stream)) == 1
        # A refused id is free: nothing was stored under it.
        assert (await lab.deliver(stream, Add(by=1), id="a-1")).version == 2


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ({"type": "add", "by": "many"}, "add.by"),
        ({"type": "add", "by": 1, "colour": "red"}, "add.colour"),
        ({"type": "fly"}, "fly"),
        ({}, "type"),
    ],
)
async def test_a_command_that_cannot_be_read_names_its_fields(
    lab: Lab, command: dict[str, object], told: str
) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        with pytest.raises(Rejected, match=told) as caught:
            await lab.deliver(stream, command)
        assert caught.value.rule == "E2"
        assert (await lab.deliver(stream, Add(by=1))).version == 2


async def test_a_malformed_envelope_fails_alone(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        handle = lab.client.get_workflow_handle(stream)
        unreadable: list[object] = [{"commando": {}}, "text", None]
        for nonsense in unreadable:
            with pytest.raises(WorkflowUpdateFailedError):
                await handle.execute_update(UPDATE, nonsense)
        assert (await lab.deliver(stream, Add(by=1))).version == 2


async def test_a_repeated_id_gets_the_old_receipt(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        first = await lab.deliver(stream, Add(by=1), id="a-1")
        await lab.deliver(stream, Add(by=5), id="a-2")
        assert await lab.deliver(stream, Add(by=1), id="a-1") == first
        assert len(await lab.events(stream)) == 3


async def test_a_repeated_id_with_other_content_is_rejected(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        await lab.deliver(stream, Add(by=1), id="a-1")
        # Within one run the server itself answers a repeated update id.
        await lab.restart(stream)
        for command, actor in ((Add(by=2), LEAD), (Add(by=1), Actor(id="p-2"))):
            with pytest.raises(Rejected) as caught:
                await lab.deliver(stream, command, id="a-1", actor=actor)
            assert caught.value.rule == "E1"
            await lab.restart(stream)
        assert len(await lab.events(stream)) == 2


@pytest.mark.parametrize("place", ["decide", "evolve", "react", "agenda"])
async def test_a_fault_of_the_rules_fails_its_command_alone(
    lab: Lab, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        before = await lab.history(stream)
        with caplog.at_level(logging.ERROR), pytest.raises(InternalError, match="ZeroDivisionError"):
            await lab.deliver(stream, {"type": "fail", "place": place})
        alerts = [record for record in caplog.records if getattr(record, "alert", None) == "internal_error"]
        assert len(alerts) == 1
        assert "counter_rules.py" in alerts[0].getMessage()
        assert "secret" not in caplog.text
        assert await lab.history(stream) == before
        assert (await lab.deliver(stream, Add(by=1))).version == 2
        assert [event.type for event in await lab.events(stream)] == ["counter.opened", "counter.added"]


@pytest.mark.parametrize(("place", "rule"), [("nothing", "E3"), ("huge", "E4")])
async def test_what_changes_nothing_or_too_much_is_rejected(lab: Lab, place: str, rule: str) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        with pytest.raises(Rejected) as caught:
            await lab.deliver(stream, {"type": "fail", "place": place})
        assert caught.value.rule == rule
        assert (await lab.deliver(stream, Add(by=1))).version == 2


async def test_what_the_database_cannot_hold_fails_alone(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        with pytest.raises(InvalidInput):
            await lab.deliver(stream, Open(label="a\x00b"), id="start", start="CounterWorkflow")
        other = lab.name()
        await lab.open(other)
        assert (await lab.deliver(other, Add(by=1))).version == 2


async def test_many_callers_at_once(lab: Lab) -> None:
    """Nobody is lost or doubled, and whoever stood in the queue is judged by the state of their turn."""
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        answers = await asyncio.gather(
            *(lab.deliver(stream, Add(by=150), id=f"a-{number}") for number in range(9)),
            return_exceptions=True,
        )
    accepted = [answer for answer in answers if not isinstance(answer, BaseException)]
    refused = [answer for answer in answers if isinstance(answer, Rejected)]
    assert (len(accepted), len(refused)) == (6, 3)
    assert {answer.rule for answer in refused} == {"C1"}
    assert sorted(receipt.version for receipt in accepted) == [2, 3, 4, 5, 6, 7]
    assert (await lab.fold(stream)).total == 900


async def test_a_fault_in_the_queue_fails_alone(lab: Lab) -> None:
    """The same as above, past the validator."""
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        answers = await asyncio.gather(
            lab.deliver(stream, Add(by=1)),
            lab.deliver(stream, Fail(place="evolve")),
            lab.deliver(stream, Fail(place="decide")),
            lab.deliver(stream, {"type": "fly"}),
            lab.deliver(stream, Add(by=2)),
            return_exceptions=True,
        )
    assert [type(answer).__name__ for answer in answers[1:4]] == [
        "InternalError",
        "InternalError",
        "Rejected",
    ]
    assert (await lab.fold(stream)).total == 3
