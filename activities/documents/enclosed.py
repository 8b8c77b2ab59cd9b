"""The documents that go out with letters: the text that joining agrees to (R102), the cheat sheet before the
kickoff (R53, T7), and the plan of a pair's first meeting (R78). Pure.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache

from activities.documents.catalog import DOCUMENTS, meeting_values, sheet_values
from activities.documents.page import fill
from activities.enclosures import Enclosures, Occasion
from activities.letters import Attachment
from turnabout.policy import Policy

_DEFAULT = Policy()
"""For letters asked for by a release that did not give the numbers."""


async def cheat_sheet(occasion: Occasion) -> tuple[Attachment, ...]:
    """The two pages as a PDF, with the time of the kickoff on the recipient's clock."""
    values, to = occasion.message.values, occasion.to
    content = await asyncio.to_thread(
        _sheet,
        str(values.get("cohort_name") or occasion.stream.partition("-")[2]),
        values.get("starts_at"),
        int(values.get("minutes", _DEFAULT.kickoff.minutes)),
        int(values.get("first_meeting_minutes", _DEFAULT.kickoff.first_meeting_minutes)),
        int(values.get("attainable", _DEFAULT.goal.attainable)),
        to.timezone,
        to.language,
    )
    return (Attachment("cheat-sheet.pdf", "application/pdf", content),)


@lru_cache(maxsize=64)
def _sheet(
    name: str,
    starts_at: str | None,
    minutes: int,
    first_meeting_minutes: int,
    attainable: int,
    zone: str,
    language: str,
) -> bytes:
    """One for all who read the same words and live on the same clock."""
    values = sheet_values(
        cohort_name=name,
        starts_at=starts_at,
        minutes=minutes,
        first_meeting_minutes=first_meeting_minutes,
        attainable=attainable,
    )
    pages = DOCUMENTS["cheat_sheet"].pages
    return fill("cheat_sheet", values, zone=zone, language=language, pages=pages).pdf


async def first_meeting(occasion: Occasion) -> tuple[Attachment, ...]:
    """The plan of a pair's first meeting, for the minutes that it takes (R78); nothing for any other."""
    minutes = occasion.message.values.get("first_minutes")
    if minutes is None:
        return ()
    content = await asyncio.to_thread(_plan, int(minutes), occasion.to.timezone, occasion.to.language)
    return (Attachment("first-meeting.pdf", "application/pdf", content),)


@lru_cache(maxsize=64)
def _plan(minutes: int, zone: str, language: str) -> bytes:
    return fill("first_meeting", meeting_values(minutes), zone=zone, language=language).pdf


async def consent(occasion: Occasion) -> tuple[Attachment, ...]:
    """The text that joining agrees to, word for word (R102); nothing where the cohort has none."""
    values = occasion.message.values
    if "consent_text" not in values:
        return ()
    text = str(values["consent_text"]).encode()
    return (Attachment(f"{values['consent']}.txt", "text/plain; charset=utf-8", text),)


ENCLOSURES: Enclosures = {
    "enrolment_invitation": consent,
    "kickoff_cheat_sheet": cheat_sheet,
    "pair_activated": first_meeting,
}
"""Makers of documents by the message that they go with."""
