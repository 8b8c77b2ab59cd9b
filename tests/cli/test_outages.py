"""Servers that die under a command: told in our words, with the id that makes asking again safe."""

from __future__ import annotations

import asyncio
import json
import re
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.shell import Shell
from tests.cli.wire import Wire
from tests.processes.coming import coming_cohort
from workers.embedded.stack import Stack

TEXT = json.dumps({"text": "x" * 6000})
SIGN = ("cohort", "execute", "wired", "sign-charter", "--json", TEXT, "--actor", "s-sponsor")


@pytest.fixture(scope="module", autouse=True)
async def _started(stack: Stack, shell: Shell) -> None:
    await stack.turnabout.start_cohort(coming_cohort().model_copy(update={"id": "wired"}))


async def test_servers_that_die_under_a_command_are_told_with_its_id(stack: Stack, shell: Shell) -> None:
    sent = 0

    def watch(length: int) -> None:
        nonlocal sent
        sent += length
        if sent > 5000:  # the command is on its way
            temporal.cut()
            postgres.cut()

    host, _, port = stack.temporal.address.rpartition(":")
    temporal = await Wire.to(partial(asyncio.open_connection, host, int(port)), watch)
    dsn = urlsplit(stack.dsn)
    where = {name: value for name, (value,) in parse_qs(dsn.query).items()}
    socket = f"{where['host']}/.s.PGSQL.{where['port']}"
    postgres = await Wire.to(partial(asyncio.open_unix_connection, socket))
    wired = shell.with_variables(
        TEMPORAL_ADDRESS=f"127.0.0.1:{temporal.port}",
        TURNABOUT_DATABASE_URL=f"postgresql://{dsn.username}@127.0.0.1:{postgres.port}{dsn.path}",
    )
    at = temporal.port
    ended = await wired(*SIGN)
    assert (ended.code, ended.output) == (5, "")
    told = [line for line in ended.errors.splitlines() if not line.startswith("No answer yet; ")]
    assert len(told) == 1, ended.errors
    assert told[0].startswith(f"Temporal does not answer any more at 127.0.0.1:{at}: ")
    (known,) = re.findall(r"--id ([0-9a-f]{32})$", told[0])

    asked = await asyncio.gather(*(shell(*SIGN, "--id", known, "-o", "json") for _ in range(2)))
    assert [one.code for one in asked] == [0, 0]
    assert asked[0].document == asked[1].document
    stored = [event for event in await stack.reads.events("cohort-wired") if event.command_id == known]
    assert [event.type for event in stored] == ["cohort.charter_signed"]


async def test_an_id_that_cannot_be_one_is_refused_before_a_server_is_asked(shell: Shell) -> None:
    ids = ("", "x" * 201, "a\tb")
    for ended, told in zip(
        await asyncio.gather(*(shell(*SIGN, "--id", known) for known in ids)),
        ("this one has 0", "1 to 200 characters; this one has 201", "printable characters alone"),
        strict=True,
    ):
        assert (ended.code, ended.output) == (2, "")
        assert told in ended.errors
    assert (await shell(*SIGN, "--id", "x" * 200)).code == 4  # signed already
