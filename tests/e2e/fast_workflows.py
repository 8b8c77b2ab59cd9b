"""The workflows as they are, by a clock on which a day is over in a second."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from tests.e2e.fast_clock import FastClock
    from turnabout.messages import UPDATE, CommandEnvelope, Receipt
    from workflows.rules.cohort import COHORT
    from workflows.rules.pair import PAIR

    CLOCK = FastClock.told()

from workflows.engine import NO_INPUT, Clock, Engine


class WorkflowClock(Clock):
    def now(self) -> datetime:
        return CLOCK.at(workflow.now())

    async def sleep(self, duration: timedelta, summary: str) -> None:
        await workflow.sleep(CLOCK.wait(duration), summary=summary)


@workflow.defn(name="CohortWorkflow")
class FastCohortWorkflow:
    def __init__(self) -> None:
        self._engine = Engine(COHORT, clock=WorkflowClock())

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
class FastPairWorkflow:
    def __init__(self) -> None:
        self._engine = Engine(PAIR, clock=WorkflowClock())

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        return await self._engine.execute(envelope)

    @execute.validator
    def validate(self, envelope: CommandEnvelope) -> None:
        self._engine.validate(envelope)
