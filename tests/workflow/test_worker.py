"""What surrounds the engine: the servers from the wheels, what the worker finds out, and the net below."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.converter import DataConverter
from temporalio.service import RPCError
from temporalio.worker import Worker

from tests.waiting import until
from tests.workflow.counter_rules import Add
from tests.workflow.lab import Lab, Outbox
from turnabout.errors import EngineNotInstalled, InternalError, Unreachable
from turnabout.wire_errors import from_failure
from workers.embedded.temporal import DevServer, TimeSkippingServer, binary
from workers.worker import create_worker, deployment_version, has_search_attributes, sandbox
from workflows.safety import SafetyNet


async def test_the_time_skipping_server_skips(skipping: Lab, temporal_skipping: TimeSkippingServer) -> None:
    before = await temporal_skipping.now()
    await temporal_skipping.sleep(timedelta(days=98))
    passed = await temporal_skipping.now() - before
    assert timedelta(days=98) <= passed < timedelta(days=98, minutes=1)
    assert not await has_search_attributes(skipping.client)


async def test_the_dev_server_keeps_its_state_in_a_file(
    tmp_path: Path, lab: Lab, temporal_converter: DataConverter
) -> None:
    server = DevServer(database=tmp_path / "temporal.db", ui=True)
    stream = lab.name()
    try:
        await server.start()
        address, pid = server.address, server.pid
        there = Lab(await Client.connect(address, data_converter=temporal_converter), lab.store)
        assert await has_search_attributes(there.client)
        async with there.running():
            await there.open(stream)
            server.kill()
            assert server.pid is None
            await server.start()
            assert (server.address, server.pid != pid) == (address, True)
            assert (await there.insist(stream, Add(by=1), "a-1")).version == 2
        await server.stop()
        await server.stop()
        with pytest.raises(RuntimeError):
            await Client.connect(address)
    finally:
        server.kill()


class Unlucky(DevServer):
    """Loses one of its ports to somebody else the first time, and ends."""

    starts = 0

    def command(self) -> list[str]:
        self.starts += 1
        return ["/bin/false"] if self.starts == 1 else super().command()


async def test_a_server_that_ends_before_it_answers_is_started_again() -> None:
    async with Unlucky() as server:
        assert server.starts == 2
        assert server.pid is not None


async def test_a_server_that_cannot_start_says_why(lab: Lab) -> None:
    taken = int(lab.client.service_client.config.target_host.rpartition(":")[2])
    with pytest.raises(Unreachable, match=rf"cannot use .*:{taken}.*in use"):
        await DevServer(port=taken).start()
    with pytest.raises(Unreachable, match=r"(?s)did not start on.*SQLite"):
        await DevServer(database=Path("/dev/null/x")).start(timeout=5)


def test_a_missing_wheel_is_named() -> None:
    with pytest.raises(EngineNotInstalled, match=r"temporal-nothing.*turnabout\[embedded\]"):
        binary("temporal-nothing", "temporal")


async def test_a_server_goes_with_its_owner() -> None:
    """Also when the owner is killed."""
    code = (
        "import asyncio, os\n"
        "from workers.embedded.temporal import TimeSkippingServer\n"
        "async def main():\n"
        "    server = await TimeSkippingServer().start()\n"
        "    print(server.pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    pid = int(done.stdout)

    async def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    await until(gone)


@workflow.defn(sandboxed=False)
class CarelessWorkflow:
    """Its handler does what ours never should."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def stumble(self, word: str) -> str:
        if word == "fine":
            return word
        raise KeyError(word)


async def test_the_net_keeps_an_unforeseen_error_from_wedging_a_workflow(lab: Lab) -> None:
    async with Worker(
        lab.client,
        task_queue=lab.queue,
        workflows=[CarelessWorkflow],
        workflow_runner=sandbox(),
        interceptors=[SafetyNet()],
    ):
        handle = await lab.client.start_workflow("CarelessWorkflow", id=lab.name(), task_queue=lab.queue)
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await handle.execute_update("stumble", "secret")
        error = from_failure(caught.value.cause)
        assert isinstance(error, InternalError)
        assert "KeyError" in str(error)
        assert "secret" not in str(error)
        assert await handle.execute_update("stumble", "fine") == "fine"
        await handle.terminate()


def test_the_deployment_version_comes_from_the_environment() -> None:
    environ = {"TEMPORAL_DEPLOYMENT_NAME": "turnabout", "TEMPORAL_WORKER_BUILD_ID": "7"}
    assert deployment_version(environ) == WorkerDeploymentVersion("turnabout", "7")
    assert deployment_version({"TEMPORAL_DEPLOYMENT_NAME": "turnabout"}) is None


async def make_current(client: Client, version: WorkerDeploymentVersion) -> None:
    """Route workflows to the version as soon as the server knows its worker."""

    async def done() -> bool:
        try:
            await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=client.namespace,
                    deployment_name=version.deployment_name,
                    build_id=version.build_id,
                )
            )
        except RPCError:
            return False
        return True

    await until(done)


@pytest.mark.parametrize("behaviour", [VersioningBehavior.AUTO_UPGRADE, VersioningBehavior.PINNED])
async def test_a_running_stream_moves_to_a_new_version(lab: Lab, behaviour: VersioningBehavior) -> None:
    """By itself, or, where it was pinned, by continuing as new with its next command."""
    stream = lab.name()
    first, second = (WorkerDeploymentVersion(f"turnabout-{lab.queue}", build) for build in ("1", "2"))
    async with lab.running(deployment=first, versioning=behaviour):
        await make_current(lab.client, first)
        await lab.open(stream)
        async with lab.running(deployment=second, versioning=behaviour):
            await make_current(lab.client, second)
            given = itertools.count(1)

            async def moved() -> bool:
                await lab.insist(stream, Add(by=1), f"a-{next(given)}")
                described = await lab.client.get_workflow_handle(stream).describe()
                versioning = described.raw_description.workflow_execution_info.versioning_info
                return versioning.deployment_version.build_id == "2"

            await until(moved)
            last = next(given)
            assert (await lab.insist(stream, Add(by=1), f"a-{last}")).version == last + 1


@workflow.defn
class Heavy:
    """Computes for longer than the SDK would wait."""

    @workflow.run
    async def run(self) -> None:
        end = time.perf_counter() + 2.5
        while time.perf_counter() < end:
            pass


async def test_a_task_that_takes_seconds_is_no_deadlock(lab: Lab) -> None:
    worker = await create_worker(
        *(lab.client, lab.store),
        workflows=[Heavy],
        notifier=Outbox(),
        solvers={},
        task_queue=lab.queue,
        sandboxed=False,
    )
    async with worker:
        handle = await lab.client.start_workflow(Heavy.run, id=lab.name(), task_queue=lab.queue)
        await handle.result()
    types = [event.event_type async for event in handle.fetch_history_events()]
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in types
