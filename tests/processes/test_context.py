"""What an activity logs carries the ids of the command it works on."""

from __future__ import annotations

import io
import json
import logging
import uuid
from datetime import UTC, datetime, timedelta

import structlog
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from events.contracts import Append, NewEvent
from turnabout.codec import PayloadKey, data_converter
from workers import logs
from workers.context import LogContext
from workers.embedded.temporal import TimeSkippingServer


@activity.defn(name="append")
async def logging_append(append: Append) -> int:
    structlog.stdlib.get_logger("tests").info("appending", version=append.expected_version)
    logging.getLogger("plain").info("as well")
    return append.expected_version


@workflow.defn(name="Appending", sandboxed=False)
class Appending:
    @workflow.run
    async def run(self, append: Append) -> int:
        return await workflow.execute_activity(
            logging_append, append, start_to_close_timeout=timedelta(seconds=5)
        )


async def test_ids_are_bound_while_an_activity_runs() -> None:
    output = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.configure("json", stream=output)
    append = Append(
        stream="pair-q3-07",
        expected_version=4,
        command_id="c-9",
        command_digest="d",
        actor="p-ada",
        correlation_id="k-1",
        policy_version="p",
        occurred_at=datetime(2026, 3, 2, tzinfo=UTC),
        events=(NewEvent(event_id=str(uuid.uuid4()), type="t", schema_version=1, data={}),),
    )
    try:
        async with TimeSkippingServer() as server:
            client = await Client.connect(
                server.address,
                data_converter=data_converter([PayloadKey.generate("k")]),
                interceptors=[LogContext()],
            )
            async with Worker(
                client,
                task_queue="q",
                workflows=[Appending],
                activities=[logging_append],
                workflow_runner=UnsandboxedWorkflowRunner(),
            ):
                result = await client.execute_workflow(Appending.run, append, id="pair-q3-07", task_queue="q")
    finally:
        root.handlers = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
    assert result == 4
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    own = [line for line in lines if line["event"] in {"appending", "as well"}]
    assert len(own) == 2
    for line in own:
        assert (line["stream"], line["command_id"], line["correlation_id"]) == ("pair-q3-07", "c-9", "k-1")
        assert (line["activity_type"], line["attempt"]) == ("append", 1)
    assert all("command_id" not in line for line in lines if line not in own)
