"""How histories are kept and replayed, and what the workflow asks for while they are."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHistory
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
from turnabout.codec import EncryptingCodec
from turnabout.messages import ENCODING
from turnabout.model import Model
from workers.worker import sandbox
from workflows.cohort import CohortWorkflow
from workflows.pair import PairWorkflow
from workflows.safety import SafetyNet

FOLDER = Path(__file__).parent
HISTORY, ASKED = ".history.json.gz", ".asked.json.gz"
OF_KIND: Mapping[str, Sequence[type]] = {
    "counter": WORKFLOWS,
    "cohort": (CohortWorkflow,),
    "pair": (PairWorkflow,),
}

PLACE = frozenset({"stream", "after", "expected_version", "command_id", "actor", "through"})
KIND = ("effect", "template", "stream", "task", "command_id")
Activities = list[dict[str, Any]]


class Asked(Interceptor):
    """Writes down every activity that a workflow asks for. The server checks their order on replay, not what
    they are given; a changed decision would go unseen."""

    def __init__(self) -> None:
        self.activities: Activities = []

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


def _note(asked: Activities, activity: str, arguments: Sequence[Any]) -> None:
    bodies = [one.model_dump(mode="json") if isinstance(one, Model) else one for one in arguments]
    asked.append({"activity": activity, "arguments": bodies})


def histories() -> list[Path]:
    """Every recorded history: `<stream kind>.<what happens>.history.json.gz`."""
    return sorted(FOLDER.glob(f"*{HISTORY}"))


def name_of(file: Path) -> str:
    """`<stream kind>.<what happens>`."""
    return file.name.removesuffix(HISTORY)


def asked_before(file: Path) -> Activities:
    """What the workflow asked for when its history was last looked at."""
    found: Activities = _read(FOLDER / f"{name_of(file)}{ASKED}")
    return found


def keep_asked(file: Path, activities: Activities) -> None:
    """Write down what the workflow asks for now, if that is something else than before."""
    place = FOLDER / f"{name_of(file)}{ASKED}"
    if not place.exists() or asked_before(file) != activities:
        _write(place, activities)


def outline(activity: dict[str, Any]) -> dict[str, Any]:
    """What of an activity must stay as it was: its name, its stream and place in it, its command, and what
    its effects are."""
    (asked,) = activity["arguments"]
    effects = asked.get("effects", ())
    return {
        "activity": activity["activity"],
        **{field: value for field, value in asked.items() if field in PLACE},
        "effects": [(one["version"], *(one["effect"].get(field) for field in KIND)) for one in effects],
    }


async def keep(client: Client, stream: str, name: str, codec: EncryptingCodec | None = None) -> None:
    """Write the newest run's history: readable, and without stack traces, which name places of the machine
    that recorded it."""
    history = await client.get_workflow_handle(stream).fetch_history()
    opened = await _opened(json.loads(history.to_json()), codec)
    _write(FOLDER / f"{name}{HISTORY}", {"stream": stream, **opened})


async def _opened(found: Any, codec: EncryptingCodec | None) -> Any:
    """The same with every payload decrypted."""
    if isinstance(found, list):
        return [await _opened(one, codec) for one in found]
    if not isinstance(found, dict):
        return found
    if codec is not None and found.get("metadata", {}).get("encoding") == b64encode(ENCODING).decode():
        (payload,) = await codec.decode([ParseDict(found, Payload())])
        return MessageToDict(payload)
    return {name: await _opened(value, codec) for name, value in found.items() if name != "stackTrace"}


async def replay(file: Path, workflows: Sequence[type] = ()) -> Activities:
    """What the workflow asks for when the history is replayed. Raises what makes it incompatible."""
    asked = Asked()
    replayer = Replayer(
        workflows=workflows or OF_KIND[name_of(file).partition(".")[0]],
        data_converter=pydantic_data_converter,
        workflow_runner=sandbox(),
        interceptors=[SafetyNet(), asked],
    )
    await replayer.replay_workflow(_history(file))
    return asked.activities


def recorded(file: Path) -> dict[str, Any]:
    """A history as it was kept: its `stream`, and its `events` in the server's JSON."""
    found: dict[str, Any] = _read(file)
    return found


def _history(file: Path) -> WorkflowHistory:
    kept = recorded(file)
    return WorkflowHistory.from_json(kept.pop("stream"), kept)


def _read(file: Path) -> Any:
    return json.loads(gzip.decompress(file.read_bytes()))


def _write(file: Path, content: object) -> None:
    """The same content makes the same bytes."""
    file.write_bytes(gzip.compress(json.dumps(content).encode(), mtime=0))
