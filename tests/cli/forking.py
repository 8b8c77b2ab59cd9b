"""Speaks to the process that forks for each run of the command line."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Forking:
    """Runs the command line in a fork of a process that has loaded it."""

    path: Path

    async def run(
        self, words: Sequence[str], variables: Mapping[str, str], stdin: bytes
    ) -> tuple[int, bytes, bytes]:
        """The exit code, what was said on stdout, and on stderr."""
        with tempfile.TemporaryFile() as asked:
            asked.write(stdin)
            asked.seek(0)
            output, errors = os.pipe(), os.pipe()
            theirs = (asked.fileno(), output[1], errors[1])
            request = {"words": [*words], "variables": dict(variables), "folder": str(ROOT)}
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
                caller.connect(str(self.path))
                socket.send_fds(caller, [json.dumps(request).encode()], theirs)
                for ours in (output[1], errors[1]):
                    os.close(ours)
                said = await asyncio.gather(
                    *(asyncio.to_thread(_all_of, pipe[0]) for pipe in (output, errors))
                )
                caller.setblocking(False)
                code = await asyncio.get_running_loop().sock_recv(caller, 16)
        return int(code), said[0], said[1]


@asynccontextmanager
async def forking() -> AsyncIterator[Forking]:
    """The process runs as long as the block does, with none of our settings in its environment."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TURNABOUT_", "TEMPORAL_"))
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "stem")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.cli.stem", str(path)),
            cwd=ROOT,
            env=inherited,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert await process.stdout.readline() == b"ready\n"
            yield Forking(path)
        finally:
            process.stdin.close()
            await process.wait()


def _all_of(pipe: int) -> bytes:
    with open(pipe, "rb") as file:
        return file.read()
