"""The workflow of a cohort: the cohort's rules in the durable shell, and nothing else."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from turnabout.messages import UPDATE, CommandEnvelope, Receipt
    from workflows.rules.cohort import COHORT

from workflows.engine import NO_INPUT, Engine


@workflow.defn
class CohortWorkflow:
    """One cohort from its plan to the archive; the workflow's id is `cohort-<id>`."""

    def __init__(self) -> None:
        self._engine = Engine(COHORT)

    @workflow.run
    async def run(self, start: RawValue = NO_INPUT) -> None:
        """Live until the stream ends. The input is optional: an id alone brings a cohort back."""
        await self._engine.run(start)

    @workflow.update(name=UPDATE)
    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        """Give a command; returns when its events are stored."""
        return await self._engine.execute(envelope)

    @execute.validator
    def validate(self, envelope: CommandEnvelope) -> None:
        """Refuse what a rule forbids, without a trace in history."""
        self._engine.validate(envelope)
