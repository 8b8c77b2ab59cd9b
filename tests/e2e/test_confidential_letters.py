"""What people confide stands in no letter, no file that comes with one, no document and no export (R73, R110,
G6, G16)."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest_asyncio
from pypdf import PdfReader

from activities import invites
from activities.channels import Message
from activities.documents.enclosed import ENCLOSURES
from activities.enclosures import Occasion
from activities.letters import render
from activities.mail import MailServer, SmtpChannel
from events.contracts import Notify
from events.templates import STEWARD_ONLY
from tests.cli.forking import Forking, forking
from tests.cli.shell import Shell
from tests.e2e.conftest import Story
from tests.e2e.people import CONCERN, WORKED, WORRIED
from tests.e2e.test_confidential import betrays
from turnabout.contact import Contact

SERVER = MailServer("localhost", "program@turnabout.example")
NOW = datetime(2035, 1, 8, tzinfo=UTC)
READER = Contact(id="p-x", name="Ada", email="ada@example.org", timezone="Europe/Berlin")


@pytest_asyncio.fixture(scope="module")
async def forks() -> AsyncIterator[Forking]:
    async with forking() as made:
        yield made


def told(message: Message) -> Iterator[str]:
    """Everything that a mail says: its source, its text and page, and the words in its files."""
    mail = SmtpChannel(SERVER).compose(message, READER.email or "")
    yield mail.as_string()
    for part in mail.walk():
        if part.is_multipart():
            continue
        content = part.get_content()
        yield content if isinstance(content, str) else content.decode("latin-1")
        if part.get_content_type() == "application/pdf":
            yield from (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


async def letter(stream: str, event: str, asked: Notify) -> Message:
    """A letter with its files, as the worker would send it to somebody."""
    made = render(
        asked.template,
        recipient=READER.name,
        zone=READER.timezone,
        stream=stream,
        due_at=asked.due_at,
        values=asked.values,
    )
    enclose = {**invites.enclosures(SERVER.sender), **ENCLOSURES}.get(asked.template)
    files = await enclose(Occasion(stream, event, asked, READER)) if enclose else ()
    whole = replace(made, attachments=files)
    return Message("k" * 40, asked.template, stream, READER.id, READER, whole, asked.due_at)


async def test_the_search_reads_the_pages_of_a_file() -> None:
    asked = Notify(template="kickoff_cheat_sheet", to=("p-x",), due_at=NOW, values={"cohort_name": WORKED})
    message = await letter("cohort-q1", "e-1", asked)
    plain = render(
        asked.template,
        recipient="Ada",
        zone="UTC",
        stream="cohort-q1",
        due_at=NOW,
        values={"cohort_name": "Q"},
    )
    files = message.letter.attachments
    hidden = replace(message, letter=replace(plain, attachments=files))
    assert [text for text in told(hidden) if betrays(text)]
    assert not [text for text in told(replace(message, letter=plain)) if betrays(text)]


async def test_no_letter_and_no_file_with_it_holds_it(story: Story) -> None:
    kinds: set[str] = set()
    files: dict[str, int] = {}
    for stream, log in story.found.streams.items():
        for pending in log.effects:
            if not isinstance(pending.effect, Notify):
                continue
            message = await letter(stream, pending.event_id, pending.effect)
            kinds.add(message.template)
            for part in message.letter.attachments:
                files[part.name] = files.get(part.name, 0) + 1
            assert not betrays(pending.effect.model_dump_json()), message.template
            assert not [text for text in told(message) if betrays(text)], message.template
    assert kinds & STEWARD_ONLY, "the steward's letters are among them"
    assert len(kinds) > 25
    assert {"cheat-sheet.pdf", "kickoff.ics", "sessions.ics"} <= files.keys()


async def test_no_export_holds_it_but_the_stewards_own(story: Story, forks: Forking) -> None:
    shell = Shell(story.house.stack.environment(), forks)
    cohort = story.house.play.cast.spec.id
    cards = await story.house.stack.reads.pairs(cohort)
    verbs = [
        ("cohort", "list", "-o", "json"),
        ("cohort", "show", cohort, "-o", "json"),
        ("cohort", "traps", cohort, "-o", "json"),
        ("events", "tail", "--last", "10000", "-o", "jsonl"),
        ("notifications", "list", "--last", "10000", "-o", "json"),
        ("template", "list", "-o", "json"),
    ]
    verbs += [("pair", verb, card.pair) for card in cards for verb in ("show", "calendar")]
    for words in verbs:
        ended = await shell(*words)
        assert ended.code in {0, 4}, ended.errors
        assert len(ended.output) > 50 or ended.code == 4, words
        assert not betrays(ended.output), words
        assert not betrays(ended.errors), words
    steward = story.house.play.cast.spec.steward.id
    pair = next(card.pair for card in cards if card.pair.endswith(f"-{WORRIED:02}"))
    own = await shell("pair", "concerns", pair, "--actor", steward, "-o", "json")
    assert [line["text"] for line in own.document] == [CONCERN], "where it may be, it is"


async def test_messages_that_arrived_at_the_steward_are_not_listed(story: Story, forks: Forking) -> None:
    shell = Shell(story.house.stack.environment(), forks)
    listed = (await shell("notifications", "list", "--last", "10000", "-o", "json")).document
    assert len(listed) > 200
    assert not {one["template"] for one in listed} & STEWARD_ONLY
