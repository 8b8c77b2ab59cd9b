"""Migrations are safe under load (squawk), and give up rather than hold the log up.

What squawk wants of each file, the runner does for all: a transaction, a lock time-out, a statement time-out.
"""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from events.migrate import DIRECTORY, migrate, migrations
from turnabout.errors import Unreachable

SQUAWK = Path(sysconfig.get_path("scripts"), "squawk")
BY_THE_RUNNER = ("prefer-robust-stmts", "require-lock-timeout", "require-statement-timeout")

RELEASED = {
    ("0001_log", "ban-create-domain-with-constraint"): 4,
    ("0004_effects", "prefer-bigint-over-int"): 2,
    ("0007_projections", "prefer-bigint-over-int"): 2,
    ("0008_dead_letters", "ban-drop-constraint"): 1,
    ("0008_dead_letters", "constraint-missing-not-valid"): 1,
    ("0008_dead_letters", "require-concurrent-index-creation"): 1,
    ("0010_standing", "require-concurrent-index-creation"): 4,
}
"""What stands in migrations from before the lint. They are never edited, and nothing is added: an index on a
table that grows is built before, CONCURRENTLY and by hand, and the migration finds it (IF NOT EXISTS)."""


def found(*files: Path) -> Counter[tuple[str, str]]:
    done = subprocess.run(  # noqa: S603 -- the wheel's program
        [
            str(SQUAWK),
            *("--reporter", "json", "--pg-version", "15", "--assume-in-transaction"),
            *("--exclude", ",".join(BY_THE_RUNNER)),
            *map(str, files),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return Counter((Path(one["file"]).stem, one["rule_name"]) for one in json.loads(done.stdout))


def test_no_migration_holds_the_log_up() -> None:
    assert found(*sorted(DIRECTORY.glob("*.sql"))) == RELEASED


def test_the_lint_sees_what_would(tmp_path: Path) -> None:
    bad = tmp_path / "0099_bad.sql"
    bad.write_text(
        "ALTER TABLE log.events ADD COLUMN mood text NOT NULL; "
        "ALTER TABLE log.events ALTER COLUMN actor TYPE varchar(9);"
    )
    rules = {rule for _, rule in found(bad)}
    assert {"adding-required-field", "changing-column-type"} <= rules


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for source in DIRECTORY.glob("*.sql"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


async def test_a_migration_that_takes_too_long_is_undone_and_says_so(
    dsn: str, pool: asyncpg.Pool, files: Path
) -> None:
    (files / f"{len(migrations()) + 1:04d}_slow.sql").write_text(
        "CREATE TABLE log.slow (); SELECT pg_sleep(30);"
    )
    with pytest.raises(Unreachable, match="longer than 100ms"):
        await migrate(dsn, files, statement_timeout="100ms")
    assert await pool.fetchval("SELECT to_regclass('log.slow')") is None
    assert await pool.fetchval("SELECT count(*) FROM log.migrations") == len(migrations())
