"""Files go out with a letter, on the wire of a real mail server; the text and the page stay as they are."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from activities.enclosures import Occasion
from activities.letters import Attachment
from activities.mail import MailServer, SmtpChannel
from activities.notify import Notifier
from events.contracts import Notify
from events.people import People
from tests.notify.post import PostOffice, post_office, text_of
from turnabout.contact import Contact
from turnabout.errors import Undelivered, Unreachable

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
EVENT = str(uuid.UUID(int=9))
STREAM = "pair-q3-07"
PDF = Attachment("sheet.pdf", "application/pdf", b"%PDF-1.4 \x00\xff\r\n.\r\nbytes")
INVITATION = Attachment(
    "session.ics",
    "text/calendar; method=REQUEST; charset=utf-8",
    "BEGIN:VCALENDAR\r\nSUMMARY:Zoë\r\nEND:VCALENDAR\r\n".encode(),
)


@pytest_asyncio.fixture
async def people(writer_pool: asyncpg.Pool) -> People:
    directory = People(writer_pool)
    await directory.import_people(
        [
            Contact(id="p-ada", name="Ada Lovelace", email="ada@example.org", timezone="UTC"),
            Contact(id="p-bob", name="Bob", email="bob@example.org", timezone="UTC"),
        ]
    )
    return directory


@pytest_asyncio.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as opened:
        yield opened


def smtp(office: PostOffice) -> SmtpChannel:
    return SmtpChannel(
        MailServer("127.0.0.1", "program@turnabout.example", port=office.port, security="none", timeout=5)
    )


async def send(
    pool: asyncpg.Pool,
    people: People,
    office: PostOffice,
    *parts: Attachment,
    to: tuple[str, ...] = ("p-ada",),
) -> list[Occasion]:
    """Notify with these files; what their maker was asked."""
    asked: list[Occasion] = []

    async def enclose(occasion: Occasion) -> tuple[Attachment, ...]:
        asked.append(occasion)
        return parts

    notifier = Notifier(pool, people, [smtp(office)], enclosures={"session_log": enclose})
    message = Notify(
        template="session_log",
        to=to,
        due_at=NOW,
        values={"partner_of": {"p-ada": "p-bob", "p-bob": "p-gone"}},
    )
    await notifier.notify(STREAM, EVENT, message, NOW)
    return asked


async def test_a_file_arrives_byte_by_byte_beside_text_and_page(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    await send(writer_pool, people, office, PDF)
    mail = office.mails[0]
    assert mail.get_content_type() == "multipart/mixed"
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == ("sheet.pdf", "application/pdf")
    assert part.get_content() == PDF.content
    assert text_of(mail).startswith("Hello Ada Lovelace,\n")
    assert "<p>Hello Ada Lovelace,</p>" in text_of(mail, "html")


async def test_an_invitation_stands_beside_the_text_and_comes_as_a_file(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    await send(writer_pool, people, office, PDF, INVITATION)
    mail = office.mails[0]
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/pdf",
        "text/calendar",
    ]
    shown, filed = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert shown["Content-Type"].params["method"] == "REQUEST"
    assert not shown.is_attachment()
    assert (filed.get_filename(), filed["Content-Type"].params["method"]) == ("session.ics", "REQUEST")
    assert shown.get_content() == filed.get_content() == INVITATION.content.decode()


async def test_the_maker_learns_for_whom_and_about_whom(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    asked = await send(writer_pool, people, office, to=("p-ada", "p-bob"))
    assert [(one.stream, one.event_id, one.to.id, one.partner) for one in asked] == [
        (STREAM, EVENT, "p-ada", "Bob"),
        (STREAM, EVENT, "p-bob", "p-gone"),
    ]
    assert [list(mail.iter_attachments()) for mail in office.mails] == [[], []]


async def test_a_file_that_cannot_be_made_stops_no_letter_and_is_told(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    async def fails(_: Occasion) -> tuple[Attachment, ...]:
        raise ValueError("Ada Lovelace rated 2")

    notifier = Notifier(writer_pool, people, [smtp(office)], enclosures={"session_log": fails})
    with capture_logs() as lines:
        await notifier.notify(STREAM, EVENT, Notify(template="session_log", to=("p-ada",), due_at=NOW), NOW)
    assert text_of(office.mails[0]).startswith("Hello Ada Lovelace,\n")
    assert [line["error"] for line in lines if line.get("alert") == "enclosure_unmade"] == ["ValueError"]
    assert "rated" not in str(lines)


async def test_a_file_that_waits_for_the_database_holds_its_letter_back(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    down = [True]

    async def waits(_: Occasion) -> tuple[Attachment, ...]:
        if down.pop() if down else False:
            raise Unreachable("The database is away.")
        return (PDF,)

    notifier = Notifier(writer_pool, people, [smtp(office)], enclosures={"session_log": waits})
    message = Notify(template="session_log", to=("p-ada",), due_at=NOW)
    with pytest.raises(Unreachable):
        await notifier.notify(STREAM, EVENT, message, NOW)
    assert office.mails == []
    with pytest.raises(Undelivered):
        await notifier.notify(STREAM, EVENT, message, NOW)
    await notifier.notify(STREAM, EVENT, message, NOW.replace(hour=9))
    assert len(list(office.mails[0].iter_attachments())) == 1
