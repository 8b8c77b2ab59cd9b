"""The three ways of `docs/api.md` do what it says: Python, command line and HTTP give one command."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest_asyncio

from events.people import People
from events.tokens import SCOPES
from tests.e2e.cohort import EXAMPLES
from turnabout import CohortSpec
from turnabout.cli.tokens import Scope
from turnabout.commands import PlanNextCohort
from turnabout.roster import read_roster
from workers import assembly
from workers.embedded.stack import Stack
from workers.gateway.api.problems import STATUS
from workers.gateway.app import application
from workers.http_server import listening, serving
from workers.settings import EngineSettings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest_asyncio.fixture(scope="module")
async def stack() -> AsyncIterator[tuple[Stack, str]]:
    """A stack and where its gateway listens."""
    socket = listening("127.0.0.1", 0, "gateway")
    at = f"http://127.0.0.1:{socket.getsockname()[1]}"
    settings = EngineSettings(shutdown_timeout=0.5)
    async with Stack.simulated(settings, sandboxed=False) as made:
        for file in ("people.csv", "staff.csv"):
            await People(made.pool).import_people(read_roster(EXAMPLES / file).contacts)
        gateway = assembly.a_gateway(
            made.client,
            made.pool,
            made.reads,
            settings,
            links=made.links(at),
            master=made.master,
            clock=made.clock.now,
        )
        async with serving(application(gateway), socket):
            yield made, at


async def run(command: str, **variables: str) -> str:
    """What a line of the page prints."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = await asyncio.create_subprocess_shell(
        command,
        cwd=ROOT,
        env={**os.environ, **variables, "PATH": path},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, (command, out, err)
    return out.decode()


async def test_the_three_ways_are_one(stack: tuple[Stack, str]) -> None:
    made, at = stack
    turnabout, variables = made.turnabout, made.environment()
    token, *verbs = [
        line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")
    ]
    secret = (await run(token, **variables)).strip()
    assert (await run(verbs.pop(0), **variables)).count("HR sync") == 1
    started, commanded, late = [block.strip() for block in blocks("python")]
    # Python
    names = {"turnabout": turnabout, "CohortSpec": CohortSpec, "PlanNextCohort": PlanNextCohort}
    names |= {"day": date(2027, 5, 10)}
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    for block in (started, commanded, late):
        code = compile(block.replace('"examples/', f'"{EXAMPLES}/'), "docs/api.md", "exec", flags=flags)
        pending = eval(code, names)  # noqa: S307 -- our own page
        await pending
    # Command line
    for verb in verbs:
        await run(verb, **variables)
    # HTTP
    begun, given, whose = [
        json.loads(await run(block, **variables, TOKEN=secret, GATEWAY=at)) for block in blocks("sh")
    ]
    assert begun["found"] is True
    assert isinstance(whose["items"], list)
    planned = await turnabout.reads.events("cohort-q1-2027")
    (once,) = [one for one in planned if one.command_id == "next-1"]
    assert given["id"] == once.command_id
    assert once.actor == "s-lead"
    # A token that is revoked is worth nothing from then on.
    *_, read = blocks("sh")
    (made_by_page,) = json.loads(await run("turnabout token list -o json", **variables))
    await run(f"turnabout token revoke {made_by_page['id']}", **variables)
    refused = json.loads(
        await run(read.replace("--fail-with-body", ""), **variables, TOKEN=secret, GATEWAY=at)
    )
    assert refused["type"] == "/problems/unauthenticated"


def test_the_page_names_every_status_and_scope() -> None:
    assert all(f"| {status} |" in PAGE for _, _, status in STATUS)
    assert all(f"/problems/{kind}" in PAGE for _, kind, _ in STATUS)
    for kind in ("unauthenticated", "forbidden", "out-of-scope", "too-many", "too-long"):
        assert f"`/problems/{kind}`" in PAGE, kind
    assert all(f"`{scope}`" in PAGE for scope in SCOPES)
    assert get_args(Scope) == SCOPES, "the command line knows the same scopes"
