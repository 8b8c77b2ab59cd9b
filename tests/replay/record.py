"""Records the counter's histories anew: `python -m tests.replay.record`.

Do so only when the engine's sequence of commands changes on purpose: workflows that run then need
`workflow.patched`, and the changelog must say so.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from events import database
from events.migrate import migrate
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.replay.replaying import FOLDER, histories, replay
from tests.waiting import until
from tests.workflow.counter_rules import Add, Ask, Close, Schedule, vocabulary
from tests.workflow.lab import Lab
from turnabout.errors import Rejected
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.temporal import DevServer


async def whole_life(lab: Lab, stream: str) -> None:
    """Commands one by one and at once, a refusal, a reminder, a computation, a second run, the end."""
    await lab.open(stream)
    await lab.deliver(stream, Add(by=1))
    answers = await asyncio.gather(
        *(lab.deliver(stream, Add(by=300)) for _ in range(4)), return_exceptions=True
    )
    assert any(isinstance(answer, Rejected) for answer in answers)
    await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(seconds=1)))
    await lab.deliver(stream, Ask())

    async def answered() -> bool:
        return len(await lab.events(stream)) == 9 and await lab.performed(stream) >= 8

    await until(answered)
    await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(days=1)))
    await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(days=2)))
    await save(lab, stream, "counter.first-run")
    await lab.restart(stream)
    await lab.deliver(stream, Add(by=2))
    await lab.deliver(stream, Close())
    await lab.client.get_workflow_handle(stream).result()
    await save(lab, stream, "counter.second-run")


async def save(lab: Lab, stream: str, name: str) -> None:
    """Write the newest run's history, without stack traces: they name places of the machine that recorded."""
    history = await lab.client.get_workflow_handle(stream).fetch_history()
    text = json.dumps(json.loads(history.to_json(), object_hook=_placeless), indent=1)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _placeless(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "stackTrace"}


async def main() -> None:
    """Record every history, and what the workflow asks for when it is replayed."""
    with EmbeddedPostgres() as cluster:
        await migrate(cluster.dsn())
        keys = MasterKeys({"record": secrets.token_bytes(32)}, newest="record")
        async with (
            DevServer() as server,
            database.pool(cluster.dsn(), name="record", role=database.WRITER) as pool,
        ):
            client = await Client.connect(server.address, data_converter=pydantic_data_converter)
            lab = Lab(client, EventStore(pool, vocabulary(), Vault(pool, keys)))
            async with lab.running():
                await whole_life(lab, "counter-recorded")
    for file in histories():
        asked = json.dumps(await replay(file), indent=1)
        file.with_suffix(".asked.json").write_text(asked + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
