"""Workflow tasks that fail after their activities have done their work: the worst moment for a ledger.

The fault is injected where the SDK hands results to the workflow: the activity has run, its result is thrown
away, the server repeats the task and the workflow decides again, perhaps otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import _Definition

from workers.worker import sandbox


class FaultyRunner(WorkflowRunner):
    """Runs workflows as the worker does, and fails the task when `fails` says so of an activation that brings
    the results of local activities. `fails` runs in the worker's thread."""

    def __init__(self, fails: Callable[[], bool]) -> None:
        self._runner = sandbox()
        self._fails = fails
        self.failed = 0

    def prepare_workflow(self, defn: _Definition) -> None:
        self._runner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._runner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = self._runner.create_instance(det)
        activate = instance.activate

        def faulty(activation: WorkflowActivation) -> WorkflowActivationCompletion:
            resolved = any(
                job.HasField("resolve_activity") and job.resolve_activity.is_local for job in activation.jobs
            )
            if resolved and not activation.is_replaying and self._fails():
                self.failed += 1
                completion = WorkflowActivationCompletion(run_id=activation.run_id)
                completion.failed.failure.message = "a fault of the test"
                return completion
            return activate(activation)

        instance.activate = faulty  # type: ignore[method-assign, assignment]
        return instance
