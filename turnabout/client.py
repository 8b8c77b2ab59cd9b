"""The Python client: start cohorts, give commands, read what came of them. Needs only this package."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

import temporalio.client as temporal
from pydantic import ValidationError
from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.service import RPCError, RPCStatusCode

from turnabout.codec import data_converter
from turnabout.commands.base import Command
from turnabout.commands.cohort_governance import PlanCohort
from turnabout.commands.pair_care import RaiseConcern
from turnabout.database import connect_reads
from turnabout.errors import InvalidInput, NotFound, Rejected, Unreachable
from turnabout.messages import UPDATE, CommandEnvelope, Receipt
from turnabout.model import SYSTEM, Actor
from turnabout.opening import START, open_stream
from turnabout.reads import Reads
from turnabout.results import Adherence, CohortBoard, PairCard
from turnabout.runtime import quiet_runtime
from turnabout.settings import Settings
from turnabout.spec import CohortSpec
from turnabout.wire_errors import from_failure

R = TypeVar("R", CohortBoard, PairCard, Adherence)
ATTEMPT = timedelta(seconds=15)
"""How long one attempt to deliver a command waits; the next one carries the same id."""

LONGEST_ID = 200
"""How many characters a command's id may have."""

CONNECTING = timedelta(seconds=10)
"""How long Temporal may take to answer for the first time."""


SILENT = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED}
"""What a call ends with when no server is there to refuse it."""


class Turnabout:
    """A connection to the engine and its read models. Make one with `Turnabout.connect()`."""

    def __init__(
        self,
        client: temporal.Client,
        reads: Reads,
        *,
        actor: str | None = None,
        patience: timedelta = 4 * ATTEMPT,
    ) -> None:
        self._temporal = client
        self.reads = reads
        self._actor = actor
        self._patience = patience

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: Settings | None = None) -> AsyncIterator[Turnabout]:
        """Connect by the settings (`TURNABOUT_*`, `TEMPORAL_*`, or the running development stack).

        Raises Unreachable when PostgreSQL or Temporal does not answer.
        """
        settings = settings or Settings()
        async with connect_reads(settings) as reads:
            yield cls(await connect_temporal(settings), reads, actor=settings.actor)

    async def start_cohort(self, spec: CohortSpec) -> Stream:
        """Start a cohort in its lead's name, or find it: the same id with the same spec is the existing one.
        Returns when the cohort's first event is stored; `found` says which of the two it was, and `unknown`
        whom to import into the people directory yet, so that they can be written to.

        Raises Rejected when another spec has that id (E1), when that cohort is over (E5), or by the rule that
        the spec breaks; Unreachable.
        """
        stream = self.cohort(spec.id)
        known = await self.reads.stream(stream.name)
        if known is not None and known.closed:
            raise Rejected("E5", f"{stream.name} is closed.", hint="Choose another id, or read its record.")
        stream.found = known is not None
        stream.unknown = await self.reads.unknown_people(spec.everybody)
        stream.receipt = await stream.execute(
            PlanCohort(spec=spec), id=START, actor=spec.lead.id, start="CohortWorkflow"
        )
        return stream

    def cohort(self, id: str) -> Stream:  # noqa: A002 - the caller's word for it
        """The cohort of that id; whether it exists shows when it is spoken to."""
        return Stream(self, f"cohort-{id}")

    def pair(self, id: str) -> Stream:  # noqa: A002 - as above
        """The pair of that id, such as `q3-07`."""
        return Stream(self, f"pair-{id}")

    async def read(self, result: type[R], id: str, *, after: Receipt | None = None) -> R:  # noqa: A002
        """One read model by id: `CohortBoard`, `Adherence` of a cohort, `PairCard` of a pair. With `after`
        it holds what that receipt stored. More reads are in `reads`. Raises NotFound, ReadsLagging."""
        if after is not None:
            await self.reads.wait_for(after.position)
        found: object
        if issubclass(result, PairCard):
            found = await self.reads.pair(id)
        elif issubclass(result, Adherence):
            found = await self.reads.adherence(id)
        else:
            found = await self.reads.board(id)
        if not isinstance(found, result):
            raise NotFound(f"There is no {result.__name__} of {id!r}.", hint="Check the id.")
        return found

    def stream(self, name: str) -> Stream:
        """The stream of that full name, such as `pair-q3-07`."""
        return Stream(self, name)

    async def deliver(self, stream: str, command_id: str, envelope: CommandEnvelope) -> Receipt:
        """Give a stream a command that is addressed already; for the engine's own jobs. Raises as
        `Stream.execute` does."""
        return await self._deliver(stream, command_id, envelope, None)

    async def _deliver(
        self, stream: str, command_id: str, envelope: CommandEnvelope, start: str | None
    ) -> Receipt:
        try:
            # Bounded from here: as long as a server answers that nobody took the command, its client asks on.
            async with asyncio.timeout(self._patience.total_seconds()):
                return await self._insist(stream, command_id, envelope, start)
        except TimeoutError as error:
            try:
                await self.reads.stream(stream)  # without PostgreSQL no worker can store anything
            except Unreachable as down:
                hint = f"{down.hint} {_again(command_id)}"
                raise Unreachable(f"Nobody stored the command: {down.message}", hint=hint) from error
            raise Unreachable(
                f"No worker took the command {command_id!r} for {stream}.",
                hint=f"Check that a worker runs and knows this client's codec key. {_again(command_id)}",
            ) from error

    async def _insist(
        self, stream: str, command_id: str, envelope: CommandEnvelope, start: str | None
    ) -> Receipt:
        while True:
            try:
                return await self._attempt(stream, command_id, envelope, start)
            except temporal.WorkflowUpdateRPCTimeoutOrCancelledError as error:
                task = asyncio.current_task()
                if task is not None and task.cancelling():  # Temporal's client turned it into its own error
                    raise asyncio.CancelledError from error
                await asyncio.sleep(0.1)
            except temporal.WorkflowUpdateFailedError as error:
                raise from_failure(error.cause) from error
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND and not _lacks_namespace(error):
                    return await self._of_absent(stream, command_id, envelope)
                where = self._temporal.service_client.config.target_host
                if error.status in SILENT:
                    raise Unreachable(
                        f"Temporal does not answer any more at {where}: {error.message.rstrip('.')}.",
                        hint=f"Check that it runs. {_again(command_id)}",
                    ) from error
                raise Unreachable(
                    f"Temporal refused the command: {error.message.rstrip('.')}.",
                    hint=f"Check TEMPORAL_NAMESPACE and the server. {_again(command_id)}",
                ) from error

    async def _attempt(
        self, stream: str, command_id: str, envelope: CommandEnvelope, start: str | None
    ) -> Receipt:
        if start is not None:
            return await open_stream(self._temporal, start, stream, envelope, patience=ATTEMPT)
        receipt: Receipt = await self._temporal.get_workflow_handle(stream).execute_update(
            UPDATE, envelope, id=command_id, result_type=Receipt, rpc_timeout=ATTEMPT
        )
        return receipt

    async def _of_absent(self, stream: str, command_id: str, envelope: CommandEnvelope) -> Receipt:
        """What the log says of a stream that does not run: the receipt, if it took the command while it did.
        Raises NotFound, Rejected (E5), Unreachable."""
        known = await self.reads.stream(stream)
        if known is None:
            raise NotFound(f"There is no {stream} in the log.", hint="Check the id, or start it.")
        if not known.closed:
            raise Unreachable(f"{stream} exists but is not running.", hint="Run `turnabout recover`.")
        receipt = await self.reads.receipt(stream, command_id)
        if receipt is None:
            worried = envelope.command.get("type") == RaiseConcern.model_fields["type"].default
            hint = "Write to the program's safety steward." if worried else "Read its record instead."
            raise Rejected("E5", f"{stream} is closed and takes no more commands.", hint=hint)
        return receipt


class Stream:
    """One cohort or pair, to give commands to. `receipt` is that of its start, if this client asked for it;
    `found` says that it had been started before, `unknown` names those of a cohort that is started who are
    not in the people directory: no letter reaches them."""

    def __init__(self, turnabout: Turnabout, name: str) -> None:
        self._turnabout = turnabout
        self.name = name
        self.id = name.split("-", 1)[1]
        self.receipt: Receipt | None = None
        self.found = False
        self.unknown: tuple[str, ...] = ()

    async def execute(
        self,
        command: Command,
        *,
        id: str | None = None,  # noqa: A002 - the caller's word for it
        actor: str | None = None,
        start: str | None = None,
    ) -> Receipt:
        """Give a command and return when its events are stored.

        `id` makes it idempotent: the same id with the same content answers the same receipt, with other
        content it is rejected (E1); one is made up where it is None. Raises Rejected (naming the rule),
        NotFound, Unreachable (naming the id to repeat), InternalError, InvalidInput without an actor or
        for an id that cannot be one.
        """
        command_id = id_for_command(id)
        who = actor or self._turnabout._actor  # noqa: SLF001 - one unit with its client
        if who is None:
            raise InvalidInput(
                "Nobody gives the command.",
                hint="Name an actor (--actor ID, or actor= in Python), or set TURNABOUT_ACTOR.",
            )
        if who == SYSTEM.id:
            raise Rejected("G21", "only the engine speaks as `system`.", hint="Name the person who asks.")
        try:
            envelope = CommandEnvelope(command=command.wire(), actor=Actor(id=who))
        except ValidationError:
            raise InvalidInput(
                f"{who!r} is no person's id.", hint="An id has lower-case letters, digits, - and _."
            ) from None
        receipt = await self._turnabout._deliver(self.name, command_id, envelope, start)  # noqa: SLF001
        # An empty digest is that of an erased person: nobody can tell any more.
        if receipt.digest not in {envelope.digest, ""}:
            raise Rejected("E1", f"the id {id!r} was used for another command.", hint="Choose a new id.")
        return receipt


def id_for_command(given: str | None) -> str:
    """The id of a command: the one that the caller gave, or a new one where that is None. Raises InvalidInput
    for an empty, a long or an unprintable one."""
    if given is None:
        return uuid.uuid4().hex
    if not 1 <= len(given) <= LONGEST_ID:
        said = f"A command's id has 1 to {LONGEST_ID} characters; this one has {len(given)}."
    elif not given.isprintable():
        said = "A command's id has printable characters alone."
    else:
        return given
    raise InvalidInput(said, hint="Choose another id, or leave it out and one is made up.")


async def connect_temporal(settings: Settings, *, lenient: bool = False, **options: Any) -> temporal.Client:
    """A Temporal client with our payload codec (`lenient`: a worker's); `options` are further ones of
    `Client.connect`. Raises Unreachable with the address and the fix."""
    config = settings.temporal()
    converter = data_converter(settings.keys(), lenient=lenient)
    options.setdefault("runtime", quiet_runtime())
    try:
        async with asyncio.timeout(CONNECTING.total_seconds()):
            return await temporal.Client.connect(**config, data_converter=converter, **options)
    except (RuntimeError, ValueError, TimeoutError) as error:
        raise Unreachable(
            f"Temporal does not answer at {config.get('target_host')}.",
            hint="Check TEMPORAL_ADDRESS, or start a stack with `make up`.",
        ) from error


def _again(command_id: str) -> str:
    """What to do about a command of which nobody knows whether it was stored."""
    if command_id == START:
        return "Then start it again: if it was started after all, it is found."
    return f"Then give it again with the same id, for it may be stored yet: --id {command_id}"


def _lacks_namespace(error: RPCError) -> bool:
    kind = NamespaceNotFoundFailure.DESCRIPTOR
    return any(detail.Is(kind) for detail in error.grpc_status.details)
