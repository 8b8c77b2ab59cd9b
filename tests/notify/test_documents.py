"""Documents can be filled in every language that ships, as Markdown, HTML and PDF (R82); the cheat sheet has
two pages, whatever stands on it, and goes out before the kickoff (R53)."""

from __future__ import annotations

import io
import json
import re
import sys
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import asyncpg
import pytest
from jinja2 import UndefinedError
from pypdf import PdfReader

from activities import invites
from activities.documents.catalog import DOCUMENTS, document, sheet_values
from activities.documents.enclosed import ENCLOSURES
from activities.documents.page import Document, fill
from activities.documents.sample import COHORT
from activities.enclosures import Occasion, together
from activities.languages import FOLDER, STANDARD
from activities.mail import MailServer, SmtpChannel
from activities.notify import Notifier
from events.contracts import Notify
from events.people import People
from tests.notify.post import post_office
from turnabout import prompts
from turnabout.consent import HOUSE
from turnabout.contact import Contact

KNOWN = Path(__file__).with_name("document_versions.json")
FILES = sorted(path.name.removesuffix(".md.j2") for path in (FOLDER / "en" / "documents").iterdir())


def pages(pdf: bytes) -> list[str]:
    """The words on each page of a PDF."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def versions() -> dict[str, dict[str, object]]:
    """Of all but the charter, whose text the sponsor signs and the log keeps with its own hash."""
    made = {name: document(name, COHORT) for name in FILES}
    return {name: {"version": one.version, "digest": one.digest} for name, one in made.items()}


def test_each_document_has_its_template_and_no_other_exists() -> None:
    assert set(FILES) == set(DOCUMENTS) - {"charter"}


@pytest.mark.parametrize("tag", STANDARD.shipped)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_can_be_filled_in_every_language_that_ships(name: str, tag: str) -> None:
    made = document(name, COHORT, tag)
    assert made.language in {tag, "en"}
    assert made.title
    assert made.markdown.startswith(f"# {made.title}\n")
    assert not re.findall(r"None|\{[{%]|Undefined", made.markdown)
    told = unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", made.html, flags=re.DOTALL)).split()
    for word in re.findall(r"[A-Za-z]{3,}", made.markdown.replace("&nbsp;", "")):
        assert any(word in one for one in told), word
    assert "<h1>" in made.html
    assert "&lt;" not in made.html
    assert made.html.startswith(f'<!doctype html>\n<html lang="{made.language}">')
    assert made.footer.endswith(f"version {made.version} · {made.digest}")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_a_pdf_with_the_pages_that_it_must_have(name: str) -> None:
    made = document(name, COHORT)
    found = pages(made.pdf)
    assert len(found) == made.pages
    assert made.title in found[0]
    assert all(f"version {made.version}" in page and made.digest in page for page in found)
    assert made.pdf == made.pdf


def test_a_text_that_changed_has_a_new_version() -> None:
    """R82. After a change: raise `version` in the template, then `python -m tests.notify.test_documents`."""
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    now = versions()
    assert now.keys() == known.keys()
    for name, one in now.items():
        if one["digest"] != known[name]["digest"]:
            assert one["version"] == known[name]["version"] + 1, f"raise the version of {name}"
    assert now == known, "write them down: python -m tests.notify.test_documents"


def sheet(**other: object) -> Document:
    values = {
        "cohort_name": "Future Skills",
        "starts_at": "2027-02-15T09:00:00+00:00",
        "minutes": 90,
        "first_meeting_minutes": 60,
        "attainable": 3,
    }
    return fill("cheat_sheet", sheet_values(**{**values, **other}), pages=2)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"minutes": 30, "first_meeting_minutes": 30},
        {"minutes": 240, "first_meeting_minutes": 600},
        {"cohort_name": "Wide " * 400},
        {"cohort_name": "W" * 280, "starts_at": None},
        {"cohort_name": "<b>*R&D*</b> | [x](y) `z` _q_ Łódź"},
    ],
)
def test_the_cheat_sheet_has_two_pages_whatever_stands_on_it(other: dict[str, object]) -> None:
    """R53."""
    assert len(pages(sheet(**other).pdf)) == 2


def test_the_cheat_sheet_holds_agendas_and_prompts() -> None:
    """R51, R53, R78, R80."""
    first, second = pages(sheet().pdf)
    assert "The kickoff, 90 minutes" in first
    assert "Your first meeting, 60 minutes" in first
    for words in ("Listening.", "Feedback.", "Feeling safe.", "Your goal."):
        assert words in first
    for category in prompts.CATEGORIES:
        of_it = [one.text for one in prompts.LIBRARY if one.category == category and one.text in second]
        assert category.capitalize() in second
        assert len(of_it) == 5
    assert "compressed" not in first
    assert "compressed plan" in pages(sheet(first_meeting_minutes=35).pdf)[0]


def test_what_people_wrote_is_text_and_no_markup() -> None:
    made = sheet(cohort_name="<script>*R&D*</script> | [x](y)")
    assert "<script>*R&D*</script> | [x](y)" in unescape(re.sub(r"</?p>", "", made.html))
    assert "<script>" not in made.html
    assert "<script>*R&D*</script> | [x](y)" in pages(made.pdf)[0]


def test_on_paper_letters_that_the_font_lacks_lose_their_accent() -> None:
    made = sheet(cohort_name="Łódź Žižkov Ωmega Đà")
    assert "Lódz Žižkov ?mega Dà" in pages(made.pdf)[0]
    assert "Łódź Žižkov Ωmega Đà" in made.html


def test_a_value_that_nobody_gives_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill("milestone_form", {})


async def test_the_cheat_sheet_comes_with_its_letter_on_the_readers_clock(writer_pool: asyncpg.Pool) -> None:
    """R53, T7: over a real mail server."""
    people = People(writer_pool)
    await people.import_people(
        [
            Contact(id="p-ada", name="Ada", email="ada@example.org", timezone="Europe/London"),
            Contact(id="p-bo", name="Bo", email="bo@example.org", timezone="Asia/Kolkata", language="de-at"),
        ]
    )
    due = datetime(2027, 2, 13, 9, tzinfo=UTC)
    values = {"cohort_name": "Spring", "starts_at": (due + timedelta(days=2)).isoformat(), "minutes": 100}
    message = Notify(template="kickoff_cheat_sheet", to=("p-ada", "p-bo"), due_at=due, values=values)
    async with post_office() as office:
        server = MailServer("127.0.0.1", "program@turnabout.example", port=office.port, security="none")
        notifier = Notifier(writer_pool, people, [SmtpChannel(server)], enclosures=ENCLOSURES)
        await notifier.notify("cohort-q3", str(uuid.UUID(int=3)), message, due)
    for mail, clock in zip(office.mails, ("09:00 (Europe/London)", "14:30 (Asia/Kolkata)"), strict=True):
        (file,) = mail.iter_attachments()
        assert (file.get_filename(), file.get_content_type()) == ("cheat-sheet.pdf", "application/pdf")
        first, _ = pages(file.get_content())
        assert f"Spring: kickoff on Monday 15 February 2027, {clock}" in first
        assert "The kickoff, 100 minutes" in first


async def test_the_text_that_joining_agrees_to_comes_with_the_invitation(writer_pool: asyncpg.Pool) -> None:
    """R102: over a real mail server, word for word."""
    people = People(writer_pool)
    await people.import_people([Contact(id="p-cy", name="Cy", email="cy@example.org", timezone="UTC")])
    due = datetime(2027, 1, 11, 9, tzinfo=UTC)
    values = {"consent": HOUSE.version, "consent_text": HOUSE.text}
    message = Notify(template="enrolment_invitation", to=("p-cy",), due_at=due, values=values)
    async with post_office() as office:
        server = MailServer("127.0.0.1", "program@turnabout.example", port=office.port, security="none")
        notifier = Notifier(writer_pool, people, [SmtpChannel(server)], enclosures=ENCLOSURES)
        await notifier.notify("cohort-q3", str(uuid.UUID(int=4)), message, due)
    (mail,) = office.mails
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "house-en-1.txt"
    assert file.get_content().splitlines() == HOUSE.text.splitlines()
    without = Notify(template="enrolment_invitation", to=("p-cy",), due_at=due)
    reader = Contact(id="p-cy", name="Cy", timezone="UTC")
    assert await ENCLOSURES["enrolment_invitation"](Occasion("cohort-q3", "e", without, reader)) == ()


if __name__ == "__main__":
    KNOWN.write_text(json.dumps(versions(), indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"Wrote {KNOWN.name}.\n")


async def test_the_plan_of_the_first_meeting_comes_with_the_letter_of_an_active_pair() -> None:
    """R78: for the minutes of this pair, with the calendar file; nothing where the first meeting is over."""
    table = together(ENCLOSURES, invites.enclosures("program@turnabout.example"))
    ada = Contact(id="p-ada", name="Ada", email="ada@example.org", timezone="Europe/Berlin")
    for known, expected in (({"first_minutes": 35}, ["first-meeting.pdf"]), ({}, [])):
        message = Notify(template="pair_activated", to=("p-ada",), due_at=COHORT.kickoff, values=known)
        files = await table["pair_activated"](Occasion("pair-q1-07", "e", message, ada))
        assert [file.name for file in files] == expected
        for file in files:
            assert "35 minutes" in pages(file.content)[0]
            assert "shorter than it should be" in pages(file.content)[0]
