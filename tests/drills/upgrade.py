"""`python -m tests.drills.upgrade --from COMMIT`: a cohort begins on that commit and ends on this one.

Schema, workers and projector of the old code run first; then the schema is migrated, and each process is
replaced in the middle of the cohort, one worker after the other, so that both releases work on the same
workflows for a while. At the end the log is audited and verified. The server is real, the clock is fast. The
people who answer speak this release's language: the old one must know every command that they give.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from events import registry
from events.contracts import StoredEvent
from events.migrate import migrate
from events.people import People
from tests.e2e.audit import audit
from tests.e2e.cohort import begins, brisk_cohort, contacts, prompt_script
from tests.e2e.fast_clock import FastClock
from tests.e2e.house import DAY_SECONDS, PROMPT, START_UP, House
from tests.e2e.patient import PatientLog, PatientTurnabout
from tests.e2e.service import Service
from tests.processes.child import open_directory, turnabout
from turnabout.process import leave
from turnabout.runtime import quiet_runtime
from workers.demo.cast import Cast
from workers.demo.play import Play
from workers.embedded import stack as stacks
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import Stack
from workers.embedded.state import Keys
from workers.embedded.temporal import DevServer
from workers.settings import EngineSettings

ROOT = Path(__file__).parents[2]
OLD = """
import os, runpy, sys
os.chdir({folder!r})
sys.path.insert(0, {folder!r})
sys.argv = ["turnabout", *{words!r}]
"""
VERB = "from turnabout.cli import main; main()"
WORKER = "tests.e2e.fast_worker"
SESSIONS = (2, 5, 9)
"""Held before the first worker, the second worker and the projector are replaced."""


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


class Release:
    """The code of a commit, in a work tree of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def program(self, run: str, *words: str) -> tuple[str, str]:
        """The interpreter's arguments that run a line of Python on that code."""
        return "-c", OLD.format(folder=str(self.folder), words=words) + run

    async def migrate(self, dsn: str) -> None:
        """Make the schema of that code; it takes the place of this release's."""
        variables = {"TURNABOUT_DATABASE_URL": dsn}
        async with turnabout(environment=variables, program=self.program(VERB, "db", "migrate")) as command:
            assert await command.ended() == 0, command.errors


@asynccontextmanager
async def checked_out(commit: str) -> AsyncIterator[Release]:
    """The code of a commit, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "old")
        git = ("git", "-C", str(ROOT), "worktree")
        subprocess.run([*git, "add", "--detach", str(folder), commit], check=True, capture_output=True)  # noqa: S603, ASYNC221
        try:
            yield Release(folder)
        finally:
            subprocess.run([*git, "remove", "--force", str(folder)], check=True)  # noqa: S603, ASYNC221


async def drill(commit: str) -> None:
    """One cohort across the upgrade."""
    held = 0

    def sessions(event: StoredEvent, enough: int) -> bool:
        nonlocal held
        held += event.type == "pair.session_held"
        return held >= enough

    async with checked_out(commit) as old, a_fast_house(old) as (house, before, after):
        say(f"two workers and a projector of {commit} run; the cohort begins")
        for number, (gone, come) in enumerate(zip(before, after, strict=True)):
            await house.until(functools.partial(sessions, enough=SESSIONS[number]))
            if number == 0:
                applied = await migrate(house.stack.dsn)
                say(f"migrated under them: {', '.join(one.name for one in applied) or 'nothing'}")
            await come.start()
            await gone.stop()
            say(f"one of them is replaced after {held} sessions: {gone.verb}")
        await house.until_closed()
        say("the cohort is closed")
        found = await audit(house.stack, house.turnabout.receipts)
        say(f"audited: {found.events} events, {dict(found.messages)} messages, {found.tells} tells")
        async with turnabout("verify", environment=house.stack.environment()) as command:
            assert await command.ended() == 0, command.output + command.errors
        say("verified")
        for service in after:
            await service.stop()
        assert not [one.verb for one in (*before, *after) if '"alert"' in one.log]


@asynccontextmanager
async def a_fast_house(old: Release) -> AsyncIterator[tuple[House, list[Service], list[Service]]]:
    """A brisk cohort on the old code's schema and processes, which run, and this code's, which do not yet."""
    cast = Cast(brisk_cohort(), prompt_script())
    stacks.migrate = old.migrate  # type: ignore[attr-defined, assignment]
    async with AsyncExitStack() as exits:
        folder = exits.enter_context(open_directory())
        postgres = EmbeddedPostgres()
        exits.callback(postgres.close)
        await asyncio.to_thread(postgres.start)
        temporal = DevServer(database=folder / "temporal.db", dynamic_config=PROMPT)
        await exits.enter_async_context(temporal)
        made = Stack._on(
            EngineSettings(),
            postgres,
            temporal,
            Keys.generate(),
            quiet_runtime(),
            worker=False,
            projector=False,
        )
        stack = await exits.enter_async_context(made)
        await People(stack.pool).import_people(contacts())
        speed = timedelta(days=1).total_seconds() / DAY_SECONDS
        clock = FastClock(datetime.now(UTC), begins(cast.spec) - 4 * START_UP, speed)
        variables = {**stack.environment(), **clock.environment()}
        verbs = ("worker", "worker", "projector")
        worker = old.program(f"runpy.run_module({WORKER!r}, run_name='__main__')")
        programs = [worker, worker, old.program(VERB, "projector")]
        before = [Service(verb, variables, program=one) for verb, one in zip(verbs, programs, strict=True)]
        new = ("-m", WORKER)
        after = [Service(verb, variables, program=new) for verb in verbs[:2]]
        after.append(Service("projector", stack.environment()))
        for service in (*before, *after):
            exits.push_async_callback(service.close)
        await asyncio.gather(*(service.start() for service in before))
        client = PatientTurnabout(stack)
        play = Play(cast, client, PatientLog(stack.pool, registry.standard()), clock)
        await clock.sleep(begins(cast.spec) - await clock.now())
        await client.start_cohort(cast.spec)
        yield House(stack, (*after[:2],), (after[2],), client, cast.spec, clock, play), before, after


def main() -> int:
    """Run the drill."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills.upgrade", description=__doc__)
    parser.add_argument("--from", dest="commit", required=True, help="a commit or tag of the old release")
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    asyncio.run(drill(parser.parse_args().commit))
    return 0


if __name__ == "__main__":
    leave(main())
