"""One engine in simulated time for the folder, and the command line that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

import pytest
import pytest_asyncio

from tests.cli.forking import Forking, forking
from tests.cli.shell import Shell
from tests.processes.coming import coming_cohort
from turnabout.spec import CohortSpec
from workers.demo.cast import Cast
from workers.demo.play import Play
from workers.embedded.stack import Stack
from workers.settings import EngineSettings


@pytest_asyncio.fixture(scope="package")
async def stack() -> AsyncIterator[Stack]:
    async with Stack.simulated(EngineSettings(shutdown_timeout=0.5)) as made:
        yield made


@pytest_asyncio.fixture(scope="package")
async def running(stack: Stack) -> CohortSpec:
    """A small cohort whose pairs have formed; simulated time has moved on by some days."""
    spec = coming_cohort()
    mentors = [person for person in spec.people if person.role == "mentor"]
    mentees = [person for person in spec.people if person.role == "mentee"]
    spec = spec.model_copy(update={"id": "running", "people": (*mentors, *mentees[:5])})
    begin = datetime.combine(spec.starts_on, time(8), UTC)
    await stack.clock.sleep(begin - await stack.clock.now())
    await stack.turnabout.start_cohort(spec)
    play = Play(Cast(spec), stack.turnabout, stack.log, stack.clock)
    await play.run(lambda event: event.type == "pair.formed", limit=timedelta(days=60))
    await stack.reads.wait_for(await stack.log.head())
    return spec


@pytest_asyncio.fixture(scope="package")
async def forks() -> AsyncIterator[Forking]:
    async with forking() as made:
        yield made


@pytest.fixture(scope="package")
def shell(stack: Stack, running: CohortSpec, forks: Forking) -> Shell:
    """The command line. The cohort that runs comes first: its cast would answer for every other one, too."""
    return Shell(stack.environment(), forks)
