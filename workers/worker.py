"""The worker: runs the workflows in Temporal's sandbox and the activities that keep their log.

It holds no state; kill it and start another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import turnabout
from activities.log import LogActivities
from activities.perform import Notifier, PerformActivity, Solver
from events.store import EventStore
from turnabout import search_attributes
from turnabout.messages import TASK_QUEUE
from workflows.safety import SafetyNet

PASSED_THROUGH = (
    "turnabout",
    "events",
    "workflows.rules",
    "workflows.stream",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "zoneinfo",
    "tzdata",
)
"""Pure modules, loaded once for all workflows; everything else a workflow imports is its own copy."""

GRACE = timedelta(seconds=30)
STICKY = timedelta(seconds=1)
"""So long wait those who answer just after a worker was killed, until another one may take their stream."""
STUCK = 10
"""Seconds after which a workflow's task counts as deadlocked; the server, too, gives it up then. The SDK's
own two pass on a busy machine, and a workflow that it has interrupted stands still until the worker ends."""
BEAT = timedelta(seconds=4)
"""How often a heartbeat travels to Temporal at most."""


async def has_search_attributes(client: Client) -> bool:
    """Whether this Temporal server knows our search attributes. The time-skipping server never does."""
    try:
        answer = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError:
        return False
    return search_attributes.TYPES.keys() <= set(answer.custom_attributes)


def sandbox() -> SandboxedWorkflowRunner:
    """The sandbox that our workflows run in."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )


def deployment_version(environ: Mapping[str, str]) -> WorkerDeploymentVersion | None:
    """The deployment version that the Temporal Worker Controller injects, if it does."""
    name, build = environ.get("TEMPORAL_DEPLOYMENT_NAME"), environ.get("TEMPORAL_WORKER_BUILD_ID")
    return WorkerDeploymentVersion(name, build) if name and build else None


async def create_worker(
    client: Client,
    store: EventStore,
    *,
    workflows: Sequence[type],
    notifier: Notifier,
    solvers: Mapping[str, Solver],
    task_queue: str = TASK_QUEUE,
    deployment: WorkerDeploymentVersion | None = None,
    versioning: VersioningBehavior = VersioningBehavior.AUTO_UPGRADE,
    max_cached_workflows: int = 1000,
    grace: timedelta = GRACE,
    sticky: timedelta = STICKY,
    sandboxed: bool = True,
) -> Worker:
    """A worker, ready for `async with` or `run()`. Shutting it down waits `grace` for running activities.
    For as long as `sticky` its workflows wait for it when it is gone, before others may take them.

    Only a demonstration may do without the sandbox, which finds what would break a replay.

    With a `deployment` version, running workflows move to the current one by themselves (auto-upgrade, the
    default), or when their next command lets them continue as new (pinned).
    """
    log = LogActivities(store, search_attributes=await has_search_attributes(client))
    perform = PerformActivity(store, notifier=notifier, solvers=solvers, client=client)
    worker = Worker(
        client,
        task_queue=task_queue,
        workflows=workflows,
        activities=[log.append, log.load, perform.perform],
        workflow_runner=sandbox() if sandboxed else UnsandboxedWorkflowRunner(),
        interceptors=[SafetyNet()],
        max_cached_workflows=max_cached_workflows,
        max_concurrent_workflow_tasks=100,
        max_concurrent_activities=100,
        max_concurrent_local_activities=100,
        # At the SDK's own pace, four fifths of the heartbeat timeout, a busy server would have three seconds.
        max_heartbeat_throttle_interval=BEAT,
        graceful_shutdown_timeout=grace,
        sticky_queue_schedule_to_start_timeout=sticky,
        # Left to itself the SDK hashes every loaded module for this, half a second a start.
        build_id=None if deployment else f"turnabout-{turnabout.__version__}",
        deployment_config=(
            WorkerDeploymentConfig(
                version=deployment,
                use_worker_versioning=True,
                default_versioning_behavior=versioning,
            )
            if deployment
            else None
        ),
    )
    if (inner := worker._workflow_worker) is not None:  # noqa: SLF001 -- the SDK has no setting for it
        inner._deadlock_timeout_seconds = STUCK  # noqa: SLF001 -- as above; a test sees that it works
    return worker
