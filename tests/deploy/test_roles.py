"""The logins of deploy/postgres: an owner who is no superuser migrates, and each process may do its own work
and nothing else."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from events import database
from events.migrate import migrate, pending
from tests.deploy import DEPLOY
from tests.waiting import until
from turnabout.database import connect_reads
from turnabout.errors import MigrationDrift
from turnabout.settings import Settings
from workers import assembly, doctor
from workers.embedded.postgres import EmbeddedPostgres
from workers.settings import EngineSettings

NAME = "deployed"
LOGINS = ("owner", "worker", "gateway", "projections", "operator", "audit", "lead")


def run_roles(cluster: EmbeddedPostgres, database: str = NAME) -> None:
    """What an administrator types; also a second time."""
    words = [str(cluster.tool("psql")), "--no-psqlrc", "--quiet", "--dbname", cluster.dsn(database)]
    words += ["--file", str(DEPLOY / "postgres" / "roles.sql")]
    for _ in range(2):
        done = subprocess.run(  # noqa: S603 -- psql of the wheel, our own script
            words, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest_asyncio.fixture(scope="module")
async def deployed(cluster: EmbeddedPostgres) -> AsyncIterator[dict[str, str]]:
    """A database as docs/deployment.md has it made, and its address for each login."""
    admin = await asyncpg.connect(cluster.dsn())
    try:
        await admin.execute(f"CREATE DATABASE {NAME}")
        await asyncio.to_thread(run_roles, cluster)
        plain = cluster.dsn(NAME)
        user = urlsplit(plain).username
        addresses = {login: plain.replace(f"//{user}@", f"//turnabout_{login}@") for login in LOGINS}
        assert await migrate(addresses["owner"])
        yield addresses
        await admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        for login in LOGINS:
            await admin.execute(f"DROP ROLE turnabout_{login}")
    finally:
        await admin.close()


async def refused(dsn: str, statement: str, *values: object, role: str | None = None) -> bool:
    """Whether PostgreSQL refuses this to a login for lack of a right."""
    async with database.pool(dsn, name="test", role=role, size=1) as pool:
        try:
            await pool.execute(statement, *values)
        except asyncpg.InsufficientPrivilegeError:
            return True
        return False


async def test_nobody_is_more_than_a_login(deployed: dict[str, str]) -> None:
    async with database.connection(deployed["owner"], name="test") as db:
        rows = await db.fetch(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin"
            " FROM pg_roles WHERE rolname LIKE 'turnabout\\_%'"
        )
    assert {row["rolname"] for row in rows if row["rolcanlogin"]} == {f"turnabout_{one}" for one in LOGINS}
    for row in map(dict, rows):
        name, _ = row.pop("rolname"), row.pop("rolcanlogin")
        assert not any(row.values()), name


async def test_the_processes_work_with_their_logins(deployed: dict[str, str]) -> None:
    settings = EngineSettings(database_url=deployed["worker"])
    async with assembly.worker_pool(deployed["worker"], settings) as pool:
        assert await pool.fetchval("SELECT count(*) FROM log.events") == 0
    async with (
        assembly.projector(deployed["projections"], settings, look_every=0.02),
        connect_reads(Settings(database_url=deployed["lead"])) as reads,
    ):

        async def all_live() -> bool:
            return bool(found := await reads.projections()) and all(one.live for one in found)

        await until(all_live)


@pytest.mark.parametrize("login", ["worker", "gateway", "projections", "operator"])
async def test_every_process_sees_whether_the_schema_is_its_own(deployed: dict[str, str], login: str) -> None:
    assert await pending(deployed[login]) == []
    async with database.connection(deployed["owner"], name="test") as db:
        async with db.transaction():
            last = await db.fetchrow("DELETE FROM log.migrations WHERE number = 1 RETURNING *")
        with pytest.raises(MigrationDrift):
            await pending(deployed[login])
        await db.execute("INSERT INTO log.migrations VALUES ($1, $2, $3, $4)", *dict(last or {}).values())


@pytest.mark.parametrize(
    ("login", "statement"),
    [
        ("worker", "UPDATE log.events SET type = type"),
        ("worker", "DELETE FROM log.streams"),
        ("worker", "TRUNCATE log.events"),
        ("worker", "CREATE TABLE log.mine ()"),
        ("gateway", "DELETE FROM log.person_keys"),
        ("projections", "SELECT * FROM log.person_keys"),
        ("projections", "SELECT * FROM log.people"),
        ("projections", "INSERT INTO log.outbox DEFAULT VALUES"),
        ("operator", "DELETE FROM log.events"),
        ("operator", "UPDATE log.streams SET closed = true"),
        ("audit", "SELECT * FROM log.person_keys"),
        ("audit", "SELECT * FROM log.people"),
        ("audit", "INSERT INTO log.outbox DEFAULT VALUES"),
        ("lead", "SELECT * FROM log.events"),
        ("lead", "CREATE TABLE public.mine ()"),
        ("worker", "SET ROLE turnabout_projector"),
        ("projections", "SET ROLE turnabout_writer"),
        ("lead", "SET ROLE turnabout_auditor"),
        ("operator", "SET ROLE turnabout_owner"),
    ],
)
async def test_a_login_may_not(deployed: dict[str, str], login: str, statement: str) -> None:
    assert await refused(deployed[login], statement)


@pytest.mark.parametrize("login", ["worker", "operator", "lead"])
async def test_whoever_operates_sees_the_backups(
    deployed: dict[str, str], login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`doctor`, the first command of each runbook, is typed where one is."""
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", deployed[login])
    (found,) = await doctor._guarded("backups", doctor._backups)
    assert (found.status, found.found) == ("warning", "none recorded")


async def test_the_operator_backs_up_and_a_restored_database_is_as_closed_as_it_was(
    cluster: EmbeddedPostgres, deployed: dict[str, str], tmp_path: Path
) -> None:
    """Step by step as docs/recovery.md has them; a dump holds neither the owner nor who may connect."""
    dump, again = tmp_path / "turnabout.dump", f"{NAME}_again"

    def run(program: str, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 -- PostgreSQL's programs
            [str(cluster.tool(program)), *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    operator, admin = deployed["operator"], cluster.dsn()
    roles = f"--file={tmp_path / 'roles.sql'}"
    await asyncio.to_thread(
        run, "pg_dumpall", "--roles-only", "--no-role-passwords", roles, f"--dbname={operator}"
    )
    await asyncio.to_thread(run, "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={operator}")
    await asyncio.to_thread(run, "createdb", f"--maintenance-db={admin}", "--template=template0", again)
    db = await asyncpg.connect(admin)
    try:
        await db.execute("CREATE ROLE stranger LOGIN")
        restored = f"--dbname={cluster.dsn(again)}"
        await asyncio.to_thread(run, "pg_restore", "--exit-on-error", restored, str(dump))
        await asyncio.to_thread(run_roles, cluster, again)
        there = {login: dsn.replace(f"/{NAME}", f"/{again}") for login, dsn in deployed.items()}
        assert await migrate(there["owner"]) == []
        assert await pending(there["worker"]) == []
        assert not await refused(there["owner"], "CREATE SCHEMA proj_new")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(there["lead"].replace("turnabout_lead", "stranger"))
    finally:
        await db.execute(f"DROP DATABASE IF EXISTS {again} WITH (FORCE)")
        await db.execute("DROP ROLE IF EXISTS stranger")
        await db.close()
