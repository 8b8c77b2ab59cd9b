"""`turnabout up`: starts from nothing, ends without a trace, and goes on where it stopped or was killed."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus

from tests.processes.child import (
    Child,
    free_ports,
    listens,
    open_directory,
    processes_with,
    program_of,
    turnabout,
)
from tests.processes.coming import coming_cohort
from tests.processes.web import ask
from tests.waiting import until
from turnabout import Turnabout
from turnabout.client import connect_temporal
from turnabout.commands.cohort_governance import SignCharter
from turnabout.settings import Settings

SPEC = coming_cohort()
COHORT = f"cohort-{SPEC.id}"


@dataclass(frozen=True)
class Place:
    """A state directory and the ports of a stack there."""

    state: Path
    ports: dict[str, int]

    @property
    def environment(self) -> dict[str, str]:
        ports = {f"TURNABOUT_{name}_PORT": str(port) for name, port in self.ports.items()}
        return {"TURNABOUT_STATE_DIR": str(self.state), "TURNABOUT_RECONCILE_INTERVAL": "1", **ports}

    @property
    def settings(self) -> Settings:
        return Settings(state_dir=self.state)

    async def is_quiet(self) -> bool:
        """Nothing of the stack runs or listens any more."""
        return not processes_with(str(self.state)) and not any(map(listens, self.ports.values()))


def a_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A state directory in a folder, with ports of its own, in an environment that names no other."""
    for name in os.environ:
        if name.startswith(("TURNABOUT_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    names = ("TEMPORAL", "UI", "CODEC", "METRICS", "GATEWAY", "MAIL", "OIDC")
    return Place(folder / "state", dict(zip(names, free_ports(len(names)), strict=True)))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with open_directory() as folder:
        yield a_place(folder, monkeypatch)


async def is_up(child: Child) -> None:
    await child.says("up_runs", timeout=120)


async def status(place: Place) -> WorkflowExecutionStatus | None:
    client = await connect_temporal(place.settings)
    return (await client.get_workflow_handle(COHORT).describe()).status


@pytest.mark.timeout(400)
async def test_up_goes_on_after_a_stop_a_kill_and_the_end_of_each_server(place: Place) -> None:
    async with turnabout("up", environment=place.environment) as first:
        await is_up(first)
        await _says_where_everything_is(place, first)
        await _is_the_only_one(place, first)
        _keeps_its_secrets(place, first)
        async with Turnabout.connect(place.settings) as client:
            started = (await client.start_cohort(SPEC)).receipt
            assert started is not None
            assert started.version == 1
        first.send(signal.SIGINT)
        assert await first.ended() == 0
    assert await place.is_quiet()
    assert not (place.state / "stack.json").exists()
    keys = (place.state / "keys.json").read_text()

    async with turnabout("up", environment=place.environment) as second:
        await is_up(second)
        assert await status(place) == WorkflowExecutionStatus.RUNNING
        async with Turnabout.connect(place.settings) as client:
            again = (await client.start_cohort(SPEC)).receipt
            assert again == started
            signed = await client.cohort(SPEC.id).execute(
                SignCharter(text="We teach upwards."), actor="s-sponsor"
            )
        second.send(signal.SIGKILL)
        assert await second.ended() == -signal.SIGKILL
    await until(place.is_quiet, 60)
    assert (place.state / "stack.json").exists()

    async with turnabout("up", environment=place.environment) as third:
        await is_up(third)
        async with Turnabout.connect(place.settings) as client:
            await client.reads.wait_for(signed.position)
            board = await client.reads.board(SPEC.id)
            assert board is not None
            assert board.charter_signed_at is not None
            assert board.last_position == signed.position
        await _ends_with(place, third, "temporal", "Temporal")

    async with turnabout("up", environment=place.environment) as fourth:
        await is_up(fourth)
        await _brings_back_what_was_terminated(place)
        await _ends_with(place, fourth, "postgres", "PostgreSQL")

    async with turnabout("up", environment=place.environment) as fifth:
        await is_up(fifth)
        assert await status(place) == WorkflowExecutionStatus.RUNNING
        fifth.send(signal.SIGTERM)
        assert await fifth.ended() == 0
    assert await place.is_quiet()
    assert (place.state / "keys.json").read_text() == keys


async def _ends_with(place: Place, child: Child, program: str, name: str) -> None:
    (server,) = (pid for pid in processes_with(str(place.state)) if program_of(pid) == program)
    os.kill(server, signal.SIGKILL)
    assert await child.ended() == 5
    assert f"{name} has ended by itself." in child.errors
    await until(place.is_quiet, 60)


async def _brings_back_what_was_terminated(place: Place) -> None:
    temporal = await connect_temporal(place.settings)
    await temporal.get_workflow_handle(COHORT).terminate("by the test")

    async def runs() -> bool:
        return await status(place) == WorkflowExecutionStatus.RUNNING

    await until(runs)


async def _says_where_everything_is(place: Place, child: Child) -> None:
    shown = dict(line.split("  ", 1) for line in child.output.splitlines())
    shown = {name.strip(): value.strip() for name, value in shown.items()}
    ports = place.ports
    assert shown["web UI"] == f"http://127.0.0.1:{ports['UI']}"
    assert shown["Temporal"] == f"127.0.0.1:{ports['TEMPORAL']}"
    assert shown["metrics"] == f"http://127.0.0.1:{ports['METRICS']}/metrics"
    assert shown["state"] == str(place.state)
    assert shown["pages"] == f"http://127.0.0.1:{ports['GATEWAY']}"
    assert shown["mails"] == f"http://127.0.0.1:{ports['MAIL']}"
    assert shown["sign in"] == f"{shown['pages']}/sign-in"

    async def worker_polls() -> bool:  # Temporal's core reports its slots when it polls first
        return "temporal_worker_task_slots_available" in (await ask(shown["metrics"])).text

    await until(worker_polls)
    assert "turnabout_projection_lag_events" in (await ask(shown["metrics"])).text
    assert (await ask(f"http://127.0.0.1:{ports['METRICS']}/readyz")).status == 200
    assert (await ask(shown["web UI"])).status == 200
    assert f"127.0.0.1:{ports['CODEC']}" in (await ask(f"{shown['web UI']}/api/v1/settings")).text


async def _is_the_only_one(place: Place, child: Child) -> None:
    async with turnabout("up", environment=place.environment) as other:
        assert await other.ended() == 1
        assert f"already (process {child.pid})" in other.errors
        assert "TURNABOUT_STATE_DIR" in other.errors
        assert "Traceback" not in other.errors


def _keeps_its_secrets(place: Place, child: Child) -> None:
    keys = json.loads((place.state / "keys.json").read_text())
    for secret in keys.values():
        assert secret not in child.output + child.errors
    for path in place.state.rglob("*"):
        secret_file = path.is_file() and "postgres" not in path.parts and path.name != "up.lock"
        open_to_others = stat.S_IMODE(path.stat().st_mode) & 0o077
        parents = [parent for parent in path.parents if parent.is_relative_to(place.state / "temporal")]
        if secret_file and not parents:
            assert not open_to_others, path
    assert stat.S_IMODE((place.state / "temporal").stat().st_mode) == 0o700


async def test_lost_keys_are_told_before_anything_starts(place: Place) -> None:
    (place.state / "postgres").mkdir(parents=True)
    async with turnabout("up", environment=place.environment) as child:
        assert await child.ended() == 2
    assert "keys" in child.errors
    assert "Traceback" not in child.errors
    assert await place.is_quiet()


async def test_a_second_signal_ends_it_at_once_and_the_servers_too(place: Place) -> None:
    async with turnabout("up", environment=place.environment) as child:
        await is_up(child)
        child.send(signal.SIGSTOP)  # so that both signals wait for it together
        child.send(signal.SIGINT)
        child.send(signal.SIGTERM)
        child.send(signal.SIGCONT)
        assert await child.ended() in {0, 130}
    await until(place.is_quiet, 60)
