"""One stream as its decider sees it: fold what the store acknowledged, decide what comes next. Pure.

Rules of the engine that name a rejection:
E1  a command id was used before for something else, or is one that only the engine gives
E2  the command cannot be read
E3  the command changes nothing
E4  the command's events or effects are too large to travel
E5  the stream is closed (said by those who find its workflow gone)
E6  the stream does not exist yet, or exists already (said by the rules)
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from events.base import Event
from events.contracts import Append, NewEvent, PendingEffect, Perform, StoredEvent
from events.upcasts import upcast
from turnabout.commands.base import Command
from turnabout.errors import CorruptLog, Rejected
from turnabout.faults import told
from turnabout.messages import MAX_BYTES, CommandEnvelope, Receipt
from workflows.rules.decider import Decider, Due, Moment, Summary, earliest

S = TypeVar("S")

NAMESPACE = uuid.UUID("6f1c1d0e-5e0b-5b6b-9d3c-2f6d7f0b9a51")
RESERVED = ":"
"""In the id of every command that the engine gives, and of no other: whoever took the id of what is due would
keep it from ever happening."""


def event_id(stream: str, command_id: str, ordinal: int) -> str:
    """The id of the n-th event of a command, counted from 0: the same whoever decides it, and how often."""
    return str(uuid.uuid5(NAMESPACE, f"{stream}/{command_id}/{ordinal}"))


@dataclass
class _Effects:
    """What one command's events ask of the outside world, all of it up to version `through`."""

    command_id: str
    through: int
    effects: list[PendingEffect]


class Stream(Generic[S]):
    """A stream folded so far, the receipts of its commands, and its effects not yet performed."""

    def __init__(self, decider: Decider[S], name: str) -> None:
        self.name = name
        self.version = 0
        self.performed = 0
        self._handed = 0
        self.state: S = decider.initial
        self.terminal = False
        self.summary: Summary | None = None
        self._decider = decider
        self._policy = ""
        self._agenda: Collection[Due] = ()
        self._receipts: dict[str, Receipt] = {}
        self._pending: list[_Effects] = []

    def due(self, skip: Collection[str]) -> Due | None:
        """What the stream owes itself next. One that has not begun, or is over, owes itself nothing."""
        return earliest(self._agenda, skip) if self.version and not self.terminal else None

    def owes(self, command_id: str) -> bool:
        """Whether this item is on the agenda, at whatever time."""
        return any(due.command_id == command_id for due in self._agenda)

    def receipt(self, command_id: str, digest: str) -> Receipt | None:
        """The receipt of a command already stored. Raises Rejected (E1) if its id was used for another; after
        an erasure nobody can tell, and the old receipt stands."""
        known = self._receipts.get(command_id)
        if known is not None and known.digest not in {digest, ""}:
            raise Rejected(
                "E1",
                f"The command id {command_id!r} was used before with other content.",
                hint="Give every command an id of its own; repeat an id only to repeat the command.",
            )
        return known

    def stricter(self, envelope: CommandEnvelope) -> str | None:
        """The patch with which the rule of this command began to refuse more."""
        return self._decider.stricter.get(str(envelope.command.get("type")))

    def decide(
        self,
        command_id: str,
        envelope: CommandEnvelope,
        now: datetime,
        command: Command | None = None,
        *,
        lenient: bool = False,
    ) -> Append:
        """What storing the command takes. The events are folded on trial first, exactly as they will be read
        back, so that what cannot be folded is never stored. Raises Rejected; any other exception is a fault
        of the decider. `command` is the decoded command, where it did not come from outside."""
        if RESERVED in command_id and not envelope.actor.is_system:
            raise Rejected(
                "E1",
                f"The command id {command_id!r} holds a colon, as only the engine's own do.",
                hint="Choose another id, or leave it to the client.",
            )
        if command is None:
            command = self._read(envelope.command)
        begun = None if self.version else self._decider.opens(command)
        if begun not in {None, self.name}:
            raise Rejected(
                "E7",
                f"The command begins {begun}, and this is {self.name}.",
                hint=f"Start the workflow with the id {begun}.",
            )
        events = self._decider.decide(self.state, command, Moment(now, envelope.actor, lenient))
        if not events:
            raise Rejected("E3", f"The command {command.type!r} changes nothing here.")
        new = tuple(
            NewEvent(
                event_id=event_id(self.name, command_id, ordinal),
                type=event.type,
                schema_version=event.schema_version,
                data=event.payload(),
            )
            for ordinal, event in enumerate(events)
        )
        state, effect_bytes = self._trial(new, now)
        append = Append(
            stream=self.name,
            expected_version=self.version,
            command_id=command_id,
            command_digest=envelope.digest,
            actor=envelope.actor.id,
            correlation_id=envelope.correlation_id or command_id,
            causation_id=envelope.causation_id,
            # What later releases add to a policy is off for an old stream, so its version stays what it was.
            policy_version=self._policy or self._decider.policy_version(state),
            occurred_at=now,
            closes=self._decider.is_terminal(state),
            events=new,
        )
        size = max(_bytes(append), effect_bytes)
        if size > MAX_BYTES:
            raise Rejected(
                "E4",
                f"The command makes {size // 1024} KiB of events or effects; {MAX_BYTES // 1024} fit.",
                hint="Give less at a time.",
            )
        return append

    def fold(self, events: Collection[StoredEvent]) -> None:
        """Believe what the store acknowledged. Events already folded are passed over.

        Raises CorruptLog when one is missing, unreadable or cannot be folded; the stream is then unusable.
        """
        for stored in events:
            if stored.version > self.version:
                self._believe(stored)
        try:
            self.terminal = self._decider.is_terminal(self.state)
            self._agenda = self._decider.agenda(self.state)
            self.summary = self._decider.summarize(self.state) if self.version else None
        except Exception as error:
            raise CorruptLog(
                f"{self.name} cannot be read at version {self.version}: {type(error).__name__}."
            ) from error

    def take_effects(self) -> Perform | None:
        """The effects that wait to be performed, oldest first, in one portion that can travel; None if there
        are none. They are handed out once. A last, empty portion follows where `performed` has not come as
        far as it must: behind a late message, or at the end of a finished stream."""
        taken: list[PendingEffect] = []
        through, size = self.version, 0
        while self._pending:
            head = self._pending[0]
            size += sum(map(_bytes, head.effects))
            if taken and size > MAX_BYTES:
                break
            taken += head.effects
            through = head.through
            del self._pending[0]
        if not self._pending:
            through = self.version
        if not taken and self.settled:
            return None
        self._handed = through
        return Perform(stream=self.name, through=through, effects=tuple(taken))

    @property
    def pending(self) -> bool:
        """Whether an effect waits to be handed out."""
        return bool(self._pending)

    @property
    def settled(self) -> bool:
        """Whether all effects were handed out, and `performed` has come as far as it must."""
        return not self._pending and self.performed >= (self.version if self.terminal else self._handed)

    def _read(self, command: dict[str, Any]) -> Command:
        try:
            return self._decider.commands.validate_python(command)
        except ValidationError as error:
            fields = "; ".join(told(error))
            raise Rejected(
                "E2", f"The command cannot be read: {fields}.", hint="Correct these fields and send it again."
            ) from None

    def _event(self, wire_name: str, data: dict[str, Any]) -> Event:
        return self._decider.events.validate_python({"type": wire_name, **data})

    def _trial(self, events: tuple[NewEvent, ...], now: datetime) -> tuple[S, int]:
        """The state after these events, and the bytes of their effects; nothing of it is kept."""
        state, size = self.state, 0
        for new in events:
            event = self._event(new.type, new.data)
            state = self._decider.evolve(state, event, now)
            size += sum(map(_bytes, self._decider.react(state, event, now)))
        self._decider.agenda(state)
        self._decider.summarize(state)
        return state, size

    def _believe(self, stored: StoredEvent) -> None:
        if stored.version != self.version + 1:
            raise CorruptLog(f"{self.name} jumps from version {self.version} to {stored.version}.")
        try:
            event = self._event(stored.type, upcast(stored.type, stored.schema_version, stored.data))
            self.state = self._decider.evolve(self.state, event, stored.occurred_at)
            if stored.version > self.performed:
                self._collect(stored, event)
        except Exception as error:
            raise CorruptLog(
                f"{self.name} version {stored.version} ({stored.type}) cannot be folded: "
                f"{type(error).__name__}."
            ) from error
        self.version = stored.version
        self._policy = self._policy or stored.policy_version
        self._receipts[stored.command_id] = Receipt(
            stream=self.name,
            version=stored.version,
            position=stored.position,
            digest=stored.command_digest,
        )

    def _collect(self, stored: StoredEvent, event: Event) -> None:
        effects = [
            PendingEffect(
                event_id=stored.event_id,
                version=stored.version,
                correlation_id=stored.correlation_id,
                effect=effect,
            )
            for effect in self._decider.react(self.state, event, stored.occurred_at)
        ]
        last = self._pending[-1] if self._pending else None
        if last is not None and last.command_id == stored.command_id:
            last.effects += effects
            last.through = stored.version
        elif effects:
            self._pending.append(_Effects(stored.command_id, stored.version, effects))


def _bytes(model: BaseModel) -> int:
    return len(model.model_dump_json().encode())
