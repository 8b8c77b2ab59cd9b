"""What the outside world is asked to do: in the background, in order, remembered, and never in the way."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import ActivityEnvironment

from activities.perform import PerformActivity
from events.contracts import (
    PERFORM,
    Append,
    Appended,
    Compute,
    Notify,
    PendingEffect,
    Perform,
    Performed,
    Tell,
)
from tests.waiting import until
from tests.workflow.counter_rules import Add, Ask, Close, Open, Schedule, State
from tests.workflow.lab import Lab
from turnabout.errors import CorruptLog, Undelivered, Unreachable
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM
from workers.embedded.temporal import TimeSkippingServer
from workflows.stream import Stream

NOW = datetime(1970, 1, 1, tzinfo=UTC)


async def remind(lab: Lab, stream: str) -> int:
    """Make a reminder due at once; the version of its event."""
    version = (await lab.deliver(stream, Schedule(at=datetime.now(UTC) - timedelta(seconds=1)))).version + 1

    async def reminded() -> bool:
        return len(await lab.events(stream)) >= version

    await until(reminded)
    return version


async def performed(lab: Lab, stream: str, version: int) -> None:
    async def reached() -> bool:
        return await lab.performed(stream) >= version

    await until(reached)


async def test_a_dead_mail_server_blocks_no_command(lab: Lab) -> None:
    stream = lab.name()
    lab.outbox.broken = True
    async with lab.running():
        await lab.open(stream)
        versions = []
        for _ in range(4):
            await lab.deliver(stream, Add(by=1))
            versions.append(await remind(lab, stream))
        assert await lab.performed(stream) == 0
        lab.outbox.broken = False
        await performed(lab, stream, versions[-1])
        history = await lab.history(stream)
    assert {message.values["total"] for message in lab.outbox.sent.values()} == {1, 2, 3, 4}
    # Each is tried once with the others and then delivered on its own, whose attempts add no history; at the
    # end it is remembered that all of them are out.
    assert history.count("ACTIVITY_TASK_SCHEDULED") <= 2 * 4 + 1
    assert lab.outbox.attempts > 4


async def test_nothing_waits_behind_a_message_that_cannot_go_out(lab: Lab) -> None:
    """Somebody's mailbox is full for weeks; what else the stream has to say goes out at once."""
    stream, told = lab.name(), lab.name()
    async with lab.running():
        await lab.open(stream)
        await lab.open(told)
        lab.outbox.broken = True
        late = await remind(lab, stream)

        async def tried() -> bool:
            return lab.outbox.attempts >= 2  # with the others, and on its own

        await until(tried)
        await lab.deliver(stream, Ask(tell=told, command=Add(by=4).wire()))

        async def heard() -> bool:
            return len(await lab.events(told)) == 2

        await until(heard)
        assert not lab.outbox.sent
        assert await lab.performed(stream) < late
        await lab.restart(stream)  # the next run does what is not remembered as done
        lab.outbox.broken = False
        await performed(lab, stream, late + 1)
    assert len(lab.outbox.sent) == 1
    assert (await lab.fold(told)).total == 4


async def test_a_finished_stream_waits_for_its_last_message(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        lab.outbox.broken = True
        version = (await lab.deliver(stream, Close())).version

        async def tried() -> bool:
            return lab.outbox.attempts >= 2

        await until(tried)
        assert await lab.performed(stream) == 0
        lab.outbox.broken = False
        await lab.client.get_workflow_handle(stream).result()
    assert len(lab.outbox.sent) == 1
    assert await lab.performed(stream) == version


async def test_effects_are_remembered(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        await performed(lab, stream, await remind(lab, stream))
        await lab.restart(stream)
        await performed(lab, stream, await remind(lab, stream))
    assert lab.outbox.attempts == len(lab.outbox.sent) == 2


async def test_effects_of_a_lost_run_are_performed_by_the_next(lab: Lab) -> None:
    stream = lab.name()
    lab.outbox.broken = True
    async with lab.running():
        await lab.open(stream)
        version = await remind(lab, stream)
        await lab.client.get_workflow_handle(stream).terminate("lost")
        lab.outbox.broken = False
        await lab.start(stream)
        await performed(lab, stream, version)
    assert len(lab.outbox.sent) == 1


async def test_a_stream_is_started_and_told(lab: Lab) -> None:
    teller, told = lab.name(), lab.name()
    async with lab.running():
        await lab.open(teller)
        await lab.deliver(teller, Ask(tell=told, command=Open(label="told").wire(), start=True))
        await performed(lab, teller, 2)
        assert [event.command_id for event in await lab.events(told)] == ["told-1"]
        await lab.deliver(teller, Ask(tell=told, command=Add(by=4).wire()))
        await lab.deliver(teller, Ask(tell=told, command=Add(by=5).wire(), start=True))
        await performed(lab, teller, 4)
        assert [event.actor for event in await lab.events(told)] == ["system"] * 3
    assert (await lab.fold(told)).total == 9


async def test_telling_twice_is_telling_once(lab: Lab) -> None:
    """The teller's run is lost after it told and before that was remembered."""
    teller, told = lab.name(), lab.name()
    async with lab.running():
        await lab.open(teller)
        await lab.open(told)
        await lab.deliver(teller, Ask(tell=told, command=Add(by=4).wire()))
        await performed(lab, teller, 2)
        await lab.forget_performed(teller)
        await lab.restart(teller)
        await performed(lab, teller, 2)
    assert (await lab.fold(told)).total == 4


async def test_what_is_told_says_what_it_follows_from(lab: Lab) -> None:
    teller, told = lab.name(), lab.name()
    async with lab.running():
        await lab.open(teller)
        await lab.open(told)
        await lab.deliver(teller, Ask(tell=told, command=Add(by=4).wire()), id="question")
        await performed(lab, teller, 2)
    asked, heard = (await lab.events(teller))[-1], (await lab.events(told))[-1]
    assert (heard.correlation_id, heard.causation_id) == ("question", asked.event_id)


@pytest.mark.parametrize("busy", [False, True], ids=["by the validator", "in its turn"])
async def test_a_fault_on_our_side_is_told_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, busy: bool
) -> None:
    """The other stream has a bug until the next release; in its turn, the fault stands in its history."""
    teller, told = lab.name(), lab.name()
    decide, faults = Stream.decide, 0

    def buggy(self: Stream[State], command_id: str, *rest: Any, **more: Any) -> Append:
        nonlocal faults
        validating = workflow.unsafe.is_read_only()
        if command_id == "told-1" and faults < 2 and validating is not busy:
            faults += 1
            raise ValueError("a bug")
        return decide(self, command_id, *rest, **more)

    monkeypatch.setattr(Stream, "decide", buggy)
    async with lab.running():
        await lab.open(teller)
        await lab.open(told)
        await lab.deliver(teller, Ask(tell=told, command=Add(by=4).wire()))
        await performed(lab, teller, 2)
    assert faults == 2
    assert [event.command_id for event in await lab.events(told)][1:] == ["told-1"]


async def test_what_another_stream_refuses_is_alerted_and_done(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    teller, told = lab.name(), lab.name()
    async with lab.running():
        await lab.open(teller)
        await lab.open(told)
        with caplog.at_level(logging.ERROR):
            await lab.deliver(teller, Ask(tell=told, command=Add(by=-4).wire()))
            await lab.deliver(teller, Ask(tell=lab.name(), command=Add(by=4).wire()))
            await performed(lab, teller, 3)
    given_up = [record.getMessage() for record in caplog.records if getattr(record, "alert", None) == "tell"]
    assert len(given_up) == 2
    assert "C1" in given_up[0]
    assert "does not exist" in given_up[1]


async def test_a_lenient_command_to_nobody_is_done_quietly(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    teller, closed = lab.name(), lab.name()
    async with lab.running():
        await lab.open(teller)
        await lab.open(closed)
        await lab.deliver(closed, Close(quietly=True))
        await lab.client.get_workflow_handle(closed).result()
        with caplog.at_level(logging.ERROR):
            await lab.deliver(teller, Ask(tell=closed, command=Add(by=1).wire(), lenient=True))
            await lab.deliver(teller, Ask(tell=lab.name(), command=Add(by=1).wire(), lenient=True))
            await performed(lab, teller, 3)
        assert len(await lab.events(closed)) == 2
    assert not [record for record in caplog.records if getattr(record, "alert", None) == "tell"]


async def test_telling_a_lost_workflow_brings_it_back(lab: Lab) -> None:
    teller, told = lab.name(), lab.name()
    async with lab.running():
        await lab.open(teller)
        await lab.open(told)
        await lab.client.get_workflow_handle(told).terminate("lost")
        await lab.deliver(teller, Ask(tell=told, command=Add(by=4).wire()))
        await performed(lab, teller, 2)
    assert (await lab.fold(told)).total == 4


@pytest.mark.parametrize("lost", ["terminated", "unreadable"])
async def test_what_a_lost_run_did_not_answer_is_told_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """The other run takes the command and ends before it has stored it, or cannot be read for a while."""
    teller, told = lab.name(), lab.name()
    store, refused = lab.store.append, [told]

    async def append(append: Append) -> Appended:
        if append.stream not in refused:
            return await store(append)
        raise (Unreachable if lost == "terminated" else CorruptLog)("a fault of the test")

    async with lab.running():
        await lab.open(teller)
        await lab.open(told)
        monkeypatch.setattr(lab.store, "append", append)
        await lab.deliver(teller, Ask(tell=told, command=Add(by=4).wire()))
        handle = lab.client.get_workflow_handle(told)
        if lost == "terminated":

            async def taken() -> bool:
                return "ACTIVITY_TASK_SCHEDULED" in await lab.history(told)

            await until(taken)
            await handle.terminate("lost")
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        refused.clear()
        await performed(lab, teller, 2)
    assert (await lab.fold(told)).total == 4


async def test_a_computation_answers_its_stream(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await lab.open(stream)
        await lab.deliver(stream, Add(by=21))
        await lab.deliver(stream, Ask(), id="question")
        await performed(lab, stream, 3)
        answer = (await lab.events(stream))[-1]
    assert (answer.command_id, answer.actor, answer.data) == ("answer-1", "system", {"value": 42})
    assert answer.correlation_id == "question"
    assert answer.causation_id == (await lab.events(stream))[-2].event_id


async def test_a_worker_without_the_solver_waits_for_one(lab: Lab) -> None:
    stream = lab.name()
    double = lab.solvers.pop("double")
    async with lab.running():
        await lab.open(stream)
        await lab.deliver(stream, Ask())
        await lab.deliver(stream, Add(by=1))
        lab.solvers["double"] = double
        await performed(lab, stream, 2)
    assert (await lab.fold(stream)).answer == 0


def _portion(stream: str, *effects: Notify | Compute | Tell, patient: bool = True) -> Perform:
    pending = [
        PendingEffect(event_id=f"e-{n}", version=n + 1, correlation_id="c", effect=effect)
        for n, effect in enumerate(effects)
    ]
    return Perform(stream=stream, through=len(effects), effects=tuple(pending), patient=patient)


class Letterbox:
    """Refuses what it is told to, and counts what it is asked."""

    def __init__(self, refused: dict[str, Exception]) -> None:
        self.refused = refused
        self.asked: list[str] = []

    async def notify(self, stream: str, event_id: str, message: Notify, now: datetime) -> None:
        assert stream.startswith("counter-")
        assert message.due_at <= now
        self.asked.append(event_id)
        if event_id in self.refused:
            raise self.refused[event_id]


async def test_all_effects_are_tried_and_those_done_are_not_tried_again(lab: Lab) -> None:
    stream = lab.name()
    letters = [Notify(template=f"t{n}", to=("p-1",), due_at=NOW) for n in range(3)]
    box = Letterbox({"e-1": ConnectionRefusedError("secret")})
    performing = PerformActivity(lab.store, notifier=box, solvers={})
    environment = ActivityEnvironment(lab.client)
    beats: list[Any] = []
    environment.on_heartbeat = lambda *details: beats.append(details[0])
    with pytest.raises(ApplicationError, match="1 of 3 effects failed: ConnectionRefusedError") as caught:
        await environment.run(performing.perform, _portion(stream, *letters))
    assert not caught.value.non_retryable
    assert box.asked == ["e-0", "e-1", "e-2"]
    assert await lab.performed(stream) == 0
    again = ActivityEnvironment(lab.client)
    again.info = dataclasses.replace(again.info, heartbeat_details=[beats[-1]])
    box.refused.clear()
    await again.run(performing.perform, _portion(stream, *letters))
    assert box.asked == ["e-0", "e-1", "e-2", "e-1"]
    assert await lab.performed(stream) == 3


async def test_a_worker_that_stops_waits_for_no_stream_that_nobody_serves(lab: Lab) -> None:
    """Temporal's client turns a cancellation into an error of its own, no reason to go on."""
    envelope = CommandEnvelope(command=Open(label="x").wire(), actor=SYSTEM)
    first, second = (
        Tell(stream=name, workflow="PairWorkflow", command_id="t", envelope=envelope, start=True)
        for name in (f"pair-{lab.name()}", f"pair-{lab.name()}")
    )
    performing = PerformActivity(lab.store, notifier=Letterbox({}), solvers={})
    portion = _portion(lab.name(), first, second)
    work = asyncio.ensure_future(ActivityEnvironment(lab.client).run(performing.perform, portion))

    async def asks() -> bool:
        try:
            await lab.client.get_workflow_handle(first.stream).describe()
        except RPCError:
            return False
        return True

    await until(asks)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await work
    with pytest.raises(RPCError):
        await lab.client.get_workflow_handle(second.stream).describe()


async def test_an_impatient_portion_hands_late_messages_back(lab: Lab) -> None:
    stream = lab.name()
    letters = [Notify(template=f"t{n}", to=("p-1",), due_at=NOW) for n in range(3)]
    performing = PerformActivity(lab.store, notifier=Letterbox({"e-1": OSError()}), solvers={})
    done = await ActivityEnvironment(lab.client).run(
        performing.perform, _portion(stream, *letters, patient=False)
    )
    assert done == Performed(undelivered=(1,))
    assert await lab.performed(stream) == 0


@pytest.mark.parametrize(("attempt", "alerts"), [(1, 0), (9, 0), (10, 1), (11, 0), (20, 1)])
async def test_a_person_is_called_where_trying_does_not_help(
    lab: Lab, caplog: pytest.LogCaptureFixture, attempt: int, alerts: int
) -> None:
    """Such as a solver with a bug."""
    unsolvable = Compute(task="double", command_id="answer-1", payload={})
    performing = PerformActivity(lab.store, notifier=lab.outbox, solvers=lab.solvers)
    environment = ActivityEnvironment(lab.client)
    environment.info = dataclasses.replace(environment.info, attempt=attempt)
    with caplog.at_level(logging.ERROR), pytest.raises(ApplicationError, match="KeyError"):
        await environment.run(performing.perform, _portion(lab.name(), unsolvable))
    found = [record for record in caplog.records if getattr(record, "alert", None) == "effects_failing"]
    assert len(found) == alerts


async def test_nobody_is_called_because_the_database_is_away(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    box = Letterbox({"e-0": Unreachable("PostgreSQL does not answer.")})
    environment = ActivityEnvironment(lab.client)
    environment.info = dataclasses.replace(environment.info, attempt=10)
    letter = Notify(template="t", to=("p-1",), due_at=NOW)
    with caplog.at_level(logging.ERROR), pytest.raises(ApplicationError, match="does not answer"):
        await environment.run(
            PerformActivity(lab.store, notifier=box, solvers={}).perform, _portion(lab.name(), letter)
        )
    assert not [record for record in caplog.records if hasattr(record, "alert")]


async def test_the_next_attempt_waits_for_a_held_reservation(lab: Lab) -> None:
    letter = Notify(template="t", to=("p-1",), due_at=NOW)
    held = Undelivered("held", retry_after=timedelta(minutes=7))
    cases: list[tuple[dict[str, Exception], timedelta | None]] = [
        ({"e-0": held}, timedelta(minutes=7)),
        ({"e-0": held, "e-1": OSError()}, None),
    ]
    for refused, delay in cases:
        performing = PerformActivity(lab.store, notifier=Letterbox(refused), solvers={})
        with pytest.raises(ApplicationError) as caught:
            await ActivityEnvironment(lab.client).run(
                performing.perform, _portion(lab.name(), letter, letter)
            )
        assert caught.value.next_retry_delay == delay


async def test_effects_that_fail_for_good_are_alerted_and_tried_again_later(
    skipping: Lab,
    temporal_skipping: TimeSkippingServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Such as a worker of an older release, which cannot read what a newer one asks for."""
    asked: list[Perform] = []

    class OldRelease(PerformActivity):
        @activity.defn(name=PERFORM)
        async def perform(self, perform: Perform) -> Performed:
            asked.append(perform)
            if len(asked) < 3:
                raise ApplicationError("unknown effect", non_retryable=True)
            return await super().perform(perform)

    monkeypatch.setattr("workers.worker.PerformActivity", OldRelease)
    stream = skipping.name()
    async with skipping.running():
        await skipping.open(stream)
        with caplog.at_level(logging.ERROR):
            version = await remind(skipping, stream)
            assert (await skipping.deliver(stream, Add(by=1))).version == version + 1
            await temporal_skipping.sleep(timedelta(minutes=15))
            await performed(skipping, stream, version)
    alerts = [record for record in caplog.records if getattr(record, "alert", None) == "effects_refused"]
    assert len(alerts) == 2
    assert len(skipping.outbox.sent) == 1
