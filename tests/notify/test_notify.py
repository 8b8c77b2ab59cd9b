"""The outbox holds each message once with its outcome, and a real mail server gets it at least once."""

from __future__ import annotations

import asyncio
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from activities.channels import Channel, LogChannel, Message
from activities.mail import MailServer, SmtpChannel
from activities.notify import Notifier
from events.contracts import Notify
from events.people import People
from events.sealing import MasterKeys, Vault
from events.templates import STEWARD_ONLY
from tests.notify.post import PostOffice, certificate, post_office, text_of
from turnabout.contact import Contact
from turnabout.errors import Undelivered

DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)
SOON = DUE + timedelta(minutes=2)
EVENT = str(uuid.UUID(int=7))
STREAM = "pair-q3-07"
ADA = Contact(id="p-ada", name="Ada Lovelace", email="ada@example.org", timezone="Europe/London")
BOB = Contact(id="p-bob", name="Bob", email="bob@example.org", timezone="UTC")
CARL = Contact(id="p-carl", name="Carl", timezone="UTC")


@pytest_asyncio.fixture
async def people(writer_pool: asyncpg.Pool) -> People:
    directory = People(writer_pool)
    await directory.import_people([ADA, BOB, CARL])
    return directory


@pytest_asyncio.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as opened:
        yield opened


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def mail(office: PostOffice) -> SmtpChannel:
    return SmtpChannel(
        MailServer("127.0.0.1", "program@turnabout.example", port=office.port, security="none", timeout=5)
    )


def message(*to: str, template: str = "session_log", useful_until: datetime | None = None) -> Notify:
    return Notify(template=template, to=to, due_at=DUE, useful_until=useful_until, values={"number": 3})


async def rows(pool: asyncpg.Pool) -> list[asyncpg.Record]:
    return await pool.fetch("SELECT * FROM log.outbox ORDER BY recipient, channel")


async def outcomes(pool: asyncpg.Pool) -> dict[tuple[str, str], str]:
    return {(row["recipient"], row["channel"]): row["outcome"] for row in await rows(pool)}


def counted(outcome: str, channel: str = "smtp") -> float:
    labels = {"kind": "session_log", "channel": channel, "outcome": outcome}
    return REGISTRY.get_sample_value("turnabout_reminders_total", labels) or 0.0


def asked(how: str, channel: str) -> float:
    """When the channel last answered, or failed as a whole."""
    name = f"turnabout_channel_{how}_timestamp_seconds"
    return REGISTRY.get_sample_value(name, {"channel": channel}) or 0.0


async def test_partners_read_each_others_names_and_the_outbox_keeps_ids(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    values = {"partner_of": {"p-ada": "p-bob", "p-bob": "p-gone"}}
    told = Notify(template="match_confirmed", to=("p-ada", "p-bob"), due_at=DUE, values=values)
    await Notifier(writer_pool, people, [mail(office)]).notify(STREAM, EVENT, told, SOON)
    kept = [row["body"] for row in await rows(writer_pool)]
    read = [text_of(one) for one in office.mails]
    for texts, partners in ((kept, ("p-bob", "p-gone")), (read, ("Bob", "p-gone"))):
        for who, text in zip(partners, texts, strict=True):
            assert f"you and {who} are a pair" in text


async def test_each_recipient_gets_it_on_each_channel_once(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    notifier = Notifier(writer_pool, people, [LogChannel(), mail(office)])
    before = REGISTRY.get_sample_value("turnabout_reminder_delay_seconds_sum") or 0.0
    sent_before = counted("sent")
    await notifier.notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON)
    await notifier.notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON + timedelta(days=1))

    assert await outcomes(writer_pool) == {
        ("p-ada", "log"): "sent",
        ("p-ada", "smtp"): "sent",
        ("p-bob", "log"): "sent",
        ("p-bob", "smtp"): "sent",
    }
    first = office.mails[0]
    assert [str(one["To"]) for one in office.mails] == [
        "Ada Lovelace <ada@example.org>",
        "Bob <bob@example.org>",
    ]
    assert str(first["From"]) == "Turnabout <program@turnabout.example>"
    assert str(first["Subject"]) == "How did your session go?"
    assert text_of(first).startswith("Hello Ada Lovelace,\n")
    assert "<p>Hello Ada Lovelace,</p>" in text_of(first, "html")
    assert first["Date"].datetime == SOON
    assert REGISTRY.get_sample_value("turnabout_reminder_delay_seconds_sum") == before + 4 * 120
    assert counted("sent") == sent_before + 2
    row = (await rows(writer_pool))[1]
    assert (row["message_id"], row["attempts"], row["delay_seconds"]) == (first["Message-ID"], 1, 120.0)
    assert (row["stream"], row["template"], row["outcome_at"]) == (STREAM, "session_log", SOON)


async def test_the_outbox_keeps_the_text_but_no_name(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    await Notifier(writer_pool, people, [mail(office)]).notify(STREAM, EVENT, message("p-ada"), SOON)
    row = (await rows(writer_pool))[0]
    assert row["subject"] == "How did your session go?"
    assert row["body"] == text_of(office.mails[0]).replace("Ada Lovelace", "p-ada")
    assert "Lovelace" not in str(dict(row))
    assert "example.org" not in str(dict(row))


async def test_a_message_id_follows_from_event_recipient_and_channel(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    notifier = Notifier(writer_pool, people, [mail(office)])
    await notifier.notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON)
    await notifier.notify(STREAM, str(uuid.UUID(int=8)), message("p-ada"), SOON)
    ids = [str(one["Message-ID"]) for one in office.mails]
    assert len(set(ids)) == 3
    assert all(one.endswith("@turnabout.example>") for one in ids)
    assert ids[0] == "<3005c08e588ea5fe96596dc6a9da1defad7e197e@turnabout.example>"


@pytest.mark.parametrize("where", ["answers", "on_data"])
async def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, where: str
) -> None:
    getattr(office, where).append("451 try later, ada@example.org")
    notifier = Notifier(writer_pool, people, [mail(office)])
    with pytest.raises(Undelivered) as raised:
        await notifier.notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON)
    assert raised.value.retry_after is None
    assert await outcomes(writer_pool) == {("p-ada", "smtp"): "failed", ("p-bob", "smtp"): "sent"}
    failed = (await rows(writer_pool))[0]
    assert failed["error"] == "SMTP 451"

    await notifier.notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON + timedelta(seconds=30))
    again = (await rows(writer_pool))[0]
    assert (again["outcome"], again["attempts"], again["error"]) == ("sent", 2, None)
    assert again["message_id"] == failed["message_id"] == office.mails[-1]["Message-ID"]
    assert again["delay_seconds"] == 150.0
    assert len(office.mails) == 2


@pytest.mark.parametrize("where", ["answers", "on_data"])
async def test_a_permanent_refusal_bounces_and_is_left_alone(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, where: str
) -> None:
    getattr(office, where).append("550 no such mailbox: ada@example.org")
    notifier = Notifier(writer_pool, people, [mail(office)])
    await notifier.notify(STREAM, EVENT, message("p-ada"), SOON)
    await notifier.notify(STREAM, EVENT, message("p-ada"), SOON + timedelta(hours=1))
    row = (await rows(writer_pool))[0]
    assert (row["outcome"], row["error"], row["attempts"]) == ("bounced", "SMTP 550", 1)
    assert office.mails == []
    assert office.asked == ["ada@example.org"]


async def test_a_dead_server_is_tried_once_and_stops_no_other_channel(
    writer_pool: asyncpg.Pool, people: People, unused_port: int
) -> None:
    server = MailServer(
        "127.0.0.1", "program@turnabout.example", port=unused_port, security="none", timeout=5
    )
    notifier = Notifier(writer_pool, people, [SmtpChannel(server), LogChannel()])
    with pytest.raises(Undelivered, match="2 of the messages"):
        await notifier.notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON)
    assert await outcomes(writer_pool) == {
        ("p-ada", "log"): "sent",
        ("p-ada", "smtp"): "failed",
        ("p-bob", "log"): "sent",
    }
    with pytest.raises(Undelivered):
        await notifier.notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON)
    assert (await rows(writer_pool))[1]["attempts"] == 2
    assert asked("failed", "smtp") > asked("answered", "smtp"), "the channel is down"
    assert asked("failed", "log") == 0 < asked("answered", "log")


async def test_a_refusal_of_one_recipient_is_an_answer_of_the_channel(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    began = time.time()
    office.answers.append("550 no such mailbox")
    await Notifier(writer_pool, people, [mail(office)]).notify(STREAM, EVENT, message("p-ada"), SOON)
    assert asked("answered", "smtp") >= began > asked("failed", "smtp")


@pytest.mark.parametrize(
    ("attempts", "days", "outcome"), [(10, 7, "failed"), (9, 8, "failed"), (10, 8, "dead")]
)
async def test_a_message_is_given_up_after_many_attempts_and_days_and_somebody_is_told(
    writer_pool: asyncpg.Pool,
    people: People,
    unused_port: int,
    attempts: int,
    days: int,
    outcome: str,
) -> None:
    server = MailServer(
        "127.0.0.1", "program@turnabout.example", port=unused_port, security="none", timeout=5
    )
    notifier = Notifier(writer_pool, people, [SmtpChannel(server)], patience=timedelta(days=7))
    late = DUE + timedelta(days=days)
    for _ in range(attempts - 1):
        with pytest.raises(Undelivered):
            await notifier.notify(STREAM, EVENT, message("p-ada"), SOON)
    with capture_logs() as logs, suppress(Undelivered):
        await notifier.notify(STREAM, EVENT, message("p-ada"), late)
    row = (await rows(writer_pool))[0]
    assert (row["outcome"], row["attempts"]) == (outcome, attempts)
    given_up = [log for log in logs if log.get("alert") == "message_given_up"]
    assert len(given_up) == (outcome == "dead")
    if given_up:
        assert row["error"].startswith("given up after 10 attempts: ")
        assert (given_up[0]["recipient"], given_up[0]["log_level"]) == ("p-ada", "error")


class Crashing(SmtpChannel):
    """Dies where a process may die: after the reservation, before or after the mail server took the mail."""

    after = False

    async def send(self, message: Message) -> None:
        if self.after:
            await super().send(message)
        raise ConnectionAbortedError("the process is gone")


@pytest.mark.parametrize("after", [False, True])
async def test_a_crash_after_the_reservation_is_made_good_ten_minutes_later(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, after: bool
) -> None:
    crashing = Crashing(mail(office)._server)
    crashing.after = after
    with pytest.raises(ConnectionAbortedError):
        await Notifier(writer_pool, people, [crashing]).notify(STREAM, EVENT, message("p-ada"), SOON)
    reserved = (await rows(writer_pool))[0]
    assert (reserved["outcome"], reserved["reserved_at"], reserved["outcome_at"]) == ("reserved", SOON, None)

    notifier = Notifier(writer_pool, people, [mail(office)])
    with pytest.raises(Undelivered) as raised:
        await notifier.notify(STREAM, EVENT, message("p-ada"), SOON + timedelta(minutes=4))
    assert raised.value.retry_after == timedelta(minutes=6)
    assert len(office.mails) == int(after)

    await notifier.notify(STREAM, EVENT, message("p-ada"), SOON + timedelta(minutes=10))
    row = (await rows(writer_pool))[0]
    assert (row["outcome"], row["attempts"]) == ("sent", 2)
    assert {one["Message-ID"] for one in office.mails} == {reserved["message_id"]}
    assert len(office.mails) == 1 + int(after)


class Gated(SmtpChannel):
    """Waits in the middle of sending until the test lets it go on."""

    def __init__(self, server: MailServer) -> None:
        super().__init__(server)
        self.entered, self.go_on = asyncio.Event(), asyncio.Event()

    async def send(self, message: Message) -> None:
        self.entered.set()
        await self.go_on.wait()
        await super().send(message)


async def test_only_the_last_holder_says_what_came_of_it(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    first, second = Gated(mail(office)._server), Gated(mail(office)._server)
    later = SOON + timedelta(minutes=11)
    calls = []
    for channel, now in ((first, SOON), (second, later)):
        notifier = Notifier(writer_pool, people, [channel])
        calls.append(asyncio.create_task(notifier.notify(STREAM, EVENT, message("p-ada"), now)))
        await channel.entered.wait()
    office.answers.append("550 gone")
    first.go_on.set()
    await calls[0]
    assert await outcomes(writer_pool) == {("p-ada", "smtp"): "reserved"}
    second.go_on.set()
    await calls[1]
    row = (await rows(writer_pool))[0]
    assert (row["outcome"], row["attempts"], row["outcome_at"]) == ("sent", 2, later)


async def test_a_message_that_was_begun_is_finished_where_its_activity_is_cancelled(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    slow = Gated(mail(office)._server)
    both = message("p-ada", "p-ben")
    work = asyncio.create_task(Notifier(writer_pool, people, [slow]).notify(STREAM, EVENT, both, SOON))
    await slow.entered.wait()
    work.cancel()
    slow.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await outcomes(writer_pool) == {("p-ada", "smtp"): "sent"}
    assert len(office.mails) == 1


async def test_of_many_at_once_one_sends(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    notifier = Notifier(writer_pool, people, [mail(office)])
    calls = (notifier.notify(STREAM, EVENT, message("p-ada"), SOON) for _ in range(12))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(result is None or isinstance(result, Undelivered) for result in results)
    assert len(office.mails) == 1
    assert await outcomes(writer_pool) == {("p-ada", "smtp"): "sent"}


async def test_what_has_lost_its_use_is_recorded_and_not_sent(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    notifier = Notifier(writer_pool, people, [mail(office)])
    until = DUE + timedelta(hours=72)
    await notifier.notify(STREAM, EVENT, message("p-ada", useful_until=until), until)
    await notifier.notify(
        STREAM, EVENT, message("p-ada", "p-bob", useful_until=until), until + timedelta(seconds=1)
    )
    assert await outcomes(writer_pool) == {("p-ada", "smtp"): "sent", ("p-bob", "smtp"): "suppressed"}
    suppressed = (await rows(writer_pool))[1]
    assert (suppressed["delay_seconds"], suppressed["body"]) == (None, None)
    assert len(office.mails) == 1


async def test_who_cannot_be_addressed_is_recorded(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    notifier = Notifier(writer_pool, people, [LogChannel(), mail(office)])
    await notifier.notify(STREAM, EVENT, message("p-carl", "p-nobody"), SOON)
    assert await outcomes(writer_pool) == {
        ("p-carl", "log"): "sent",
        ("p-carl", "smtp"): "unaddressed",
        ("p-nobody", "log"): "unaddressed",
        ("p-nobody", "smtp"): "unaddressed",
    }
    assert office.mails == []


async def test_the_address_is_read_when_the_message_goes_out(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    notifier = Notifier(writer_pool, people, [mail(office)])
    office.answers.append("451 later")
    with pytest.raises(Undelivered):
        await notifier.notify(STREAM, EVENT, message("p-ada"), SOON)
    await people.change("p-ada", name="Ada King", email="king@example.org")
    await notifier.notify(STREAM, EVENT, message("p-ada"), SOON)
    assert str(office.mails[0]["To"]) == "Ada King <king@example.org>"


async def test_an_erased_person_is_not_written_to(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    vault = Vault(writer_pool, MasterKeys({"1": bytes(32)}, newest="1"))
    await vault.keys(["p-ada"], create=True)
    office.answers.append("451 later")
    notifier = Notifier(writer_pool, people, [mail(office)])
    with pytest.raises(Undelivered):
        await notifier.notify(STREAM, EVENT, message("p-ada"), SOON)
    await vault.erase("p-ada")
    await notifier.notify(STREAM, EVENT, message("p-ada"), SOON)
    row = (await rows(writer_pool))[0]
    assert (row["outcome"], row["subject"], row["body"]) == ("unaddressed", None, None)
    assert office.mails == []


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("Zoë \r\nBcc: x@y.z", "zoe@example.org", "sent"),
        ("Zoë", "zoë@example.org", "bounced"),
        ("Zoë", "zoe@exämple.org", "sent"),
        ("Zoë", "a..b@example.org", "bounced"),
    ],
)
async def test_odd_names_and_addresses_harm_nobody_else(
    pool: asyncpg.Pool, people: People, office: PostOffice, name: str, address: str, expected: str
) -> None:
    # Past the directory's own checks, as an old row might be.
    await pool.execute("UPDATE log.people SET name = $1, email = $2 WHERE id = 'p-ada'", name, address)
    await Notifier(pool, people, [mail(office)]).notify(STREAM, EVENT, message("p-ada", "p-bob"), SOON)
    assert await outcomes(pool) == {("p-ada", "smtp"): expected, ("p-bob", "smtp"): "sent"}
    assert all(one["Bcc"] is None for one in office.mails)


async def test_a_message_that_cannot_be_written_bounces_alone(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice
) -> None:
    notifier = Notifier(writer_pool, people, [mail(office)])
    await notifier.notify(STREAM, EVENT, message("p-ada", template="no_such_message"), SOON)
    row = (await rows(writer_pool))[0]
    assert (row["outcome"], row["error"]) == ("bounced", "the template cannot be filled: TemplateNotFound")


@pytest.mark.parametrize(("password", "expected"), [("right", "sent"), ("wrong", "failed")])
async def test_mail_goes_through_starttls_with_a_login(
    writer_pool: asyncpg.Pool, people: People, tmp_path: Path, password: str, expected: str
) -> None:
    context, ca_file = certificate(tmp_path)
    async with post_office(tls=context) as office:
        server = MailServer(
            "localhost",
            "program@turnabout.example",
            port=office.port,
            username="turnabout",
            password=password,
            timeout=2,
            ca_file=str(ca_file),
        )
        notifier = Notifier(writer_pool, people, [SmtpChannel(server)])
        try:
            await notifier.notify(STREAM, EVENT, message("p-ada"), SOON)
        except Undelivered:
            assert expected == "failed"
        assert office.logins
        assert set(office.logins) == {"turnabout"}
        assert len(office.mails) == (expected == "sent")
    row = (await rows(writer_pool))[0]
    assert row["outcome"] == expected
    assert password not in repr(server)


async def test_an_unknown_certificate_is_not_trusted(
    writer_pool: asyncpg.Pool, people: People, tmp_path: Path
) -> None:
    context, _ = certificate(tmp_path)
    async with post_office(tls=context) as office:
        server = MailServer("localhost", "program@turnabout.example", port=office.port, timeout=5)
        with pytest.raises(Undelivered):
            await Notifier(writer_pool, people, [SmtpChannel(server)]).notify(
                STREAM, EVENT, message("p-ada"), SOON
            )
        assert office.mails == []


def test_channels_fit_the_protocol() -> None:
    channels: list[Channel] = [LogChannel(), SmtpChannel(MailServer("localhost", "a@b.example"))]
    assert [channel.name for channel in channels] == ["log", "smtp"]


def ours() -> dict[str, float]:
    """Everything that our metrics show, but when a counter was made."""
    return {
        str((sample.name, *sorted(sample.labels.items()))): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name.startswith("turnabout_") and not sample.name.endswith("_created")
    }


@pytest.mark.parametrize("name", sorted(STEWARD_ONLY))
async def test_no_log_line_and_no_metric_tells_of_which_pair_the_steward_hears(
    writer_pool: asyncpg.Pool, people: People, office: PostOffice, name: str
) -> None:
    notifier = Notifier(writer_pool, people, [LogChannel(), mail(office)])
    before = ours()
    with capture_logs() as lines:
        await notifier.notify(STREAM, EVENT, message("p-ada", "p-carl", template=name), SOON)
    moved = {sample for sample, value in ours().items() if value != before.get(sample)}
    (failed,) = moved  # that Carl has no address
    assert "unaddressed" in failed
    assert {line["event"] for line in lines} == {"message", "message_not_sent"}
    counts = "".join(str(sample) for family in REGISTRY.collect() for sample in family.samples)
    for text in (str(lines), counts):
        assert name not in text
    assert STREAM not in str(lines)
    assert {row["template"] for row in await rows(writer_pool)} == {name}
