"""A simulated stack runs the real engine through weeks in a moment, and is gone afterwards."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from events.people import People
from tests.processes.child import processes_with
from tests.processes.coming import coming_cohort
from turnabout.contact import Contact
from turnabout.errors import Rejected
from workers.embedded.stack import Stack

SPEC = coming_cohort()


async def test_weeks_pass_and_reminders_go_out_when_they_are_due() -> None:
    async with Stack.simulated() as stack:
        directory, pid, port = stack.postgres.directory, stack.postgres.pid, stack.temporal.port
        assert pid is not None
        await People(stack.pool).import_people(
            [Contact(id="s-sponsor", name="Ada", email="ada@example.org", timezone="Europe/London")]
        )
        await stack.turnabout.start_cohort(SPEC)
        begin = datetime.combine(SPEC.starts_on, datetime.min.time(), UTC)
        await stack.clock.sleep(begin + timedelta(days=7) - await stack.clock.now())
        rows = await stack.pool.fetch("SELECT * FROM log.outbox ORDER BY due_at")
        assert [(row["recipient"], row["template"], row["outcome"]) for row in rows] == [
            ("s-sponsor", "charter_due", "sent"),
            ("s-sponsor", "charter_due", "sent"),
        ]
        assert rows[0]["due_at"].date() == SPEC.starts_on
        # By simulated time, that is: the clock of this machine still shows the week before.
        assert all(0 <= row["delay_seconds"] < 60 for row in rows)
        assert all(row["outcome_at"] > datetime.now(UTC) + timedelta(days=6) for row in rows)
        head = await stack.log.head()
        await stack.reads.wait_for(head, timeout=30)
        lines = await stack.reads.reminders(SPEC.id)
        assert len(lines) == len(rows)
    assert not directory.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert processes_with(f"temporal-test-server {port}") == []


async def test_an_error_of_the_block_comes_out_as_itself() -> None:
    with pytest.raises(Rejected, match="G2"):
        async with Stack.simulated():
            raise Rejected("G2", "no number")
