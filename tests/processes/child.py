"""A process of ours as an operator starts it: its output, its end, and what it leaves behind."""

from __future__ import annotations

import asyncio
import codecs
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.waiting import until

ROOT = Path(__file__).parents[2]
MAIN = ("-c", "from turnabout.cli import main; main()")
"""The command line, as the interpreter's arguments."""


class Child:
    """`turnabout <words>` with these variables and none of ours besides."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.output = ""
        self.errors = ""
        self._readers = [
            asyncio.create_task(self._read(process.stdout, "output")),
            asyncio.create_task(self._read(process.stderr, "errors")),
        ]

    @property
    def pid(self) -> int:
        return self._process.pid

    async def _read(self, stream: asyncio.StreamReader | None, name: str) -> None:
        assert stream is not None
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while part := await stream.read(2**16):
            setattr(self, name, getattr(self, name) + decoder.decode(part))

    async def says(self, text: str, timeout: float = 60) -> None:
        """Wait for a text on stdout or stderr; an early end of the process is a failure."""

        async def said() -> bool:
            if text in self.output + self.errors:
                return True
            assert self._process.returncode is None, self.output + self.errors
            return False

        await until(said, timeout)

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self, timeout: float = 60) -> int:
        """The exit code, once the process has ended."""
        async with asyncio.timeout(timeout):
            code = await self._process.wait()
            await asyncio.gather(*self._readers)
        return code


@asynccontextmanager
async def turnabout(
    *words: str, environment: Mapping[str, str], program: Sequence[str] = MAIN
) -> AsyncIterator[Child]:
    """Start the command line, or another program of the interpreter's; whatever is left of it at the end of
    the block is killed."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TURNABOUT_", "TEMPORAL_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        *words,
        cwd=ROOT,
        env={**inherited, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    child = Child(process)
    try:
        yield child
    finally:
        if process.returncode is None:
            process.kill()
        await child.ended()


@contextmanager
def open_directory() -> Iterator[Path]:
    """A temporary directory that PostgreSQL's own user may pass, which pytest's are not."""
    path = Path(tempfile.mkdtemp(prefix="turnabout-test-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses right now, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def processes_with(text: str) -> list[int]:
    """Processes, other than this one, whose command line holds a text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if text in words and int(entry.parent.name) != os.getpid():
            found.append(int(entry.parent.name))
    return found


def program_of(pid: int) -> str:
    """The name of the program that a process runs."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode().rpartition("/")[2]
