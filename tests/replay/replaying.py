"""How a recorded history is replayed, and what the workflow asks for while it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from tests.workflow.counter import WORKFLOWS
from turnabout.model import Model
from workers.worker import sandbox
from workflows.safety import SafetyNet

FOLDER = Path(__file__).parent


class Asked(Interceptor):
    """Writes down every activity that a workflow asks for. The server checks their order on replay, not what
    they are given; a changed decision would go unseen."""

    def __init__(self) -> None:
        self.activities: list[dict[str, Any]] = []

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 -- the SDK's signature
    ) -> type[WorkflowInboundInterceptor]:
        asked = self.activities

        class Outbound(WorkflowOutboundInterceptor):
            def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002
                _note(asked, input.activity, input.args)
                return super().start_activity(input)

            def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:  # noqa: A002
                _note(asked, input.activity, input.args)
                return super().start_local_activity(input)

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound


def _note(asked: list[dict[str, Any]], activity: str, arguments: Sequence[Any]) -> None:
    bodies = [one.model_dump(mode="json") if isinstance(one, Model) else one for one in arguments]
    asked.append({"activity": activity, "arguments": bodies})


def histories() -> list[Path]:
    """Every recorded history: `<stream kind>.<what happens>.json`."""
    return sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith(".asked.json"))


async def replay(file: Path, workflows: Sequence[type] = WORKFLOWS) -> list[dict[str, Any]]:
    """What the workflow asks for when the history is replayed. Raises what makes it incompatible."""
    asked = Asked()
    replayer = Replayer(
        workflows=workflows,
        data_converter=pydantic_data_converter,
        workflow_runner=sandbox(),
        interceptors=[SafetyNet(), asked],
    )
    await replayer.replay_workflow(_history(file))
    return asked.activities


def _history(file: Path) -> WorkflowHistory:
    recorded = json.loads(file.read_text(encoding="utf-8"))
    stream = recorded["events"][0]["workflowExecutionStartedEventAttributes"]["workflowId"]
    return WorkflowHistory.from_json(stream, recorded)
