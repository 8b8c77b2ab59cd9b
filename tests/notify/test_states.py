"""What became of messages can be seen: sent, tried again, refused, given up. A real mail server refuses."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import get_args

import asyncpg
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from activities.mail import MailServer, SmtpChannel
from activities.notify import MANY, PATIENCE, Notifier
from events import database
from events.contracts import Notify
from events.people import People
from events.templates import STEWARD_ONLY
from tests.notify.post import PostOffice, post_office
from turnabout.cli.notifications import State
from turnabout.contact import Contact
from turnabout.errors import Rejected, Undelivered
from turnabout.reads import Reads
from turnabout.results import NotificationState

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PEOPLE = ("p-ada", "p-bob", "p-cat", "p-dan")


@pytest_asyncio.fixture
async def people(writer_pool: asyncpg.Pool) -> People:
    directory = People(writer_pool)
    made = [Contact(id=one, name=one, email=f"{one}@example.org", timezone="UTC") for one in PEOPLE]
    await directory.import_people([*made[:3], made[3].model_copy(update={"email": None})])
    return directory


@pytest_asyncio.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as opened:
        yield opened


@pytest_asyncio.fixture
async def reads(dsn: str) -> AsyncIterator[Reads]:
    """Reads with an auditor's rights."""
    async with database.pool(dsn, name="auditor", role=database.AUDITOR) as pool:
        yield Reads(pool)


def notifier(pool: asyncpg.Pool, people: People, office: PostOffice) -> Notifier:
    server = MailServer(
        "127.0.0.1", "program@turnabout.example", port=office.port, security="none", timeout=5
    )
    return Notifier(pool, people, [SmtpChannel(server)])


def message(*to: str, template: str = "session_log", due_at: datetime = NOW) -> Notify:
    return Notify(template=template, to=to, due_at=due_at, values={})


def event(number: int) -> str:
    return str(uuid.UUID(int=number))


def states(found: object) -> dict[str, str]:
    return {one.recipient: one.state for one in found}  # type: ignore[attr-defined]


async def give_up(works: Notifier, office: PostOffice, asked: Notify, stream: str, number: int) -> None:
    """Try for longer than patience lasts; the server says 'later' each time."""
    for attempt in range(MANY):
        office.answers[:] = ["451 later"] * len(asked.to)
        at = NOW + (PATIENCE + timedelta(hours=1) if attempt == MANY - 1 else timedelta(minutes=attempt))
        with suppress(Undelivered):
            await works.notify(stream, event(number), asked, at)
    office.answers.clear()


async def test_each_fate_has_its_state(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, reads: Reads
) -> None:
    """5xx is refused for good, 4xx is tried again, and who has no address is not written to."""
    office.answers[:] = ["250 OK", "550 no such mailbox", "451 later"]
    works = notifier(writer_pool, people, office)
    with pytest.raises(Undelivered):
        await works.notify("pair-q3-07", event(1), message(*PEOPLE), NOW)
    found = await reads.notifications()
    assert states(found) == {
        "p-ada": "sent",
        "p-bob": "bounced",
        "p-cat": "retrying",
        "p-dan": "unaddressed",
    }
    assert {one.recipient: one.error for one in found if one.error} == {
        "p-bob": "SMTP 550",
        "p-cat": "SMTP 451",
        "p-dan": "no e-mail address in the directory",
    }
    (waiting,) = await reads.notifications(state="retrying")
    await works.notify("pair-q3-07", event(1), message(*PEOPLE), NOW + timedelta(minutes=1))
    (now_sent,) = [one for one in await reads.notifications(state="sent") if one.recipient == "p-cat"]
    assert (now_sent.message_id, now_sent.attempts) == (waiting.message_id, 2)
    assert Counter(one["Message-ID"] for one in office.mails).most_common(1)[0][1] == 1
    assert [one.recipient for one in await reads.notifications(last=1)] == ["p-cat"]


async def test_a_message_that_is_given_up_is_dead_counted_and_not_tried_again(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, reads: Reads
) -> None:
    labels = {"kind": "session_log", "channel": "smtp", "outcome": "dead"}
    before = REGISTRY.get_sample_value("turnabout_reminders_total", labels) or 0.0
    works = notifier(writer_pool, people, office)
    await give_up(works, office, message("p-ada"), "pair-q3-07", 1)
    (dead,) = await reads.notifications(state="dead")
    assert (dead.recipient, dead.attempts) == ("p-ada", MANY)
    assert dead.error == f"given up after {MANY} attempts: SMTP 451"
    assert REGISTRY.get_sample_value("turnabout_reminders_total", labels) == before + 1
    asked = len(office.asked)
    await works.notify("pair-q3-07", event(1), message("p-ada"), NOW + timedelta(days=30))
    assert (len(office.asked), office.mails) == (asked, [])


async def test_messages_are_found_by_their_cohort(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, reads: Reads
) -> None:
    works = notifier(writer_pool, people, office)
    for number, stream in enumerate(
        ("cohort-q3", "pair-q3-07", "cohort-q3-b", "pair-q3-b-01", "pair-q31-02")
    ):
        await works.notify(stream, event(number), message("p-ada"), NOW + timedelta(minutes=number))
    assert [one.stream for one in await reads.notifications(cohort="q3")] == ["cohort-q3", "pair-q3-07"]
    assert [one.stream for one in await reads.notifications(cohort="q3-b")] == ["cohort-q3-b", "pair-q3-b-01"]


@pytest.mark.parametrize("name", sorted(STEWARD_ONLY))
async def test_what_only_the_steward_may_know_shows_where_it_did_not_arrive_and_leads_to_no_pair(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, reads: Reads, name: str
) -> None:
    """G6."""
    works = notifier(writer_pool, people, office)
    asked = message("p-ada", "p-bob", template=name)
    office.answers[:] = ["250 OK", "550 no such mailbox"]
    await works.notify("pair-q3-07", event(1), asked, NOW)
    (shown,) = await reads.notifications()
    assert (shown.recipient, shown.state) == ("p-bob", "bounced")
    assert (shown.template, shown.stream) == ("routine_check_in", "sealed")
    assert "q3" not in str(shown)
    assert name not in str(shown)
    assert await reads.notifications(cohort="q3") == ()


def test_the_command_line_knows_every_state() -> None:
    assert get_args(State) == get_args(NotificationState)


async def test_a_reader_of_read_models_sees_no_messages(dsn: str) -> None:
    """Who was reminded just before a pause tells more than a lead or a sponsor may know (R110)."""
    async with database.pool(dsn, name="reader", role=database.READER) as pool:
        with pytest.raises(Rejected) as refused:
            await Reads(pool).notifications()
    assert refused.value.rule == "G21"
