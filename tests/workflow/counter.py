"""The thin workflow classes around the toy decider."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from tests.workflow.counter_rules import COUNTER
    from turnabout.messages import UPDATE, CommandEnvelope, Receipt

from workflows.engine import NO_INPUT, Engine


@workflow.defn
class CounterWorkflow:
    def __init__(self) -> None:
        self._engine = Engine(COUNTER)

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)

    @execute.validator
    def validate(self, envelope: CommandEnvelope) -> None:
        self._engine.validate(envelope)


@workflow.defn(name="PairWorkflow")
class ToldWorkflow:
    """A counter under the name that effects may start."""

    def __init__(self) -> None:
        self._engine = Engine(COUNTER)

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)

    @execute.validator
    def validate(self, envelope: CommandEnvelope) -> None:
        self._engine.validate(envelope)


@workflow.defn
class ShortRunsWorkflow:
    """A counter that continues as new after some forty events of history."""

    def __init__(self) -> None:
        self._engine = Engine(COUNTER, max_history=40)

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)

    @execute.validator
    def validate(self, envelope: CommandEnvelope) -> None:
        self._engine.validate(envelope)


WORKFLOWS = (CounterWorkflow, ToldWorkflow, ShortRunsWorkflow)
