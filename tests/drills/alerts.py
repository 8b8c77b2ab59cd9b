"""A real Prometheus watches a running stack: each of four failures fires its alert, and no other, which then
clears when that is mended. The rules are those of deploy/, but for how long a state must last.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events import backups
from events.people import People
from tests.deploy import tool
from tests.deploy.prometheus import FILES, alerts, named, rules
from tests.deploy.test_dashboards import FILES as BOARDS
from tests.deploy.test_dashboards import expressions
from tests.e2e.service import Service
from tests.notify.post import PostOffice, post_office
from tests.processes.child import free_ports
from tests.processes.coming import coming_cohort
from tests.processes.web import ask
from tests.waiting import until
from turnabout.contact import Contact
from workers.agenda import owed
from workers.embedded.stack import Stack
from workers.settings import EngineSettings
from workers.streams import whole

PATIENCE = 60.0
LASTS = "2s"
"""How long a state lasts here before it is an alert."""
AFTER_TROUBLE = {
    "temporal_workflow_task_execution_failed_total",
    "turnabout_effects_failing_total",
    "turnabout_engine_alerts_total",
    "turnabout_projection_errors_total",
    "turnabout_tells_given_up_total",
}
"""What rules and dashboards name and nobody has before there was trouble of that kind."""
TRIED = "SELECT count(*) FROM log.outbox WHERE outcome = 'failed'"


def say(text: str) -> None:
    """For who runs it with `-s`."""
    sys.stdout.write(f"alerts: {text}\n")


class Prometheus:
    """One that scrapes and evaluates every second."""

    def __init__(self, port: int) -> None:
        self._api = f"http://127.0.0.1:{port}/api/v1"

    async def _asked(self, what: str) -> Any:
        return json.loads((await ask(f"{self._api}/{what}")).text)["data"]

    async def healthy_targets(self) -> set[str]:
        """The processes that it reaches."""
        targets = (await self._asked("targets"))["activeTargets"]
        return {target["labels"]["process"] for target in targets if target["health"] == "up"}

    async def rules(self) -> dict[str, str]:
        """Each rule, and how its last evaluation went."""
        groups = (await self._asked("rules"))["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    async def firing(self) -> set[str]:
        """The alerts that fire."""
        found = (await self._asked("alerts"))["alerts"]
        return {alert["labels"]["alertname"] for alert in found if alert["state"] == "firing"}

    async def series(self) -> set[str]:
        """The names of all metrics that it has seen."""
        return set(await self._asked("label/__name__/values"))

    async def fires(self, *names: str) -> None:
        """Wait until these alerts fire and no others; tell how long it took."""
        began = time.monotonic()
        try:
            await until(lambda: self._are(set(names)), PATIENCE)
        except TimeoutError:
            raise AssertionError(f"{await self.firing()} fire, and not {names}") from None
        say(f"{', '.join(names) or 'none'} after {time.monotonic() - began:.1f} s")

    async def _are(self, names: set[str]) -> bool:
        return await self.firing() == names


@asynccontextmanager
async def prometheus(folder: Path, ports: dict[str, int]) -> AsyncIterator[Prometheus]:
    """Started on our rules, for these processes."""
    for file in FILES:
        text = re.sub(r"for: \w+", f"for: {LASTS}", file.read_text(encoding="utf-8"))
        (folder / file.name).write_text(text, encoding="utf-8")
    scrapes = [
        {"targets": [f"127.0.0.1:{port}"], "labels": {"process": process}} for process, port in ports.items()
    ]
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["*.rules.yml"],
        "scrape_configs": [{"job_name": "turnabout", "static_configs": scrapes}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        tool("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    )

    async def ready() -> bool:
        assert process.returncode is None
        try:
            return (await ask(f"http://127.0.0.1:{port}/-/ready")).status == 200
        except OSError:
            return False

    try:
        await until(ready)
        yield Prometheus(port)
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.timeout(400)
async def test_failures_fire_their_alerts_and_clear(tmp_path: Path) -> None:
    async with Stack.simulated(EngineSettings(), worker=False, projector=False) as stack:
        await People(stack.pool).import_people(
            [Contact(id="s-sponsor", name="Ada", email="ada@example.org", timezone="Europe/London")]
        )
        mail_port, pages = free_ports(2)
        variables = {
            **stack.environment(),
            "TURNABOUT_NOTIFY_CHANNELS": "smtp",
            "TURNABOUT_SMTP_HOST": "127.0.0.1",
            "TURNABOUT_SMTP_PORT": str(mail_port),
            "TURNABOUT_SMTP_SECURITY": "none",
            "TURNABOUT_SMTP_FROM": "program@turnabout.example",
            "TURNABOUT_GATEWAY_URL": f"http://127.0.0.1:{pages}",
            "TURNABOUT_GATEWAY_PORT": str(pages),
        }
        services = {name: Service(name, variables) for name in ("worker", "projector", "gateway")}
        try:
            await asyncio.gather(*(service.start() for service in services.values()))
            ports = {name: service.port for name, service in services.items()}
            async with prometheus(tmp_path, ports) as watching:
                await watch(watching, stack, services, mail_port)
        finally:
            for service in services.values():
                await service.close()


async def watch(watching: Prometheus, stack: Stack, services: dict[str, Service], mail_port: int) -> None:
    async def sees_all() -> bool:
        return await watching.healthy_targets() == services.keys()

    async def judged_all() -> bool:
        judged = await watching.rules()
        return judged.keys() == {rule.get("alert") or rule["record"] for rule in rules()} and set(
            judged.values()
        ) == {"ok"}

    await until(sees_all, PATIENCE)
    await until(judged_all, PATIENCE)
    assert len(alerts()) > 20

    say("nobody has recorded a backup")
    await watching.fires("BackupStale")
    await backups.record(stack.pool, await stack.pool.fetchval("SELECT now()"), "here")
    await watching.fires()

    say("the projector is killed")
    await services["projector"].kill()
    await watching.fires("ProjectorDown")
    await services["projector"].start()
    await watching.fires()

    say("the mail server refuses connections")
    spec = coming_cohort()
    await stack.turnabout.start_cohort(spec)
    while not await stack.pool.fetchval(TRIED):  # in some days the sponsor is reminded of the charter (T2)
        due = owed(f"cohort-{spec.id}", await whole(stack.store, f"cohort-{spec.id}")).due
        assert due is not None
        await stack.clock.sleep(due - await stack.clock.now() + timedelta(seconds=5))
    await watching.fires("ChannelDown")
    async with post_office(PostOffice(port=mail_port)) as office:
        say("it takes them again")
        await stack.clock.sleep(timedelta(minutes=11))
        await watching.fires()
        assert [mail["To"] for mail in office.mails]

    say("the database is stopped")
    await asyncio.to_thread(stack.postgres.stop)
    await watching.fires("DatabaseDown")
    await asyncio.to_thread(stack.postgres.start)
    await watching.fires()

    say("Temporal hangs")
    assert stack.temporal.pid is not None
    os.kill(stack.temporal.pid, signal.SIGSTOP)
    try:
        await watching.fires("TemporalDown")
    finally:
        os.kill(stack.temporal.pid, signal.SIGCONT)
    await watching.fires()

    shown = [one for board in BOARDS for one in expressions(board)]
    used = set().union(*map(named, [*shown, *(rule["expr"] for rule in rules())]))
    missing = used - await watching.series() - AFTER_TROUBLE - {"turnabout_pairs"}  # none are formed yet
    assert not missing, sorted(missing)
