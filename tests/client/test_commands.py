"""What a program gets from the client: receipts, its own writes, and one error for each way to fail."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import get_args

import pytest
import pytest_asyncio
import temporalio.client
from pydantic import SecretStr

from tests.processes.coming import coming_cohort
from tests.waiting import until
from turnabout import Adherence, CohortBoard, CohortSpec, PairCard, Stream, Turnabout, commands
from turnabout.client import connect_temporal
from turnabout.codec import PayloadKey
from turnabout.commands.cohort import CohortCommand
from turnabout.commands.cohort_closing import CancelCohort
from turnabout.commands.cohort_enrolment import OpenEnrolment, OptIn
from turnabout.commands.cohort_governance import CommitSponsorship, SignCharter
from turnabout.commands.pair import PairCommand
from turnabout.commands.pair_care import RaiseConcern
from turnabout.commands.pair_sessions import RecordDeliverable
from turnabout.database import connect_reads
from turnabout.errors import InvalidInput, NotFound, ReadsLagging, Rejected, Unreachable
from turnabout.model import digest
from turnabout.opening import open_stream
from turnabout.settings import Settings
from workers.embedded.stack import Stack

SPONSOR, LEAD = "s-sponsor", "s-lead"
SIGN = SignCharter(text="We learn from our juniors.")


@pytest_asyncio.fixture
async def turnabout(settings: Settings) -> AsyncIterator[Turnabout]:
    async with Turnabout.connect(settings) as connected:
        yield connected


def fresh() -> CohortSpec:
    """A spec of its own."""
    return coming_cohort().model_copy(update={"id": f"c{uuid.uuid4().hex[:8]}"})


async def started(turnabout: Turnabout) -> Stream:
    return await turnabout.start_cohort(fresh())


async def test_starting_twice_finds_the_same_cohort(turnabout: Turnabout) -> None:
    spec = fresh()
    first = await turnabout.start_cohort(spec)
    again = await turnabout.start_cohort(spec)
    assert first.receipt is not None
    assert (again.id, again.receipt) == (spec.id, first.receipt)
    assert (first.found, again.found) == (False, True)
    assert first.receipt.stream == f"cohort-{spec.id}"
    other = spec.model_copy(update={"name": "Another one"})
    with pytest.raises(Rejected, match="E1") as refused:
        await turnabout.start_cohort(other)
    assert refused.value.hint
    events = await turnabout.reads.events(first.name)
    assert [event.type for event in events].count("cohort.planned") == 1


async def test_many_starts_at_once_are_one(turnabout: Turnabout) -> None:
    spec = fresh()
    starts = await asyncio.gather(*(turnabout.start_cohort(spec) for _ in range(8)))
    assert len({digest(start.receipt.model_dump()) for start in starts if start.receipt}) == 1


async def test_what_was_written_is_read(turnabout: Turnabout) -> None:
    cohort = await started(turnabout)
    for command, actor, field in (
        (SIGN, SPONSOR, "charter_signed_at"),
        (CommitSponsorship(), SPONSOR, "sponsorship_committed_at"),
        (OpenEnrolment(), LEAD, "enrolment_opened_at"),
    ):
        receipt = await cohort.execute(command, actor=actor)
        board = await turnabout.read(CohortBoard, cohort.id, after=receipt)
        assert getattr(board, field) is not None
        assert board.last_position >= receipt.position
    person = coming_cohort().people[0]
    receipt = await cohort.execute(OptIn(), actor=person.id)
    board = await turnabout.read(CohortBoard, cohort.id, after=receipt)
    assert board.mentors_joined + board.mentees_joined == 1
    assert (await turnabout.read(Adherence, cohort.id)).cohort == cohort.id


async def test_an_id_makes_a_command_happen_once(turnabout: Turnabout) -> None:
    cohort = await started(turnabout)
    receipts = await asyncio.gather(*(cohort.execute(SIGN, id="signing", actor=SPONSOR) for _ in range(10)))
    assert len({receipt.version for receipt in receipts}) == 1
    later = await cohort.execute(SIGN, id="signing", actor=SPONSOR)
    assert later == receipts[0]
    for other, actor in ((SignCharter(text="Something else."), SPONSOR), (SIGN, LEAD)):
        with pytest.raises(Rejected, match="E1"):
            await cohort.execute(other, id="signing", actor=actor)


async def test_a_rule_refuses_and_nothing_is_stored(turnabout: Turnabout) -> None:
    cohort = await started(turnabout)
    for command, actor, rule in (
        (OpenEnrolment(), LEAD, "G8"),
        (SIGN, LEAD, "G21"),
        (SIGN, "system", "G21"),
        (SignCharter(text="word " * 601), SPONSOR, "R26"),
    ):
        with pytest.raises(Rejected) as refused:
            await cohort.execute(command, actor=actor)
        assert refused.value.rule == rule
        assert refused.value.hint
        assert refused.value.exit_code == 4
    kinds = {event.type for event in await turnabout.reads.events(cohort.name)}
    assert kinds <= {"cohort.planned", "cohort.reminded"}


async def test_what_is_not_there_is_not_found(turnabout: Turnabout) -> None:
    with pytest.raises(NotFound, match="cohort-nowhere"):
        await turnabout.cohort("nowhere").execute(SIGN, actor=SPONSOR)
    with pytest.raises(NotFound, match="pair-nowhere-01"):
        await turnabout.pair("nowhere-01").execute(RecordDeliverable(what="A guide"), actor="p-001")
    with pytest.raises(NotFound, match="CohortBoard"):
        await turnabout.read(CohortBoard, "nowhere")
    with pytest.raises(NotFound, match="Adherence"):
        await turnabout.read(Adherence, "nowhere")
    with pytest.raises(NotFound, match="PairCard"):
        await turnabout.read(PairCard, "nowhere-01")


async def test_a_command_needs_an_actor(turnabout: Turnabout, settings: Settings) -> None:
    cohort = await started(turnabout)
    with pytest.raises(InvalidInput, match="TURNABOUT_ACTOR"):
        await cohort.execute(SIGN)
    with pytest.raises(InvalidInput, match="no person's id"):
        await cohort.execute(SIGN, actor="The Sponsor")
    async with Turnabout.connect(settings.model_copy(update={"actor": SPONSOR})) as of_sponsor:
        assert (await of_sponsor.cohort(cohort.id).execute(SIGN)).stream == cohort.name


@pytest.mark.parametrize("id", ["", "x" * 201, "a\nb", "\ud800"])
async def test_an_id_that_cannot_be_one_is_refused(turnabout: Turnabout, id: str) -> None:  # noqa: A002
    with pytest.raises(InvalidInput, match="A command's id has"):
        await turnabout.cohort("nowhere").execute(SIGN, id=id, actor=SPONSOR)


async def test_a_closed_stream_answers_old_ids_and_refuses_new_commands(
    turnabout: Turnabout, stack: Stack
) -> None:
    spec = fresh()
    cohort = await turnabout.start_cohort(spec)
    cancelled = await cohort.execute(CancelCohort(reason="budget"), id="goodbye", actor=LEAD)

    async def closed() -> bool:
        await stack.clock.sleep(timedelta(hours=8))  # everybody is told in their working hours
        known = await turnabout.reads.stream(cohort.name)
        return known is not None and known.closed

    await until(closed)
    with pytest.raises(Rejected) as refused:
        await cohort.execute(SIGN, actor=SPONSOR)
    assert refused.value.rule == "E5"
    with pytest.raises(Rejected, match="safety steward"):
        await cohort.execute(RaiseConcern(text="not well"), actor=LEAD)
    with pytest.raises(Rejected) as again:
        await turnabout.start_cohort(spec)
    assert again.value.rule == "E5"
    old = await cohort.execute(CancelCohort(reason="budget"), id="goodbye", actor=LEAD)
    assert (old.version, old.position) == (cancelled.version, cancelled.position)


async def test_a_stream_that_does_not_run_is_told_with_the_fix(turnabout: Turnabout, stack: Stack) -> None:
    cohort = await started(turnabout)
    await stack.client.get_workflow_handle(cohort.name).terminate("by the test")
    with pytest.raises(Unreachable, match="turnabout recover"):
        await cohort.execute(SIGN, actor=SPONSOR)


async def test_a_command_that_nobody_takes_ends_in_time_and_may_be_asked_again(
    settings: Settings, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a queue that no worker polls."""
    monkeypatch.setattr("turnabout.client.open_stream", partial(open_stream, task_queue="deserted"))
    client = await connect_temporal(settings)
    spec = fresh()
    with pytest.raises(Unreachable, match="No worker took the command 'start'") as told:
        await Turnabout(client, stack.reads, patience=timedelta(seconds=1)).start_cohort(spec)
    assert "codec key" in (told.value.hint or "")
    async with connect_reads(settings) as gone:
        pass
    with pytest.raises(Unreachable, match="Nobody stored the command: PostgreSQL does not answer") as told:
        await (
            Turnabout(client, gone, patience=timedelta(seconds=1))
            .stream(f"cohort-{spec.id}")
            .execute(SIGN, id="mine", actor=SPONSOR)
        )
    assert (told.value.hint or "").endswith("--id mine")
    assert await stack.reads.stream(f"cohort-{spec.id}") is None
    waiting = asyncio.create_task(Turnabout(client, stack.reads).start_cohort(spec))
    await asyncio.sleep(0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):  # though Temporal's client turns it into an error of its own
        async with asyncio.timeout(5):
            await waiting
    await client.get_workflow_handle(f"cohort-{spec.id}").terminate("by the test")


async def test_a_client_whose_key_no_worker_knows_is_told_at_once(settings: Settings, stack: Stack) -> None:
    foreign = settings.model_copy(update={"codec_keys": SecretStr(PayloadKey.generate("foreign").format())})
    spec = fresh()
    with pytest.raises(InvalidInput, match=r"which is not among those configured \(foreign\)"):
        await Turnabout(await connect_temporal(foreign), stack.reads).start_cohort(spec)
    assert await stack.reads.stream(f"cohort-{spec.id}") is None


async def test_servers_that_do_not_answer_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = settings.model_copy(update={"database_url": SecretStr("postgresql://u:hunter2@127.0.0.1:1/t")})
    with pytest.raises(Unreachable, match="PostgreSQL does not answer") as told:
        async with Turnabout.connect(down):
            pass
    assert "hunter2" not in str(told.value)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    with pytest.raises(Unreachable, match=r"Temporal does not answer at 127\.0\.0\.1:1"):
        async with Turnabout.connect(settings):
            pass


async def test_a_server_that_says_nothing_is_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("turnabout.client.CONNECTING", timedelta(seconds=0.5))
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    with pytest.raises(Unreachable, match=f"does not answer at 127.0.0.1:{port}"):
        await connect_temporal(settings)
    silent.close()


async def test_reads_that_lag_are_told(turnabout: Turnabout) -> None:
    with pytest.raises(ReadsLagging, match="cohort_board") as told:
        await turnabout.reads.wait_for(10**9, timeout=0.1)
    assert set(told.value.projections) >= {"cohort_board", "pair_card"}


async def test_a_plain_command_is_what_travels(stack: Stack, settings: Settings) -> None:
    """Anybody can speak to a stream without our client: the update and its JSON suffice."""
    spec = fresh()
    async with Turnabout.connect(settings) as turnabout:
        await turnabout.start_cohort(spec)
    handle: temporalio.client.WorkflowHandle[object, object] = stack.client.get_workflow_handle(
        f"cohort-{spec.id}"
    )
    receipt = await handle.execute_update(
        "execute",
        {"command": {"type": "sign_charter", "text": "Plain."}, "actor": {"id": SPONSOR}},
        id="plain",
    )
    assert receipt["stream"] == f"cohort-{spec.id}"


def test_every_command_is_under_one_roof() -> None:
    told = (*get_args(CohortCommand), *get_args(PairCommand))
    assert {kind.__name__ for kind in told} - {"RunCohortStep", "RunPairStep"} == set(commands.__all__)
