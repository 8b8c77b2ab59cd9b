"""A short process that used Temporal's client ends with its own exit code, thirty times out of thirty."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from workers.embedded.temporal import TimeSkippingServer

ROOT = Path(__file__).parents[2]
RUNS = 30
SCRIPT = """
import asyncio, sys
from temporalio.client import Client
from turnabout.process import leave

async def main():
    client = await Client.connect(sys.argv[1])
    await client.service_client.check_health()
    print("done")
    print("told", file=sys.stderr)

asyncio.run(main())
leave(int(sys.argv[2]))
"""


async def run(address: str, code: int) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", SCRIPT, address, str(code)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


async def test_thirty_of_thirty_clients_end_well() -> None:
    gate = asyncio.Semaphore(2)

    async def guarded(address: str) -> tuple[int, str, str]:
        async with gate:
            return await run(address, 0)

    async with TimeSkippingServer() as server:
        ended = await asyncio.gather(*(guarded(server.address) for _ in range(RUNS)))
    assert ended == [(0, "done\n", "told\n")] * RUNS


@pytest.mark.parametrize("code", [1, 5])
async def test_the_exit_code_is_the_one_given(code: int) -> None:
    async with TimeSkippingServer() as server:
        assert await run(server.address, code) == (code, "done\n", "told\n")
