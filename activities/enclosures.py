"""What goes out with a letter besides its text: which message carries which files. A table by message; the
makers of the files live beside the concern (the cheat sheet, calendar parts).

A file may say what the text of its letter says and no more: no rating, no free text, no concern (G6).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from activities.letters import Attachment
from events.contracts import Notify
from turnabout.contact import Contact


@dataclass(frozen=True)
class Occasion:
    """The message that a file goes with: of which stream and event, and to whom. `partner` is the name of the
    partner where the message names one."""

    stream: str
    event_id: str
    message: Notify
    to: Contact
    partner: str | None = None


Enclose = Callable[[Occasion], Awaitable[tuple[Attachment, ...]]]
"""Makes the files for one recipient; none where there is nothing to send. It may read the log: Unreachable is
tried again, any other error sends the letter without its files and calls for help."""

Enclosures = Mapping[str, Enclose]
"""Makers by the name of the message."""


def together(*tables: Enclosures) -> Enclosures:
    """One table of several; a message that stands in more than one brings the files of all, in order."""
    makers: dict[str, list[Enclose]] = {}
    for table in tables:
        for template, maker in table.items():
            makers.setdefault(template, []).append(maker)
    return {template: _in_turn(some) for template, some in makers.items()}


def _in_turn(makers: list[Enclose]) -> Enclose:
    async def enclose(occasion: Occasion) -> tuple[Attachment, ...]:
        return tuple([part for make in makers for part in await make(occasion)])

    return enclose
