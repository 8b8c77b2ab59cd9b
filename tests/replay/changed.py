"""The counter and the cohort as a careless later release might have them."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from events.base import Event
    from tests.workflow.counter_rules import COUNTER, Add, State
    from turnabout.commands.base import Command
    from turnabout.errors import Rejected
    from turnabout.messages import UPDATE, CommandEnvelope, Receipt
    from workflows.rules.cohort import COHORT
    from workflows.rules.cohort_state import CohortState
    from workflows.rules.decider import Moment

from workflows.engine import NO_INPUT, Engine

S = TypeVar("S")


class SlowerEngine(Engine[S]):
    async def _store(
        self, command_id: str, envelope: CommandEnvelope, command: Command | None = None
    ) -> Receipt:
        await workflow.sleep(1)
        return await super()._store(command_id, envelope, command)


@workflow.defn(name="CounterWorkflow")
class SlowerWorkflow:
    def __init__(self) -> None:
        self._engine: Engine[State] = SlowerEngine(COUNTER)

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)


@workflow.defn(name="CounterWorkflow")
class LaterWorkflow:
    def __init__(self) -> None:
        self._engine = Engine(dataclasses.replace(COUNTER, policy_version=lambda _: "counter-2"))

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)


def _refuses_additions(state: State, command: Command, moment: Moment) -> list[Event]:
    if isinstance(command, Add) and not moment.lenient:
        raise Rejected("G2", "nothing is added any more.")
    return COUNTER.decide(state, command, moment)


@workflow.defn(name="CounterWorkflow")
class StricterWorkflow:
    """Its rule refuses what it took; `patched` says whether that is known to be a later rule."""

    patched = True

    def __init__(self) -> None:
        stricter = {"add": "nothing-added"} if self.patched else {}
        self._engine = Engine(dataclasses.replace(COUNTER, decide=_refuses_additions, stricter=stricter))

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)


@workflow.defn(name="CounterWorkflow")
class RashWorkflow(StricterWorkflow):
    patched = False

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)


@workflow.defn(name="CohortWorkflow")
class SlowerCohortWorkflow:
    def __init__(self) -> None:
        self._engine: Engine[CohortState] = SlowerEngine(COHORT)

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)
