"""What Temporal stores is sealed, keys may change, and plaintext is understood."""

from __future__ import annotations

import datetime

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from tests.waiting import until
from tests.workflow.counter_rules import Add, Ask, Open, Schedule
from tests.workflow.lab import LEAD, Lab
from turnabout.codec import EncryptingCodec, PayloadKey, data_converter
from turnabout.errors import (
    CorruptLog,
    InternalError,
    InvalidInput,
    NotFound,
    Rejected,
    TurnaboutError,
    Unreachable,
)
from turnabout.messages import ENCODING, UPDATE, CommandEnvelope, Start
from turnabout.model import Actor
from turnabout.wire_errors import from_failure, to_failure

OLD, NEW = PayloadKey.generate("2026-01"), PayloadKey.generate("2026-06")
ENVELOPE = CommandEnvelope(command=Open(label="geheim").wire(), actor=LEAD)


async def test_a_payload_comes_back_as_itself() -> None:
    converter = data_converter([NEW])
    (sealed,) = await converter.encode([ENVELOPE])
    assert sealed.metadata["encoding"] == ENCODING
    assert sealed.metadata["encryption-key-id"] == b"2026-06"
    assert b"geheim" not in sealed.SerializeToString()
    assert await converter.decode([sealed], [CommandEnvelope]) == [ENVELOPE]
    (again,) = await converter.encode([ENVELOPE])
    assert again.data != sealed.data, "a nonce is never used twice"


async def test_keys_rotate() -> None:
    (sealed,) = await data_converter([OLD]).encode([ENVELOPE])
    both = data_converter([NEW, OLD])
    assert await both.decode([sealed], [CommandEnvelope]) == [ENVELOPE]
    (renewed,) = await both.encode([ENVELOPE])
    assert renewed.metadata["encryption-key-id"] == b"2026-06"


async def test_an_unknown_key_is_named() -> None:
    (sealed,) = await data_converter([OLD]).encode([ENVELOPE])
    with pytest.raises(InvalidInput, match=r"'2026-01'.*2026-06.*Add that key"):
        await data_converter([NEW]).decode([sealed])


async def test_an_altered_payload_is_refused() -> None:
    codec = EncryptingCodec([NEW])
    (sealed,) = await codec.encode([Payload(data=b"x")])
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(InvalidInput, match="cannot be opened"):
        await codec.decode([sealed])
    (sealed,) = await codec.encode([Payload(data=b"x")])
    sealed.data = b"short"
    with pytest.raises(InvalidInput, match="cannot be opened"):
        await codec.decode([sealed])
    forged = PayloadKey("2026-06", OLD.secret)
    (sealed,) = await EncryptingCodec([forged]).encode([Payload(data=b"x")])
    with pytest.raises(InvalidInput, match="secret differs"):
        await codec.decode([sealed])


async def test_plaintext_is_understood() -> None:
    (plain,) = await DataConverter.default.encode([{"command": {"type": "open"}, "actor": {"id": "p-1"}}])
    (envelope,) = await data_converter([NEW]).decode([plain], [CommandEnvelope])
    assert envelope.actor.id == "p-1"


def test_keys_are_written_as_text_and_kept_out_of_sight() -> None:
    assert PayloadKey.parse(f" {NEW.format()}\n") == NEW
    assert NEW.format().split(":")[1] not in repr(NEW)


@pytest.mark.parametrize(
    "text",
    ["", "no-colon", "id:not base64!", "id:c2hvcnQ=", ":" + OLD.format().split(":")[1]],
    ids=["nothing", "no colon", "no base64", "too short", "no name"],
)
def test_a_bad_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        PayloadKey.parse(text)
    secret = text.partition(":")[2]
    assert not secret or secret not in str(caught.value)


def test_a_codec_needs_keys_of_different_names() -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        data_converter([])
    with pytest.raises(InvalidInput, match="same id"):
        data_converter([NEW, PayloadKey(NEW.id, OLD.secret)])


@pytest.mark.parametrize(
    "error",
    [
        Rejected("G2", "The goal is vague.", hint="Name a number."),
        Rejected("C1", "No."),
        InvalidInput("Bad.", ("line 1", "line 2"), hint="Fix."),
        InternalError("Ours.", hint="Ask."),
        NotFound("Nowhere."),
        Unreachable("Down."),
        CorruptLog("Torn."),
    ],
)
async def test_errors_travel_and_come_back_as_themselves(error: TurnaboutError) -> None:
    from temporalio.api.failure.v1 import Failure

    converter = data_converter([NEW])
    wire = Failure()
    await converter.encode_failure(to_failure(error), wire)
    assert str(error).encode() not in wire.SerializeToString()
    back = from_failure(await converter.decode_failure(wire))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert back.hint == error.hint


def test_foreign_failures_become_ours() -> None:
    assert isinstance(from_failure(None), InternalError)
    assert isinstance(from_failure(ValueError("secret")), InternalError)
    assert "secret" not in str(from_failure(ApplicationError("secret", type="Odd")))
    assert isinstance(from_failure(ApplicationError("x", type="Rejected")), InternalError)


async def test_no_plaintext_in_history(lab: Lab) -> None:
    """Commands, events, effects, messages of failures, summaries: nothing of it can be read in Temporal."""
    stream, told = lab.name(), lab.name()
    async with lab.running():
        await lab.open(stream)
        await lab.deliver(stream, Ask(tell=told, command={"type": "open", "label": "geheim"}, start=True))

        async def performed() -> bool:
            return await lab.performed(stream) >= 2

        await until(performed)
        await lab.deliver(
            stream, Schedule(at=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1))
        )
        handle = lab.client.get_workflow_handle(stream)
        history = await handle.fetch_history()
        raw = b"".join(event.SerializeToString() for event in history.events)
        failing = lab.name()
        await lab.client.start_workflow(
            "CounterWorkflow",
            {"command": {"type": "geheim"}, "actor": {"id": "p-1"}},
            id=failing,
            task_queue=lab.queue,
        )

        async def failed() -> bool:
            return "WORKFLOW_EXECUTION_FAILED" in await lab.history(failing)

        await until(failed)
        told_history = await lab.client.get_workflow_handle(failing).fetch_history()
        raw += b"".join(event.SerializeToString() for event in told_history.events)
    assert raw.count(ENCODING) > 10
    for word in (b"geheim", b"counter.asked", b"p-lead", b"remind:r1", b"cannot be read"):
        assert word not in raw


class Stranger:
    """A client with a key that the worker does not have."""

    def __init__(self, client: Client) -> None:
        self._address = client.service_client.config.target_host
        self._envelope = CommandEnvelope(command=Add(by=1).wire(), actor=Actor(id="p-lead"))

    async def connect(self) -> Client:
        return await Client.connect(self._address, data_converter=data_converter([PayloadKey.generate("x")]))

    async def update(self, stream: str) -> None:
        handle = (await self.connect()).get_workflow_handle(stream)
        await handle.execute_update(UPDATE, self._envelope, id="odd")

    async def signal(self, stream: str) -> None:
        await (await self.connect()).get_workflow_handle(stream).signal("whatever", self._envelope)

    async def start(self, lab: Lab, stream: str) -> None:
        start = Start(command=Open(label="x").wire(), actor=Actor(id="p-lead"))
        client = await self.connect()
        await client.start_workflow("CounterWorkflow", start, id=stream, task_queue=lab.queue)


async def test_what_a_worker_cannot_decrypt_wedges_nobody(lab: Lab) -> None:
    stream, stranger = lab.name(), Stranger(lab.client)
    async with lab.running():
        await lab.open(stream)
        with pytest.raises(InvalidInput, match="not among those configured"):  # nor can it read the answer
            await stranger.update(stream)
        await stranger.signal(stream)
        assert (await lab.deliver(stream, Add(by=2))).version == 2
        assert "WORKFLOW_TASK_FAILED" not in await lab.history(stream)


async def test_a_start_that_cannot_be_decrypted_fails_and_leaves_the_id_free(lab: Lab) -> None:
    stream = lab.name()
    async with lab.running():
        await Stranger(lab.client).start(lab, stream)
        with pytest.raises(WorkflowFailureError) as failed:
            await lab.client.get_workflow_handle(stream).result()
        told = from_failure(failed.value.cause)
        assert isinstance(told, InvalidInput)
        assert "encrypted with a key that the worker does not have" in str(told)
        assert (await lab.open(stream)).version == 1
